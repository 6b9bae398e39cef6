"""Whether the parts that the API works with answer: one request to each, at most every two seconds for all who ask."""

from __future__ import annotations

import logging
import threading
import time
from dataclasses import dataclass
from typing import Final

from redis import Redis

from aibox_assets.domain.errors import ConfigurationError
from aibox_assets.local import probes
from aibox_assets.local.health import Probe, ask_all, ping_graph, ping_postgres, ping_redis
from aibox_assets.resources.platform import Platform
from aibox_assets.settings import with_driver
from aibox_assets.stores.queues import QUEUES
from aibox_assets.workers.presence import count_consumers

NEEDED: Final = ("database", "redis")
"""Without these nobody can sign in; without the others some things wait."""
_KEPT_SECONDS: Final = 2.0
_ANSWER_SECONDS: Final = 4.0
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the installation.

    :ivar state: ``ok``, ``unavailable``, or ``paused`` for a queue that stands still.
    :ivar reason: in words for everybody: no address, no name.
    """

    name: str
    state: str
    needed: bool
    reason: str = ""


class Readiness:
    """Asks the parts of an installation, and remembers the answers for a moment."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform
        self._asking = threading.Lock()
        self._until = 0.0
        self._parts: tuple[Part, ...] = ()

    def look(self) -> tuple[Part, ...]:
        """Every part as it was within the last two seconds."""
        with self._asking:
            if time.monotonic() > self._until:
                self._parts = tuple(self._ask())
                self._until = time.monotonic() + _KEPT_SECONDS
            return self._parts

    def _ask(self) -> list[Part]:
        found: dict[str, set[str]] = {}
        faults = ask_all(self._probes(found), _ANSWER_SECONDS)
        for name, reason in faults.items():
            _log.warning("%s is not well: %s", name, reason)  # for the operator; it may hold an address
        parts = [
            Part(name, "unavailable" if name in faults else "ok", name in NEEDED, _SAID.get(name, ""))
            if name in faults
            else Part(name, "ok", name in NEEDED)
            for name in self._probes({})
        ]
        return parts + [_queue(queue, found) for queue in QUEUES if "consumed" in found]

    def _probes(self, found: dict[str, set[str]]) -> dict[str, Probe]:
        """How to ask each part; *found* gets the queues with a worker, and those that are paused."""
        settings = self._platform.settings

        def ask_database() -> None:
            ping_postgres(with_driver(settings.require_database_url(), "psycopg").replace("+psycopg", "", 1))
            found["paused"] = set(self._platform.pauses.select())

        def ask_redis() -> None:
            ping_redis(settings.require_redis_url())
            with Redis.from_url(settings.require_redis_url(), socket_timeout=3) as client:
                found["consumed"] = {queue for queue, slots in count_consumers(client).items() if slots}

        def ask_dagster() -> None:
            if settings.dagster_url is None:
                raise ConfigurationError("AIBOX_DAGSTER_URL is not set.", "Set it.")
            probes.ping_webserver(settings.dagster_url.rstrip("/"))

        return {
            "database": ask_database,
            "redis": ask_redis,
            "graph": lambda: ping_graph(settings),
            "dagster": ask_dagster,
        }


_SAID: Final = {
    "database": "The database does not answer.",
    "redis": "Redis does not answer, or takes no writes.",
    "graph": "The graph server does not answer.",
    "dagster": "Dagster's web server does not answer.",
}


def _queue(queue: str, found: dict[str, set[str]]) -> Part:
    name = f"queue {queue}"
    if queue in found.get("paused", ()):
        return Part(name, "paused", False, "The queue is paused; 'aibox status' says why.")
    if queue not in found["consumed"]:
        return Part(name, "unavailable", False, "No worker takes from the queue.")
    return Part(name, "ok", False)
