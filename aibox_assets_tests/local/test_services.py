"""The plan of a home, and its three servers under the real supervisor, up and down."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import psutil
import psycopg
import pytest
import yaml

from aibox_assets.domain.errors import ConfigurationError
from aibox_assets.local import services
from aibox_assets.local.control import down, status
from aibox_assets.local.home import Home
from aibox_assets.local.postgres import PostgresServer
from aibox_assets.local.services import Plan, plan_services
from aibox_assets.local.supervisor import Supervisor, find_home_processes
from aibox_assets.settings import Settings
from aibox_assets_tests.local.test_supervisor import eventually, state


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Home]:
    monkeypatch.chdir(tmp_path)
    for name in ("DATABASE_URL", "REDIS_URL", "REDIS_HOST", "NEO4J_URI", "AIBOX_WEBSERVER_PORT"):
        monkeypatch.delenv(name, raising=False)
    home = Home(tmp_path / "home")
    yield home
    down(home.path, lambda *_: None)
    shutil.rmtree(PostgresServer(home.postgres, 0, "").data.parent, ignore_errors=True)


def names(plan: Plan) -> list[str]:
    return [service.name for service in plan.services]


def test_without_settings_everything_is_embedded(home: Home) -> None:
    plan = plan_services(home)
    assert names(plan) == [
        *("postgres", "redis", "graph", "imports", "schema", "code-server", "daemon", "webserver"),
        *("worker-file_processing", "worker-vectorization", "worker-kg_extraction", "api"),
    ]
    settings = Settings.of_home(home.path)
    assert settings.require_database_url().endswith("/aibox")
    assert settings.require_dagster_database_url().endswith("/dagster")
    assert settings.neo4j_database == "aibox"


@pytest.mark.parametrize(
    ("given", "dagsters", "added"),
    [
        ("postgresql://aibox:s@db:5432/aibox", None, "?options=-csearch_path%3Dpublic"),
        ("postgresql://aibox:s@db/aibox?sslmode=require", None, "&options=-csearch_path%3Dpublic"),
        (
            "postgresql://aibox:s@db/aibox",
            "postgresql://aibox:s@db:5432/aibox",
            "?options=-csearch_path%3Dpublic",
        ),
        ("postgresql://aibox:s@db/aibox", "postgresql://aibox:s@db/dagster", ""),
        ("postgresql://aibox:s@db/aibox?options=-csearch_path%3Dother", None, ""),
    ],
)
def test_in_one_database_dagster_keeps_out_of_our_schema(
    home: Home, given: str, dagsters: str | None, added: str
) -> None:
    # By Postgres' default the tables of a user 'aibox' would come into the schema of that name, which is ours.
    named = {} if dagsters is None else {"AIBOX_DAGSTER_DATABASE_URL": dagsters}
    settings = Settings(**{"AIBOX_HOME": home.path, "DATABASE_URL": given, **named})
    expected = (dagsters or given).replace("postgresql://", "postgresql+psycopg2://") + added
    assert settings.require_dagster_database_url() == expected


@pytest.mark.parametrize(
    ("place", "reason"),
    [("gs://bucket/aibox", "gcsfs, which is not installed"), ("disk://bucket", "disk:// is no place")],
)
def test_a_storage_that_nothing_speaks_to_is_refused(home: Home, place: str, reason: str) -> None:
    with pytest.raises(ConfigurationError, match=reason) as raised:
        Settings(**{"AIBOX_HOME": home.path, "AIBOX_STORAGE": place})
    assert raised.value.remedy


def test_a_second_plan_keeps_the_servers_embedded(home: Home) -> None:
    # Their addresses are in home.json by now, and must not be taken for the person's own.
    assert names(plan_services(home)) == names(plan_services(home))


@pytest.mark.parametrize(
    ("name", "value", "replaced"),
    [
        ("DATABASE_URL", "postgresql://u:p@db.example/x", "postgres"),
        ("REDIS_URL", "redis://r.example", "redis"),
        ("REDIS_HOST", "r.example", "redis"),
        ("NEO4J_URI", "bolt://g.example", "graph"),
    ],
)
def test_a_server_of_the_persons_own_replaces_ours(
    home: Home, monkeypatch: pytest.MonkeyPatch, name: str, value: str, replaced: str
) -> None:
    plan_services(home)
    monkeypatch.setenv(name, value)
    monkeypatch.setenv("REDIS_PASSWORD", "secret")
    plan = plan_services(home)
    assert replaced not in names(plan)
    known = {service.name for service in plan.services}
    assert all(set(service.needs) <= known for service in plan.services)
    assert not any(remembered.startswith(name.split("_")[0]) for remembered in home.remembered())


def test_a_server_named_in_the_env_file_replaces_ours(home: Home) -> None:
    Path(".env").write_text("REDIS_URL=redis://r.example\n")
    assert "redis" not in names(plan_services(home))


def test_every_process_carries_the_homes_mark_and_telemetry_is_off(home: Home) -> None:
    for service in plan_services(home).services:
        if service.command is not None:
            assert service.command.env["AIBOX_SUPERVISED"] == str(home.path)
    instance = yaml.safe_load((home.dagster / "dagster.yaml").read_text())
    assert instance["telemetry"] == {"enabled": False}
    assert instance["run_monitoring"]["max_resume_run_attempts"] == 0


def test_the_shipped_files_are_the_ones_at_the_top() -> None:
    package = Path(services.__file__).parent
    for name in ("dagster.yaml", "workspace.yaml"):
        assert (package / name).read_text() == (package.parents[1] / name).read_text()


@pytest.mark.integration
def test_the_servers_come_up_take_the_schema_and_leave_nothing(home: Home) -> None:
    plan = plan_services(home)
    plan = replace(plan, services=plan.services[:5])
    supervisor = Supervisor(home, plan, lambda *_: None)
    thread = threading.Thread(target=supervisor.run)
    thread.start()
    try:
        eventually(lambda: state(home) and state(home).phase == "running", 240)
        assert {(each.name, each.state) for each in status(home.path)} == {
            ("postgres", "running"),
            ("redis", "running"),
            ("graph", "running"),
            ("imports", "running"),
        }
        url = Settings.of_home(home.path).require_database_url().replace("+psycopg", "")
        with psycopg.connect(url) as connection:
            assert connection.execute("SELECT count(*) FROM aibox.files").fetchone() == (0,)
            found = find_home_processes(home)
            backend = connection.info.backend_pid
            # Postgres overwrites the environment of its backends, so this one has no mark to be found by.
            assert backend in {process.pid for process in found}
    finally:
        supervisor.request_stop()
        thread.join(60)
    assert not find_home_processes(home)
    if os.geteuid() == 0:
        data = PostgresServer(home.postgres, 0, "").data
        assert data.stat().st_uid != 0
        assert psutil.Process().uids().real == 0
