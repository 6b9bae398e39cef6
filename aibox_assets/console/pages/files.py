"""Files: bring some, see how each stands, and do something with one, some or all that the filter shows."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

from fastapi import Request, Response
from nicegui import ui

from aibox_assets.console.kinds import KINDS, kind_of
from aibox_assets.console.live import EVENTS_ALONE, follow
from aibox_assets.console.pages.choosing import address, filter_row, read_position
from aibox_assets.console.shell import PATIENCE, confirm, empty, enter, frame, heading, show_error, told
from aibox_assets.console.tables import Column, Row, Table, show_table
from aibox_assets.console.uploads import drop_zone
from aibox_assets.console.visit import ICONS, Visit
from aibox_assets.domain.errors import AIBoxError
from aibox_assets.services.actions import Wish, act_on_all
from aibox_assets.services.samples import bring_samples, has_samples
from aibox_assets.stores.accounts import Role
from aibox_assets.stores.asked import Asked, JobKind
from aibox_assets.stores.files import FileRecord, Status
from aibox_assets.stores.listing import COUNTED, FileFilter, Position, Sort

ROWS: Final = 50
ACTIONS: Final = (
    (JobKind.RETRY, "Try again", "replay"),
    (JobKind.CANCEL, "Cancel", "block"),
    (JobKind.REGENERATE, "Make again", "autorenew"),
    (JobKind.DELETE, "Delete", "delete"),
)
_FOR_READERS: Final = "Files that somebody shares with you are shown here."


class FileTable:
    """The table of files, a page of it at a time, as it is now."""

    def __init__(
        self,
        visit: Visit,
        chosen: FileFilter,
        sort: Sort,
        descending: bool,
        begin: Position | None,
        *,
        counts: ui.row,
        filters: ui.row,
        actions: ui.row,
        scope: ui.label | None,
    ) -> None:
        self.counts, self.filters, self.actions = counts, filters, actions
        self.scope, self.may_change = scope, scope is not None
        self.visit, self.chosen, self.sort, self.descending = visit, chosen, sort, descending
        self.positions: list[Position | None] = [None, begin] if begin else [None]
        self.figures: list[ui.label] = []
        self.ways: list[ui.link] = []
        self.matched = self.asked = 0
        self.place = ui.element("div").classes("w-full")
        self.table: Table | None = None
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
        return list(self.table.selected) if self.table else []

    def select_none(self) -> None:
        """What was ticked is done with."""
        if self.table is not None and self.table.selected:
            self.table.select([])
            self._show_scope()

    async def look(self, *, counted: bool = True) -> None:
        """Read what is shown once more. *counted*: also how many there are."""
        visit, listing, asked = self.visit, self.visit.platform.listing, self.asked
        counts = asyncio.ensure_future(
            visit.ask(listing.count, visit.viewer, self.chosen) if counted else asyncio.sleep(0, None)
        )
        try:
            records, following = await visit.ask(
                listing.page,
                visit.viewer,
                self.chosen,
                self.sort,
                descending=self.descending,
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
            self.place.clear()
            self.table = None
            with self.place:
                show_error(visit, error)

    def _show_files(self, records: Sequence[FileRecord]) -> None:
        visit = self.visit
        self.back.set_enabled(len(self.positions) > 1)
        self.more.set_enabled(self.following is not None)
        self.pages.set_visibility(len(self.positions) > 1 or self.following is not None)
        rows = [_row(visit, record) for record in records]
        if self.table is not None and rows:
            self.table.update_rows(rows)
            return
        self.place.clear()
        self.table = None
        with self.place:
            if rows:
                self.table = show_table(visit, visit("Files"), self._columns(), rows)
                if self.may_change:
                    self.table.let_select(self._show_scope)
            elif self.chosen.is_empty:
                hint = "Drop some above, and find them here." if self.may_change else _FOR_READERS
                empty(visit, visit("No files yet."), visit(hint))
                if self.may_change and has_samples():
                    self._offer_samples()
            else:
                empty(visit, visit("No file fits the filter."), visit("Clear it to see all."))
                with ui.row().classes("w-full justify-center"):
                    ui.link(visit("Show all files"), "/")

    async def choose(self, chosen: FileFilter, sort: Sort, descending: bool) -> None:
        """Show what another filter finds, or the same in another order."""
        self.chosen, self.sort, self.descending = replace(chosen, state=self.chosen.state), sort, descending
        self.positions = [None]
        if self.table is not None:
            self.table.update_columns(self._columns())
        for way, status in zip(self.ways, (None, *Status), strict=False):
            way.props["href"] = address(self.chosen, status, sort, descending)
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
        here = address(self.chosen, self.chosen.state, self.sort, self.descending, self.positions[-1])
        ui.run_javascript(f"history.replaceState(null, '', {json.dumps(here)}); scrollTo(0, 0)")

    def _show_scope(self) -> None:
        """Say which files the buttons mean."""
        visit, ticked = self.visit, len(self.selected)
        if self.scope is None:
            return
        if ticked:
            said = visit("With the {count} selected:", count=visit.number(ticked))
        elif self.chosen.is_empty:
            said = visit("With all {count}:", count=visit.number(self.matched))
        else:
            said = visit("With all {count} of the filter:", count=visit.number(self.matched))
        self.scope.set_text(said)

    def _columns(self) -> Sequence[Column]:
        """Those of the table; of three the head leads to the order by it, and to the other way round."""
        visit = self.visit

        def ordered(name: str, label: str, by: Sort, kind: str = "text", align: str = "left") -> Column:
            here = self.sort is by
            down = not self.descending if here else by is not Sort.NAME
            href = address(self.chosen, self.chosen.state, by, down)
            order = ("descending" if self.descending else "ascending") if here else ""
            return Column(name, label, align, kind, href, order)  # type: ignore[arg-type]

        return (
            ordered("path", visit("Name"), Sort.NAME, "link"),
            Column("owner", visit("Owner"), kind="word"),
            Column("kind", visit("Kind"), kind="word"),
            Column("state", visit("State"), kind="state"),
            Column("step", visit("Step"), kind="word"),
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
        total = sum(counts.values())
        self.matched = total if self.chosen.state is None else counts[self.chosen.state]
        self._show_scope()
        there = total > 0 or not self.chosen.is_empty  # on an empty page there is nothing to choose from
        self.counts.set_visibility(there)
        self.filters.set_visibility(there)
        self.actions.set_visibility(self.matched > 0)
        more = "+" if self.chosen.text is not None and total >= COUNTED else ""
        figures = [self.visit.number(total) + more, *map(self.visit.number, counts.values())]
        if self.figures:
            for label, figure in zip(self.figures, figures, strict=True):
                label.set_text(figure)
            return
        with self.counts:
            for status, figure in zip((None, *counts), figures, strict=True):
                link = ui.link(target=address(self.chosen, status, self.sort, self.descending))
                link.classes("console-count" + (f" console-{status}" if status else ""))
                if self.chosen.state == status:
                    link.props('aria-current="page"')
                self.ways.append(link)
                with link:
                    self.figures.append(ui.label(figure).classes("text-lg"))
                    ui.label(self.visit(status or "all"))


@ui.page("/", response_timeout=PATIENCE)
async def files_page(
    request: Request,
    state: str = "",
    owner: str = "",
    kind: str = "",
    name: str = "",
    text: str = "",
    sort: str = "",
    down: int = 1,
    after: str = "",
) -> Response | None:
    """The files that a person sees."""
    visit = await enter(request)
    if isinstance(visit, Response):
        return visit
    status = Status(state) if state in list(Status) else None
    chosen = FileFilter(status, owner or None, kind if kind in KINDS else None, name or None, text or None)
    order = Sort(sort) if sort in list(Sort) else Sort.ARRIVAL
    may_change = visit.caller.may(Role.EDITOR, "files")
    with frame(visit, "/", visit("Files")):
        heading(visit("Files"))
        if may_change:
            drop_zone(visit)
        counts = ui.row().classes("w-full items-center console-counts")

        async def choose(*given: Any) -> None:
            await table.choose(*given)

        filters = filter_row(visit, chosen, order, bool(down), choose)
        actions = ui.row().classes("items-center console-bar")
        with actions:
            scope = ui.label().classes("console-quiet") if may_change else None
        begin = read_position(order, after)
        table = FileTable(
            visit,
            chosen,
            order,
            bool(down),
            begin,
            counts=counts,
            filters=filters,
            actions=actions,
            scope=scope,
        )
        if may_change:
            with actions:
                _action_buttons(visit, table)
        await table.look()
        follow(visit, table.look, anyway=EVENTS_ALONE)
    return None


def _action_buttons(visit: Visit, table: FileTable) -> None:
    for kind, name, icon in ACTIONS:

        async def do(kind: JobKind = kind, name: str = name) -> None:
            await _act(visit, table, kind, name)

        ui.button(visit(name), icon=icon, on_click=do).props("flat dense no-caps")


async def _act(visit: Visit, table: FileTable, kind: JobKind, name: str) -> None:
    """Count first, then ask, then do it."""
    ids = table.selected
    chosen = FileFilter(ids=tuple(ids)) if ids else table.chosen
    wish, asked = Wish(kind), Asked(visit.caller.account, kind)
    with told(visit):
        plan = await visit.ask(act_on_all, visit.platform, visit.viewer, chosen, wish, asked, dry_run=True)
        if not plan.possible:
            ui.notify(visit("There is nothing to do with these files."))
            return
        dangerous = kind is JobKind.DELETE
        figures = {"count": visit.number(plan.possible), "all": visit.number(plan.matched)}
        question = (
            visit("Delete {count} of {all} files and all that was made of them?", **figures)
            if dangerous
            else visit("{action}: {count} of {all} files?", action=visit(name), **figures)
        )
        if await confirm(visit, question, dangerous=dangerous):
            done = await visit.ask(
                act_on_all, visit.platform, visit.viewer, chosen, wish, asked, dry_run=False
            )
            ui.notify(visit("Done with {count} files.", count=visit.number(done.changed)))
            table.select_none()
    await table.look()


def _row(visit: Visit, record: FileRecord) -> Row:
    open_work = next((each for each in record.work.values() if each.state is not Status.FINISHED), None)
    took = [each.seconds for each in record.work.values() if each.seconds is not None]
    return {
        "id": record.id,
        "href": f"/files/{record.id}",
        "step": visit(open_work.asset) if open_work else "–",
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
