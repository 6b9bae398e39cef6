"""The jobs of a queue: one asset of one file each."""

from __future__ import annotations

from typing import Final
from urllib.parse import urlencode

from aibox_assets.console.live import EVENTS_ALONE, follow
from aibox_assets.console.shell import choices, empty
from aibox_assets.console.tables import Column, Row, show_table
from aibox_assets.console.visit import ICONS, Visit
from aibox_assets.stores.files import Status
from aibox_assets.stores.jobs import Job
from aibox_assets.stores.queues import QUEUES

JOBS: Final = 100


async def show_jobs(visit: Visit, queue: str, status: str) -> None:
    """The jobs of one queue, in one state or in any."""
    chosen = queue if queue in QUEUES else QUEUES[0]
    state = Status(status) if status in list(Status) else None
    choices(visit("Queue"), [(name, _address(name, status), name == chosen) for name in QUEUES])
    states = [(visit(name or "all"), _address(chosen, name), name == (state or "")) for name in ("", *Status)]
    choices(visit("State"), states)

    async def read() -> list[Row]:
        found = await visit.ask(visit.platform.jobs.select, chosen, visit.viewer, state, JOBS)
        return [_row(visit, job) for job in found]

    rows = await read()
    if not rows:
        empty(visit("No such jobs."), visit("Drop files on the page Files, and their jobs are here."))
        return
    columns = (
        Column("path", visit("File"), kind="link"),
        Column("owner", visit("Owner"), kind="word"),
        Column("state", visit("State"), kind="state"),
        Column("since", visit("Since"), kind="time"),
        Column("seconds", visit("Took"), "right"),
        Column("attempts", visit("Attempts"), "right"),
    )
    table = show_table(visit, visit("Jobs of {queue}", queue=chosen), columns, rows)

    async def look() -> None:
        table.update_rows(await read())

    follow(visit, look, anyway=EVENTS_ALONE)


def _address(queue: str, status: str) -> str:
    return f"/work?{urlencode({'view': 'jobs', 'queue': queue, 'status': status})}"


def _row(visit: Visit, job: Job) -> Row:
    return {
        "id": job.id,
        "path": job.path,
        "href": f"/files/{job.file_id}?{urlencode({'tab': 'history'})}",
        "owner": job.owner,
        "status": str(job.state),
        "state": visit(job.state),
        "icon": ICONS[job.state],
        "error": visit.said(job.error),
        "since": visit.moment(job.ended_at or job.started_at or job.queued_at),
        "seconds": visit.duration(job.seconds),
        "attempts": visit.number(job.attempts),
    }
