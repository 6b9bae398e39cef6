"""What every command shares: the console, JSON output, errors, colours of the states."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, is_dataclass
from datetime import datetime
from enum import Enum
from pathlib import Path
from typing import Annotated, Any, Final, NoReturn

import typer
from rich.box import SIMPLE_HEAD
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from aibox_assets.cli.terminal import Terminal, clean, clean_json, clean_lines
from aibox_assets.domain.errors import AIBoxError, StoreUnavailableError
from aibox_assets.settings import load_settings

__all__ = [
    "MOST",
    "MOST_ROWS",
    "Json",
    "clean",
    "clean_lines",
    "coloured",
    "counted",
    "err",
    "fail",
    "json_default",
    "make_table",
    "out",
    "print_json",
    "print_table",
    "reported_errors",
    "stretch",
]

Json = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]

MOST: Final = 2**63 - 1
"""The largest number that the database takes."""

MOST_ROWS: Final = 1_000_000
"""More in one table nobody reads."""

_KEPT: Final = ("service", "status", "state", "relation", "queue", "check")
_NUMBERS: Final = (
    "chunks", "vectors", "triples", "score", "confidence", "restarts", "MiB", "free MiB", "seconds", "queued",
    "started", "finished", "failed", "1 min", "5 min", "60 min", "failed 60 min", "steps", "slots", "tries",
)  # fmt: skip
"""Titles of columns whose cells stay on one line, and of those that hold numbers."""

out = Terminal()
err = Terminal(stderr=True)

COLOURS: Final = {
    "queued": "cyan",
    "started": "yellow",
    "starting": "yellow",
    "finished": "green",
    "idle": "green",
    "busy": "yellow",
    "warning": "yellow",
    "problem": "red",
    "running": "green",
    "failed": "red",
    "unresponsive": "red",
    "ok": "green",
    "low": "yellow",
    "full": "red",
    "unwritable": "red",
    "stopped": "dim",
}


def coloured(state: str) -> str:
    """A state in its colour, for a table's cell."""
    return f"[{COLOURS.get(state, 'white')}]{clean(state)}[/]"


def print_json(value: object) -> None:
    """*value* on standard output; dates in ISO 8601."""
    text = json.dumps(value, default=json_default, ensure_ascii=False, indent=2)
    sys.stdout.write(clean_json(text) + "\n")


def print_table(title: str, columns: Sequence[str], rows: Sequence[Sequence[object]], empty: str) -> None:
    """A table, or a sentence where there is nothing to show. Cells may hold our own markup."""
    out.print(make_table(title, columns, rows, empty))


def stretch(seconds: float) -> str:
    """A stretch of time in one unit: seconds below two minutes, days from two on."""
    seconds = max(0.0, seconds)
    for unit, size, most in (("s", 1, 120), ("min", 60, 7_200), ("h", 3_600, 172_800)):
        if seconds < most:
            return f"{seconds / size:.0f} {unit}"
    return f"{seconds / 86_400:,.0f} d"


def make_table(
    title: str, columns: Sequence[str], rows: Sequence[Sequence[object]], empty: str
) -> RenderableType:
    """What :func:`print_table` prints."""
    if not rows:
        return Text.from_markup(empty)
    table = Table(
        title=title,
        title_justify="left",
        title_style="bold",
        header_style="bold",
        box=SIMPLE_HEAD,
        pad_edge=False,
    )
    for column in columns:
        kept = column in _KEPT
        table.add_column(
            column, justify="right" if column in _NUMBERS else "left", overflow="fold", no_wrap=kept
        )
    for row in rows:
        table.add_row(*("—" if cell is None else str(cell) for cell in row))
    return table


def counted(count: float, noun: str, verb: tuple[str, str] = ("", "")) -> str:
    """ "1 file", "2 files"; with a *verb* for one and for many behind it."""
    one = count == 1
    return f"{count:,.10g} {noun}{'' if one else 's'} {verb[not one]}".rstrip()


@contextmanager
def reported_errors(as_json: bool) -> Iterator[None]:
    """Turn our errors into two lines, reason and remedy, and exit status 2."""
    try:
        yield
    except StoreUnavailableError as error:
        fail(error.reason, _how_to_reach(error), as_json=as_json)
    except AIBoxError as error:
        fail(error.reason, error.remedy, as_json=as_json)


def _how_to_reach(error: StoreUnavailableError) -> str:
    from aibox_assets.local.control import is_stopped  # nobody else needs it at once

    with suppress(AIBoxError):
        if is_stopped(load_settings().home, error.reason):
            return "This home does not run: 'aibox up' starts it."
    return error.remedy


def fail(reason: str, remedy: str = "", *, as_json: bool = False, status: int = 2) -> NoReturn:
    """Say what is wrong and what to do, and exit."""
    if as_json:
        print_json({"error": reason, "remedy": remedy})
    else:
        err.print(f"[bold red]Error:[/] {clean_lines(reason)}")
        if remedy:
            err.print(f"[bold]What to do:[/] {clean_lines(remedy)}")
    raise typer.Exit(status)


def json_default(value: object) -> Any:
    """How JSON has what it has no form for: moments in ISO 8601, records by their fields."""
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Path):
        return str(value)
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    raise TypeError(f"{type(value).__name__} cannot be written as JSON")
