"""Who sees a file beside its owner and the admins, for those who may change it."""

from __future__ import annotations

from collections.abc import Callable

from nicegui import ui

from aibox_assets.console.shell import confirm, told
from aibox_assets.console.tables import Column, Row, TablePlace, show_table
from aibox_assets.console.visit import Visit
from aibox_assets.domain.errors import PermanentError
from aibox_assets.domain.viewer import EVERYONE
from aibox_assets.services.sharing import CannotShareError, share_file, unshare_file
from aibox_assets.stores.listing import FileFilter


class NotYoursError(PermanentError):
    """The file is another's by now."""


async def show_sharing(visit: Visit, file_id: str) -> None:
    """Those who see it, and another one."""
    platform = visit.platform
    ui.label(visit("Whom it is shared with sees it and what was made of it, and changes nothing.")).classes(
        "console-quiet"
    )
    with ui.row().classes("items-center"):
        name = ui.input(visit("With whom")).props("dense outlined maxlength=100")
        share = ui.button(visit("Share")).props("no-caps color=secondary")
        with_all = ui.button(visit("Share with everyone")).props("flat no-caps")
    columns = (
        Column("name", visit("With whom"), kind="word"),
        Column("actions", visit("Actions"), kind="actions"),
    )
    place = TablePlace(
        lambda rows: show_table(visit, visit("Sharing"), columns, rows, on_action=end),
        lambda: ui.label(visit("Only its owner and the admins see it.")),
    )

    async def look() -> None:
        found = await visit.ask(platform.grants.readers, [file_id])
        rows = [_row(visit, grantee) for grantee in found.get(file_id, ())]
        with_all.set_visibility(not any(row["id"] == EVERYONE for row in rows))
        place.show(rows)

    async def change(action: str, grantee: str, do: Callable[[], None]) -> bool:
        """Whether it was done."""

        def act() -> None:
            if not platform.listing.changeable(visit.viewer, FileFilter(ids=(file_id,)), limit=1):
                raise NotYoursError(visit("Shared with you: it is shown, and changed by its owner."))
            do()
            data = {"account": grantee or "*"}
            platform.accounts.record(visit.caller.account, action, file_id, data=data)

        with told(visit):
            try:
                await visit.ask(act)
            except CannotShareError as error:
                raise CannotShareError(error.reason, visit("Check the name.")) from error
            await look()
            return True
        return False

    async def begin(grantee: str) -> bool:
        by = visit.caller.account
        return await change("file.share", grantee, lambda: share_file(platform, file_id, grantee, by))

    async def begin_with_one() -> None:
        given = str(name.value or "").strip()
        if given and await begin(given):
            name.value = ""

    async def begin_with_all() -> None:
        if await confirm(visit, visit("Let everyone who signs in see it?")):
            await begin(EVERYONE)

    async def end(grantee: str, _: str) -> None:
        await change("file.unshare", grantee, lambda: unshare_file(platform, file_id, grantee))

    share.on_click(begin_with_one)
    name.on("keydown.enter", begin_with_one)
    with_all.on_click(begin_with_all)
    await look()


def _row(visit: Visit, grantee: str) -> Row:
    return {
        "id": grantee,
        "name": visit("everyone") if grantee == EVERYONE else grantee,
        "actions": [{"name": "end", "label": visit("Stop sharing")}],
    }
