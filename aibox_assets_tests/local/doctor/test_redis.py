"""What the doctor says of a real Redis that is broken in each way."""

from __future__ import annotations

import resource
import subprocess
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from redis import Redis
from redis.exceptions import ResponseError

from aibox_assets.local.doctor import redis
from aibox_assets.local.doctor.findings import NotAskedError
from aibox_assets.local.embedded import running_redis
from aibox_assets.local.process import free_port, wait_until
from aibox_assets.local.redis import RedisServer
from aibox_assets_tests.local.doctor.conftest import MakeCase, found, only
from aibox_assets_tests.local.test_health import paused

pytestmark = pytest.mark.integration


@pytest.fixture
def client(redis_server: str) -> Iterator[Redis]:
    with Redis.from_url(redis_server) as client:
        yield client


def test_a_good_one(make_case: MakeCase, redis_server: str) -> None:
    case = make_case(REDIS_URL=redis_server)
    for check in (redis.answers, redis.takes_writes, redis.keeps_all, redis.survives_a_restart, redis.clock):
        assert {each.state for each in check(case)} == {"ok"}, check


def test_nothing_was_started(make_case: MakeCase) -> None:
    assert only(redis.answers, make_case()).state == "warning"
    with pytest.raises(NotAskedError):
        found(redis.takes_writes, make_case())


def test_an_append_only_file_that_cannot_be_written(make_case: MakeCase, tmp_path: Path) -> None:
    """Its files may not grow, as on a full disk: with the signal of that limit ignored a write is an error."""
    server = RedisServer(tmp_path, free_port(), "test-password")
    server.prepare()
    with (tmp_path / "log").open("wb") as log:
        process = subprocess.Popen(
            server.command().argv, stdout=log, stderr=log, cwd=tmp_path, restore_signals=False
        )
    try:
        wait_until(server.ping, process, "Redis", tmp_path / "log", 30)
        case = make_case(REDIS_URL=server.url())
        assert only(redis.survives_a_restart, case).state == "ok"
        resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (1, resource.RLIM_INFINITY))
        with Redis.from_url(server.url()) as client, suppress(ResponseError):
            for number in range(10_000):
                client.set("more", str(number))
                if client.info("persistence")["aof_last_write_status"] != "ok":
                    break
        finding = only(redis.survives_a_restart, case)
    finally:
        process.kill()
        process.wait()
    assert (finding.state, "df -h" in finding.remedy) == ("problem", True)


def test_unreachable(make_case: MakeCase, tmp_path: Path) -> None:
    finding = only(redis.answers, make_case(REDIS_URL="redis://127.0.0.1:1/0"))
    assert finding.state == "problem"
    assert "refused" in finding.said
    with running_redis(tmp_path / "redis") as url, paused(tmp_path / "redis"):
        begun = time.monotonic()
        assert "Timeout" in only(redis.answers, make_case(REDIS_URL=url)).said
        assert time.monotonic() - begun < 5


def test_wrong_password_and_database(make_case: MakeCase, redis_server: str) -> None:
    place = urlsplit(redis_server).netloc.rpartition("@")[2]
    for url in (f"redis://:wrong@{place}/0", f"redis://{place}/0"):
        finding = only(redis.answers, make_case(REDIS_URL=url))
        assert (finding.state, "REDIS_PASSWORD" in finding.remedy) == ("problem", True)
        assert "wrong" not in finding.said.split("refuses")[0]
    finding = only(redis.answers, make_case(REDIS_URL=redis_server.replace("/0", "/99")))
    assert "REDIS_DB" in finding.remedy


def test_a_replica(make_case: MakeCase, redis_server: str, client: Redis) -> None:
    client.execute_command("REPLICAOF", "127.0.0.1", "1")
    finding = only(redis.takes_writes, make_case(REDIS_URL=redis_server))
    assert (finding.state, finding.said) == ("problem", "Redis is a read-only replica of 127.0.0.1:1.")
    assert "REPLICAOF NO ONE" in finding.remedy
    client.execute_command("REPLICAOF", "NO", "ONE")
    assert only(redis.takes_writes, make_case(REDIS_URL=redis_server)).state == "ok"


def test_full(make_case: MakeCase, redis_server: str, client: Redis) -> None:
    client.config_set("maxmemory", "1")
    finding = only(redis.takes_writes, make_case(REDIS_URL=redis_server))
    assert finding.state == "problem"
    assert "maxmemory" in finding.remedy
    assert only(redis.keeps_all, make_case(REDIS_URL=redis_server)).state == "warning"


def test_no_right_to_write(make_case: MakeCase, redis_server: str, client: Redis) -> None:
    client.execute_command("ACL", "SETUSER", "reader", "on", ">pass", "~*", "+@read", "+ping", "+info")
    url = redis_server.replace("://:embedded-secret@", "://reader:pass@")
    finding = only(redis.takes_writes, make_case(REDIS_URL=url))
    assert finding.state == "problem"
    assert "ACL SETUSER" in finding.remedy


def test_a_policy_that_deletes(make_case: MakeCase, redis_server: str, client: Redis) -> None:
    client.config_set("maxmemory-policy", "allkeys-lru")
    finding = only(redis.keeps_all, make_case(REDIS_URL=redis_server))
    assert (finding.state, "noeviction" in finding.remedy) == ("warning", True)
    client.config_set("maxmemory", "100mb")
    assert only(redis.keeps_all, make_case(REDIS_URL=redis_server)).state == "problem"


def test_no_append_only_file(make_case: MakeCase, redis_server: str, client: Redis) -> None:
    client.config_set("appendonly", "no")
    finding = only(redis.survives_a_restart, make_case(REDIS_URL=redis_server))
    assert (finding.state, "appendonly yes" in finding.remedy) == ("warning", True)


@pytest.mark.parametrize(("seconds", "state"), [(-90, "problem"), (20, "warning"), (1, "ok")])
def test_another_time(make_case: MakeCase, redis_server: str, seconds: float, state: str) -> None:
    (finding,) = redis.clock(make_case(REDIS_URL=redis_server), lambda: time.time() + seconds)
    assert finding.state == state
