"""How many files there are in each state, each figure with the way to them."""

from __future__ import annotations

from collections.abc import Mapping

from nicegui import ui

from aibox_assets.console.pages.files.choosing import Choice
from aibox_assets.console.visit import Visit
from aibox_assets.stores.files import Status
from aibox_assets.stores.listing import COUNTED

STATES: tuple[Status | None, ...] = (None, *Status)
"""As they are shown, all files first."""


class Counts:
    """A row of figures."""

    def __init__(self, visit: Visit) -> None:
        self._visit = visit
        self._figures: list[ui.label] = []
        self._ways: list[ui.link] = []
        self.row = ui.row().classes("w-full items-center console-counts")

    def show(self, counts: Mapping[Status, int], choice: Choice) -> None:
        """The figures as they are now."""
        total = sum(counts.values())
        more = "+" if choice.files.text is not None and total >= COUNTED else ""
        if not self._figures:
            self._build(choice)
        figures = [self._visit.number(total) + more, *(self._visit.number(counts[each]) for each in Status)]
        for label, figure in zip(self._figures, figures, strict=True):
            label.set_text(figure)

    def lead_to(self, choice: Choice) -> None:
        """From now on the figures are ways to what another filter finds."""
        for way, state in zip(self._ways, STATES, strict=False):  # none before the first count
            way.props["href"] = choice.in_state(state).address()

    def _build(self, choice: Choice) -> None:
        with self.row:
            for state in STATES:
                link = ui.link(target=choice.in_state(state).address())
                link.classes("console-count" + (f" console-{state}" if state else ""))
                if choice.files.state == state:
                    link.props('aria-current="page"')
                self._ways.append(link)
                with link:
                    self._figures.append(ui.label().classes("text-lg"))
                    ui.label(self._visit(state or "all"))
