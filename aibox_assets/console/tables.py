"""Tables: on a wide screen rows and columns, on a narrow one a card for each row. Values are text, never markup."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

from nicegui import ui
from nicegui.element import Element
from nicegui.events import GenericEventArguments

from aibox_assets.console.visit import Visit

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table.

    :ivar kind: ``word`` is not broken within a word, also a Chinese one; ``link`` leads to the row's ``href``,
        ``state`` has the row's ``status``, ``icon``, ``step`` and ``error``; ``actions`` are the row's, each with its
        ``name`` and ``label``; ``action`` is one by itself, under the column's name.
    :ivar href: where its head leads: to the same rows, in the order of this column. :ivar order: if they are.
    """

    name: str
    label: str
    align: Literal["left", "right"] = "left"
    kind: Literal["text", "word", "link", "state", "actions", "action", "time"] = "text"
    href: str = ""
    order: Literal["", "ascending", "descending"] = ""


class Table(Element, component="table.js"):
    """A table on a page. Rows are told apart by their ``id``."""

    def __init__(self, visit: Visit, title: str, columns: Sequence[Column], rows: list[Row]) -> None:
        super().__init__()
        self.selected: list[Any] = []
        """The keys of the rows that are ticked, also of those that another page shows."""
        self._props |= {
            "title": title,
            "rows": rows,
            "tick": visit("Select"),
            "tickAll": visit("Select all of this page"),
        }
        self.classes("w-full console-table")
        self.update_columns(columns)

    def let_select(self, heard: Callable[[], object]) -> None:
        """Rows can be ticked; *heard* is called when they were."""

        def choose(event: GenericEventArguments) -> None:
            self.selected = event.args  # the browser shows it already
            heard()

        self._props["ticks"] = True
        self.on("choose", choose)

    def select(self, keys: list[Any]) -> None:
        """Tick these rows and no others."""
        self.selected = keys
        self.run_method("show", keys)

    def update_columns(self, columns: Sequence[Column]) -> None:
        """Show other columns, or other heads of them."""
        self._props["columns"] = [asdict(each) for each in columns]

    def update_rows(self, rows: list[Row]) -> None:
        """Show other rows; what is ticked and has the focus stays so."""
        if rows != self._props["rows"]:
            self._props["rows"] = rows


class TablePlace:
    """A table where there are rows, and something else where there are none."""

    def __init__(self, build: Callable[[list[Row]], Table], otherwise: Callable[[], object]) -> None:
        """:param build: makes the table of the first rows. :param otherwise: says why there are none."""
        self._build, self._otherwise = build, otherwise
        self._place = ui.element("div").classes("w-full")
        self.table: Table | None = None

    def show(self, rows: list[Row]) -> None:
        """Show these rows; in a table that is there, what is ticked and has the focus stays so."""
        if not rows:
            self.say(self._otherwise)
        elif self.table is not None:
            self.table.update_rows(rows)
        else:
            self._place.clear()
            with self._place:
                self.table = self._build(rows)

    def say(self, what: Callable[[], object]) -> None:
        """Show something else than a table."""
        self._place.clear()
        self.table = None
        with self._place:
            what()


def show_table(
    visit: Visit,
    title: str,
    columns: Sequence[Column],
    rows: list[Row],
    *,
    on_action: Callable[[str, str], Any] | None = None,
) -> Table:
    """A table; its rows can be replaced by ``update_rows`` without losing focus or selection.

    :param title: for those who do not see it. :param on_action: is told the row's key and the action's name.
    """
    table = Table(visit, title, columns, rows)
    if on_action is not None:
        table.on("act", lambda event: on_action(event.args["key"], event.args["name"]))
    return table
