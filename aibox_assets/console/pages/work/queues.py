"""The queues as they stand, and for admins their pause, drain and resumption."""

from __future__ import annotations

from datetime import UTC, datetime
from urllib.parse import urlencode

from nicegui import ui

from aibox_assets.console.live import follow
from aibox_assets.console.shell import confirm, told
from aibox_assets.console.tables import Column, Row, show_table
from aibox_assets.console.visit import Visit
from aibox_assets.services.queues import QueueView, see_queues
from aibox_assets.services.steering import Actor, hold_queue, resume_queue
from aibox_assets.stores.accounts import Role


async def show_queues(visit: Visit) -> None:
    """Figures, and why a queue stands still."""
    steers = visit.caller.may(Role.ADMIN, "work")
    columns = [
        Column("queue", visit("Queue"), kind="link"),
        Column("queued", visit("queued"), "right"),
        Column("started", visit("started"), "right"),
        Column("finished", visit("finished"), "right"),
        Column("failed", visit("failed"), "right"),
        Column("oldest", visit("Oldest waits"), "right"),
        Column("rates", visit("Made a minute: 1, 5, 60 min"), "right"),
        Column("slots", visit("At once"), "right"),
    ]
    if steers:
        columns.append(Column("actions", visit("Actions"), kind="actions"))

    async def act(queue: str, action: str) -> None:
        by, platform = Actor(visit.caller.account), visit.platform
        with told(visit):
            if action == "resume":
                await visit.ask(resume_queue, platform, queue, by)
            elif await confirm(visit, visit("Hold the queue {queue}?", queue=queue)):
                await visit.ask(hold_queue, platform, queue, by, draining=action == "drain")
            await look()

    views = await visit.ask(see_queues, visit.platform, visit.viewer)
    table = show_table(visit, visit("Queues"), columns, [_row(visit, view) for view in views], on_action=act)
    pauses = ui.column().classes("w-full q-mt-md")
    _show_pauses(visit, pauses, views)

    async def look() -> None:
        views = await visit.ask(see_queues, visit.platform, visit.viewer)
        table.update_rows([_row(visit, view) for view in views])
        _show_pauses(visit, pauses, views)

    follow(visit, look, anyway=3)


def _row(visit: Visit, view: QueueView) -> Row:
    stats = view.stats
    actions = (("resume", "Resume"),) if view.pause else (("pause", "Pause"), ("drain", "Drain"))
    waited = None if stats.oldest is None else (datetime.now(UTC) - stats.oldest).total_seconds()
    return {
        "id": stats.queue,
        "queue": stats.queue,
        "href": f"/work?{urlencode({'view': 'jobs', 'queue': stats.queue})}",
        **{name: visit.number(getattr(stats, name)) for name in ("queued", "started", "finished", "failed")},
        "oldest": visit.duration(waited),
        "rates": " · ".join(visit.number(round(rate.per_minute, 1)) for rate in stats.rates),
        "slots": visit.number(view.slots),
        "actions": [{"name": name, "label": visit(label)} for name, label in actions],
    }


def _show_pauses(visit: Visit, place: ui.column, views: list[QueueView]) -> None:
    place.clear()
    with place:
        for view in views:
            pause = view.pause
            if pause is None:
                continue
            with ui.card().classes("console-error").props('role="alert"'):
                since = visit.moment(pause.since)
                ui.label(visit("{queue} stands still since {moment}.", queue=pause.queue, moment=since))
                ui.label(visit.sentences(pause.reason, pause.remedy)).classes("console-remedy")
                if pause.held_by:
                    ui.label(visit("Held by {name}.", name=pause.held_by)).classes("console-quiet")
                else:
                    ui.label(visit("A file is tried now and then; the first that succeeds ends it."))
