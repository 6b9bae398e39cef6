"""Events of files as they happen: server-sent, resumable."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Header, Request
from fastapi.responses import StreamingResponse
from sse_starlette import EventSourceResponse, ServerSentEvent
from starlette.concurrency import iterate_in_threadpool, run_in_threadpool

from aibox_assets.api.cursors import FileId
from aibox_assets.api.following import EventHub, Follower
from aibox_assets.api.identity import PlatformOf, needs
from aibox_assets.api.problems import ProblemError, not_found
from aibox_assets.api.routes.file_views import view_event
from aibox_assets.resources.platform import Platform
from aibox_assets.services.signing_in import TOKEN_MINUTES, Caller
from aibox_assets.stores.accounts import Role
from aibox_assets.stores.event_feed import is_moment, same_database
from aibox_assets.stores.events import FileEvent

router = APIRouter(tags=["Events"])

Reader = Annotated[Caller, Depends(needs(Role.READER, "files"))]
LastEventId = Annotated[str | None, Header(max_length=8000, description="`id` of the last event that came.")]
_STREAM: Final[dict[int | str, dict[str, Any]]] = {200: {"content": {"text/event-stream": {}}}}
STREAM_SECONDS: Final = TOKEN_MINUTES * 60
"""A stream ends with the token that opened it; who follows on comes back with the last id."""
PING_SECONDS: Final = 15


@router.get("/events", response_class=StreamingResponse, responses=_STREAM)
async def follow_events(
    request: Request, caller: Reader, platform: PlatformOf, last_event_id: LastEventId = None
) -> EventSourceResponse:
    """The events of all files that the caller sees, as server-sent events, from now on or behind `Last-Event-ID`.

    Each is an `EventView`. When what was missed is told, `event: ready` says so. Come back with the last `id` after a
    break, or after the stream's end in a quarter of an hour: nothing is lost, and something may come twice, with the
    same `seq`. `event: reset` comes instead where the installation was restored from a backup since that id: what was
    told may have been undone, so read anew what you hold.
    """
    return _follow(request, platform, caller, last_event_id, None)


@router.get("/files/{file_id}/events", response_class=StreamingResponse, responses=_STREAM, tags=["Files"])
async def follow_file(
    file_id: FileId,
    request: Request,
    caller: Reader,
    platform: PlatformOf,
    last_event_id: LastEventId = None,
) -> EventSourceResponse:
    """The events of one file from its first one on, or behind `Last-Event-ID`; else as `GET /events`."""
    known = await run_in_threadpool(platform.listing.which_visible, [file_id], caller.viewer)
    if not known:
        raise not_found("file")
    return _follow(request, platform, caller, last_event_id, file_id)


def _follow(
    request: Request, platform: Platform, caller: Caller, last: str | None, file_id: str | None
) -> EventSourceResponse:
    if last is not None and not is_moment(last):
        raise ProblemError(422, "malformed", "Last-Event-ID is none of ours.", "Begin without it.")
    hub: EventHub = request.app.state.event_hub
    return EventSourceResponse(_tell(hub, platform, caller, last, file_id), ping=PING_SECONDS)


async def _tell(
    hub: EventHub, platform: Platform, caller: Caller, last: str | None, file_id: str | None
) -> AsyncIterator[ServerSentEvent]:
    async with hub.follow(caller.viewer, file_id) as follower:
        if last is not None and not same_database(last, follower.since):
            yield ServerSentEvent(
                event="reset", data='{"reason": "The installation was restored from a backup."}'
            )
            last = None
        if last is not None or file_id is not None:
            missed = platform.feed.between(last, follower.since, viewer=caller.viewer, file_id=file_id)
            async for part in iterate_in_threadpool(missed):
                for fed in part:
                    yield _say(fed.event)
        yield ServerSentEvent(event="ready", id=follower.since, data="{}")
        async for told in _live(follower):
            yield told


async def _live(follower: Follower) -> AsyncIterator[ServerSentEvent]:
    end = time.monotonic() + STREAM_SECONDS
    while True:
        try:
            batch = await asyncio.wait_for(follower.batches.get(), max(0.0, end - time.monotonic()))
        except TimeoutError:
            return
        if batch is None:
            return
        # Only the last one carries the id: whoever breaks off before it is told the batch again.
        for event in batch.events[:-1]:
            yield _say(event)
        yield _say(batch.events[-1], batch.until)


def _say(event: FileEvent, id_: str | None = None) -> ServerSentEvent:
    return ServerSentEvent(data=view_event(event).model_dump_json(), id=id_)
