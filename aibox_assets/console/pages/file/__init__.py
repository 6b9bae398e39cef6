"""A file: how it stands and why, its text, what it says, its versions and its history."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Final
from urllib.parse import urlencode

from fastapi import Request, Response
from nicegui import ui

from aibox_assets.console.live import EVENTS_ALONE, follow
from aibox_assets.console.pages.file.events import show_events, show_versions
from aibox_assets.console.pages.file.sharing import show_sharing
from aibox_assets.console.pages.file.standing import Standing
from aibox_assets.console.pages.file.text import Words, show_text
from aibox_assets.console.pages.file.triples import show_triples
from aibox_assets.console.pages.files.actions import ACTIONS
from aibox_assets.console.shell import PATIENCE, choices, confirm, empty, enter, frame, heading, told
from aibox_assets.console.visit import Visit
from aibox_assets.services.actions import Wish, act_on_all
from aibox_assets.stores.accounts import Role
from aibox_assets.stores.asked import Asked, JobKind
from aibox_assets.stores.files import CHUNKS, KG_TRIPLES, FileRecord, Status
from aibox_assets.stores.listing import FileFilter

WORKED_ON: Final = 2.0
"""Seconds: how far a step is on a file leaves no event."""
TABS: Final = {
    "text": "Text",
    "triples": "Triples",
    "versions": "Versions",
    "history": "History",
    "sharing": "Sharing",
}
_SHOWS: Final = {"text": (CHUNKS, KG_TRIPLES), "triples": (KG_TRIPLES,)}
"""Of which assets a tab shows what was made."""
_CHANGING: Final = ("versions", "history")
"""Tabs that show each change."""
_WHEN: Final = {
    JobKind.RETRY: (Status.FAILED, Status.QUEUED),
    JobKind.CANCEL: (Status.QUEUED, Status.STARTED),
}
"""Where an action has a meaning; the others always have one."""


@ui.page("/files/{file_id}", response_timeout=PATIENCE)
async def file_page(
    request: Request, file_id: str, tab: str = "text", chunk: str = "", words: str = "", after: int = -1
) -> Response | None:
    """Everything about one file. *chunk* and *words* (``START-END``) lead to a place in its text."""
    visit = await enter(request)
    if isinstance(visit, Response):
        return visit
    tab = tab if tab in TABS else "text"
    record = await visit.ask(visit.platform.listing.get, file_id, visit.viewer)
    title = record.display_path if record else visit("File")
    with frame(visit, "/", title):
        if record is None:
            empty(visit("There is no such file that you can see."), visit("It may have been removed."))
            with ui.row().classes("w-full justify-center"):
                ui.link(visit("Show all files"), "/")
            return None
        heading(title)
        standing = Standing(visit)
        with ui.row().classes("items-center"):
            ui.link(visit("The original"), f"/api/v1/files/{file_id}/content").props("target=_blank")
            buttons = await _actions(visit, file_id, lambda: look())
        tab = tab if buttons or tab != "sharing" else "text"
        address = f"/files/{file_id}"
        tabs = [
            (visit(name), f"{address}?{urlencode({'tab': each})}", each == tab)
            for each, name in TABS.items()
            if buttons or each != "sharing"
        ]
        choices(title, tabs)
        place = ui.element("div").classes("w-full")
        gone = ui.label(visit("The file was removed.")).props('role="alert"')
        gone.set_visibility(False)
    shown: list[object] = []

    async def fill(found: FileRecord) -> None:
        """What the tab shows, where it is not what is shown already."""
        works = [found.work[asset] for asset in _SHOWS.get(tab, ()) if asset in found.work]
        now: list[object] = [work.made for work in works]
        if tab in _CHANGING:
            now = [found.updated_at, found.status]
        if shown == [now]:
            return
        shown[:] = [now]
        place.clear()
        with place:
            match tab:
                case "triples":
                    await show_triples(visit, file_id)
                case "versions":
                    await show_versions(visit, found)
                case "sharing":
                    with ui.element("div").classes("console-standing"):
                        await show_sharing(visit, file_id)
                case "history":
                    await show_events(visit, file_id)
                case _:
                    await show_text(visit, found, after, chunk, Words.read(words))

    async def look() -> None:
        found = await visit.ask(visit.platform.listing.get, file_id, visit.viewer)
        gone.set_visibility(found is None)
        if found is not None:
            await show(found)

    async def show(found: FileRecord) -> None:
        await standing.show(found)
        for kind, button in buttons.items():
            button.set_visibility(found.status in _WHEN.get(kind, Status))
        await fill(found)

    await show(record)
    follow(visit, look, anyway=lambda: EVENTS_ALONE if standing.is_over else WORKED_ON)
    return None


async def _actions(
    visit: Visit, file_id: str, look: Callable[[], Awaitable[None]]
) -> dict[JobKind, ui.button]:
    """What the person may do with it, after which *look* is called; a file that is shared with them is only shown."""
    this = FileFilter(ids=(file_id,))
    if not visit.caller.may(Role.EDITOR, "files"):
        return {}
    if not await visit.ask(visit.platform.listing.changeable, visit.viewer, this, limit=1):
        ui.label(visit("Shared with you: it is shown, and changed by its owner.")).classes("console-quiet")
        return {}
    buttons = {}
    for kind, name, icon in ACTIONS:

        async def do(kind: JobKind = kind) -> None:
            asked = Asked(visit.caller.account, kind)
            question = visit("Delete this file and all that was made of it?")
            if kind is JobKind.DELETE and not await confirm(visit, question, dangerous=True):
                return
            with told(visit):
                done = await visit.ask(
                    act_on_all, visit.platform, visit.viewer, this, Wish(kind), asked, dry_run=False
                )
                ui.notify(visit("Asked for.") if done.changed else visit("There is nothing to do."))
                await look()

        buttons[kind] = ui.button(visit(name), icon=icon, on_click=do).props("flat dense no-caps")
    return buttons
