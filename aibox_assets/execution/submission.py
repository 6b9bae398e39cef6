"""A step on its way through Celery: the newest task for it, and whether anybody still works on it."""

from __future__ import annotations

import time
from dataclasses import dataclass
from enum import Enum
from typing import Final

from celery.exceptions import WorkerLostError
from celery.result import AsyncResult
from dagster import DagsterEvent, DagsterEventType, DagsterInstance
from dagster._core.execution.plan.step import ExecutionStep
from redis.exceptions import RedisError

from aibox_assets.execution.leases import LEASE_SECONDS, RENEW_SECONDS, StepLeases
from aibox_assets.workers.queues import is_queued

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
    """A step on its way: the newest task for it, and when a sign of life was last seen."""

    step: ExecutionStep
    queue: str
    result: AsyncResult
    count: int
    last_sign: float
    held: bool = False

    def look(self, leases: StepLeases) -> State:
        """Where the step is. An unreachable Redis says nothing about it, so it counts as running."""
        try:
            if self.result.ready():
                lost = isinstance(self.result.result, WorkerLostError)
                return State.LOST if lost else State.DONE
            held = leases.is_held(self.result.id)
            if held or is_queued(leases.client, self.queue, self.result.id):
                self.held = self.held or held
                self.last_sign = time.monotonic()
        except (RedisError, OSError):
            self.last_sign = time.monotonic()
        silent = time.monotonic() - self.last_sign
        return State.LOST if silent > (GRACE_SECONDS if self.held else LOST_SECONDS) else State.RUNNING


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
