"""Leases on a real Redis."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass

import pytest
from redis import Redis

from aibox_assets.domain.errors import StoreUnavailableError
from aibox_assets.execution import leases as module
from aibox_assets.execution.leases import Lease, StepLeases
from aibox_assets.workers.queues import QUEUES, count_queued, is_queued, list_queue_keys, withdraw
from aibox_assets_tests.workers.services import eventually


@pytest.fixture
def leases(clean_redis_url: str) -> StepLeases:
    return StepLeases.connect(clean_redis_url)


def test_a_lease_lasts_as_long_as_its_block_and_every_key_has_a_life(leases: StepLeases) -> None:
    with leases.hold("task"):
        assert leases.is_held("task")
    leases.release("run", "task")
    assert not leases.is_held("task")
    client = leases.client
    assert all(client.ttl(key) > 0 for key in client.keys("aibox:*"))


def test_what_its_holder_is_at_is_listed_until_it_ends(
    leases: StepLeases, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "RENEW_SECONDS", 0.05)
    with leases.hold("task", Lease("w@host", "run", "chunks")) as held, leases.hold("run:run"):
        assert set(leases.list_held()) == {"task"}
        held.at("a-file", "part 1")
        eventually(lambda: leases.list_held()["task"].file_id == "a-file")
        assert leases.list_held()["task"].part == "part 1"
        leases.keep_received({Request("task")}, set())  # read before the child began
        eventually(lambda: leases.list_held())
    leases.release("run", "task")
    assert leases.list_held() == {}


def test_a_lease_that_ended_by_itself_leaves_the_list(
    leases: StepLeases, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "LEASE_SECONDS", 1)
    with leases.hold("task", Lease("w@host", "run", "chunks")):
        pass
    assert leases.list_held()
    time.sleep(1.2)
    assert leases.list_held() == {}
    assert leases.client.scard("aibox:lease:index") == 0


def test_a_redis_that_is_away_is_an_error_for_who_asks_and_none_for_who_holds() -> None:
    nowhere = StepLeases(Redis(port=1, socket_connect_timeout=1))
    with nowhere.hold("task"):
        nowhere.release("run", "task")
        nowhere.hand_back("task")
    assert not nowhere.was_handed_back("task")
    with pytest.raises(StoreUnavailableError):
        nowhere.list_held()


def test_a_lease_is_renewed_and_comes_back_after_redis_was_emptied(
    leases: StepLeases, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "RENEW_SECONDS", 0.05)
    with leases.hold("task"):
        leases.client.flushdb()
        deadline = time.monotonic() + 30
        while not leases.is_held("task"):
            assert time.monotonic() < deadline
            time.sleep(0.02)


def test_a_lease_ends_by_itself_when_its_holder_is_gone(
    leases: StepLeases, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "LEASE_SECONDS", 1)
    monkeypatch.setattr(module, "RENEW_SECONDS", 60.0)
    with leases.hold("task"):
        time.sleep(1.3)
        assert not leases.is_held("task")


@dataclass(frozen=True)
class Request:
    """As Celery's, as far as it counts here."""

    id: str


def test_a_task_that_waits_for_a_child_is_held_and_one_that_runs_is_not(leases: StepLeases) -> None:
    waits, runs = Request("waits"), Request("runs")
    leases.keep_received({waits, runs}, {runs})
    assert leases.is_held("waits")
    assert not leases.is_held("runs"), "its child holds it; a child that hangs must be noticed"


def test_a_waiting_run_wakes_as_soon_as_a_step_ends(leases: StepLeases) -> None:
    timer = threading.Timer(0.2, leases.release, ("run", "task"))
    timer.start()
    started = time.monotonic()
    leases.wait("run", 60)
    assert time.monotonic() - started < 30


def test_a_message_is_found_in_its_queue_whatever_its_priority(leases: StepLeases) -> None:
    client: Redis = leases.client
    for number, key in enumerate(list_queue_keys(QUEUES[0])):
        client.lpush(key, f'{{"headers": {{"id": "task-{number}"}}}}')
    assert count_queued(client, QUEUES[0]) == 10
    assert all(is_queued(client, QUEUES[0], f"task-{number}") for number in range(10))
    assert not is_queued(client, QUEUES[0], "task-10")
    assert not is_queued(client, QUEUES[1], "task-0")
    assert [withdraw(client, QUEUES[0], "task-3") for _ in range(2)] == [True, False]
    assert count_queued(client, QUEUES[0]) == 9
