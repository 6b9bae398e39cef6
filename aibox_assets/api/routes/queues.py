"""Queues, the jobs on them, and who takes them; also under the first generation's paths.

A job of a queue is one asset of one file, whoever asked for it or nobody.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, Field

from aibox_assets.api.answers import Answer, Page
from aibox_assets.api.cursors import Limit, Text
from aibox_assets.api.identity import PlatformOf, needs
from aibox_assets.api.problems import not_found
from aibox_assets.domain.viewer import Viewer
from aibox_assets.execution.seen_workers import WorkerView, glance_at_workers
from aibox_assets.resources.platform import Platform
from aibox_assets.services.queues import QueueView, see_queues
from aibox_assets.services.signing_in import Caller
from aibox_assets.stores.accounts import Role
from aibox_assets.stores.files import FailureKind, Status
from aibox_assets.stores.jobs import Job

router = APIRouter(tags=["Queues and workers"])
former = APIRouter(prefix="/rq", tags=["First generation"])
"""The same under the paths that the first generation had."""

Reader = Annotated[Caller, Depends(needs(Role.READER, "work"))]
Queue = Literal["file_processing", "vectorization", "kg_extraction"]


class RateView(BaseModel):
    """What ended within the last minutes."""

    minutes: int
    made: int
    failed: int
    per_minute: float


class PauseView(BaseModel):
    """Why a queue stands still."""

    reason: str
    remedy: str
    since: datetime
    held_by: str | None = Field(
        description="The person who holds it; null for a fault, which ends by itself."
    )
    draining: bool = Field(description="What runs have already is made.")


class QueueStatsView(BaseModel):
    """A queue in figures; the jobs are those of files that the caller sees."""

    queued: int
    started: int
    finished: int
    failed: int
    blocked: int = Field(description="Of the queued, whose chunks are made first.")
    delayed: int = Field(description="Of the queued, that are tried again later.")
    oldest: datetime | None = Field(description="Since when the one that waits longest does.")
    rates: list[RateView]
    steps: int | None = Field(description="Steps that wait in Redis for a worker; null where it is away.")
    slots: int | None = Field(description="Steps that its workers could run at once.")
    pause: PauseView | None


class QueueJobView(BaseModel):
    """One asset of one file."""

    job_id: str
    queue: str
    asset: str
    file_id: str
    path: str
    owner: str
    status: Status
    blocked: bool
    background: bool
    run_id: str | None = Field(description="Of the last run that started it; of a single job only.")
    attempts: int
    interruptions: int
    not_before: datetime | None
    failure: FailureKind | None
    error: str | None
    remedy: str | None
    traceback: str | None = Field(description="Of the last error; of a single job only.")
    count: int | None
    seconds: float | None
    queued_at: datetime
    started_at: datetime | None
    ended_at: datetime | None


class InHand(BaseModel):
    """What a worker is at."""

    step: str
    run_id: str
    job_id: str | None = Field(description="Null while it is at no file in particular, or at another's.")
    part: str
    seconds: float


class WorkerAnswer(BaseModel):
    """A worker."""

    name: str
    queues: tuple[str, ...]
    state: Literal["idle", "busy", "unresponsive"]
    current_job: str | None
    slots: int | None
    up_seconds: float | None
    held_by: str | None = Field(description="The person who lets it take nothing more.")
    in_hand: list[InHand]


@router.get("/queues/stats")
def read_stats(caller: Reader, platform: PlatformOf) -> Answer[dict[Queue, QueueStatsView]]:
    """Every queue in figures."""
    views = see_queues(platform, caller.viewer)
    return Answer(data={view.stats.queue: _stats(view) for view in views})


@router.get("/queues/{queue}/jobs")
def list_queue_jobs(
    queue: Queue,
    caller: Reader,
    platform: PlatformOf,
    status: Status | None = None,
    cursor: Annotated[int | None, Query(ge=0, le=2**62)] = None,
    limit: Limit = 50,
) -> Answer[Page[QueueJobView]]:
    """The jobs of a queue: what waits in order of arrival, else the newest files first."""
    found = platform.jobs.select(queue, caller.viewer, status, limit, cursor)
    more = str(found[-1].seq) if len(found) == limit else None
    return Answer(data=Page(items=[_job(job) for job in found], next=more))


@router.get("/queues/{queue}/jobs/{job_id}")
def read_queue_job(queue: Queue, job_id: Text, caller: Reader, platform: PlatformOf) -> Answer[QueueJobView]:
    """One job with the traceback of its last error."""
    job = platform.jobs.get(job_id, caller.viewer)
    if job is None or job.queue != queue:
        raise not_found("job")
    return Answer(data=_job(job))


@router.get("/workers")
def list_workers(caller: Reader, platform: PlatformOf) -> Answer[list[WorkerAnswer]]:
    """Every worker that says that it lives, and what it is at."""
    views = glance_at_workers(platform.settings.require_redis_url())
    seen = _seen_files(platform, views, caller.viewer)
    return Answer(data=[_worker(view, seen) for view in views])


former.include_router(router)


def _stats(view: QueueView) -> QueueStatsView:
    rates = [
        RateView(minutes=rate.minutes, made=rate.made, failed=rate.failed, per_minute=rate.per_minute)
        for rate in view.stats.rates
    ]
    pause = view.pause and PauseView(**{name: getattr(view.pause, name) for name in PauseView.model_fields})
    same = ("queued", "started", "finished", "failed", "blocked", "delayed", "oldest")
    return QueueStatsView(
        **{name: getattr(view.stats, name) for name in same},
        rates=rates,
        steps=view.steps,
        slots=view.slots,
        pause=pause,
    )


def _job(job: Job) -> QueueJobView:
    renamed = {"job_id": job.id, "status": job.state, "traceback": job.trace, "count": job.items}
    return QueueJobView(
        **{name: getattr(job, name) for name in QueueJobView.model_fields if name not in renamed}, **renamed
    )


def _seen_files(platform: Platform, views: list[WorkerView], viewer: Viewer) -> set[str]:
    """Of the files that workers have in hand, those that the viewer sees."""
    ids = {lease.file_id for view in views for lease in view.at if lease.file_id}
    return platform.listing.which_visible(sorted(ids), viewer) if ids else set()


def _worker(view: WorkerView, seen: set[str]) -> WorkerAnswer:
    in_hand = [
        InHand(
            step=lease.step_key,
            run_id=lease.run_id,
            job_id=f"{lease.step_key}.{lease.file_id}" if lease.file_id in seen else None,
            part=lease.part if lease.file_id is None or lease.file_id in seen else "",
            seconds=max(0.0, view.seconds or 0.0),
        )
        for lease in view.at
    ]
    return WorkerAnswer(
        name=view.name,
        queues=view.queues,
        state=view.state,
        current_job=in_hand[0].job_id or view.job if in_hand else None,
        slots=view.children,
        up_seconds=view.up,
        held_by=view.held_by,
        in_hand=in_hand,
    )
