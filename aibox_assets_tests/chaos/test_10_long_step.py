"""Line 10: a step that takes three times as long as Celery's visibility timeout is executed once."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import sqlalchemy as sa

from aibox_assets.local.process import MARKER
from aibox_assets.workers.command import WorkerLimits, worker_command, worker_environment
from aibox_assets.workers.queues import VECTORIZATION
from aibox_assets_tests.chaos.acceptance import Figures, accept
from aibox_assets_tests.chaos.killing import drop_news
from aibox_assets_tests.chaos.processes import (
    WORKERS,
    ask_dagster,
    family_of,
    find_pid,
    find_supervisor,
    frozen,
    kill,
)
from aibox_assets_tests.integration.real_home import SAMPLES, RealHome

pytestmark = [pytest.mark.chaos, pytest.mark.stack, pytest.mark.timeout(900)]

APP = "aibox_assets_tests.chaos.short_visibility_app"
VISIBILITY_SECONDS = 5  # as in that app, which only a worker imports
LONG = 1000  # texts in the file
_COUNT = sa.text(
    "SELECT count(*) FROM event_logs WHERE step_key = 'embeddings' AND dagster_event_type = :type"
)
_SUBMITTED = sa.text(
    "SELECT count(*) FROM event_logs WHERE step_key = 'embeddings' AND event LIKE '%Submitting step%'"
)
_SECONDS = sa.text(
    "SELECT extract(epoch FROM max(timestamp) - min(timestamp)) FROM event_logs"
    " WHERE step_key = 'embeddings' AND dagster_event_type IN ('STEP_START', 'STEP_SUCCESS')"
)


def test_a_long_step_is_executed_once(fresh_home: RealHome) -> None:
    home, figures = fresh_home, Figures("10")
    with frozen([find_supervisor(home)]):  # else it would start the usual worker again
        kill(family_of(find_pid(home, WORKERS["embeddings"]) or 0))
        with _short_workers(home, 2):
            paths = drop_news(home, 1, 10, long=LONG)
            home.wait_finished(paths, 400)
    starts = ask_dagster(home, _COUNT, type="STEP_START")[0][0]
    submissions = ask_dagster(home, _SUBMITTED)[0][0]
    seconds = float(str(ask_dagster(home, _SECONDS)[0][0]))
    figures.note = (
        f"a step of {seconds:.0f} s under {VISIBILITY_SECONDS} s: "
        f"submissions {submissions}, executions {starts}"
    )
    accept(home, paths, figures)
    assert seconds > 3 * VISIBILITY_SECONDS
    # A worker whose child still loads its models may lose a submission; that one is never executed.
    assert starts == 1


@contextmanager
def _short_workers(home: RealHome, count: int) -> Iterator[None]:
    """Workers for vectors, each ready to take what it believes that the other one lost."""
    settings = home.platform.settings
    added = {**worker_environment(settings), MARKER: str(home.path), "PYTHONPATH": str(SAMPLES.parent)}
    env = {**home.env, **{name: value for name, value in added.items() if value is not None}}
    limits = WorkerLimits.of(settings)
    workers = []
    for number in range(count):
        command = worker_command((VECTORIZATION,), f"short-{number}@{home.path.name}", limits, app=APP)
        workers.append(
            subprocess.Popen(command, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        )
    try:
        yield
    finally:
        for worker in workers:
            kill(family_of(worker.pid))
            worker.wait(10)
