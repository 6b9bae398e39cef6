"""Queues, their jobs and workers as the API answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class QueueInfo:
    """A queue in figures. *rates*: over the last minutes, with ``minutes``, ``made``, ``failed``, ``per_minute``."""

    queue: str
    queued: int
    started: int
    finished: int
    failed: int
    blocked: int
    delayed: int
    oldest: datetime | None
    rates: tuple[Mapping[str, Any], ...]
    steps: int | None
    slots: int | None
    pause: Mapping[str, Any] | None


@dataclass(frozen=True, slots=True)
class QueueJob:
    """One asset of one file. *run_id* and *traceback* only of a single one."""

    job_id: str
    queue: str
    asset: str
    file_id: str
    path: str
    owner: str
    status: str
    blocked: bool
    background: bool
    run_id: str | None
    attempts: int
    interruptions: int
    not_before: datetime | None
    failure: str | None
    error: str | None
    remedy: str | None
    traceback: str | None
    count: int | None
    seconds: float | None
    queued_at: datetime
    started_at: datetime | None
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class WorkerInfo:
    """A worker. *state*: idle, busy or unresponsive."""

    name: str
    queues: tuple[str, ...]
    state: str
    current_job: str | None
    slots: int | None
    up_seconds: float | None
    held_by: str | None
