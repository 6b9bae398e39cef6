"""Which workers there are, on a real Redis."""

from __future__ import annotations

import time

import pytest
from redis import Redis

from aibox_assets.domain.errors import StoreUnavailableError
from aibox_assets.workers import presence as module
from aibox_assets.workers.presence import Presence, announce, count_consumers, list_present, withdraw
from aibox_assets.workers.queues import message_priority

NONE = {"file_processing": 0, "vectorization": 0, "kg_extraction": 0}
ONE = Presence("one@here", "here", 1, ("vectorization",), 1, 10.0)
TWO = Presence("two@there", "there", 2, ("vectorization", "kg_extraction"), 3, 20.0)


@pytest.fixture
def client(clean_redis_url: str) -> Redis:
    return Redis.from_url(clean_redis_url)


def test_the_children_of_all_workers_are_counted_by_queue(client: Redis) -> None:
    assert count_consumers(client) == NONE
    for _ in range(2):
        announce(client, ONE)
        announce(client, TWO)
    assert list_present(client) == [ONE, TWO]
    assert count_consumers(client) == {**NONE, "vectorization": 4, "kg_extraction": 3}
    for _ in range(2):
        withdraw(client, "two@there")
    assert count_consumers(client) == {**NONE, "vectorization": 1}
    assert all(client.ttl(key) > 0 for key in client.keys("aibox:*"))


def test_a_worker_that_says_nothing_more_is_gone(client: Redis, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PRESENT_SECONDS", 1)
    announce(client, ONE)
    time.sleep(1.2)
    assert count_consumers(client) == NONE
    assert client.scard("aibox:worker:index") == 0


def test_a_redis_that_is_away_is_an_error_and_not_an_empty_list() -> None:
    with pytest.raises(StoreUnavailableError, match="Redis did not answer") as caught:
        count_consumers(Redis(port=1, socket_connect_timeout=1))
    assert caught.value.reason.endswith("Connection refused.")


def test_counting_costs_two_round_trips(client: Redis, monkeypatch: pytest.MonkeyPatch) -> None:
    announce(client, ONE)
    sent: list[str] = []
    execute = client.execute_command
    monkeypatch.setattr(client, "execute_command", lambda *a, **k: sent.append(a[0]) or execute(*a, **k))
    count_consumers(client)
    assert sent == ["SMEMBERS", "MGET"]


def test_more_is_sooner_for_dagster_and_less_for_redis() -> None:
    assert [message_priority(number) for number in (-3, 1, 5, 9, 10, 99)] == [9, 9, 5, 1, 0, 0]
