"""What is made of a task's result and its signs of life, without a worker."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

import pytest
from celery.exceptions import TaskRevokedError, WorkerLostError
from redis import Redis

from aibox_assets.execution import unconsumed
from aibox_assets.execution.leases import StepLeases
from aibox_assets.execution.submission import GRACE_SECONDS, LOST_SECONDS, State, Submission
from aibox_assets.execution.unconsumed import UnconsumedQueues
from aibox_assets.workers.presence import Presence, announce


@dataclass
class Result:
    """As Celery's, as far as it counts here."""

    state: str = "PENDING"
    result: Any = None
    id: str = "task"

    def ready(self) -> bool:
        return self.state != "PENDING"


@pytest.fixture
def leases(clean_redis_url: str) -> StepLeases:
    return StepLeases.connect(clean_redis_url)


def submitted(result: Result, ago: float = 0.0, **options: Any) -> Submission:
    then = time.monotonic() - ago
    step: Any = "step"
    return Submission(step, "steps", result, 1, submitted=then, last_sign=then, **options)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("result", "options", "expected"),
    [
        (Result("SUCCESS", []), {}, State.DONE),
        (Result("FAILURE", ValueError()), {}, State.DONE),
        (Result("FAILURE", WorkerLostError()), {}, State.LOST),
        (Result("REVOKED", TaskRevokedError()), {"cancelled": True}, State.DONE),
        (Result("REVOKED", TaskRevokedError()), {}, State.LOST),
        (Result(), {}, State.RUNNING),
        (Result(), {"withdrawn": True}, State.LOST),
        (Result(), {"ago": LOST_SECONDS - 2}, State.RUNNING),
        (Result(), {"ago": LOST_SECONDS + 1}, State.LOST),
        (Result(), {"ago": GRACE_SECONDS + 1, "held": True}, State.LOST),
    ],
)
def test_a_result_or_silence_says_where_a_step_is(
    leases: StepLeases, result: Result, options: dict[str, Any], expected: State
) -> None:
    assert submitted(result, **options).look(leases) is expected


def test_a_lease_or_a_message_is_a_sign_of_life(leases: StepLeases) -> None:
    waits = submitted(Result(), ago=LOST_SECONDS + 1)
    leases.client.lpush("steps", "a message of task")
    assert waits.look(leases) is State.RUNNING
    assert not waits.held
    runs = submitted(Result(id="other"), ago=LOST_SECONDS + 1)
    with leases.hold("other"):
        assert runs.look(leases) is State.RUNNING
    assert runs.held


def test_a_redis_that_is_away_says_nothing() -> None:
    nowhere = StepLeases(Redis(port=1, socket_connect_timeout=1))
    assert submitted(Result(), ago=LOST_SECONDS + 1).look(nowhere) is State.RUNNING


def test_a_queue_without_consumers_is_found_late_and_then_rarely(
    leases: StepLeases, monkeypatch: pytest.MonkeyPatch
) -> None:
    queues = UnconsumedQueues(leases.client)
    assert queues.find([submitted(Result(), ago=unconsumed.WAIT_SECONDS - 1)]) == {}
    assert queues.find([submitted(Result(), ago=999, held=True)]) == {}
    late = submitted(Result(), ago=unconsumed.WAIT_SECONDS)
    assert queues.find([late]) == {"steps": "step"}
    assert queues.find([late]) == {}
    monkeypatch.setattr(unconsumed, "AGAIN_SECONDS", 0.0)
    queues = UnconsumedQueues(leases.client)
    assert [queues.find([late]) for _ in range(2)] == [{"steps": "step"}] * 2
    announce(leases.client, Presence("one@here", "here", 1, ("steps",), 1, 0.0))
    assert queues.find([late]) == {}


def test_a_redis_that_is_away_finds_no_queue() -> None:
    queues = UnconsumedQueues(Redis(port=1, socket_connect_timeout=1))
    assert queues.find([submitted(Result(), ago=999)]) == {}
