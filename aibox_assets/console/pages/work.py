"""Work: queues, workers, jobs, what failed, and what stands still."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from fastapi import Request, Response
from nicegui import ui

from aibox_assets.console.shell import empty, enter, frame, show_error
from aibox_assets.console.visit import Visit
from aibox_assets.domain.errors import AIBoxError
from aibox_assets.services.actions import Wish, act_on_all
from aibox_assets.stores.accounts import Role
from aibox_assets.stores.asked import Asked, JobKind
from aibox_assets.stores.files import Status
from aibox_assets.stores.jobs import Job, QueueStats
from aibox_assets.stores.listing import FileFilter
from aibox_assets.stores.pauses import Pause
from aibox_assets.stores.queues import QUEUES

LOOK_SECONDS = 2.0
JOBS = 100


@ui.page("/work")
async def work_page(request: Request, queue: str = "", status: str = "") -> Response | None:
    """The queues, and the jobs of one of them."""
    visit = await enter(request)
    if isinstance(visit, Response):
        return visit
    chosen = queue if queue in QUEUES else QUEUES[0]
    state = Status(status) if status in list(Status) else None
    with frame(visit, "/work", visit("Work")):
        ui.label(visit("Queues")).classes("text-lg").props('role="heading" aria-level="1"')
        queues = ui.element("div").classes("w-full")
        ui.label(visit("Jobs of {queue}", queue=chosen)).classes("text-lg q-mt-md").props(
            'role="heading" aria-level="2"'
        )
        with ui.row():
            for name in ("", *Status):
                target = f"/work?{urlencode({'queue': chosen, 'status': name})}"
                link = ui.link(visit(name or "all"), target).classes("console-link-plain")
                if name == status:
                    link.props('aria-current="page"')
        jobs = ui.element("div").classes("w-full")

    async def look() -> None:
        try:
            stats = await visit.ask(visit.platform.jobs.stats, visit.viewer)
            pauses = await visit.ask(visit.platform.pauses.select)
            found = await visit.ask(visit.platform.jobs.select, chosen, visit.viewer, state, JOBS)
        except AIBoxError as error:
            queues.clear()
            with queues:
                show_error(visit, error)
            return
        _fill(queues, lambda: _show_queues(visit, stats, pauses))
        _fill(jobs, lambda: _show_jobs(visit, found))

    await look()
    ui.timer(LOOK_SECONDS, look, immediate=False)
    return None


def _fill(place: ui.element, build: Any) -> None:
    place.clear()
    with place:
        build()


def _show_queues(visit: Visit, stats: Sequence[QueueStats], pauses: dict[str, Pause]) -> None:
    names = (
        ("queue", visit("Queue")),
        ("queued", visit("queued")),
        ("started", visit("started")),
        ("finished", visit("finished")),
        ("failed", visit("failed")),
        ("oldest", visit("Oldest waits")),
        ("rate", visit("A minute")),
    )
    rows = [
        {
            "queue": each.queue,
            "queued": visit.number(each.queued),
            "started": visit.number(each.started),
            "finished": visit.number(each.finished),
            "failed": visit.number(each.failed),
            "oldest": _age(visit, each.oldest),
            "rate": visit.number(each.rates[1].per_minute),
        }
        for each in stats
    ]
    columns = [
        {"name": name, "label": label, "field": name, "align": "left" if name == "queue" else "right"}
        for name, label in names
    ]
    table = (
        ui.table(columns=columns, rows=rows, row_key="queue").classes("w-full").props("flat bordered dense")
    )
    table.on(
        "rowClick", lambda event: ui.navigate.to(f"/work?{urlencode({'queue': event.args[1]['queue']})}")
    )
    for pause in pauses.values():
        with ui.card().classes("console-error").props('role="alert"'):
            ui.label(
                visit(
                    "{queue} stands still since {moment}.",
                    queue=pause.queue,
                    moment=visit.moment(pause.since),
                )
            )
            ui.label(f"{pause.reason} {pause.remedy}").classes("console-remedy")


def _show_jobs(visit: Visit, jobs: Sequence[Job]) -> None:
    if not jobs:
        empty(visit, visit("No such jobs."), visit("Drop files on the page Files, and their jobs are here."))
        return
    names = (
        ("path", visit("File")),
        ("owner", visit("Owner")),
        ("state", visit("State")),
        ("since", visit("Since")),
        ("seconds", visit("Seconds")),
        ("attempts", visit("Attempts")),
        ("error", visit("Error")),
    )
    rows = [
        {
            "id": job.id,
            "file_id": job.file_id,
            "path": job.path,
            "owner": job.owner,
            "state": visit(job.state),
            "since": visit.moment(job.ended_at or job.started_at or job.queued_at),
            "seconds": visit.number(job.seconds),
            "attempts": job.attempts,
            "error": job.error or "",
        }
        for job in jobs
    ]
    columns = [{"name": name, "label": label, "field": name, "align": "left"} for name, label in names]
    table = (
        ui.table(columns=columns, rows=rows, row_key="id")
        .classes("w-full")
        .props("flat bordered dense wrap-cells")
    )
    table.on("rowClick", lambda event: ui.navigate.to(f"/files/{event.args[1]['file_id']}"))
    failed = [job.file_id for job in jobs if job.state is Status.FAILED]
    if failed and visit.caller.may(Role.EDITOR, "files"):

        async def retry() -> None:
            chosen, asked = FileFilter(ids=tuple(failed)), Asked(visit.caller.account, JobKind.RETRY)
            done = await visit.ask(
                act_on_all,
                visit.platform,
                visit.viewer,
                chosen,
                Wish(JobKind.RETRY),
                asked,
                dry_run=False,
            )
            ui.notify(visit("{count} files are tried again.", count=done.changed))

        ui.button(visit("Try the failed ones again"), on_click=retry, icon="replay").props("flat")


def _age(visit: Visit, since: datetime | None) -> str:
    return "–" if since is None else f"{(datetime.now(UTC) - since).total_seconds():,.0f} s"
