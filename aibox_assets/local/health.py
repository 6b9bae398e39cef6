"""Whether what runs also answers: one request to each server and process of a home, all at once, bounded in time.

The supervisor knows that a process is there. One that was paused, that hangs, or whose disk is full is there, too.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import psycopg
from redis import Redis

from aibox_assets.domain.errors import AIBoxError, StoreUnavailableError
from aibox_assets.local import probes
from aibox_assets.local.state import ServiceStatus
from aibox_assets.settings import GivenSettings, Settings, with_driver

Probe = Callable[[], None]

ANSWER_SECONDS: Final = 8.0
_HEARTBEAT_SECONDS: Final = 120.0
"""The daemon writes one each half a minute."""
_PROBE_KEY: Final = "aibox:probe"


def look(home: Path, services: Sequence[ServiceStatus]) -> list[ServiceStatus]:
    """*services* as they answer, and the person's own servers under the names of their settings."""
    settings = Settings.of_home(home)
    own = _own_servers(home, settings)
    asked = [*services, *own]
    running = [service for service in asked if service.state == "running"]
    faults = ask_all({each.name: probe for each in running if (probe := _probe_of(each, settings))})
    return [
        replace(service, state="unresponsive", reason=faults[service.name])
        if service.name in faults
        else service
        for service in asked
    ]


def ask_all(probes: Mapping[str, Probe], seconds: float = ANSWER_SECONDS) -> dict[str, str]:
    """Why each of *probes* that failed did, by name; one that has not answered after *seconds* failed, too."""
    faults = dict.fromkeys(probes, f"It did not answer in {seconds:g} s.")

    def ask(name: str) -> None:
        try:
            probes[name]()
        except Exception as error:  # noqa: BLE001  # whatever a driver raises is its answer
            faults[name] = _said(error)
        else:
            faults.pop(name, None)

    # In threads that nobody waits for: a paused server may hold a driver for longer than its own limits.
    asking = [threading.Thread(target=ask, args=(name,), daemon=True) for name in probes]
    for thread in asking:
        thread.start()
    deadline = time.monotonic() + seconds
    for thread in asking:
        thread.join(max(0.0, deadline - time.monotonic()))
    return dict(faults)


def ping_postgres(url: str) -> None:
    """``SELECT 1`` on a libpq URL, within about 3 s."""
    with psycopg.connect(url, connect_timeout=3) as connection:
        connection.execute("SET statement_timeout = 3000")
        connection.execute("SELECT 1")


def ping_redis(url: str) -> None:
    """PING, and a key that is written: a replica, or a Redis that is full or whose disk is, refuses writes."""
    with Redis.from_url(url, socket_connect_timeout=3, socket_timeout=3) as client:
        client.ping()
        client.set(_PROBE_KEY, "1", ex=10)


def ping_graph(settings: Settings) -> None:
    """``RETURN 1`` over Bolt."""
    # The driver's import would cost every command most of a second.
    from contextlib import nullcontext

    from aibox_assets.stores.graph_connection import GraphConnection
    from aibox_assets.stores.graph_records import GraphAddress
    from aibox_assets.stores.locks import GraphLock

    address = GraphAddress(
        settings.require_neo4j_uri(),
        settings.neo4j_user,
        settings.neo4j_password.get_secret_value(),
        settings.neo4j_database,
    )
    with GraphConnection(address, GraphLock(lambda: nullcontext(lambda: None), nullcontext), 0) as connection:
        connection.ping()


def _probe_of(service: ServiceStatus, settings: Settings) -> Probe | None:
    """How to ask *service*; None for what nobody knows how to ask."""
    match service.name:
        case "postgres" | "DATABASE_URL":
            return lambda: ping_postgres(_libpq(settings.require_database_url()))
        case "redis" | "REDIS_URL" | "REDIS_HOST":
            return lambda: ping_redis(settings.require_redis_url())
        case "graph" | "NEO4J_URI":
            return lambda: ping_graph(settings)
        case "code-server":
            return lambda: probes.ping_code_server(_port(service))
        case "webserver":
            return lambda: probes.ping_webserver(service.address)
        case "api":
            return lambda: probes.ping_api(service.address)
        case "daemon":
            return lambda: _ping_daemon(_libpq(settings.require_dagster_database_url()))
        case name if name.startswith("worker-"):
            from aibox_assets.workers.signs import Watch  # Celery's import costs most of a second

            queues = (service.name.removeprefix("worker-"),)
            return lambda: Watch(settings.require_redis_url(), service.address, queues).ping(0.0)
    return None


def _ping_daemon(url: str) -> None:
    try:
        probes.ping_daemon(url, time.time() - _HEARTBEAT_SECONDS)
    except StoreUnavailableError as error:
        raise StoreUnavailableError(f"It has written no heartbeat for {_HEARTBEAT_SECONDS:g} s.") from error


def _own_servers(home: Path, settings: Settings) -> list[ServiceStatus]:
    """The servers that the person named in place of the embedded ones."""
    given = GivenSettings.of_home(home)
    named = {
        "DATABASE_URL": given.database_url and settings.require_database_url(),
        "REDIS_URL": given.redis_url and settings.require_redis_url(),
        "REDIS_HOST": given.redis_host and not given.redis_url and settings.require_redis_url(),
        "NEO4J_URI": given.neo4j_uri,
    }
    return [
        ServiceStatus(name, "running", None, _place(url), 0, 0.0, 0, "") for name, url in named.items() if url
    ]


def _place(url: str) -> str:
    """Where a server is, without user and password."""
    return urlsplit(url).netloc.rpartition("@")[2]


def _port(service: ServiceStatus) -> int:
    return int(service.address.rpartition(":")[2])


def _libpq(url: str) -> str:
    return with_driver(url, "psycopg").replace("+psycopg", "", 1)


def _said(error: Exception) -> str:
    if isinstance(error, AIBoxError):
        return error.reason
    lines = str(error).strip().splitlines()
    return lines[0] if lines else type(error).__name__
