"""Live status against a real Redis, also one that goes away."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import redis

from aibox_assets.domain.errors import StoreUnavailableError
from aibox_assets.local.embedded import running_redis
from aibox_assets.stores.status import LiveStatus

pytestmark = pytest.mark.integration


@pytest.fixture
def status(clean_redis_url: str) -> LiveStatus:
    return LiveStatus(clean_redis_url)


@pytest.fixture
def client(clean_redis_url: str) -> Iterator[redis.Redis]:
    with redis.Redis.from_url(clean_redis_url, decode_responses=True) as client:
        yield client


def test_the_last_progress_is_read(status: LiveStatus, client: redis.Redis) -> None:
    assert status.read_progress("a") is None
    for percent in (10, 250):
        status.report_progress("a", "started", "embeddings", percent, "北風 \ud800")
    progress = status.read_progress("a")
    assert progress is not None
    assert (progress.status, progress.step, progress.percent) == ("started", "embeddings", 100)
    assert progress.message == "北風 \ud800"
    assert datetime.now(UTC) - progress.updated < timedelta(minutes=1)
    assert client.keys() == ["processing:status:a"]
    assert 7190 <= client.ttl("processing:status:a") <= 7200


def test_how_far_an_upload_is_can_be_read(status: LiveStatus, client: redis.Redis) -> None:
    for received in (1, 2):
        status.report_upload("a", received, None)
    upload = json.loads(client.get("upload:progress:a"))
    assert (upload["received"], upload["total"]) == (2, None)
    assert 3590 <= client.ttl("upload:progress:a") <= 3600


def test_forgetting_a_file_twice(status: LiveStatus, client: redis.Redis) -> None:
    status.report_progress("a", "queued", "chunks", 0)
    status.report_upload("a", 1, 1)
    status.report_upload("b", 1, 1)
    for _ in range(2):
        status.forget_file("a")
        assert client.keys() == ["upload:progress:b"]


def test_a_token_is_revoked_for_its_remaining_life(status: LiveStatus, client: redis.Redis) -> None:
    assert not status.is_revoked("t")
    for _ in range(2):
        status.revoke_token("t", datetime.now(UTC) + timedelta(seconds=90))
    assert status.is_revoked("t")
    assert 85 <= client.ttl("jwt:blacklist:t") <= 91
    status.revoke_token("old", datetime.now(UTC) - timedelta(seconds=5))
    assert client.keys() == ["jwt:blacklist:t"]


def test_memory_lasts_an_hour(status: LiveStatus, client: redis.Redis) -> None:
    assert status.recall("k") is None
    for note in ("one", "二"):
        status.remember("k", note)
        assert status.recall("k") == note
    assert 3590 <= client.ttl("aam:memory:k") <= 3600


def test_without_redis_the_work_goes_on_and_readers_are_told(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("aibox_assets.stores.status._PAUSE_SECONDS", 0.0)
    with running_redis(tmp_path) as url:
        status = LiveStatus(url)
        status.report_progress("a", "started", "chunks", 5)
    with caplog.at_level(logging.INFO):
        for _ in range(3):
            status.report_progress("a", "started", "chunks", 50)
            status.report_upload("a", 1, 2)
            status.forget_file("a")
    assert [record.levelname for record in caplog.records] == ["WARNING"]
    for ask in (
        lambda: status.read_progress("a"),
        lambda: status.is_revoked("t"),
        lambda: status.revoke_token("t", datetime.now(UTC) + timedelta(hours=1)),
        lambda: status.remember("k", "v"),
        lambda: status.recall("k"),
    ):
        with pytest.raises(StoreUnavailableError, match="Redis did not answer"):
            ask()


def test_after_a_failure_no_time_is_lost(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with running_redis(tmp_path) as url:
        status = LiveStatus(url)
    tries = []

    def execute(*_: object) -> None:
        tries.append(1)
        raise redis.ConnectionError("away")

    monkeypatch.setattr(redis.Redis, "execute_command", execute)
    for _ in range(100):
        status.report_progress("a", "started", "chunks", 50)
    assert len(tries) == 1


def test_the_pace_of_an_asset_is_the_median_of_the_last_reports(status: LiveStatus) -> None:
    assert status.read_pace("kg_triples") is None
    for seconds in (9.0, *[0.1] * 4, *[0.2] * 5):
        status.report_pace("kg_triples", seconds)
    assert status.read_pace("kg_triples") == 0.2
    assert status.read_pace("embeddings") is None
