"""What a person does with files: with those that are ticked, else with all that the filter shows."""

from __future__ import annotations

from typing import Final

from nicegui import ui

from aibox_assets.console.pages.files.table import FileTable
from aibox_assets.console.shell import confirm, told
from aibox_assets.console.visit import Visit
from aibox_assets.services.actions import Wish, act_on_all
from aibox_assets.stores.asked import Asked, JobKind
from aibox_assets.stores.listing import FileFilter

ACTIONS: Final = (
    (JobKind.RETRY, "Try again", "replay"),
    (JobKind.CANCEL, "Cancel", "block"),
    (JobKind.REGENERATE, "Make again", "autorenew"),
    (JobKind.DELETE, "Delete", "delete"),
)


def action_buttons(visit: Visit, table: FileTable) -> None:
    """A button for each action."""
    for kind, name, icon in ACTIONS:

        async def do(kind: JobKind = kind, name: str = name) -> None:
            await _act(visit, table, kind, name)

        ui.button(visit(name), icon=icon, on_click=do).props("flat dense no-caps")


async def _act(visit: Visit, table: FileTable, kind: JobKind, name: str) -> None:
    """Count first, then ask, then do it."""
    ids = table.selected
    chosen = FileFilter(ids=tuple(ids)) if ids else table.choice.files
    wish, asked = Wish(kind), Asked(visit.caller.account, kind)
    with told(visit):
        plan = await visit.ask(act_on_all, visit.platform, visit.viewer, chosen, wish, asked, dry_run=True)
        if not plan.possible:
            ui.notify(visit("There is nothing to do with these files."))
            return
        dangerous = kind is JobKind.DELETE
        figures = {"count": visit.number(plan.possible), "all": visit.number(plan.matched)}
        question = visit("{action}: {count} of {all} files?", action=visit(name), **figures)
        if dangerous and plan.matched == 1:
            question = visit("Delete this file and all that was made of it?")
        elif dangerous:
            question = visit("Delete {count} of {all} files and all that was made of them?", **figures)
        if await confirm(visit, question, dangerous=dangerous):
            done = await visit.ask(
                act_on_all, visit.platform, visit.viewer, chosen, wish, asked, dry_run=False
            )
            ui.notify(visit("Done with {count} files.", count=visit.number(done.changed)))
            table.select_none()
    await table.look()
