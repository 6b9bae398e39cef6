"""The compose file starts what ``aibox up`` starts, stays on loopback, and asks for passwords."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import psutil
import pytest
import redis
import yaml
from redis.backoff import ConstantBackoff
from redis.retry import Retry

from aibox_assets.local.home import Home
from aibox_assets.local.process import free_port
from aibox_assets.local.redis import RedisServer
from aibox_assets.local.services import IMPORTS, Plan, plan_services
from aibox_assets.settings import SECRETS, Settings, sources
from aibox_assets.workers.queues import QUEUES

DOCKER = Path(__file__).parents[2] / "docker"
TEXT = (DOCKER / "compose.yaml").read_text(encoding="utf-8")
COMPOSE: dict[str, Any] = yaml.safe_load(TEXT)
SERVICES: dict[str, Any] = COMPOSE["services"]
OURS = ["code-server", "daemon", "webserver", "api", *(f"worker-{queue}" for queue in QUEUES)]
# Told to the processes of one machine only: the supervisor's mark, and what the image or workspace.yaml says.
LOCAL_ONLY = {"AIBOX_SUPERVISED", "AIBOX_CODE_SERVER_PORT", "AIBOX_HOME", "DAGSTER_HOME"}


@pytest.fixture(scope="module")
def plan(tmp_path_factory: pytest.TempPathFactory) -> Plan:
    folder = tmp_path_factory.mktemp("aibox")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)  # a .env of the checkout would replace the embedded servers, too
        for name in ("DATABASE_URL", "REDIS_URL", "REDIS_HOST", "NEO4J_URI"):
            patch.delenv(name, raising=False)
        return plan_services(Home(folder / "home"))


def without_addresses(argv: tuple[str, ...] | list[str]) -> list[str]:
    """A command without what differs in containers: interpreter, hosts, ports, paths."""
    values = {"-h": "HOST", "-p": "PORT", "-w": "WORKSPACE"}
    words = ["python" if word == sys.executable else re.sub(r"@.*", "@NODE", word) for word in argv]
    return [values.get(before, word) for before, word in zip(["", *words[:-1]], words, strict=True)]


@pytest.mark.parametrize("name", OURS)
def test_command_is_the_one_that_aibox_up_runs(name: str, plan: Plan) -> None:
    command = next(service.command for service in plan.services if service.name == name)
    assert command is not None
    assert without_addresses(SERVICES[name]["command"]) == without_addresses(command.argv)
    assert set(command.env) - LOCAL_ONLY <= set(SERVICES[name]["environment"])


def test_every_service_of_aibox_up_is_there(plan: Plan) -> None:
    replaced = {"graph": "neo4j"}
    names = {replaced.get(service.name, service.name) for service in plan.services}
    assert names - {IMPORTS} == set(SERVICES), (
        "what shares its imports on one machine has a container of its own"
    )


@pytest.mark.parametrize("name", SERVICES)
def test_service_recovers_and_shows_its_health(name: str) -> None:
    service = SERVICES[name]
    if name == "schema":  # runs once
        assert service["restart"].startswith("on-failure:")
        return
    assert service["restart"] == "unless-stopped"
    assert service["healthcheck"]["test"][0] in ("CMD", "CMD-SHELL")
    assert service["logging"]["options"]["max-size"]


@pytest.mark.parametrize("name", SERVICES)
def test_no_port_is_published_beyond_loopback(name: str) -> None:
    service = SERVICES[name]
    assert all(str(port).startswith("127.0.0.1:") for port in service.get("ports", []))
    assert "network_mode" not in service


def test_the_key_of_the_api_is_a_file_that_the_settings_find(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (secret,) = SERVICES["api"]["secrets"]
    target = Path(secret["target"])
    assert target.parent == SECRETS
    assert "AIBOX_SECRET_KEY" not in SERVICES["api"]["environment"]
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("AIBOX_SECRET_KEY", raising=False)
    monkeypatch.setattr(sources, "SECRETS", tmp_path)
    (tmp_path / target.name).write_text("of a file, and long enough for a key\n")
    assert Settings().require_secret_key() == b"of a file, and long enough for a key"
    monkeypatch.setenv("AIBOX_SECRET_KEY", "of the environment, which comes before it")
    assert Settings().require_secret_key() == b"of the environment, which comes before it"


@pytest.mark.parametrize("queue", QUEUES)
def test_worker_can_be_scaled(queue: str) -> None:
    service = SERVICES[f"worker-{queue}"]
    assert not {"container_name", "hostname", "ports"} & set(service)
    assert f"{queue}@%h" in service["command"]
    assert f'"{queue}@$$HOSTNAME"' in service["healthcheck"]["test"][1]


@pytest.mark.parametrize("name", SERVICES)
def test_dependencies_can_come_true(name: str) -> None:
    for other, need in SERVICES[name].get("depends_on", {}).items():
        expected = "service_completed_successfully" if other == "schema" else "service_healthy"
        assert need["condition"] == expected
        assert other in SERVICES


@pytest.mark.parametrize("name", SERVICES)
def test_image_has_a_version(name: str) -> None:
    tag = SERVICES[name]["image"].rpartition(":")[2]
    assert re.match(r"\d+\.\d+", tag)


def test_compose_refuses_to_start_without_passwords() -> None:
    used = re.findall(r"\$\{(\w*PASSWORD)(:\?[^}]+)?\}", TEXT)
    assert {name for name, _ in used} == {"POSTGRES_PASSWORD", "REDIS_PASSWORD", "NEO4J_PASSWORD"}
    assert all(message for _, message in used)


def test_example_names_every_variable_and_holds_no_password() -> None:
    example = (DOCKER / ".env.example").read_text(encoding="utf-8")
    values = dict(re.findall(r"^(\w+)=(.*)$", example, flags=re.M))
    by_file = {secret["environment"] for secret in COMPOSE["secrets"].values()}
    assert set(re.findall(r"(?<!\$)\$\{(\w+)", TEXT)) | by_file == set(values)
    assert {name for name, value in values.items() if not value} == {
        *("POSTGRES_PASSWORD", "REDIS_PASSWORD", "NEO4J_PASSWORD", "AIBOX_SECRET_KEY")
    }


@pytest.mark.parametrize("name", OURS)
def test_settings_handed_on_are_known(name: str) -> None:
    known = {field.alias for field in Settings.model_fields.values()}
    ours = {key for key in SERVICES[name]["environment"] if key.startswith(("AIBOX_", "REDIS_", "NEO4J_"))}
    assert ours <= known
    assert SERVICES[name]["environment"]["AIBOX_DAGSTER_DATABASE_URL"].startswith("postgresql+psycopg2://")


def test_redis_keeps_jobs_and_evicts_none() -> None:
    command = SERVICES["redis"]["command"][-1]
    assert "\nappendonly yes\n" in command
    assert "\nmaxmemory-policy noeviction\n" in command
    assert SERVICES["redis"]["environment"]["REDISCLI_AUTH"].startswith("${REDIS_PASSWORD:?")


@pytest.mark.parametrize("name", SERVICES)
def test_no_command_line_holds_a_password(name: str) -> None:
    service = SERVICES[name]
    lines = [*service.get("command", []), *service.get("healthcheck", {}).get("test", [])]
    assert not [line for line in lines if re.search(r"(?<!\$)\$\{?\w*(PASSWORD|AUTH)", line)], (
        "compose would write it in"
    )
    assert not [
        line
        for line in lines
        if re.search(r"(-p|--password|--requirepass|-a) +\S*(\$|[A-Z_]*PASSWORD)", line)
    ]


@pytest.mark.parametrize("password", ["plain", 'with "quotes" and \\ and $HOME `id` spaces', "电池#'"])
def test_redis_takes_its_password_from_standard_input(tmp_path: Path, password: str) -> None:
    """The script itself, with a Redis of ours: the entry point of the image runs what it is given."""
    entry = tmp_path / "docker-entrypoint.sh"
    port = free_port()
    binary = RedisServer(tmp_path, port, "x").command().argv[0]
    entry.write_text(f'#!/bin/sh\nshift\nexec "{binary}" "$@" --port {port} --dir "{tmp_path}"\n')
    entry.chmod(0o755)
    script = SERVICES["redis"]["command"][-1].replace("$$", "$")
    environment = {"PATH": f"{tmp_path}:{os.environ['PATH']}", "REDISCLI_AUTH": password}
    with subprocess.Popen(["sh", "-c", script], env=environment, stdout=subprocess.DEVNULL) as server:
        try:
            with redis.Redis(port=port, password=password, retry=Retry(ConstantBackoff(0.1), 100)) as client:
                client.ping()
                assert client.config_get("maxmemory-policy") == {"maxmemory-policy": "noeviction"}
                assert client.config_get("appendonly") == {"appendonly": "yes"}
            command_line = " ".join(psutil.Process(server.pid).cmdline())
            assert "redis-server" in command_line
            assert password not in command_line
        finally:
            server.kill()


def test_workspace_leads_to_the_code_server() -> None:
    workspace = yaml.safe_load((DOCKER / "workspace.yaml").read_text(encoding="utf-8"))
    server = workspace["load_from"][0]["grpc_server"]
    command = SERVICES[server["host"]]["command"]
    assert command[command.index("-p") + 1] == str(server["port"])


def test_image_runs_as_a_user_of_its_own_and_finds_its_files() -> None:
    dockerfile = (DOCKER / "Dockerfile").read_text(encoding="utf-8")
    assert re.findall(r"^FROM (.+)$", dockerfile, flags=re.M) == ["python:3.11-slim"]
    assert re.findall(r"^USER (.+)$", dockerfile, flags=re.M) == ["aibox"]
    assert "\nHEALTHCHECK " in dockerfile
    allowed = re.findall(r"^!(.+)$", (DOCKER / "Dockerfile.dockerignore").read_text("utf-8"), flags=re.M)
    for paths in re.findall(r"^COPY (.+) \S+$", dockerfile, flags=re.M):
        for source in paths.split():
            assert any(source == entry or source.startswith(f"{entry}/") for entry in allowed)
