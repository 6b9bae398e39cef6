"""Holding queues and workers and letting them go on: an admin's decisions, each with its line in the audit log."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from redis import Redis
from redis.exceptions import RedisError

from aibox_assets.domain.errors import StoreUnavailableError, first_line
from aibox_assets.resources.platform import Platform
from aibox_assets.workers.holds import hold, let_go
from aibox_assets.workers.presence import list_present

REASON: Final = "A person paused it."
_RESUME: Final = "It goes on when a person resumes it."


@dataclass(frozen=True, slots=True)
class Actor:
    """Who decides, as the audit log names them."""

    account: str
    key_id: str | None = None
    request_id: str | None = None


def hold_queue(
    platform: Platform, queue: str, by: Actor, reason: str = REASON, *, draining: bool = False
) -> None:
    """No run is requested for *queue*, and steps give back what they have not begun.

    :param draining: what runs have already is made first.
    """
    platform.pauses.hold(queue, by.account, reason, _RESUME, draining=draining)
    _note(platform, by, "queue.drain" if draining else "queue.pause", queue, reason=reason)


def resume_queue(platform: Platform, queue: str, by: Actor) -> bool:
    """Let *queue* go on, whatever held it; whether anything did."""
    resumed = platform.pauses.resume(queue)
    if resumed:
        _note(platform, by, "queue.resume", queue)
    return resumed


def hold_worker(platform: Platform, name: str, by: Actor) -> bool:
    """Let a worker end what it is at and take nothing more; whether there is such a worker.

    :raises StoreUnavailableError: Redis does not answer.
    """
    with _redis(platform) as client:
        if name not in {each.name for each in list_present(client)}:
            return False
        hold(client, name, by.account)
    _note(platform, by, "worker.drain", name)
    return True


def resume_worker(platform: Platform, name: str, by: Actor) -> bool:
    """Let a worker that is held go on; whether it was. Raises as :func:`hold_worker`."""
    with _redis(platform) as client:
        resumed = let_go(client, name)
    if resumed:
        _note(platform, by, "worker.resume", name)
    return resumed


def _note(platform: Platform, by: Actor, action: str, subject: str, **data: object) -> None:
    platform.accounts.record(
        by.account, action, subject, key_id=by.key_id, request_id=by.request_id, data=data
    )


@contextmanager
def _redis(platform: Platform) -> Iterator[Redis]:
    url = platform.settings.require_redis_url()
    with Redis.from_url(url, socket_timeout=5, socket_connect_timeout=2) as client:
        try:
            yield client
        except RedisError as error:
            raise StoreUnavailableError(f"Redis did not answer: {first_line(error)}.") from error
