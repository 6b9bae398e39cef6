"""All checks, asked at once and bounded in time."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Final

from aibox_assets.domain.errors import AIBoxError
from aibox_assets.local.doctor import graph, host, installation, postgres, queues, redis
from aibox_assets.local.doctor.findings import Case, Check, Finding, NotAskedError, State
from aibox_assets.local.home import Home
from aibox_assets.local.state import read_state
from aibox_assets.local.supervisor import STATE_FILE
from aibox_assets.settings import GivenSettings, load_settings

SECONDS: Final = 8.5
"""With the start of the command itself an answer comes within ten."""

_SLOW: Final = (
    "aibox_assets.stores.graph_connection",
    "aibox_assets.execution.seen_workers",
    "alembic.script",
)
"""Modules that are imported where they are needed; of two threads that do so at once, one may fail."""

CHECKS: Final[Mapping[str, Check]] = {
    "processes": installation.processes_run,
    "redis": redis.answers,
    "redis writes": redis.takes_writes,
    "redis memory": redis.keeps_all,
    "redis restart": redis.survives_a_restart,
    "redis clock": redis.clock,
    "postgres": postgres.answers,
    "postgres writes": postgres.takes_writes,
    "pgvector": postgres.has_pgvector,
    "tables": postgres.has_our_tables,
    "postgres clock": postgres.clock,
    "graph": graph.answers,
    "graph rights": graph.lets_us_write,
    "workers": queues.have_workers,
    "queues": queues.agree_with_workers,
    "serialization": queues.hold_json,
    "answers": queues.workers_answer,
    "jobs": queues.move,
    "sensors": queues.sensors_run,
    "models": installation.models_are_there,
    "dictionary": installation.questions_are_translated,
    "parsers": installation.parsers_are_confined,
    "folders": installation.folders_are_watched,
    "accounts": installation.accounts_can_sign_in,
    "disks": host.disks_have_room,
    "memory": host.memory_is_left,
    "permissions": host.secrets_are_closed,
    "ports": host.ports_are_free,
    "network": host.listens_on_loopback,
}


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What a check found. :ivar check: its name. The others are as in :class:`Finding`."""

    check: str
    state: State
    said: str
    remedy: str


@dataclass(frozen=True, slots=True)
class Examination:
    """All that was found, in the order of the checks.

    :ivar not_asked: names of checks that could not be made, since what they ask is away.
    :ivar unfinished: whether the threads of some checks that took too long are still there.
    """

    findings: tuple[Diagnosis, ...]
    not_asked: tuple[str, ...]
    unfinished: bool = False

    @property
    def well(self) -> bool:
        """Whether there is no problem."""
        return all(each.state != "problem" for each in self.findings)


def examine(home: Path | None = None, *, load_models: bool = False, seconds: float = SECONDS) -> Examination:
    """Make every check. Never raises for what is wrong.

    :param home: default: that of the settings. :param load_models: also load the models, however long that takes.
    """
    try:
        settings = load_settings()
        given = GivenSettings.of_home(settings.home)
        chosen = Home(home or settings.home)
        case = Case(chosen, settings, given, read_state(chosen.run / STATE_FILE))
    except AIBoxError as error:
        return Examination((Diagnosis("settings", "problem", error.reason, error.remedy),), ())
    for module in _SLOW:
        import_module(module)
    examination = ask_all(CHECKS, case, seconds)
    if not load_models:
        return examination
    loaded = ask_all({"loading": installation.models_load}, case, 600.0)
    return Examination(
        examination.findings + loaded.findings,
        examination.not_asked + loaded.not_asked,
        examination.unfinished or loaded.unfinished,
    )


def ask_all(checks: Mapping[str, Check], case: Case, seconds: float) -> Examination:
    """Make checks side by side; one that has not ended after *seconds* is a problem itself."""
    late = Finding("problem", f"It was not known after {seconds:g} s.", "aibox status; aibox logs")
    found: dict[str, list[Finding] | None] = {name: [late] for name in checks}

    def ask(name: str, check: Check) -> None:
        try:
            found[name] = list(check(case))
        except NotAskedError:
            found[name] = None
        except Exception as error:  # noqa: BLE001  # a fault of a check must not hide what the others found
            found[name] = [
                Finding("problem", f"The check failed: {type(error).__name__}: {error}", "Report this.")
            ]

    # In threads that nobody waits for: a paused server may hold a driver for longer than its own limits.
    asking = [threading.Thread(target=ask, args=each, daemon=True) for each in checks.items()]
    for thread in asking:
        thread.start()
    deadline = time.monotonic() + seconds
    for thread in asking:
        thread.join(max(0.0, deadline - time.monotonic()))
    answered = dict(found)
    return Examination(
        tuple(
            Diagnosis(name, finding.state, finding.said, finding.remedy)
            for name, findings in answered.items()
            for finding in findings or ()
        ),
        tuple(name for name, findings in answered.items() if findings is None),
        unfinished=any(thread.is_alive() for thread in asking),
    )
