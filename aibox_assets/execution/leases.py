"""Leases: how a run knows that the worker on its step is alive, and the watchdog that the run worker is.

A worker holds a Redis key with a short life while it runs a step, and renews it from a thread. A step
whose lease is gone is submitted again under a new token (``stores/fencing.py``). A run worker holds one for
its run, which the watchdog looks at. Early acknowledgement goes with it: on Redis, ``acks_late`` runs a healthy
step twice when it outlives the visibility timeout.
"""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from typing import Any, Final

from redis import Redis
from redis.exceptions import RedisError

LEASE_SECONDS: Final = 10
RENEW_SECONDS: Final = 2.0


class StepLeases:
    """The leases in one Redis database."""

    def __init__(self, client: Redis) -> None:
        self._client = client

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
        return bool(self._client.exists(_lease_key(task_id)))

    @contextmanager
    def hold(self, task_id: str) -> Iterator[None]:
        """Keep the lease of *task_id* alive for the time of the block; :meth:`release` ends it."""
        stop = threading.Event()
        self.renew(task_id)
        thread = threading.Thread(target=self._keep, args=(task_id, stop), daemon=True, name="lease")
        thread.start()
        try:
            yield
        finally:
            stop.set()
            thread.join(timeout=1)

    def keep_received(self, received: Collection[Any], running: Collection[Any]) -> None:
        """Hold the leases of the requests that a worker has taken and that no child of it runs yet.

        A child that is being replaced loads its models for many seconds; without this the step would count as lost.
        What a child runs it holds itself: a child that hangs must be noticed.
        """
        for request in set(received) - set(running):
            self.renew(request.id)

    def _keep(self, task_id: str, stop: threading.Event) -> None:
        while not stop.wait(RENEW_SECONDS):
            self.renew(task_id)

    def renew(self, task_id: str) -> None:
        """Hold the lease of *task_id* for some seconds more."""
        # SET, not EXPIRE: the lease comes back by itself after Redis was restarted empty.
        with suppress(RedisError):
            self._client.set(_lease_key(task_id), "1", ex=LEASE_SECONDS)

    def release(self, run_id: str, task_id: str) -> None:
        """End the lease and wake the run: its result is stored by now."""
        with suppress(RedisError):
            pipe = self._client.pipeline()
            pipe.delete(_lease_key(task_id))
            pipe.lpush(_wake_key(run_id), task_id)
            pipe.expire(_wake_key(run_id), 3600)
            pipe.execute()

    def wait(self, run_id: str, seconds: float) -> None:
        """Sleep until a step of the run ends, or *seconds* have passed."""
        try:
            self._client.blpop([_wake_key(run_id)], timeout=seconds)
        except RedisError:
            threading.Event().wait(seconds)


def run_lease(run_id: str) -> str:
    """The name under which a run worker holds the lease of its run."""
    return f"run:{run_id}"


def _lease_key(task_id: str) -> str:
    return f"aibox:lease:{task_id}"


def _wake_key(run_id: str) -> str:
    return f"aibox:wake:{run_id}"
