"""Files: bring some, see how each stands, and do something with one, some or all that the filter shows."""

from __future__ import annotations

from fastapi import Request, Response
from nicegui import ui

from aibox_assets.console.kinds import KINDS
from aibox_assets.console.live import EVENTS_ALONE, follow
from aibox_assets.console.pages.files.actions import action_buttons
from aibox_assets.console.pages.files.choosing import Choice, filter_row, read_position
from aibox_assets.console.pages.files.counts import Counts
from aibox_assets.console.pages.files.table import FileTable
from aibox_assets.console.shell import PATIENCE, enter, frame, heading
from aibox_assets.console.uploads import drop_zone
from aibox_assets.stores.accounts import Role
from aibox_assets.stores.files import Status
from aibox_assets.stores.listing import FileFilter, Sort


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
    files = FileFilter(status, owner or None, kind if kind in KINDS else None, name or None, text or None)
    choice = Choice(files, Sort(sort) if sort in list(Sort) else Sort.ARRIVAL, bool(down))
    may_change = visit.caller.may(Role.EDITOR, "files")
    with frame(visit, "/", visit("Files")):
        heading(visit("Files"))
        if may_change:
            drop_zone(visit)
        counts = Counts(visit)

        async def choose(choice: Choice) -> None:
            await table.choose(choice)

        filters = filter_row(visit, choice, choose)
        with ui.row().classes("items-center console-bar") as actions:
            scope = ui.label().classes("console-quiet") if may_change else None
        begin = read_position(choice.sort, after)
        table = FileTable(visit, choice, begin, counts=counts, filters=filters, actions=actions, scope=scope)
        if may_change:
            with actions:
                action_buttons(visit, table)
        await table.look()
        follow(visit, table.look, anyway=EVENTS_ALONE)
    return None
