"""Watched folders, for admins: which wait for a person, and the decision."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from aibox_assets.console.live import follow
from aibox_assets.console.shell import confirm, told
from aibox_assets.console.tables import Column, Row, show_table
from aibox_assets.console.visit import Visit
from aibox_assets.services.folders import (
    FolderState,
    FolderView,
    accept_folder,
    confirm_removal,
    forget_folder,
    list_folders,
)

_ACTIONS: Final = {
    FolderState.HELD: ("accept", "Accept"),
    FolderState.REMOVAL_WAITS: ("confirm", "Remove them now"),
    FolderState.NOT_WATCHED: ("forget", "Forget"),
}
_QUESTIONS: Final = {
    "accept": "Is what lies at {place} the right folder?",
    "confirm": "Remove what was made of the missing files of {place}?",
    "forget": "Remove all that was made of the files of {place}?",
}


async def show_folders(visit: Visit) -> None:
    """Each with its state, and what a person has to decide."""
    views: dict[str, FolderView] = {}

    async def read() -> list[Row]:
        found = await visit.ask(list_folders, visit.platform)
        views.clear()
        views.update({view.place: view for view in found})
        return [_row(visit, view) for view in found]

    async def act(place: str, action: str) -> None:
        view, platform = views[place], visit.platform
        if not await confirm(visit, visit(_QUESTIONS[action], place=place), dangerous=action != "accept"):
            return
        with told(visit):
            match action:
                case "accept":
                    await visit.ask(accept_folder, platform, Path(place))
                case "confirm":
                    await visit.ask(confirm_removal, platform, Path(place))
                case "forget":
                    await visit.ask(forget_folder, platform, view.label)
            platform.accounts.record(visit.caller.account, f"folder.{action}", place)
            table.update_rows(await read())

    columns = (
        Column("place", visit("Folder")),
        Column("state", visit("State"), kind="word"),
        Column("files", visit("Files"), "right"),
        Column("reason", visit("Reason")),
        Column("actions", visit("Actions"), kind="actions"),
    )
    table = show_table(visit, visit("Folders"), columns, await read(), on_action=act)

    async def look() -> None:
        table.update_rows(await read())

    follow(visit, look)


def _row(visit: Visit, view: FolderView) -> Row:
    action = _ACTIONS.get(view.state)
    return {
        "id": view.place,
        "place": view.place,
        "state": visit(view.state),
        "files": visit.number(view.files),
        "reason": visit.sentences(view.reason, view.remedy) or "–",
        "actions": [{"name": action[0], "label": visit(action[1])}] if action else [],
    }
