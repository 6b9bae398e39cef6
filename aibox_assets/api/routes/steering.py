"""What admins do with queues and workers: look back at a week of them, hold them and let them go on."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from pydantic import BaseModel, Field

from aibox_assets.api.answers import Answer
from aibox_assets.api.bodies import Body
from aibox_assets.api.cursors import Text
from aibox_assets.api.identity import PlatformOf, needs
from aibox_assets.api.problems import ProblemError, not_found
from aibox_assets.api.routes.queues import PauseView, Queue
from aibox_assets.resources.platform import Platform
from aibox_assets.services import steering
from aibox_assets.services.signing_in import Caller
from aibox_assets.stores.accounts import Role

router = APIRouter(tags=["Queues and workers"])

Admin = Annotated[Caller, Depends(needs(Role.ADMIN, "work"))]


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


@router.get("/queues/history")
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


@router.post("/queues/{queue}/pause")
def pause_queue(
    queue: Queue, body: Hold, request: Request, caller: Admin, platform: PlatformOf
) -> Answer[PauseView]:
    """Hold a queue: no run is requested for it, and steps give back what they have not begun."""
    return _hold(queue, body, request, caller, platform, draining=False)


@router.post("/queues/{queue}/drain")
def drain_queue(
    queue: Queue, body: Hold, request: Request, caller: Admin, platform: PlatformOf
) -> Answer[PauseView]:
    """Hold a queue after what runs have already was made."""
    return _hold(queue, body, request, caller, platform, draining=True)


@router.post("/queues/{queue}/resume")
def resume_queue(queue: Queue, request: Request, caller: Admin, platform: PlatformOf) -> Answer[None]:
    """Let a queue go on, whatever held it; a fault that is still there holds it again."""
    if not steering.resume_queue(platform, queue, _actor(request, caller)):
        raise ProblemError(409, "nothing_to_do", f"Nothing holds the queue {queue}.")
    return Answer(data=None, message="It goes on.")


@router.post("/workers/{name}/drain")
def drain_worker(name: Text, request: Request, caller: Admin, platform: PlatformOf) -> Answer[None]:
    """Let a worker end what it is at and take nothing more; it stays ready."""
    if not steering.hold_worker(platform, name, _actor(request, caller)):
        raise not_found("worker")
    return Answer(data=None, message="Within two seconds it takes nothing more.")


@router.post("/workers/{name}/resume")
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
