"""Who follows events: one reader of the database per process, however many follow."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Final

from starlette.concurrency import iterate_in_threadpool, run_in_threadpool

from aibox_assets.api.problems import ProblemError
from aibox_assets.domain.errors import AIBoxError
from aibox_assets.domain.viewer import Viewer
from aibox_assets.stores.event_feed import EventFeed, FedEvent, same_database
from aibox_assets.stores.events import FileEvent

LOOK_SECONDS: Final = 0.5
MAX_FOLLOWERS: Final = 5000
MAX_BEHIND: Final = 200
"""Batches that wait for a follower that does not read; then it is let go, and may come back."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Batch:
    """What became visible up to a moment, as far as a follower sees it. *until*: None while more of it follows."""

    events: list[FileEvent]
    until: str | None


@dataclass(eq=False, slots=True)
class Follower:
    """One who follows. *since*: from which moment on its batches are."""

    viewer: Viewer
    file_id: str | None
    since: str
    batches: asyncio.Queue[Batch | None] = field(default_factory=lambda: asyncio.Queue(MAX_BEHIND))

    def offer(self, events: list[FedEvent], until: str | None) -> bool:
        """Give it what it sees of a batch; False where it is too far behind."""
        mine = [
            fed.event
            for fed in events
            if (self.file_id is None or fed.event.file_id == self.file_id) and fed.is_for(self.viewer)
        ]
        if not mine:
            return True
        try:
            self.batches.put_nowait(Batch(mine, until))
        except asyncio.QueueFull:
            return False
        return True

    def let_go(self) -> None:
        """Tell it nothing more."""
        while not self.batches.empty():
            self.batches.get_nowait()
        self.batches.put_nowait(None)


class EventHub:
    """Reads what became visible twice a second, as long as anybody follows, and gives each their part."""

    def __init__(self, feed: EventFeed) -> None:
        self._feed = feed
        self._followers: set[Follower] = set()
        self._reading: asyncio.Task[None] | None = None
        self._since = ""
        self._starting = asyncio.Lock()

    @asynccontextmanager
    async def follow(self, viewer: Viewer, file_id: str | None) -> AsyncIterator[Follower]:
        """Follow from this moment on, for the time of the block.

        :raises ProblemError: 503, too many follow already.
        """
        if len(self._followers) >= MAX_FOLLOWERS:
            raise ProblemError(
                503, "busy", "Too many follow events.", "Try again later.", {"Retry-After": "60"}
            )
        async with self._starting:
            if self._reading is None or self._reading.done():
                self._since = await run_in_threadpool(self._feed.now)
                self._reading = asyncio.create_task(self._read())
            follower = Follower(viewer, file_id, self._since)
            self._followers.add(follower)
        try:
            yield follower
        finally:
            self._followers.discard(follower)

    async def _read(self) -> None:
        idle = 0
        while idle < 2 or self._followers:  # not an end between two who come one after the other
            await asyncio.sleep(LOOK_SECONDS)
            idle = 0 if self._followers else idle + 1
            try:
                until = await run_in_threadpool(self._feed.now)
                if not same_database(self._since, until):
                    self._let_all_go()  # it was replaced by a restored one; who comes back is told
                elif until != self._since:
                    await self._deliver(until)
                self._since = until
            except AIBoxError as error:
                _log.warning("Events are not told for now: %s", error)
            except Exception:  # noqa: BLE001  # whatever it is, the next look makes it good
                _log.exception("Events were not told")

    async def _deliver(self, until: str) -> None:
        """A failure in between has some of it told twice."""
        held: list[FedEvent] = []
        async for part in iterate_in_threadpool(self._feed.between(self._since, until)):
            self._offer(held, None)
            held = part
        self._offer(held, until)

    def _let_all_go(self) -> None:
        for follower in self._followers:
            follower.let_go()
        self._followers.clear()

    def _offer(self, events: list[FedEvent], until: str | None) -> None:
        for follower in list(self._followers) if events else ():
            if not follower.offer(events, until):
                self._followers.discard(follower)
                follower.let_go()
