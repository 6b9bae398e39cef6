"""Queues, the jobs on them, and who takes them; also under the first generation's paths.

A job of a queue is one asset of one file, whoever asked for it or nobody.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query, Request
from pydantic import BaseModel, Field

from aibox_assets.api.answers import Answer, Page
from aibox_assets.api.bodies import Body
from aibox_assets.api.cursors import Limit, Text
from aibox_assets.api.identity import PlatformOf, needs
from aibox_assets.api.problems import ProblemError, not_found
from aibox_assets.domain.viewer import Viewer
from aibox_assets.execution.seen_workers import WorkerView, glance_at_workers
from aibox_assets.resources.platform import Platform
from aibox_assets.services import steering
from aibox_assets.services.queues import QueueView, see_queues
from aibox_assets.services.signing_in import Caller
from aibox_assets.stores.accounts import Role
from aibox_assets.stores.files import FailureKind, Status
from aibox_assets.stores.jobs import Job

router = APIRouter(tags=["Queues and workers"])
former = APIRouter(prefix="/rq", tags=["First generation"])
"""The same under the paths that the first generation had."""
control = APIRouter(tags=["Queues and workers"])

Reader = Annotated[Caller, Depends(needs(Role.READER, "work"))]
Admin = Annotated[Caller, Depends(needs(Role.ADMIN, "work"))]
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


class QueueSampleView(BaseModel):
    """How a queue stood within a span of time."""

    at: datetime
    queue: str
    queued: float = Field(description="On average.")
    started: float
    failed: float
    oldest_seconds: float | None = Field(description="The longest wait within it.")
    made: int
    lost: int = Field(description="Failed for good within it, and failed still.")


class Hold(Body):
    """Why a queue is held."""

    reason: Text = steering.REASON


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


@control.get("/queues/history")
def read_history(
    caller: Admin,
    platform: PlatformOf,
    hours: Annotated[int, Query(ge=1, le=24 * 7)] = 24,
    minutes: Annotated[int, Query(ge=1, le=24 * 60, description="Of each span.")] = 60,
) -> Answer[list[QueueSampleView]]:
    """How the queues stood in the last hours, at most a week."""
    found = platform.samples.select(hours, minutes)
    return Answer(
        data=[QueueSampleView(**{n: getattr(s, n) for n in QueueSampleView.model_fields}) for s in found]
    )


@control.post("/queues/{queue}/pause")
def pause_queue(
    queue: Queue, body: Hold, request: Request, caller: Admin, platform: PlatformOf
) -> Answer[PauseView]:
    """Hold a queue: no run is requested for it, and steps give back what they have not begun."""
    return _hold(queue, body, request, caller, platform, draining=False)


@control.post("/queues/{queue}/drain")
def drain_queue(
    queue: Queue, body: Hold, request: Request, caller: Admin, platform: PlatformOf
) -> Answer[PauseView]:
    """Hold a queue after what runs have already was made."""
    return _hold(queue, body, request, caller, platform, draining=True)


@control.post("/queues/{queue}/resume")
def resume_queue(queue: Queue, request: Request, caller: Admin, platform: PlatformOf) -> Answer[None]:
    """Let a queue go on, whatever held it; a fault that is still there holds it again."""
    if not steering.resume_queue(platform, queue, _actor(request, caller)):
        raise ProblemError(409, "nothing_to_do", f"Nothing holds the queue {queue}.")
    return Answer(data=None, message="It goes on.")


@control.post("/workers/{name}/drain")
def drain_worker(name: Text, request: Request, caller: Admin, platform: PlatformOf) -> Answer[None]:
    """Let a worker end what it is at and take nothing more; it stays ready."""
    if not steering.hold_worker(platform, name, _actor(request, caller)):
        raise not_found("worker")
    return Answer(data=None, message="Within two seconds it takes nothing more.")


@control.post("/workers/{name}/resume")
def resume_worker(name: Text, request: Request, caller: Admin, platform: PlatformOf) -> Answer[None]:
    """Let a worker that is held go on."""
    if not steering.resume_worker(platform, name, _actor(request, caller)):
        raise ProblemError(409, "nothing_to_do", "Nobody holds this worker.")
    return Answer(data=None, message="Within two seconds it goes on.")


def _actor(request: Request, caller: Caller) -> steering.Actor:
    return steering.Actor(caller.account, caller.key_id, request.state.request_id)


def _hold(
    queue: Queue, body: Hold, request: Request, caller: Caller, platform: Platform, *, draining: bool
) -> Answer[PauseView]:
    steering.hold_queue(platform, queue, _actor(request, caller), body.reason, draining=draining)
    held = platform.pauses.select().get(queue)
    if held is None:
        raise ProblemError(409, "conflict", "Somebody resumed it at once.")
    return Answer(data=PauseView(**{name: getattr(held, name) for name in PauseView.model_fields}))


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
