"""``aibox queues``, ``jobs``, ``job``: what waits, runs and ended, by queue."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Annotated

import typer
from rich.console import Group, RenderableType
from rich.text import Text

from aibox_assets.cli import remote, remote_work
from aibox_assets.cli.console import (
    MOST_ROWS,
    Json,
    clean,
    clean_lines,
    coloured,
    fail,
    make_table,
    out,
    print_json,
    reported_errors,
    stretch,
)
from aibox_assets.cli.watching import Watch, answer
from aibox_assets.domain.errors import ConfigurationError
from aibox_assets.domain.viewer import OPERATOR
from aibox_assets.resources.platform import current_platform
from aibox_assets.services.queues import QueueView, see_queues
from aibox_assets.stores.files import Status
from aibox_assets.stores.jobs import Job
from aibox_assets.stores.queues import QUEUES

Queue = Annotated[str | None, typer.Argument(help=f"One of {', '.join(QUEUES)}; else all.")]


def register(app: typer.Typer) -> None:
    """Add the commands to *app*."""
    app.command()(queues)
    app.command()(jobs)
    app.command()(job)


def queues(queue: Queue = None, watch: Watch = False, json: Json = False) -> None:
    """The queues: how much waits and for how long, what was made per minute, and who takes it."""
    with reported_errors(json):
        chosen = _chosen(queue)
        api = remote.installation()

    def look() -> list[QueueView]:
        views = remote_work.queues(api) if api is not None else see_queues(current_platform(), OPERATOR)
        return [view for view in views if view.stats.queue in chosen]

    answer(look, _queues_table, watch=watch, as_json=json)


def jobs(
    queue: Queue = None,
    status: Annotated[Status | None, typer.Option(help="Only jobs in this state.")] = None,
    limit: Annotated[
        int, typer.Option("--limit", "-n", min=1, max=MOST_ROWS, help="At most so many of a queue.")
    ] = 20,
    watch: Watch = False,
    json: Json = False,
) -> None:
    """The jobs of a queue, or of all: what waits in its order, else the newest files first."""
    with reported_errors(json):
        chosen = _chosen(queue)
        api = remote.installation()

    def look() -> list[Job]:
        if api is not None:
            return remote_work.jobs(api, chosen, status, limit)
        store = current_platform().jobs
        return [job for name in chosen for job in store.select(name, OPERATOR, status, limit)]

    answer(look, _jobs_table, watch=watch, as_json=json)


def job(
    key: Annotated[str, typer.Argument(metavar="ID", help="As 'aibox jobs' shows it: ASSET.FILE.")],
    json: Json = False,
) -> None:
    """Everything about one job, with the traceback of its last error."""
    with reported_errors(json):
        api = remote.installation()
        found = remote_work.job(api, key) if api is not None else current_platform().jobs.get(key, OPERATOR)
    if found is None:
        fail(f"No job {key} is known.", "'aibox jobs' lists their ids.", as_json=json, status=1)
    if json:
        print_json(found)
        return
    for name, value in asdict(found).items():
        if name in ("trace", "seq") or value is None or value is False:
            continue
        shown = coloured(str(value)) if name == "state" else clean(str(_moment(value)))
        out.print(f"[bold]{name:>13}[/]  {shown}", highlight=False)
    if found.trace:
        out.print()
        out.print(found.trace.rstrip(), markup=False, highlight=False)


def _chosen(queue: str | None) -> Sequence[str]:
    if queue is None:
        return QUEUES
    if queue not in QUEUES:
        raise ConfigurationError(f"There is no queue {queue}.", f"The queues are {', '.join(QUEUES)}.")
    return (queue,)


def _queues_table(views: Sequence[QueueView]) -> RenderableType:
    now = datetime.now(UTC)
    depth = [
        (view.stats.queue, view.stats.queued, view.stats.started, view.stats.finished, view.stats.failed,
         view.stats.oldest and stretch((now - view.stats.oldest).total_seconds()))
        for view in views
    ]  # fmt: skip
    pace = [
        (view.stats.queue, *(f"{rate.per_minute:,.1f}" for rate in view.stats.rates), view.stats.rates[-1].failed,
         view.steps, view.slots)
        for view in views
    ]  # fmt: skip
    return Group(
        make_table("Jobs", ("queue", "queued", "started", "finished", "failed", "oldest waits"), depth, ""),
        make_table(
            "Made per minute, failed for good, and steps that wait for as many slots of workers",
            ("queue", "1 min", "5 min", "60 min", "failed 60 min", "steps", "slots"),
            pace,
            "",
        ),
        *(
            Text.from_markup(line)
            for line in dict.fromkeys(line for view in views for line in _notices(view))
        ),
    )


def _notices(view: QueueView) -> list[str]:
    stats, lines = view.stats, []
    if view.pause is not None:
        lines.append(
            f"[red]{stats.queue} is paused:[/] {clean_lines(f'{view.pause.reason} {view.pause.remedy}')}"
        )
    if stats.blocked:
        lines.append(f"{stats.queue}: {stats.blocked:,} of the queued wait for their chunks.")
    if stats.delayed:
        lines.append(f"{stats.queue}: {stats.delayed:,} of the queued failed and are tried again later.")
    if view.slots is None:
        lines.append("[red]Redis did not answer[/]; 'aibox doctor' looks for the cause.")
    elif view.slots == 0:
        lines.append(f"[red]{stats.queue} has no worker:[/] aibox up, or aibox workers start.")
    return lines


def _jobs_table(found: Sequence[Job]) -> RenderableType:
    now = datetime.now(UTC)
    rows = [
        (
            clean(job.id),
            coloured(job.state),
            since and stretch((now - since).total_seconds()),
            job.attempts + job.interruptions or None,
            clean(job.error) if job.error else ("waits for its chunks" if job.blocked else None),
        )
        for job in found
        for since in [_since(job)]
    ]
    return make_table("Jobs", ("job", "state", "for", "tries", "error"), rows, "No such jobs.")


def _since(job: Job) -> datetime | None:
    match job.state:
        case Status.QUEUED:
            return job.queued_at
        case Status.STARTED:
            return job.started_at
    return job.ended_at


def _moment(value: object) -> object:
    return value.astimezone().isoformat(sep=" ", timespec="seconds") if isinstance(value, datetime) else value
