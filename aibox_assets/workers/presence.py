"""Which workers there are: each one's main process says so every few seconds, in a Redis key with a short life.

For whoever must know often and cheaply who consumes a queue; what a worker does is in its leases, and whether it
still answers is asked in ``workers/signs.py``.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Final

from redis import Redis
from redis.exceptions import RedisError

from aibox_assets.domain.errors import StoreUnavailableError, first_line
from aibox_assets.workers.expiring import ExpiringMap
from aibox_assets.workers.queues import QUEUES

PRESENT_SECONDS: Final = 10
_PREFIX: Final = "aibox:worker"


@dataclass(frozen=True, slots=True)
class Presence:
    """A worker that lives.

    :ivar name: ``NAME@HOST``.
    :ivar pid: of its main process, on *host*.
    :ivar children: steps that it can run at once.
    :ivar since: epoch seconds at which it became ready.
    :ivar held_by: the person who lets it take nothing; None for one that works.
    """

    name: str
    host: str
    pid: int
    queues: tuple[str, ...]
    children: int
    since: float
    held_by: str | None = None


def announce(client: Redis, presence: Presence) -> None:
    """Say that the worker lives, for the next ten seconds."""
    ExpiringMap(client, _PREFIX).put(presence.name, json.dumps(asdict(presence)), PRESENT_SECONDS)


def withdraw(client: Redis, name: str) -> None:
    """Say that the worker takes nothing any more."""
    ExpiringMap(client, _PREFIX).remove(name)


def list_present(client: Redis) -> list[Presence]:
    """Every worker that said that it lives, by name.

    :raises StoreUnavailableError: Redis does not answer.
    """
    try:
        found = ExpiringMap(client, _PREFIX).items()
    except RedisError as error:
        raise StoreUnavailableError(
            f"Redis did not answer: {first_line(error)}.", "See that it runs and that REDIS_URL fits."
        ) from error
    workers = (json.loads(text) for text in found.values())
    return [Presence(**{**worker, "queues": tuple(worker["queues"])}) for worker in workers]


def count_consumers(client: Redis) -> dict[str, int]:
    """By queue, how many of its steps could run at once: the children of all workers that consume it and are not held.

    Two round trips, whatever there is in Redis. The three queues are always named, with 0 where nobody is.

    :raises StoreUnavailableError: Redis does not answer.
    """
    counts = dict.fromkeys(QUEUES, 0)
    for worker in list_present(client):
        for queue in worker.queues if worker.held_by is None else ():
            counts[queue] = counts.get(queue, 0) + worker.children
    return counts
