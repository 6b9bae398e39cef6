"""``aibox workers`` in a shell, with a Redis of its own: start, list, stop, what is refused."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from aibox_assets.execution.leases import Lease, StepLeases
from aibox_assets.local.control import down
from aibox_assets_tests.commands import aibox
from aibox_assets_tests.workers.services import ended, eventually, family

pytestmark = pytest.mark.integration


@pytest.fixture
def servers(clean_redis_url: str, postgres_url: str) -> dict[str, str]:
    return {"REDIS_URL": clean_redis_url, "DATABASE_URL": postgres_url}


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path
    down(tmp_path, lambda *_: None)


def test_a_worker_in_the_background_is_started_listed_and_stopped(
    home: Path, servers: dict[str, str]
) -> None:
    options = ("--queues", "file_processing", "--name", "second")
    started = json.loads(aibox(home, "workers", "start", *options, "--json", **servers).stdout)
    assert (started["name"], started["queues"]) == ("second", ["file_processing"])
    again = aibox(home, "workers", "start", *options, **servers)
    assert again.returncode == 2
    assert "runs already" in again.stderr

    listed: list[dict[str, object]] = []

    def answers() -> bool:
        listed[:] = json.loads(aibox(home, "workers", "list", "--json", **servers).stdout)
        return bool(listed)

    eventually(answers, 120)
    name = str(listed[0].pop("name"))
    assert name.startswith("second@")
    assert listed == [
        {"queues": ["file_processing"], "state": "idle", "job": None, "seconds": None, "at": []}
    ]
    assert "second" in aibox(home, "workers", "list", **servers).stdout
    assert "ready" in aibox(home, "logs", "worker-second", **servers).stdout

    leases = StepLeases.connect(servers["REDIS_URL"])
    with leases.hold("task", Lease(name, "run", "chunks")) as held:
        held.at("a-file", "part 2")
        eventually(lambda: leases.list_held()["task"].file_id, 10)
        assert "a-file part 2 for" in aibox(home, "workers", "list", **servers).stdout

    processes = family(started["pid"])
    stopped = aibox(home, "workers", "stop", "second", **servers)
    assert stopped.returncode == 0, stopped.stderr
    eventually(lambda: all(ended(process) for process in processes))
    assert json.loads(aibox(home, "workers", "list", "--json", **servers).stdout) == []
    assert aibox(home, "workers", "stop", "second", **servers).returncode == 2


@contextmanager
def foreground(home: Path, *options: str, **settings: str) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "aibox_assets.cli.main", "workers", "start", "--monitor", *options]
    environment = {"PATH": "/usr/bin:/bin", "AIBOX_HOME": str(home), "COLUMNS": "300", **settings}
    process = subprocess.Popen(command, env=environment, cwd=home, stderr=subprocess.PIPE, text=True)
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def test_a_monitored_worker_comes_back_and_ends_with_sigterm(home: Path, servers: dict[str, str]) -> None:
    options = ("--queues", "file_processing", "--check-interval", "1", "--restart-delay", "0.2")
    with foreground(home, *options, **servers) as process:
        eventually(lambda: psutil.Process(process.pid).children(), 60)
        (worker,) = psutil.Process(process.pid).children()
        worker.kill()
        eventually(lambda: worker not in psutil.Process(process.pid).children(), 10)
        eventually(lambda: psutil.Process(process.pid).children(), 10)
        time.sleep(1)
        process.send_signal(signal.SIGTERM)
        _, said = process.communicate(timeout=90)
        assert process.returncode == 0, said
    assert "starting it again in 0.2 s (1 of 10)" in said


def test_down_ends_the_workers_that_were_added(home: Path, servers: dict[str, str]) -> None:
    with foreground(home, "--queues", "file_processing", **servers) as process:
        eventually(lambda: psutil.Process(process.pid).children(), 60)
        processes = family(process.pid)
        down(home, lambda *_: None)
        assert process.wait(20) is not None
        assert all(ended(each) for each in processes)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--queues", "vectorisation"), "file_processing, vectorization, kg_extraction"),
        (("--queues", ""), "The queues are"),
        (("--name", "../x"), "cannot be a worker's name"),
    ],
)
def test_what_cannot_be_started_is_named(home: Path, options: tuple[str, ...], said: str) -> None:
    done = aibox(home, "workers", "start", *options, REDIS_URL="redis://127.0.0.1:1/0")
    assert done.returncode == 2
    assert said in " ".join(done.stderr.split())
    assert "Traceback" not in done.stderr


def test_a_broker_that_is_away_is_an_error_and_not_an_empty_list(home: Path) -> None:
    done = aibox(home, "workers", "list", REDIS_URL="redis://127.0.0.1:1/0")
    assert done.returncode == 2
    assert "Redis did not answer" in done.stderr
