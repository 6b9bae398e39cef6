"""Nothing that a path or a document says is obeyed by the terminal, nor read as our own markup."""

from __future__ import annotations

import io
import json
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.live import Live
from rich.table import Table

from aibox_assets.cli import console
from aibox_assets.cli.terminal import Terminal, clean, clean_lines, uncoloured

TEXT = st.text(st.characters(), max_size=40) | st.text(
    st.sampled_from("\x1b\x9b\x07\x00\r\n\t[/]\\ab红\u202e\u2066\u200f\u2028\udc80"), max_size=40
)
OBEYED = {"Cc", "Cs", "Zl", "Zp"}


def obeyed(text: str) -> list[str]:
    return [
        character
        for character in text
        if (unicodedata.category(character) in OBEYED and character != "\n")
        or unicodedata.bidirectional(character)
        in {"LRE", "RLE", "PDF", "LRO", "RLO", "LRI", "RLI", "FSI", "PDI"}
    ]


def printed(*values: object, markup: bool = True) -> str:
    file = io.StringIO()
    Terminal(file=file, width=400).print(*values, markup=markup, highlight=False)
    return file.getvalue()


@given(TEXT)
def test_whatever_is_printed_nothing_in_it_is_obeyed(text: str) -> None:
    table = Table("file")
    table.add_row(clean(text))
    for shown in (
        printed(text, markup=False),
        printed(f"[bold]{clean(text)}[/]"),
        printed(f"[bold]{clean_lines(text)}[/]"),
        printed(table),
    ):
        assert obeyed(shown) == []


@given(st.text(st.characters(exclude_categories=["C", "Z"]), max_size=40))
def test_harmless_text_comes_out_as_it_is(text: str) -> None:
    assert printed(f"[bold]{clean(text)}[/]") == f"{text}\n"


def test_text_that_nobody_cleaned_is_shown_all_the_same() -> None:
    assert printed("a\x1b]0;title\u202egpj.exe") == "a\\x1b]0;title\\u202egpj.exe\n"


def test_colours_and_the_moving_cursor_of_our_own_stay() -> None:
    file = io.StringIO()
    terminal = Terminal(file=file, force_terminal=True, color_system="standard")
    terminal.print("[red]no[/]")
    with Live("one", console=terminal) as live:
        live.update("two\x1b2J")
    assert "\x1b[31mno\x1b[0m" in file.getvalue()
    assert "\x1b2J" not in file.getvalue()
    assert "two\\x1b2J" in file.getvalue()


@given(TEXT)
def test_json_means_the_same_and_holds_nothing_that_is_obeyed(text: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        file = io.StringIO()
        patch.setattr("sys.stdout", file)
        console.print_json({"path": text})
    assert obeyed(file.getvalue()) == []
    assert json.loads(file.getvalue()) == {"path": text}


def test_an_error_keeps_its_lines_and_loses_its_power(capsys: pytest.CaptureFixture[str]) -> None:
    file = io.StringIO()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(console, "err", Terminal(file=file, width=80))
        with pytest.raises(console.typer.Exit):
            console.fail("first\nsecond [red]\x1b[31m", "\u202eremedy")
    assert file.getvalue() == "Error: first\nsecond [red]\\x1b[31m\nWhat to do: \\u202eremedy\n"


def test_a_logs_colours_go() -> None:
    assert uncoloured("\x1b[32m2026\x1b[0m - dagster") == "2026 - dagster"
