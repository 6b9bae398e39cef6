"""``--watch``: a command's answer again and again, on a terminal in its place, for programs as a line each."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from typing import Annotated, Final, TypeVar

import typer
from rich.console import Group, RenderableType
from rich.live import Live

from aibox_assets.cli.console import clean_lines, json_default, out, print_json, reported_errors
from aibox_assets.cli.terminal import clean_json
from aibox_assets.domain.errors import StoreUnavailableError

T = TypeVar("T")

LOOK_SECONDS: Final = 2.0

Watch = Annotated[bool, typer.Option("--watch", "-w", help="Look again each two seconds, until Ctrl-C.")]


def answer(
    look: Callable[[], T], render: Callable[[T], RenderableType], *, watch: bool, as_json: bool
) -> None:
    """Print what *look* finds once, or for as long as somebody watches.

    A server that is away for a while does not end the watching.
    """
    if not watch:
        with reported_errors(as_json):
            found = look()
        if as_json:
            print_json(found)
        else:
            out.print(render(found))
        return
    try:
        if as_json:
            _print_lines(look)
        else:
            _redraw(look, render)
    except KeyboardInterrupt:
        return


def _print_lines(look: Callable[[], T]) -> None:
    while True:
        try:
            found: object = look()
        except StoreUnavailableError as error:
            found = {"error": error.reason, "remedy": error.remedy}
        text = json.dumps(found, default=json_default, ensure_ascii=False)
        sys.stdout.write(clean_json(text) + "\n")
        sys.stdout.flush()
        time.sleep(LOOK_SECONDS)


def _redraw(look: Callable[[], T], render: Callable[[T], RenderableType]) -> None:
    shown: RenderableType = ""
    with reported_errors(False), Live(console=out, auto_refresh=False) as live:
        while True:
            try:
                shown = render(look())
                live.update(shown, refresh=True)
            except StoreUnavailableError as error:
                live.update(Group(shown, f"[red]{clean_lines(error.reason)}[/]"), refresh=True)
            time.sleep(LOOK_SECONDS)
