"""What runs on one machine, in start order: the servers that no setting replaces, Dagster, the workers."""

from __future__ import annotations

import secrets
import shutil
import socket
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from aibox_assets.local import probes
from aibox_assets.local.embedded import EmbeddedServer
from aibox_assets.local.graph import GraphServer
from aibox_assets.local.home import Allotment, Home
from aibox_assets.local.postgres import PostgresServer
from aibox_assets.local.process import MARKER, Command
from aibox_assets.local.redis import RedisServer
from aibox_assets.local.schema import prepare_database
from aibox_assets.process import forks
from aibox_assets.process.service import Service
from aibox_assets.settings import HOME_FILE, GivenSettings, Settings, with_driver
from aibox_assets.workers.command import (
    WorkerLimits,
    step_environment,
    worker_command,
    worker_environment,
)
from aibox_assets.workers.queues import QUEUES
from aibox_assets.workers.signs import Watch

if TYPE_CHECKING:
    from collections.abc import Mapping

SCHEMA = "schema"
IMPORTS = "imports"
API = "api"
SIGNING_KEY = "AIBOX_SECRET_KEY"
DAGSTER_PATH = "/dagster"
"""Where Dagster's web server has its pages, so that the API can lead there under its own address."""
_HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Plan:
    """All services of a home, in start order, and where its UI is."""

    services: tuple[Service, ...]
    ui: str
    notes: tuple[str, ...] = ()


def plan_services(home: Home) -> Plan:
    """Choose ports and passwords, write the addresses into ``home.json``, and list what is to run.

    :raises ConfigurationError: a setting is malformed, or the home cannot be used.
    """
    home.create()
    given = GivenSettings.of_home(home.path)
    allotment = home.allot()
    servers = _embedded(home, allotment, given)
    if given.secret_key is None and SIGNING_KEY not in home.remembered():
        home.remember(**{SIGNING_KEY: secrets.token_urlsafe(32)})
    shutil.copyfile(_HERE / "dagster.yaml", home.dagster / "dagster.yaml")
    settings = Settings.of_home(home.path)
    port = given.webserver_port or allotment.webserver_port
    dagster = _dagster(home, settings, allotment.code_server_port, port, tuple(s.name for s in servers))
    ui = f"http://127.0.0.1:{port}{DAGSTER_PATH}"
    api = _api(home, settings, given.api_port or allotment.api_port, ui)
    python = (*dagster, api)
    if forks.AVAILABLE:
        python = _forked(
            python, home, {MARKER: str(home.path), **_environment(home, settings, allotment.code_server_port)}
        )
    notes = tuple(
        f"Postgres runs as another user than root, who cannot reach {home.path}; its data is in {data}."
        for data in (PostgresServer(home.postgres, 0, "").data,)
        if servers and servers[0].name == "postgres" and not data.is_relative_to(home.path)
    )
    return Plan((*servers, *python), ui, notes)


def _embedded(home: Home, allotment: Allotment, given: Settings) -> tuple[Service, ...]:
    return tuple(server_service(home, *each) for each in embedded_servers(home, allotment, given))


def embedded_servers(
    home: Home, allotment: Allotment, given: Settings
) -> list[tuple[str, EmbeddedServer, str]]:
    """The servers that the person did not replace, by name and with their addresses, which are written down."""
    postgres = PostgresServer(home.postgres, allotment.postgres_port, allotment.postgres_password)
    redis = RedisServer(home.redis, allotment.redis_port, allotment.redis_password)
    graph = GraphServer(home.graph, allotment.graph_port, allotment.graph_http_port, allotment.graph_password)
    address = graph.address
    own_database, own_redis = given.database_url is None, given.redis_url is None and given.redis_host is None
    own_graph = given.neo4j_uri is None
    home.remember(
        DATABASE_URL=postgres.url() if own_database else None,
        AIBOX_DAGSTER_DATABASE_URL=postgres.url("dagster") if own_database else None,
        REDIS_URL=redis.url() if own_redis else None,
        NEO4J_URI=address.uri if own_graph else None,
        NEO4J_USER=address.user if own_graph else None,
        NEO4J_PASSWORD=address.password if own_graph else None,
        NEO4J_DATABASE=address.database if own_graph else None,
    )
    every: tuple[tuple[bool, str, EmbeddedServer, str], ...] = (
        (own_database, "postgres", postgres, f"127.0.0.1:{postgres.port}"),
        (own_redis, "redis", redis, f"127.0.0.1:{redis.port}"),
        (own_graph, "graph", graph, address.uri),
    )
    return [(name, server, at) for own, name, server, at in every if own]


def server_service(home: Home, name: str, server: EmbeddedServer, address: str) -> Service:
    """An embedded server as a service."""
    command = server.command()
    return Service(
        name,
        replace(command, env={**command.env, MARKER: str(home.path)}),
        before=server.prepare,
        ping=lambda _: server.ping(),
        after=server.finish,
        look=server.look if isinstance(server, PostgresServer) else None,
        look_seconds=10.0,
        address=address,
        stop_seconds=30.0,
    )


def _dagster(
    home: Home, settings: Settings, code_port: int, web_port: int, servers: tuple[str, ...]
) -> tuple[Service, ...]:
    """The schema step, Dagster's three processes and one worker per queue."""
    redis_url = settings.require_redis_url()
    storage_url = with_driver(settings.require_dagster_database_url(), "psycopg").replace("+psycopg", "", 1)
    env = _environment(home, settings, code_port)
    workspace = str(_HERE / "workspace.yaml")

    as_json = ("--log-format", "json") if settings.log_format == "json" else ()

    def python(*argv: str) -> Command:
        return Command((sys.executable, "-m", *argv, *as_json), env=env)

    limits, worker_env = WorkerLimits.of(settings), {**env, **worker_environment(settings)}

    def worker(queue: str) -> Service:
        node = f"{queue}@{socket.gethostname()}"
        watch = Watch(redis_url, node, (queue,))
        command = Command(worker_command((queue,), node, limits), env=worker_env)
        return Service(
            f"worker-{queue}",
            command,
            (SCHEMA, *(name for name in servers if name == "redis")),
            stage=2,
            ping=watch.ping,
            look=watch.judge,
            address=node,
            start_seconds=300.0,
            stop_seconds=20.0,
        )

    code_server = Service(
        "code-server",
        python(
            *(
                "aibox_assets.dagster_patches.code_server",
                "-m",
                "aibox_assets.definitions",
                "-h",
                "127.0.0.1",
            ),
            # Run workers then start with this interpreter, not with whichever `dagster` is first on PATH.
            *("-p", str(code_port), "--use-python-environment-entry-point"),
        ),
        stage=1,
        ping=lambda _: probes.ping_code_server(code_port),
        address=f"127.0.0.1:{code_port}",
        start_seconds=180.0,
    )
    daemon = Service(
        "daemon",
        python("aibox_assets.dagster_patches.daemon", "run", "-w", workspace),
        # It hands out work, so everything that work needs is there first.
        (SCHEMA, code_server.name, *servers),
        stage=3,
        ping=lambda since: probes.ping_daemon(storage_url, since),
        start_seconds=180.0,
    )
    webserver = Service(
        "webserver",
        python(
            *(
                "aibox_assets.dagster_patches.webserver",
                "-h",
                "127.0.0.1",
                "-p",
                str(web_port),
                "-w",
                workspace,
            ),
            *("--path-prefix", DAGSTER_PATH),
        ),
        (SCHEMA, code_server.name),
        stage=3,
        ping=lambda _: probes.ping_webserver(f"http://127.0.0.1:{web_port}{DAGSTER_PATH}"),
        address=f"http://127.0.0.1:{web_port}{DAGSTER_PATH}",
        start_seconds=180.0,
    )
    databases = tuple(name for name in servers if name == "postgres")
    return (
        Service(SCHEMA, None, databases, before=lambda: prepare_database(settings)),
        code_server,
        daemon,
        webserver,
        *(worker(queue) for queue in QUEUES),
    )


def _forked(services: tuple[Service, ...], home: Home, env: Mapping[str, str | None]) -> tuple[Service, ...]:
    """*services*, behind the one whose imports they share."""
    server = forks.ForkServer(("aibox_assets.local.imports",), env, (home.path / HOME_FILE, Path(".env")))
    # It takes seconds of CPU and no server, so it goes on beside the servers' start.
    imports = Service(IMPORTS, server.command, start=server.begin, ping=server.ping, start_seconds=180.0)
    return (
        imports,
        *(
            each
            if each.command is None
            else replace(each, needs=(*each.needs, imports.name), start=server.start)
            for each in services
        ),
    )


def _api(home: Home, settings: Settings, port: int, ui: str) -> Service:
    """The HTTP API."""
    env: dict[str, str | None] = {
        **step_environment(settings),
        MARKER: str(home.path),
        "AIBOX_API_PORT": str(port),
        "AIBOX_DAGSTER_URL": settings.dagster_url or ui,
        "OMP_NUM_THREADS": "1",
    }
    scheme = "https" if settings.tls_certificate else "http"
    shown = "127.0.0.1" if settings.bind in ("0.0.0.0", "::") else settings.bind  # noqa: S104  # compared only
    return Service(
        API,
        Command((sys.executable, "-m", "aibox_assets.web"), env=env),
        (SCHEMA,),
        stage=3,
        ping=lambda _: probes.ping_api(f"{scheme}://{shown}:{port}"),
        address=f"{scheme}://{shown}:{port}",
        start_seconds=120.0,
        stop_seconds=15.0,
    )


def _environment(home: Home, settings: Settings, code_port: int) -> dict[str, str | None]:
    """What the Dagster processes and the workers get beside our own environment."""
    return {
        **step_environment(settings),
        "AIBOX_CODE_SERVER_PORT": str(code_port),
        MARKER: str(home.path),
        "OMP_NUM_THREADS": "1",
    }
