"""Signs of life of the workers, asked over the broker: who is there, what each does, and who is stuck."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from enum import Enum
from typing import Any, Final, Literal

from celery import Celery
from kombu.exceptions import KombuError
from redis import Redis
from redis.exceptions import RedisError

from aibox_assets.domain.errors import StoreUnavailableError, first_line
from aibox_assets.process.service import CannotTellError
from aibox_assets.workers.holds import held_by
from aibox_assets.workers.queues import count_queued

ANSWER_SECONDS: Final = 2.0
PING_SECONDS: Final = 1.0
# Looks in a row that find a worker silent or starved before it is replaced.
BAD_SIGNS: Final = 3


@dataclass(frozen=True, slots=True)
class WorkerStatus:
    """A worker that answers.

    :ivar name: ``NAME@HOST``.
    :ivar job: the step it runs and the run it belongs to; None while it is idle.
    :ivar seconds: since when it runs that step.
    """

    name: str
    queues: tuple[str, ...]
    state: Literal["idle", "busy"]
    job: str | None
    seconds: float | None


class Sign(Enum):
    """What one look at a worker said."""

    WELL = "it answers, and works if there is work"
    SILENT = "it answers no ping"
    STARVED = "it takes no task although tasks wait"
    UNKNOWN = "the broker does not answer"


def list_workers(redis_url: str, seconds: float = 1.0) -> list[WorkerStatus]:
    """Every worker that answers on this broker within *seconds*, by name.

    :raises StoreUnavailableError: the broker does not answer.
    """
    with _control(redis_url) as control:
        queues: Mapping[str, Any] = control.inspect(timeout=seconds).active_queues() or {}
        names = sorted(queues)
        if not names:
            return []
        asked = control.inspect(destination=names, timeout=seconds, limit=len(names))
        active: Mapping[str, Any] = asked.active() or {}
    return [_status(name, queues[name], active.get(name) or []) for name in names]


class Watch:
    """Looks at one worker again and again.

    A worker that lost its broker may answer pings and yet take nothing (celery#7276, celery#8030), so that
    progress counts: tasks wait in its queues, and since the last look it neither ran nor took any.
    """

    def __init__(self, redis_url: str, node: str, queues: Sequence[str]) -> None:
        self._url, self._node, self._queues = redis_url, node, tuple(queues)
        self._done: int | None = None
        self._bad = 0

    def ping(self, _since: float) -> None:
        """Whether a worker that was just started answers.

        :raises StoreUnavailableError: not yet. :raises CannotTellError: the broker does not answer.
        """
        self._bad, self._done = 0, None
        try:
            with _control(self._url) as control:
                answers = control.ping(destination=[self._node], timeout=PING_SECONDS, limit=1)
        except StoreUnavailableError as error:
            raise CannotTellError(error.reason) from error
        if not answers:
            raise StoreUnavailableError(f"Worker {self._node} does not answer yet.")

    def judge(self) -> str | None:
        """One look; why the worker must be replaced, once three in a row were bad."""
        sign = self.look()
        if sign is Sign.WELL:
            self._bad = 0
        elif sign is not Sign.UNKNOWN:
            self._bad += 1
        return f"is stuck: {sign.value}" if self._bad >= BAD_SIGNS else None

    def look(self) -> Sign:
        """One look, bounded by a few seconds."""
        try:
            with _redis(self._url) as client:
                held = held_by(client, self._node) is not None
                # One that a person holds takes nothing, and is well.
                waiting = 0 if held else sum(count_queued(client, queue) for queue in self._queues)
            with _control(self._url) as control:
                asked = control.inspect(destination=[self._node], timeout=ANSWER_SECONDS, limit=1)
                answer = (asked.stats() or {}).get(self._node)
                if answer is None:
                    return Sign.SILENT
                before, self._done = self._done, sum(answer["total"].values())
                if not waiting or before != self._done:
                    return Sign.WELL
                # What it holds is in its hands: a long task, or one that a new child will take.
                in_hand = [(each or {}).get(self._node) for each in (asked.active(), asked.reserved())]
                return Sign.STARVED if in_hand == [[], []] else Sign.WELL
        except (StoreUnavailableError, RedisError):
            return Sign.UNKNOWN


@contextmanager
def _control(redis_url: str) -> Iterator[Any]:
    with Celery(broker=redis_url, set_as_current=False) as app:
        app.conf.broker_transport_options = {"socket_timeout": 5, "socket_connect_timeout": 2}
        app.conf.broker_connection_retry = False
        try:
            yield app.control
        except (KombuError, RedisError, OSError) as error:
            raise StoreUnavailableError(
                f"Redis did not answer: {first_line(error)}.", "See that it runs and that REDIS_URL fits."
            ) from error


def _redis(redis_url: str) -> Redis:
    return Redis.from_url(redis_url, socket_timeout=5, socket_connect_timeout=2)


def _status(
    name: str, queues: Sequence[Mapping[str, Any]], active: Sequence[Mapping[str, Any]]
) -> WorkerStatus:
    names = tuple(sorted(queue["name"] for queue in queues))
    if not active:
        return WorkerStatus(name, names, "idle", None, None)
    started = [task["time_start"] for task in active if task["time_start"]]
    jobs = ", ".join(describe_task(task) for task in active)
    return WorkerStatus(name, names, "busy", jobs, time.time() - min(started) if started else None)


def describe_task(task: Mapping[str, Any]) -> str:
    """A task as a person knows it: Dagster's step and run; of any other its name."""
    kwargs = task["kwargs"]
    step = kwargs.get("execute_step_args_packed") if isinstance(kwargs, dict) else None
    if not isinstance(step, dict):
        return str(task["name"])
    # Dagster stores the run's id under its name of old (ExecuteStepArgs, storage_field_names).
    return f"{', '.join(step['step_keys_to_execute'])} of run {step['pipeline_run_id']}"
