"""A step on its way through Celery: the newest task for it, and whether anybody still works on it."""

from __future__ import annotations

import time
from dataclasses import dataclass
from enum import Enum
from typing import Final

from celery.exceptions import WorkerLostError
from celery.result import AsyncResult
from celery.states import REVOKED
from dagster import DagsterEvent, DagsterEventType, DagsterInstance
from dagster._core.execution.plan.step import ExecutionStep
from redis.exceptions import RedisError

from aibox_assets.execution.leases import LEASE_SECONDS, RENEW_SECONDS, StepLeases
from aibox_assets.workers.queues import is_queued, withdraw

# Without a sign: of a step that nobody has taken yet, and of one whose lease was seen and ran out. The second is longer
# than a worker needs to renew it in a Redis that was emptied.
LOST_SECONDS: Final = LEASE_SECONDS + 2.0
GRACE_SECONDS: Final = 2 * RENEW_SECONDS


class State(Enum):
    """What is known of a submitted step."""

    RUNNING = "running"
    DONE = "done"
    LOST = "lost"


@dataclass
class Submission:
    """A step on its way: the newest task for it, and when a sign of life was last seen.

    :ivar count: how often the step was submitted, from 1.
    :ivar held: a worker was seen to hold its lease.
    :ivar cancelled: the run asked its worker to end it.
    :ivar withdrawn: no worker will ever see it.
    """

    step: ExecutionStep
    queue: str
    result: AsyncResult
    count: int
    submitted: float
    last_sign: float
    held: bool = False
    cancelled: bool = False
    withdrawn: bool = False

    def look(self, leases: StepLeases) -> State:
        """Where the step is. An unreachable Redis says nothing about it, so it counts as running."""
        if self.withdrawn:
            return State.LOST
        try:
            if self.result.ready():
                return State.LOST if self._is_lost() else State.DONE
            held = leases.is_held(self.result.id)
            if held or is_queued(leases.client, self.queue, self.result.id):
                self.held = self.held or held
                self.last_sign = time.monotonic()
        except (RedisError, OSError):
            self.last_sign = time.monotonic()
        silent = time.monotonic() - self.last_sign
        return State.LOST if silent > (GRACE_SECONDS if self.held else LOST_SECONDS) else State.RUNNING

    def cancel(self, leases: StepLeases) -> None:
        """Take the task back from its queue, or have its worker end it by SIGTERM.

        :raises RedisError, OSError: Redis does not answer.
        """
        self.cancelled = True
        self.withdrawn = not self.held and withdraw(leases.client, self.queue, self.result.id)
        if not self.withdrawn:
            self.result.revoke(terminate=True, signal="SIGTERM")

    def _is_lost(self) -> bool:
        """Whether the result only says that there was a worker once.

        A task that ended as revoked although nobody cancelled it lost its worker, too: billiard (4.3,
        ``Pool.terminate_job``) marks the child of a cancelled task, and never takes the mark off a child that
        lives on; whatever that child dies of later is then reported as a cancel of the task it had.
        """
        if self.result.state == REVOKED:
            return not self.cancelled
        return isinstance(self.result.result, WorkerLostError)


def read_success(instance: DagsterInstance, run_id: str, step_key: str) -> list[DagsterEvent]:
    """The events of a step that succeeded, as its worker logged them; empty where it did not.

    For a task whose result is lost: its worker died between the last event and the result, or Redis dropped it.
    """
    events = [
        event
        for entry in instance.all_logs(run_id)
        if (event := entry.dagster_event) is not None and event.step_key == step_key
    ]
    return events if any(event.event_type is DagsterEventType.STEP_SUCCESS for event in events) else []
