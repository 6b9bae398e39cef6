"""What a person and a program see when something is wrong: a reason and a next step, and no trace."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import redis
from celery import Celery

from aibox_assets import __version__
from aibox_assets.local.state import ServiceState, SupervisorState, write_state
from aibox_assets.settings import Settings
from aibox_assets_tests.commands import aibox, outer_environment


@pytest.mark.parametrize(
    "command", [("files",), ("search", "x"), ("graph", "x"), ("retry", "--all"), ("delete", "x")]
)
def test_a_home_that_was_never_started_says_how_to_start_it(tmp_path: Path, command: tuple[str, ...]) -> None:
    done = aibox(tmp_path, *command)
    assert done.returncode == 2
    assert "aibox up" in done.stderr
    assert "Traceback" not in done.stderr
    answer = json.loads(aibox(tmp_path, *command, "--json").stdout)
    assert answer["error"]
    assert "aibox up" in answer["remedy"]


def test_the_release_is_said(tmp_path: Path) -> None:
    assert aibox(tmp_path, "--version").stdout == f"aibox-assets {__version__}\n"


@pytest.mark.parametrize(
    ("command", "named"),
    [
        (("files", "--status", "foo"), "--status"),
        (("files", "--limit", "0"), "--limit"),
        (("file", "-x"), "-x"),
        (("search", "x", "--since", "yesterday"), "--since"),
        (("graph", "undo", "x"), "ID"),
        (("graph", "undo", "9" * 20), "ID"),
        (("files", "--limit", "9" * 20), "--limit"),
        (("jobs", "--limit", "9" * 20), "--limit"),
        (("workers", "start", "--concurrency", "9" * 20), "--concurrency"),
    ],
)
def test_a_program_that_asks_wrongly_is_answered_in_json(
    tmp_path: Path, command: tuple[str, ...], named: str
) -> None:
    done = aibox(tmp_path, *command, "--json")
    answer = json.loads(done.stdout)
    assert (done.returncode, done.stderr) == (2, "")
    assert named in answer["error"]
    assert answer["remedy"].endswith("--help")


@pytest.mark.parametrize(
    ("option", "known"), [("--type", "pdf, docx"), ("--language", "en, zh, ja, ko, und")]
)
def test_a_search_of_what_there_is_none_of_says_what_there_is(
    tmp_path: Path, option: str, known: str
) -> None:
    answer = json.loads(aibox(tmp_path, "search", "x", option, "foo", "--json").stdout)
    assert "'foo'" in answer["error"]
    assert known in answer["remedy"]


@pytest.mark.parametrize("encoding", ["ascii", "latin-1"])
def test_a_terminal_without_the_letters_gets_escapes(tmp_path: Path, encoding: str) -> None:
    command = [sys.executable, "-m", "aibox_assets.cli.main", "ingest", "année 海灯.txt"]
    env = {**outer_environment(), "AIBOX_HOME": str(tmp_path), "PYTHONIOENCODING": encoding}
    told = subprocess.run(command, env=env, capture_output=True, encoding=encoding, timeout=120)
    assert told.returncode == 2
    assert "\\u6d77" in told.stderr
    assert "Traceback" not in told.stderr
    asked = subprocess.run([*command, "--json"], env=env, capture_output=True, encoding=encoding, timeout=120)
    assert "année 海灯.txt" in json.loads(asked.stdout)["error"]


def test_a_kind_of_files_may_be_called_by_its_ending(tmp_path: Path) -> None:
    for kind in ("pdf", ".PDF", "application/pdf"):
        assert "aibox up" in aibox(tmp_path, "search", "x", "--type", kind).stderr


def test_an_unknown_setting_is_named(tmp_path: Path) -> None:
    done = aibox(tmp_path, "files", AIBOX_CHUNK_TOKEN="9")
    assert done.returncode == 2
    assert "AIBOX_CHUNK_TOKEN" in done.stderr


@pytest.mark.parametrize(
    ("name", "value"), [("AIBOX_CHUNK_TOKENS", "many"), ("AIBOX_BATCH_FILES", "0"), ("REDIS_PORT", "70000")]
)
def test_a_malformed_setting_is_named_with_its_value(tmp_path: Path, name: str, value: str) -> None:
    done = aibox(tmp_path, "files", **{name: value})
    assert done.returncode == 2
    assert name in done.stderr
    assert value in done.stderr


def test_home_of_the_user_is_not_the_home_of_the_system(tmp_path: Path) -> None:
    code = "from aibox_assets.settings import load_settings; print(load_settings().home)"
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**outer_environment(), "HOME": "/elsewhere"},
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )
    assert done.stdout.strip() == str(tmp_path / ".aibox")


@pytest.fixture
def no_redis(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in os.environ:
        if name.startswith("REDIS_"):
            monkeypatch.delenv(name)


PARTS = {"REDIS_HOST": "redis.example", "REDIS_PORT": "6380", "REDIS_DB": "3", "REDIS_PASSWORD": "a/b c"}
CHECKED = "ssl_cert_reqs=required"


@pytest.mark.usefixtures("no_redis")
@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (PARTS, "redis://:a%2Fb%20c@redis.example:6380/3"),
        ({**PARTS, "REDIS_URL": "redis://other:1/0"}, "redis://other:1/0"),
        ({**PARTS, "REDIS_SSL": "true"}, f"rediss://:a%2Fb%20c@redis.example:6380/3?{CHECKED}"),
        ({"REDIS_HOST": "redis.example", "REDIS_PASSWORD": ""}, "redis://redis.example:6379/0"),
        ({"REDIS_HOST": "127.0.0.1"}, "redis://127.0.0.1:6379/0"),
        ({"REDIS_HOST": "::1"}, "redis://[::1]:6379/0"),
        ({"REDIS_URL": "rediss://h:1/0"}, f"rediss://h:1/0?{CHECKED}"),
        ({"REDIS_URL": "rediss://h:1/0?ssl_cert_reqs=none"}, "rediss://h:1/0?ssl_cert_reqs=none"),
        (
            {"REDIS_URL": "rediss://h:1/0?health_check_interval=3"},
            f"rediss://h:1/0?health_check_interval=3&{CHECKED}",
        ),
    ],
)
def test_redis_by_its_parts_and_the_url_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, given: dict[str, str], expected: str
) -> None:
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    url = Settings.of_home(tmp_path).require_redis_url()
    assert url == expected
    with Celery(
        broker=url, backend=url, set_as_current=False
    ) as app:  # refuses what does not say how it checks
        assert app.backend.connparams["host"] in url
    redis.Redis.from_url(url).close()


@pytest.mark.usefixtures("no_redis")
def test_another_machines_redis_without_a_word_on_its_password_is_refused(tmp_path: Path) -> None:
    done = aibox(tmp_path, "workers", "list", REDIS_HOST="redis.example")
    assert done.returncode == 2
    assert "REDIS_PASSWORD" in done.stderr


def test_what_is_not_there_cannot_be_ingested(tmp_path: Path) -> None:
    done = aibox(tmp_path, "ingest", "no-such-file.pdf")
    assert done.returncode == 2
    assert "no-such-file.pdf does not exist" in " ".join(done.stderr.split())


@pytest.mark.parametrize("user", ["../alice", ".hidden", "a/b"])
def test_a_user_is_no_path(tmp_path: Path, user: str) -> None:
    (tmp_path / "a.txt").write_text("x")
    done = aibox(tmp_path, "ingest", "a.txt", "--user", user)
    assert done.returncode == 2
    assert not (tmp_path.parent / "alice").exists()


def test_ingest_copies_whole_and_leaves_equal_bytes_alone(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("x")
    for _ in range(2):
        answer = json.loads(aibox(tmp_path, "ingest", "a.txt", "--user", "amy", "--json").stdout)
        assert [file["path"] for file in answer["files"]] == ["amy/a.txt"]
    assert sorted(p.name for p in (tmp_path / "inbox" / "amy").iterdir()) == ["a.txt"]


def test_status_of_nothing(tmp_path: Path) -> None:
    done = aibox(tmp_path, "status")
    assert done.returncode == 1
    assert "aibox up" in done.stdout


@pytest.mark.parametrize("command", [("files",), ("queues",), ("search", "x"), ("retry", "--all")])
def test_who_asks_a_home_that_is_stopped_is_told_to_start_it(
    tmp_path: Path, command: tuple[str, ...]
) -> None:
    (tmp_path / "run").mkdir()
    server = ServiceState("postgres", "stopped", None, "127.0.0.1:9", 0, 0.0, "")
    write_state(tmp_path / "run/supervisor.json", SupervisorState(1, 0.0, "stopped", "", (server,)))
    redis_url, away = "redis://127.0.0.1:9/0", "postgresql://aibox:secret@127.0.0.1:{}/aibox"
    done = aibox(tmp_path, *command, "--json", DATABASE_URL=away.format(9), REDIS_URL=redis_url)
    assert done.returncode == 2
    assert json.loads(done.stdout)["remedy"] == "This home does not run: 'aibox up' starts it."
    assert "secret" not in done.stdout
    own = json.loads(
        aibox(tmp_path, *command, "--json", DATABASE_URL=away.format(10), REDIS_URL=redis_url).stdout
    )
    assert "tried again by itself" in own["remedy"], "a server of one's own is not started so"


@pytest.mark.parametrize(
    ("name", "address", "command"),
    [
        ("REDIS_URL", "localhost:6379", "workers list"),
        ("REDIS_URL", "http://localhost:6379", "workers list"),
        ("REDIS_URL", "redis://:secret#1@127.0.0.1:1/0", "workers list"),
        ("REDIS_URL", "redis://:secret/1@127.0.0.1:1/0", "workers list"),
        ("DATABASE_URL", "postgresql://aibox:secret@1:2@127.0.0.1:1/aibox", "files"),
        ("DATABASE_URL", "postgresql://aibox:secret#1@127.0.0.1:1/aibox", "files"),
        ("DATABASE_URL", "localhost:5432", "files"),
    ],
)
def test_an_address_that_cannot_be_read_is_named_without_its_password(
    tmp_path: Path, name: str, address: str, command: str
) -> None:
    done = aibox(tmp_path, *command.split(), "--json", **{name: address})
    assert done.returncode == 2, done.stderr
    said = json.loads(done.stdout)
    assert name in said["error"]
    assert "://" in said["remedy"]
    assert "secret" not in done.stdout + done.stderr


def test_a_home_that_was_never_started_is_named(tmp_path: Path) -> None:
    said = json.loads(aibox(tmp_path, "files", "--json").stdout)
    assert str(tmp_path) in said["error"]
    assert "aibox up" in said["remedy"]
