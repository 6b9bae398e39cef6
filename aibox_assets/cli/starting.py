"""How a home comes up before a person's eyes, and what is said once: how to sign in, and that its tables are newer."""

from __future__ import annotations

from pathlib import Path

from rich.live import Live
from rich.table import Table

from aibox_assets.cli.console import clean, coloured, out
from aibox_assets.local import control
from aibox_assets.local.home import Home
from aibox_assets.local.services import API
from aibox_assets.settings import FIRST_LOGIN


def start_stack(home: Path, *, detach: bool, quiet: bool) -> bool:
    """Choose the models at the first start, start everything, and show how it comes up.

    :returns: False when it was running already.
    """
    from aibox_assets.local.models import choose_models

    for line in choose_models(home):
        if not quiet:
            out.print(line, markup=False)
    known, tables = first_login(home), Home(home).tables()
    if quiet:
        return control.up(home, detach=detach, on_progress=_silent)
    if not detach:

        def say(name: str, state: str) -> None:
            out.print(f"{name}: {coloured(state)}")
            if (name, state) == (API, "running"):
                _welcome(home, known)
                _tell_upgrade(tables, Home(home).tables())

        return control.up(home, detach=False, on_progress=say)
    states: dict[str, str] = {}
    with Live(_table(states), console=out, transient=True, refresh_per_second=8) as live:

        def show(name: str, state: str) -> None:
            states[name] = state
            live.update(_table(states))

        started = control.up(home, detach=True, on_progress=show)
    _welcome(home, known)
    _tell_upgrade(tables, Home(home).tables())
    return started


def first_login(home: Path) -> str | None:
    """Name and password of the first admin, as long as the password is the one of the first start."""
    path = home / FIRST_LOGIN
    return path.read_text(encoding="utf-8").strip() if path.is_file() else None


def _welcome(home: Path, known: str | None) -> None:
    """Say how to sign in, once: at the start that made the first admin."""
    made = first_login(home)
    if made is None or made == known:
        return
    name, _, password = made.partition(" ")
    out.print(f"Sign in as [bold]{clean(name)}[/], password [bold]{clean(password)}[/]", highlight=False)
    out.print(f"(also in {clean(str(home / FIRST_LOGIN))}). Change it: aibox users password {clean(name)}")


def _tell_upgrade(before: str | None, after: str | None) -> None:
    """Say that the tables are of a newer release than before this start."""
    if before is not None and before != after:
        out.print("This home was of an older release; its tables are up to date now. What this one makes in")
        out.print("another way is made anew in the background: 'aibox queues' says how much is left.")


def _table(states: dict[str, str]) -> Table:
    table = Table.grid(padding=(0, 2))
    for name, state in states.items():
        table.add_row(name, coloured(state))
    return table


def _silent(name: str, state: str) -> None:
    """Say nothing: the answer is JSON."""
