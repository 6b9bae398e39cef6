"""Leases: how a run knows that the worker on its step is alive, and the watchdog that the run worker is.

A worker holds a Redis key with a short life while it runs a step, and renews it from a thread; its value says what the
worker has in hand and since when. A step whose lease is gone is submitted again under a new token. A run worker
holds one for its run, which the watchdog looks at. Early acknowledgement goes with it: on Redis, ``acks_late`` runs
a healthy step twice when it outlives the visibility timeout.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from typing import Any, Final

from redis import Redis
from redis.exceptions import RedisError

from aibox_assets.domain.errors import StoreUnavailableError, first_line
from aibox_assets.workers.expiring import ExpiringMap

LEASE_SECONDS: Final = 10
RENEW_SECONDS: Final = 2.0
_MARK_SECONDS: Final = 3600
_LOSSES: Final = "aibox:lost-steps"


@dataclass(frozen=True, slots=True)
class Lease:
    """What the holder of a lease is at.

    :ivar worker: ``NAME@HOST``.
    :ivar file_id: the file in hand; None while it is at no file in particular.
    :ivar part: of the step or of that file, in a few words, such as ``chunks 64 to 128``.
    :ivar since: epoch seconds, by the worker's clock, at which it began with that.
    """

    worker: str
    run_id: str
    step_key: str
    file_id: str | None = None
    part: str = ""
    since: float = 0.0


class HeldLease:
    """A lease in the process that holds it. What is said here reaches Redis with the next renewal."""

    def __init__(self, lease: Lease) -> None:
        self._lease = replace(lease, since=time.time())

    def at(self, file_id: str | None, part: str = "") -> None:
        """The holder begins with this now."""
        self._lease = replace(self._lease, file_id=file_id, part=part, since=time.time())

    @property
    def lease(self) -> Lease:
        """What the holder is at."""
        return self._lease

    def to_json(self) -> str:
        """As the key's value."""
        return json.dumps(asdict(self._lease))


class StepLeases:
    """The leases in one Redis database."""

    def __init__(self, client: Redis) -> None:
        self._client = client
        self._leases = ExpiringMap(client, "aibox:lease")

    @classmethod
    def connect(cls, redis_url: str) -> StepLeases:
        """:param redis_url: of the Celery broker; every call is bounded by a few seconds."""
        return cls(Redis.from_url(redis_url, socket_timeout=5, socket_connect_timeout=5))

    @property
    def client(self) -> Redis:
        """The Redis connection, for reading queues."""
        return self._client

    def is_held(self, task_id: str) -> bool:
        """Whether a live worker runs *task_id*."""
        return self._leases.holds(task_id)

    def list_held(self) -> dict[str, Lease]:
        """What every worker is at, by task; a step that waits in a worker for its child is not among them.

        :raises StoreUnavailableError: Redis does not answer.
        """
        try:
            found = self._leases.items()
        except RedisError as error:
            raise StoreUnavailableError(
                f"Redis did not answer: {first_line(error)}.", "See that it runs and that REDIS_URL fits."
            ) from error
        # Empty is what a worker's main process writes for a step that its child has not begun.
        return {task_id: Lease(**json.loads(text)) for task_id, text in found.items() if text}

    @contextmanager
    def hold(self, task_id: str, lease: Lease | None = None) -> Iterator[HeldLease]:
        """Keep the lease of *task_id* alive for the time of the block; :meth:`release` ends it.

        :param lease: what is listed of it; without, nothing is.
        """
        stop = threading.Event()
        held = HeldLease(lease or Lease("", "", ""))

        def renew() -> None:
            self._renew(task_id, held.to_json(), listed=lease is not None)

        def keep() -> None:
            while not stop.wait(RENEW_SECONDS):
                renew()

        renew()
        thread = threading.Thread(target=keep, daemon=True, name="lease")
        thread.start()
        try:
            yield held
        finally:
            stop.set()
            thread.join(timeout=1)

    def keep_received(self, received: Collection[Any], running: Collection[Any]) -> None:
        """Hold the leases of the requests that a worker has taken and that no child of it runs yet.

        A child that is being replaced loads its models for many seconds; without this the step would count as lost.
        What a child runs it holds itself: a child that hangs must be noticed.
        """
        for request in set(received) - set(running):
            self._renew(request.id, "", listed=False)

    def _renew(self, task_id: str, value: str, *, listed: bool) -> None:
        with suppress(RedisError):
            self._leases.put(task_id, value, LEASE_SECONDS, listed=listed)

    def release(self, run_id: str, task_id: str) -> None:
        """End the lease and wake the run: its result is stored by now."""
        with suppress(RedisError):
            self._leases.remove(task_id)
            pipe = self._client.pipeline()
            pipe.lpush(_wake_key(run_id), task_id)
            pipe.expire(_wake_key(run_id), _MARK_SECONDS)
            pipe.execute()

    def hand_back(self, task_id: str) -> None:
        """Note that *task_id* was not begun, and that its worker's child ends of its own will."""
        with suppress(RedisError):  # it then counts as a death
            self._client.set(_handed_back_key(task_id), "1", ex=_MARK_SECONDS)

    def was_handed_back(self, task_id: str) -> bool:
        """Whether the child that took *task_id* ended before it began with it."""
        try:
            return bool(self._client.exists(_handed_back_key(task_id)))
        except RedisError:
            return False

    def note_loss(self, queue: str) -> None:
        """Count a step whose lease ran out, for whoever watches the installation."""
        with suppress(RedisError):
            self._client.hincrby(_LOSSES, queue, 1)

    def wait(self, run_id: str, seconds: float) -> None:
        """Sleep until a step of the run ends, or *seconds* have passed."""
        try:
            self._client.blpop([_wake_key(run_id)], timeout=seconds)
        except RedisError:
            threading.Event().wait(seconds)


def read_losses(client: Redis) -> dict[str, int]:
    """How many steps lost their worker, by queue, since Redis was empty."""
    counted: Any = client.hgetall(_LOSSES)
    return {name.decode(): int(count) for name, count in counted.items()}


def run_lease(run_id: str) -> str:
    """The name under which a run worker holds the lease of its run."""
    return f"run:{run_id}"


def _wake_key(run_id: str) -> str:
    return f"aibox:wake:{run_id}"


def _handed_back_key(task_id: str) -> str:
    return f"aibox:handed-back:{task_id}"
