"""What failed for good, with search and another try."""

from __future__ import annotations

import json
from typing import Final
from urllib.parse import urlencode

from nicegui import ui

from aibox_assets.console.live import EVENTS_ALONE, follow
from aibox_assets.console.shell import PAUSE_MS, confirm, empty, told
from aibox_assets.console.tables import Column, Row, Table, TablePlace, show_table
from aibox_assets.console.visit import Visit
from aibox_assets.services.actions import Wish, act_on_all
from aibox_assets.stores.accounts import Role
from aibox_assets.stores.asked import Asked, JobKind
from aibox_assets.stores.files import FileRecord, Status
from aibox_assets.stores.listing import FileFilter, Sort

LETTERS: Final = 100


async def show_failed(visit: Visit, name: str, problem: str) -> None:
    """The last that failed, by name and reason."""
    chosen = FileFilter(state=Status.FAILED, name=name or None, problem=problem or None)
    with ui.row().classes("w-full items-center") as filters:
        by_name = ui.input(visit("Name"), value=name)
        by_problem = ui.input(visit("Reason"), value=problem)
        for box in (by_name, by_problem):
            box.props(f"dense outlined clearable debounce={PAUSE_MS} maxlength=1000")
        again = ui.button(visit("Try all of these again"), icon="replay").props("flat no-caps")
        again.set_visibility(False)
    may = visit.caller.may(Role.EDITOR, "files")
    count = ui.label().classes("console-quiet").props('role="status"')

    def say_none() -> None:
        if chosen.name or chosen.problem:
            empty(visit("No file fits the filter."), visit("Clear it to see all."))
        else:
            empty(visit("Nothing failed."), visit("What fails for good is told here, with its remedy."))

    place = TablePlace(lambda rows: _table(visit, rows), say_none)

    async def read() -> list[Row]:
        listing = visit.platform.listing
        counts = await visit.ask(listing.count, visit.viewer, chosen)
        failed = counts[Status.FAILED]
        count.set_text(visit("{count} files", count=visit.number(failed)) if failed else "")
        again.set_visibility(may and failed > 0)
        filters.set_visibility(failed > 0 or bool(chosen.name or chosen.problem))
        found, _ = await visit.ask(listing.page, visit.viewer, chosen, Sort.UPDATED, limit=LETTERS)
        return [_row(visit, record) for record in found]

    async def look() -> None:
        asked = chosen
        rows = await read()
        if asked is chosen:  # else something else is to be shown by now
            place.show(rows)

    async def change() -> None:
        nonlocal chosen
        given = {"name": by_name.value or None, "problem": by_problem.value or None}
        chosen = FileFilter(state=Status.FAILED, **given)
        asked = {name: value for name, value in ({"view": "failed"} | given).items() if value}
        ui.run_javascript(f"history.replaceState(null, '', {json.dumps(f'/work?{urlencode(asked)}')})")
        with told(visit):
            await look()

    async def retry() -> None:
        wish, asked = Wish(JobKind.RETRY), Asked(visit.caller.account, JobKind.RETRY)
        with told(visit):
            plan = await visit.ask(
                act_on_all, visit.platform, visit.viewer, chosen, wish, asked, dry_run=True
            )
            if not plan.possible:
                ui.notify(visit("There is nothing to do with these files."))
            elif await confirm(visit, visit("Try {count} files again?", count=visit.number(plan.possible))):
                done = await visit.ask(
                    act_on_all, visit.platform, visit.viewer, chosen, wish, asked, dry_run=False
                )
                ui.notify(visit("{count} files are tried again.", count=visit.number(done.changed)))
            await look()

    for box in (by_name, by_problem):
        box.on_value_change(change)
    again.on_click(retry)
    await look()
    follow(visit, look, anyway=EVENTS_ALONE)


def _table(visit: Visit, rows: list[Row]) -> Table:
    columns = (
        Column("path", visit("File"), kind="link"),
        Column("owner", visit("Owner"), kind="word"),
        Column("step", visit("Step"), kind="word"),
        Column("reason", visit("Reason")),
        Column("remedy", visit("What to do")),
        Column("attempts", visit("Attempts"), "right"),
        Column("failed", visit("When"), kind="time"),
    )
    return show_table(visit, visit("Failed"), columns, rows)


def _row(visit: Visit, record: FileRecord) -> Row:
    failed = record.failed_work
    return {
        "id": record.id,
        "path": record.display_path,
        "href": f"/files/{record.id}",
        "owner": record.user_id,
        "step": visit(failed.asset) if failed else "–",
        "reason": visit.said(record.error) or "–",
        "remedy": visit.said(record.remedy) or "–",
        "attempts": visit.number(record.attempts),
        "failed": visit.moment(failed.ended_at if failed and failed.ended_at else record.updated_at),
    }
