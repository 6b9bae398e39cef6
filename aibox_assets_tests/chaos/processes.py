"""The processes of a running home, and the steps that its workers hold, for tests that kill and freeze them."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

import psutil
import sqlalchemy as sa
from redis import Redis

from aibox_assets.execution.leases import StepLeases
from aibox_assets.local.state import read_state
from aibox_assets.local.supervisor import STATE_FILE
from aibox_assets.settings import with_driver
from aibox_assets.stores.database import transaction
from aibox_assets.stores.tables import steps
from aibox_assets_tests.integration.real_home import RealHome

WORKERS = {
    "chunks": "worker-file_processing",
    "embeddings": "worker-vectorization",
    "kg_triples": "worker-kg_extraction",
}
"""The service that runs the steps of each asset."""
# Out of the environment: whatever reads settings in this process refuses a name that is none.
_SCALE = float(os.environ.pop("AIBOX_CHAOS_SCALE", "1"))


@dataclass(frozen=True, slots=True)
class HeldStep:
    """A step that a worker runs now. :ivar task_id: its token."""

    run_id: str
    step_key: str
    task_id: str


def scaled(count: int) -> int:
    """*count* of the acceptance list, times ``AIBOX_CHAOS_SCALE`` (1 unless it is set), at least 1."""
    return max(1, round(count * _SCALE))


def eventually(holds: Callable[[], object], seconds: float, what: str) -> float:
    """Wait until *holds*; the seconds that it took."""
    started = time.monotonic()
    while not holds():
        assert time.monotonic() < started + seconds, f"not within {seconds:g} s: {what}"
        time.sleep(0.02)
    return time.monotonic() - started


def find_pid(home: RealHome, service: str) -> int | None:
    """The process of a service, from the supervisor's own notes; None while it is down."""
    state = read_state(home.path / "run" / STATE_FILE)
    return next((s.pid for s in state.services if s.name == service), None) if state else None


def is_back(home: RealHome, service: str, old: int | None) -> bool:
    """Whether the service answers again, in another process than *old*."""
    state = read_state(home.path / "run" / STATE_FILE)
    found = [s for s in state.services if s.name == service] if state else []
    return any(s.state == "running" and s.pid not in (None, old) for s in found)


def find_supervisor(home: RealHome) -> psutil.Process:
    """The supervisor of the home."""
    state = read_state(home.path / "run" / STATE_FILE)
    assert state is not None
    return psutil.Process(state.pid)


def pool_child(home: RealHome, service: str) -> psutil.Process | None:
    """The child of a worker that runs its steps; None while there is none."""
    with suppress(psutil.Error):
        if pid := find_pid(home, service):
            return next((c for c in psutil.Process(pid).children() if "celery" in c.cmdline()), None)
    return None


def run_workers(home: RealHome) -> list[psutil.Process]:
    """The processes that carry runs: Dagster's code server forks them from a process that has imported all."""
    with suppress(psutil.Error):
        if pid := find_pid(home, "code-server"):
            server = psutil.Process(pid)
            # The one that they are forked from is itself a fork of the code server.
            parents = [p for p in server.children() if p.cmdline() == server.cmdline()]
            return [child for parent in parents for child in parent.children()]
    return []


def family_of(pid: int) -> list[psutil.Process]:
    """A process and its descendants; none where it is gone."""
    with suppress(psutil.Error):
        process = psutil.Process(pid)
        return [*process.children(recursive=True), process]
    return []


def kill(processes: Iterable[psutil.Process]) -> int:
    """SIGKILL; how many there were to kill."""
    count = 0
    for process in processes:
        with suppress(psutil.NoSuchProcess):
            process.send_signal(signal.SIGKILL)
            count += 1
    return count


@contextmanager
def frozen(processes: Iterable[psutil.Process]) -> Iterator[None]:
    """Stopped by SIGSTOP during the block, as on a machine that hangs."""
    stopped = list(processes)
    for process in stopped:
        process.suspend()
    try:
        yield
    finally:
        for process in stopped:
            with suppress(psutil.NoSuchProcess):
                process.resume()


@contextmanager
def redis_of(home: RealHome) -> Iterator[Redis]:
    """The home's Redis."""
    with Redis.from_url(home.platform.settings.require_redis_url(), socket_timeout=5) as client:
        yield client


def held_steps(home: RealHome) -> list[HeldStep]:
    """The steps whose newest task holds its lease."""
    with transaction(home.platform.engine) as connection:
        rows = connection.execute(sa.select(steps.c.run_id, steps.c.step_key, steps.c.task_id)).all()
    with redis_of(home) as client:
        leases = StepLeases(client)
        return [HeldStep(*row) for row in rows if leases.is_held(row.task_id)]


def wait_held(home: RealHome, step_key: str, seconds: float = 90) -> HeldStep:
    """Wait until a worker is at work on a step of this asset."""
    found: list[HeldStep] = []
    started = sa.text(
        "SELECT 1 FROM event_logs WHERE run_id = :run AND step_key = :step"
        " AND dagster_event_type = 'STEP_START' LIMIT 1"
    )

    def look() -> bool:
        found[:] = [
            held
            for held in held_steps(home)
            if held.step_key == step_key and ask_dagster(home, started, run=held.run_id, step=step_key)
        ]
        return bool(found)

    eventually(look, seconds, f"a worker runs {step_key}")
    return found[0]


def is_recovered(home: RealHome, step: HeldStep) -> bool:
    """Whether a lost step is in a worker's hands again, or over."""
    now = {(held.run_id, held.step_key): held.task_id for held in held_steps(home)}
    if now.get((step.run_id, step.step_key), step.task_id) != step.task_id:
        return True
    query = sa.text(
        "SELECT 1 FROM event_logs WHERE run_id = :run AND ((step_key = :step AND dagster_event_type IN"
        " ('STEP_SUCCESS', 'STEP_FAILURE')) OR dagster_event_type IN"
        " ('PIPELINE_SUCCESS', 'PIPELINE_FAILURE', 'PIPELINE_CANCELED')) LIMIT 1"
    )
    return bool(ask_dagster(home, query, run=step.run_id, step=step.step_key))


def ask_dagster(home: RealHome, query: sa.TextClause, **values: object) -> list[tuple[Any, ...]]:
    """The rows of a query to Dagster's own database."""
    url = with_driver(home.platform.settings.require_dagster_database_url(), "psycopg")
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    with engine.connect() as connection:
        return [tuple(row) for row in connection.execute(query, values)]


def dagster_run(home: RealHome, name: str | None) -> str | None:
    """Dagster's id of the run that has work under *name*: a request's, or its own."""
    query = sa.text("SELECT run_id FROM run_tags WHERE key = 'aibox/batch' AND value = :name")
    found = ask_dagster(home, query, name=name)
    return str(found[0][0]) if found else name
