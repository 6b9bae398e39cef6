"""``run/supervisor.json``: what the supervisor says about itself, for those who ask from outside."""

from __future__ import annotations

import json
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

import psutil

from aibox_assets.local.leftovers import is_alive

Phase = Literal["starting", "running", "stopping", "stopped", "failed"]
State = Literal["starting", "running", "unresponsive", "failed", "stopped"]


@dataclass(frozen=True, slots=True)
class ServiceState:
    """One service as the supervisor last saw it.

    :ivar since: epoch seconds of its last start; 0 before the first.
    :ivar reason: why it last ended or failed; empty when it never did.
    """

    name: str
    state: State
    pid: int | None
    address: str
    restarts: int
    since: float
    reason: str


@dataclass(frozen=True, slots=True)
class SupervisorState:
    """The supervisor as it last wrote itself down.

    :ivar created: the process's creation time, which tells it from a later process of the same number.
    :ivar reason: why it failed, with ``remedy``.
    """

    pid: int
    created: float
    phase: Phase
    ui: str
    services: tuple[ServiceState, ...]
    reason: str = ""
    remedy: str = ""

    @property
    def alive(self) -> bool:
        """Whether it is still at work: that process is there, and did not say that it is done."""
        if self.phase in ("stopped", "failed"):
            return False
        try:
            process = psutil.Process(self.pid)
            return abs(process.create_time() - self.created) < 1 and is_alive(process)
        except psutil.Error:
            return False


def write_state(path: Path, state: SupervisorState) -> None:
    """Replace the file at once; readers see the old state or the new."""
    temporary = path.with_suffix(".tmp")
    temporary.write_text(json.dumps(asdict(state), ensure_ascii=False), encoding="utf-8")
    temporary.replace(path)


def read_state(path: Path) -> SupervisorState | None:
    """The state last written; None when there never was one, or the file is of another version."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        services = tuple(ServiceState(**service) for service in content.pop("services"))
        return SupervisorState(**content, services=services)
    except (OSError, ValueError, TypeError, KeyError):
        return None


@dataclass(frozen=True, slots=True)
class ServiceStatus:
    """One service for a person to read.

    :ivar state: ``unresponsive`` where its process is there and does not answer.
    :ivar uptime: seconds since its last start; 0 when it is not running.
    :ivar memory: resident bytes of it and its descendants (shared pages count for each).
    """

    name: str
    state: State
    pid: int | None
    address: str
    restarts: int
    uptime: float
    memory: int
    reason: str


def describe(service: ServiceState, *, supervised: bool) -> ServiceStatus:
    """*service* as it is now; without a live supervisor it counts as stopped."""
    memory, state, reason = 0, service.state, service.reason
    if supervised and service.pid is not None:
        try:
            process = psutil.Process(service.pid)
            if process.status() == psutil.STATUS_STOPPED and state == "running":
                state, reason = "unresponsive", "It was paused by a signal (SIGSTOP)."
            memory = sum(_resident(each) for each in (process, *process.children(recursive=True)))
        except psutil.Error:
            memory = 0
    up = supervised and service.pid is not None
    return ServiceStatus(
        service.name,
        state if supervised or state == "failed" else "stopped",
        service.pid if supervised else None,
        service.address,
        service.restarts,
        time.time() - service.since if up else 0.0,
        memory,
        reason,
    )


def _resident(process: psutil.Process) -> int:
    try:
        return int(process.memory_info().rss)
    except psutil.Error:
        return 0
