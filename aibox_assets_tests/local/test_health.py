"""States come from answers: a server that is paused, full or refuses us is not running, and a look is bounded."""

from __future__ import annotations

import errno
import json
import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil
import pytest
import redis

from aibox_assets.local.disks import DiskStatus, check_folder, look_at_disks
from aibox_assets.local.embedded import running_graph, running_postgres, running_redis
from aibox_assets.local.health import ANSWER_SECONDS, ask_all, look
from aibox_assets.local.home import Home
from aibox_assets.local.postgres import PostgresServer
from aibox_assets.local.state import ServiceState, ServiceStatus, SupervisorState, describe, write_state
from aibox_assets_tests.commands import aibox


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    monkeypatch.chdir(tmp_path)
    for name in ("DATABASE_URL", "REDIS_URL", "REDIS_HOST", "NEO4J_URI"):
        monkeypatch.delenv(name, raising=False)
    home = Home(tmp_path / "home")
    home.create()
    return home


def service(name: str, address: str = "") -> ServiceStatus:
    return ServiceStatus(name, "running", None, address, 0, 1.0, 0, "")


@contextmanager
def paused(*folders: Path) -> Iterator[None]:
    """All processes that work below one of *folders*, stopped by a signal."""
    found = []
    for process in psutil.process_iter():
        with suppress(psutil.Error):
            if any(Path(process.cwd()).is_relative_to(folder) for folder in folders):
                found.append(process)
    assert found
    for process in found:
        process.send_signal(signal.SIGSTOP)
    try:
        yield
    finally:
        for process in found:
            process.send_signal(signal.SIGCONT)


def faults(services: list[ServiceStatus]) -> dict[str, str]:
    return {each.name: each.reason for each in services if each.state == "unresponsive"}


def test_paused_servers_do_not_run_whatever_the_supervisor_says(home: Home, tmp_path: Path) -> None:
    servers = [service("postgres"), service("redis"), service("graph"), service("worker-x", "x@nowhere")]
    with (
        running_postgres(tmp_path / "servers" / "postgres") as postgres,
        running_redis(tmp_path / "servers" / "redis") as broker,
        running_graph(tmp_path / "servers" / "graph") as graph,
    ):
        home.remember(
            DATABASE_URL=postgres,
            REDIS_URL=broker,
            NEO4J_URI=graph.uri,
            NEO4J_USER=graph.user,
            NEO4J_PASSWORD=graph.password,
            NEO4J_DATABASE=graph.database,
        )
        assert set(faults(look(home.path, servers))) == {"worker-x"}
        with paused(tmp_path / "servers", PostgresServer(tmp_path / "servers" / "postgres", 0, "").data):
            started = time.monotonic()
            assert set(faults(look(home.path, servers))) == {"postgres", "redis", "graph", "worker-x"}
            assert time.monotonic() - started < ANSWER_SECONDS + 3
            files = aibox(home.path, "files", "--json")
            assert files.returncode == 2
            assert "Postgres" in json.loads(files.stdout)["error"]
        assert set(faults(look(home.path, servers))) == {"worker-x"}


def test_a_redis_that_refuses_writes_does_not_run(home: Home, redis_server: str) -> None:
    home.remember(REDIS_URL=redis_server)
    assert faults(look(home.path, [service("redis")])) == {}
    with redis.Redis.from_url(redis_server) as client:
        client.replicaof("127.0.0.1", "1")
    assert "read only" in faults(look(home.path, [service("redis")]))["redis"]


def test_the_persons_own_servers_are_asked_too(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:  # takes connections and says nothing
        place = f"127.0.0.1:{silent.getsockname()[1]}"
        monkeypatch.setenv("DATABASE_URL", f"postgresql://me:secret@{place}/aibox")
        monkeypatch.setenv("REDIS_URL", "redis://:secret@127.0.0.1:1/0")
        found = {each.name: each for each in look(home.path, [])}
    assert {name: each.state for name, each in found.items()} == {
        "DATABASE_URL": "unresponsive",
        "REDIS_URL": "unresponsive",
    }
    assert found["DATABASE_URL"].address == place
    assert "secret" not in json.dumps([each.reason + each.address for each in found.values()])


def test_a_probe_that_never_ends_is_waited_for_so_long_and_no_longer() -> None:
    started = time.monotonic()
    assert ask_all({"a": lambda: time.sleep(30), "b": lambda: None}, 0.3) == {
        "a": "It did not answer in 0.3 s."
    }
    assert time.monotonic() - started < 20


def test_a_paused_process_is_seen_without_a_probe() -> None:
    with subprocess.Popen(["sleep", "60"]) as process:
        state = ServiceState("daemon", "running", process.pid, "", 0, time.time(), "")
        assert describe(state, supervised=True).state == "running"
        process.send_signal(signal.SIGSTOP)
        os.waitid(os.P_PID, process.pid, os.WSTOPPED)
        assert describe(state, supervised=True).state == "unresponsive"
        process.kill()


def test_a_folder_is_tried_by_writing(tmp_path: Path) -> None:
    assert check_folder("home", tmp_path).usable
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("code", "state"), [(errno.ENOSPC, "full"), (errno.EDQUOT, "full"), (errno.EROFS, "unwritable")]
)
def test_a_folder_that_cannot_be_written_to_is_no_place_to_work(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int, state: str
) -> None:
    def refuse(_: int) -> None:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(os, "fsync", refuse)
    found = check_folder("home", tmp_path)
    assert (found.state, found.usable) == (state, False)
    assert list(tmp_path.iterdir()) == []


def test_the_places_of_a_home(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    assert look_at_disks(home.path.parent / "never-started") == []
    names = {disk.name: disk.state for disk in look_at_disks(home.path)}
    assert set(names) == {"home", "storage"}
    monkeypatch.setenv("AIBOX_STORAGE", "memory://bucket/storage")
    assert [d for d in look_at_disks(home.path) if d.name == "storage"] == [
        DiskStatus("storage", "memory://bucket/storage", "ok", None, "")
    ]
    monkeypatch.setenv("AIBOX_STORAGE", "ftp://127.0.0.1:1/bucket")
    assert not look_at_disks(home.path)[1].usable


def test_the_command_says_it_and_exits_with_1(home: Home) -> None:
    home.remember(REDIS_URL="redis://127.0.0.1:1/0")
    me = psutil.Process()
    redis_service = ServiceState("redis", "running", me.pid, "127.0.0.1:1", 0, time.time(), "")
    write_state(
        home.run / "supervisor.json",
        SupervisorState(me.pid, me.create_time(), "running", "", (redis_service,)),
    )
    done = aibox(home.path, "status")
    assert done.returncode == 1
    assert "unresponsive" in done.stdout
    assert "home" in done.stdout
    assert "redis: " in done.stderr
    answer = json.loads(aibox(home.path, "status", "--json").stdout)
    assert [each["state"] for each in answer["services"]] == ["unresponsive"]
    assert {disk["name"] for disk in answer["disks"]} == {"home", "storage"}
