"""Holding queues and workers and letting them go on: an admin's decisions, each with its line in the audit log."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from redis import Redis
from redis.exceptions import RedisError

from aibox_assets.domain.errors import StoreUnavailableError
from aibox_assets.resources.platform import Platform
from aibox_assets.workers.holds import hold, let_go

REASON: Final = "A person paused it."
_RESUME: Final = "It goes on when a person resumes it."


def hold_queue(
    platform: Platform, queue: str, by: str, reason: str = REASON, *, draining: bool = False
) -> None:
    """No run is requested for *queue*, and steps give back what they have not begun.

    :param draining: what runs have already is made first.
    """
    platform.pauses.hold(queue, by, reason, _RESUME, draining=draining)
    action = "queue.drain" if draining else "queue.pause"
    platform.accounts.record(by, action, queue, data={"reason": reason})


def resume_queue(platform: Platform, queue: str, by: str) -> bool:
    """Let *queue* go on, whatever held it; whether anything did."""
    resumed = platform.pauses.resume(queue)
    if resumed:
        platform.accounts.record(by, "queue.resume", queue)
    return resumed


def hold_worker(platform: Platform, name: str, by: str) -> None:
    """Let a worker end what it is at and take nothing more.

    :raises StoreUnavailableError: Redis does not answer.
    """
    with _redis(platform) as client:
        hold(client, name, by)
    platform.accounts.record(by, "worker.drain", name)


def resume_worker(platform: Platform, name: str, by: str) -> bool:
    """Let a worker that is held go on; whether it was. Raises as :func:`hold_worker`."""
    with _redis(platform) as client:
        resumed = let_go(client, name)
    if resumed:
        platform.accounts.record(by, "worker.resume", name)
    return resumed


@contextmanager
def _redis(platform: Platform) -> Iterator[Redis]:
    url = platform.settings.require_redis_url()
    with Redis.from_url(url, socket_timeout=5, socket_connect_timeout=2) as client:
        try:
            yield client
        except RedisError as error:
            raise StoreUnavailableError(f"Redis did not answer: {error}.") from error
