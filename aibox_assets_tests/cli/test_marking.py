"""Matching words in a terminal."""

from __future__ import annotations

from aibox_assets.cli.search import marked
from aibox_assets.domain.snippets import Snippet


def test_words_keep_the_blanks_around_them_and_are_never_markup() -> None:
    assert marked(Snippet("works for Acme\nCells [red]now", 0, ((10, 14), (15, 20)))) == (
        "works for [bold]Acme[/] [bold]Cells[/] \\[red]now"
    )
