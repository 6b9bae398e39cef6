"""``aibox queues``, ``jobs``, ``job`` and ``workers status`` as a person and a program see them, on real servers."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis
from sqlalchemy import Engine

from aibox_assets.domain.errors import ConfigurationError, MalformedDocumentError
from aibox_assets.stores.files import ASSETS, CHUNKS
from aibox_assets.workers.presence import Presence, announce, withdraw
from aibox_assets_tests.commands import aibox, outer_environment
from aibox_assets_tests.stores.work_files import finish, new_lifecycle

pytestmark = pytest.mark.integration


@pytest.fixture
def servers(engine: Engine, postgres_url: str, clean_redis_url: str) -> Iterator[dict[str, str]]:
    """A file that is done, one that failed, one that waits; a worker of two queues, which answers nothing."""
    lifecycle = new_lifecycle(engine, "done", "bad", "waits")
    finish(lifecycle, "done")
    lifecycle.request(["bad"], ASSETS, "run")
    lifecycle.fail(
        CHUNKS, {"bad": MalformedDocumentError("It has no \x1b[31mpages.", "Save it again.")}, "run"
    )
    lifecycle.request(["waits"], ASSETS, "second")
    lifecycle.pause(
        CHUNKS, "kg_extraction", ["waits"], ConfigurationError("No bucket.", "Make one."), "second"
    )
    with redis.Redis.from_url(clean_redis_url) as client:
        announce(client, Presence("w@here", "here", 1, ("file_processing", "vectorization"), 2, 0.0))
        for key in client.scan_iter("*w@here*"):
            client.persist(key)  # it goes on saying so, however long the commands take
        yield {"DATABASE_URL": postgres_url, "REDIS_URL": clean_redis_url}
        withdraw(client, "w@here")


def test_queues(servers: dict[str, str], tmp_path: Path) -> None:
    views = json.loads(aibox(tmp_path, "queues", "--json", **servers).stdout)
    figures = {
        view["stats"]["queue"]: [view["stats"][name] for name in ("queued", "started", "finished", "failed")]
        for view in views
    }
    assert figures == {
        "file_processing": [1, 0, 1, 1],
        "vectorization": [1, 0, 1, 0],
        "kg_extraction": [1, 0, 1, 0],
    }
    assert [view["slots"] for view in views] == [2, 2, 0]
    assert views[2]["pause"]["reason"] == "No bucket."
    (one,) = json.loads(aibox(tmp_path, "queues", "vectorization", "--json", **servers).stdout)
    assert one == views[1]
    unknown = aibox(tmp_path, "queues", "celery", **servers)
    assert unknown.returncode == 2
    assert "file_processing, vectorization, kg_extraction" in unknown.stderr.replace("\n", " ")
    shown = aibox(tmp_path, "queues", **servers)
    assert shown.returncode == 0, shown.stderr
    assert "kg_extraction has no worker" in shown.stdout
    assert "kg_extraction is paused: No bucket. Make one." in shown.stdout
    assert max(map(len, shown.stdout.splitlines())) <= 80
    away = aibox(tmp_path, "queues", **{**servers, "REDIS_URL": "redis://127.0.0.1:1/0"})
    assert away.returncode == 0
    assert away.stdout.count("Redis did not answer") == 1


def test_jobs_and_one_of_them(servers: dict[str, str], tmp_path: Path) -> None:
    listed = json.loads(aibox(tmp_path, "jobs", "file_processing", "--json", **servers).stdout)
    assert [(job["id"], job["state"]) for job in listed] == [
        ("chunks.waits", "queued"),
        ("chunks.bad", "failed"),
        ("chunks.done", "finished"),
    ]
    failed = aibox(tmp_path, "jobs", "--status", "failed", **servers)
    assert "chunks.bad" in failed.stdout
    assert "done" not in failed.stdout
    assert "\x1b" not in failed.stdout
    assert max(map(len, failed.stdout.splitlines())) <= 80
    assert "No such jobs." in aibox(tmp_path, "jobs", "--status", "started", **servers).stdout
    assert "kg_extraction" in aibox(tmp_path, "jobs", "none", **servers).stderr
    one = aibox(tmp_path, "job", "chunks.bad", **servers)
    assert "Save it again." in one.stdout
    assert "MalformedDocumentError" in one.stdout
    assert "\x1b" not in one.stdout
    assert json.loads(aibox(tmp_path, "job", "chunks.bad", "--json", **servers).stdout)["attempts"] == 1
    assert aibox(tmp_path, "job", "chunks.none", **servers).returncode == 1


def test_a_worker_that_says_it_lives_and_answers_nothing(servers: dict[str, str], tmp_path: Path) -> None:
    (worker,) = json.loads(aibox(tmp_path, "workers", "status", "--json", **servers).stdout)
    assert (worker["name"], worker["state"], worker["children"]) == ("w@here", "unresponsive", 2)
    assert "unresponsive" in aibox(tmp_path, "workers", "status", **servers).stdout


def test_watching_goes_on_until_it_is_interrupted(servers: dict[str, str], tmp_path: Path) -> None:
    watching = subprocess.Popen(
        [sys.executable, "-m", "aibox_assets.cli.main", "queues", "--watch", "--json"],
        env={**outer_environment(), "AIBOX_HOME": str(tmp_path), **servers},
        stdout=subprocess.PIPE,
        text=True,
        # Whoever runs the tests behind a shell's & has SIGINT ignored, and so would have this one.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    assert watching.stdout is not None
    with watching.stdout as lines:
        looks = [json.loads(lines.readline()) for _ in range(2)]
        watching.send_signal(signal.SIGINT)
        assert watching.wait(20) == 0
    assert [len(look) for look in looks] == [3, 3]
