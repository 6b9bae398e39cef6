"""The table of files, a page of it at a time, as it is now."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Final

from nicegui import ui

from aibox_assets.console.kinds import kind_of
from aibox_assets.console.pages.files.choosing import Choice
from aibox_assets.console.pages.files.counts import Counts
from aibox_assets.console.shell import empty, show_error, told
from aibox_assets.console.tables import Column, Row, Table, TablePlace, show_table
from aibox_assets.console.visit import ICONS, Visit
from aibox_assets.domain.errors import AIBoxError
from aibox_assets.services.samples import bring_samples, has_samples
from aibox_assets.stores.files import FileRecord, Status
from aibox_assets.stores.listing import Position, Sort

ROWS: Final = 50


class FileTable:
    """A page of the table, with what stands above it: counts, filters and actions."""

    def __init__(
        self,
        visit: Visit,
        choice: Choice,
        begin: Position | None,
        *,
        counts: Counts,
        filters: ui.row,
        actions: ui.row,
        scope: ui.label | None,
    ) -> None:
        """:param scope: says which files the *actions* mean; None for a person who may do nothing with them."""
        self.visit, self.choice = visit, choice
        self.counts, self.filters, self.actions = counts, filters, actions
        self.scope, self.may_change = scope, scope is not None
        self.positions: list[Position | None] = [None, begin] if begin else [None]
        self.matched = self.asked = 0
        self.place = TablePlace(self._build, self._say_none)
        self.pages = ui.row().classes("w-full items-center justify-end")
        with self.pages:
            self.back = ui.button(icon="chevron_left", on_click=self.previous).props("flat round")
            self.back.props(f'aria-label="{visit("Page before")}"')
            self.more = ui.button(icon="chevron_right", on_click=self.next).props("flat round")
            self.more.props(f'aria-label="{visit("Next page")}"')
        self.following: Position | None = None

    @property
    def selected(self) -> list[str]:
        """Ids of the rows that are ticked."""
        return list(self.place.table.selected) if self.place.table else []

    def select_none(self) -> None:
        """What was ticked is done with."""
        if self.place.table is not None and self.place.table.selected:
            self.place.table.select([])
            self._show_scope()

    async def look(self, *, counted: bool = True) -> None:
        """Read what is shown once more. *counted*: also how many there are."""
        visit, listing, asked = self.visit, self.visit.platform.listing, self.asked
        # Of files with a text in them the first are counted, which may be none of the state that is shown.
        among = self.choice if self.choice.files.text is not None else self.choice.in_state(None)
        counts = asyncio.ensure_future(
            visit.ask(listing.count, visit.viewer, among.files) if counted else asyncio.sleep(0, None)
        )
        try:
            records, following = await visit.ask(
                listing.page,
                visit.viewer,
                self.choice.files,
                self.choice.sort,
                descending=self.choice.descending,
                after=self.positions[-1],
                limit=ROWS,
            )
            if asked == self.asked:  # else something else is to be shown by now
                self.following = following
                self._show_files(records)
            if (counted_now := await counts) is not None and asked == self.asked:
                self._show_counts(counted_now)
        except AIBoxError as error:
            counts.cancel()
            self.place.say(partial(show_error, visit, error))

    def _show_files(self, records: Sequence[FileRecord]) -> None:
        self.back.set_enabled(len(self.positions) > 1)
        self.more.set_enabled(self.following is not None)
        self.pages.set_visibility(len(self.positions) > 1 or self.following is not None)
        self.place.show([_row(self.visit, record) for record in records])

    def _build(self, rows: list[Row]) -> Table:
        table = show_table(self.visit, self.visit("Files"), self._columns(), rows)
        if self.may_change:
            table.let_select(self._show_scope)
        return table

    def _say_none(self) -> None:
        visit = self.visit
        if not self.choice.files.is_empty:
            empty(visit("No file fits the filter."), visit("Clear it to see all."))
            with ui.row().classes("w-full justify-center"):
                ui.link(visit("Show all files"), "/")
        elif not self.may_change:
            empty(visit("No files yet."), visit("Files that somebody shares with you are shown here."))
        else:
            empty(visit("No files yet."), visit("Drop some above, and find them here."))
            if has_samples():
                self._offer_samples()

    async def choose(self, choice: Choice) -> None:
        """Show what another filter finds in the same state, or the same in another order."""
        self.choice = choice.in_state(self.choice.files.state)
        self.positions = [None]
        if self.place.table is not None:
            self.place.table.update_columns(self._columns())
        self.counts.lead_to(self.choice)
        await self._turn(counted=True)

    async def next(self) -> None:
        """The page behind this one."""
        if self.following is not None:
            self.positions.append(self.following)
            await self._turn()

    async def previous(self) -> None:
        """The page before this one."""
        if len(self.positions) > 1:
            self.positions.pop()
            await self._turn()

    async def _turn(self, *, counted: bool = False) -> None:
        self.asked += 1
        await self.look(counted=counted)
        here = self.choice.address(self.positions[-1])
        ui.run_javascript(f"history.replaceState(null, '', {json.dumps(here)}); scrollTo(0, 0)")

    def _show_scope(self) -> None:
        """Say which files the buttons mean."""
        visit, ticked = self.visit, len(self.selected)
        if self.scope is None:
            return
        if ticked:
            said = visit("With the {count} selected:", count=visit.number(ticked))
        elif self.choice.files.is_empty:
            said = visit("With all {count}:", count=visit.number(self.matched))
        else:
            said = visit("With all {count} of the filter:", count=visit.number(self.matched))
        self.scope.set_text(said)

    def _columns(self) -> Sequence[Column]:
        """Those of the table; of three the head leads to the order by it, and to the other way round."""
        visit = self.visit

        def ordered(name: str, label: str, by: Sort, kind: str = "text", align: str = "left") -> Column:
            here = self.choice.sort is by
            down = not self.choice.descending if here else by is not Sort.NAME
            href = replace(self.choice, sort=by, descending=down).address()
            order = ("descending" if self.choice.descending else "ascending") if here else ""
            return Column(name, label, align, kind, href, order)  # type: ignore[arg-type]

        return (
            ordered("path", visit("Name"), Sort.NAME, "link"),
            Column("owner", visit("Owner"), kind="word"),
            Column("kind", visit("Kind"), kind="word"),
            Column("state", visit("State"), kind="state"),
            ordered("size", visit("Size"), Sort.SIZE, align="right"),
            Column("chunks", visit("Chunks"), "right"),
            Column("triples", visit("Triples"), "right"),
            Column("took", visit("Took"), "right"),
            ordered("updated", visit("Changed"), Sort.UPDATED, "time"),
        )

    def _offer_samples(self) -> None:
        visit = self.visit

        async def bring() -> None:
            with told(visit):
                count = await visit.ask(bring_samples, visit.platform, visit.caller.account)
                ui.notify(visit("{count} samples are on their way.", count=count))

        with ui.row().classes("w-full justify-center"):
            ui.button(visit("Try it with the samples"), icon="science", on_click=bring).props(
                "no-caps color=secondary"
            )

    def _show_counts(self, counts: dict[Status, int]) -> None:
        total, state = sum(counts.values()), self.choice.files.state
        self.matched = total if state is None else counts[state]
        self._show_scope()
        # On an empty page there is nothing to choose from.
        there = total > 0 or not self.choice.files.is_empty
        self.counts.row.set_visibility(there)
        self.filters.set_visibility(there)
        self.actions.set_visibility(self.matched > 0)
        self.counts.show(counts, self.choice)


def _row(visit: Visit, record: FileRecord) -> Row:
    open_work = next((each for each in record.work.values() if each.state is not Status.FINISHED), None)
    took = [each.seconds for each in record.work.values() if each.seconds is not None]
    return {
        "id": record.id,
        "href": f"/files/{record.id}",
        "step": visit(open_work.asset) if open_work else "",
        "took": visit.duration(sum(took)) if took else "–",
        "path": record.display_path,
        "owner": record.user_id,
        "kind": kind_of(visit, record.media_type),
        "status": str(record.status),
        "state": visit(record.status),
        "icon": ICONS[record.status],
        "size": visit.bytes(record.size),
        "chunks": visit.number(record.counts.get("chunks")),
        "triples": visit.number(record.counts.get("kg_triples")),
        "updated": visit.moment(record.updated_at),
        "error": visit.said(record.error) if record.status is Status.FAILED else "",
    }
