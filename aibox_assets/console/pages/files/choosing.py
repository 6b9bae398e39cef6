"""Which files the page shows and in what order: as its address says it, and as a person chooses it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import urlencode

from nicegui import ui

from aibox_assets.console.kinds import kind_choices
from aibox_assets.console.shell import PAUSE_MS
from aibox_assets.console.visit import Visit
from aibox_assets.stores.files import Status
from aibox_assets.stores.listing import FileFilter, Position, Sort


@dataclass(frozen=True, slots=True)
class Choice:
    """Which files are shown, and in what order."""

    files: FileFilter
    sort: Sort
    descending: bool

    def in_state(self, state: Status | None) -> Choice:
        """The same of another state; None for all."""
        return replace(self, files=replace(self.files, state=state))

    def address(self, after: Position | None = None) -> str:
        """The page that shows this, as a link that can be sent."""
        values = {
            "state": self.files.state,
            "owner": self.files.owner,
            "kind": self.files.media_type,
            "name": self.files.name,
            "text": self.files.text,
            "sort": self.sort if self.sort is not Sort.ARRIVAL else None,
            "down": None if self.descending else 0,
            "after": f"{after.seq}:{after.value}" if after else None,
        }
        given = {name: value for name, value in values.items() if value is not None}
        return "/" + (f"?{urlencode(given)}" if given else "")


def read_position(sort: Sort, after: str) -> Position | None:
    """Where a page begins, as :meth:`Choice.address` says it; None for the first page, and for what cannot be."""
    seq, _, value = after.partition(":")
    try:
        match sort:
            case Sort.ARRIVAL | Sort.SIZE:
                return Position(int(value), int(seq))
            case Sort.UPDATED:
                return Position(datetime.fromisoformat(value), int(seq))
            case _:
                return Position(value, int(seq))
    except ValueError:
        return None


def filter_row(visit: Visit, choice: Choice, choose: Callable[[Choice], Awaitable[None]]) -> ui.row:
    """The fields of the filter and the order; of each change *choose* is told, with the state left out."""
    files = choice.files
    with ui.row().classes("w-full items-center") as row:
        name = ui.input(visit("Name"), value=files.name or "")
        text = ui.input(visit("Words in it"), value=files.text or "")
        owner = ui.input(visit("Owner"), value=files.owner or "")
        for box in (name, text, owner):
            box.props(f"dense outlined clearable debounce={PAUSE_MS} maxlength=1000")
        kinds = ui.select(kind_choices(visit), value=files.media_type or "", label=visit("Kind"))
        kinds.props("dense outlined").classes("min-w-32")
        orders = {
            Sort.ARRIVAL: visit("by arrival"),
            Sort.NAME: visit("by name"),
            Sort.SIZE: visit("by size"),
            Sort.UPDATED: visit("by change"),
        }
        by = ui.select(orders, value=choice.sort, label=visit("Order")).props("dense outlined")
        by.classes("min-w-32")
        down = ui.switch(visit("Last first"), value=choice.descending)

    async def change() -> None:
        given = FileFilter(
            None, owner.value or None, kinds.value or None, name.value or None, text.value or None
        )
        await choose(Choice(given, by.value, bool(down.value)))

    for field in (name, text, owner, kinds, by, down):
        field.on_value_change(change)
    return row
