"""Line 9: run workers, code server and daemon are killed."""

from __future__ import annotations

import random
import time
from functools import partial

import psutil
import pytest
import sqlalchemy as sa

from aibox_assets.client import DagsterClient
from aibox_assets_tests.chaos.acceptance import Figures, accept
from aibox_assets_tests.chaos.killing import drop_news
from aibox_assets_tests.chaos.processes import (
    ask_dagster,
    eventually,
    family_of,
    find_pid,
    is_back,
    kill,
    run_workers,
    scaled,
    wait_held,
)
from aibox_assets_tests.integration.real_home import RealHome

pytestmark = [pytest.mark.chaos, pytest.mark.stack, pytest.mark.timeout(1800)]

FILES_PER_KILL = 6
# The watchdog looks at runs that are a minute old, and believes in their death after half a minute.
ORPHANED_SECONDS = 150.0
SETTLED_SECONDS = 65.0
_CARRIED = sa.text("SELECT run_id FROM event_logs WHERE event LIKE :message LIMIT 1")
_OVER = sa.text("SELECT 1 FROM runs WHERE run_id = :run AND status IN ('SUCCESS', 'FAILURE', 'CANCELED')")
_MADE = sa.text(
    "SELECT asset_key, partition, count(*) FROM event_logs"
    " WHERE dagster_event_type = 'ASSET_MATERIALIZATION' GROUP BY 1, 2"
)


def test_killed_run_workers_lose_nothing(fresh_home: RealHome) -> None:
    home, figures, dice, paths = fresh_home, Figures("9, run worker"), random.Random(9), list[str]()
    for number in range(scaled(10)):
        paths += drop_news(home, FILES_PER_KILL, number, long=10)
        eventually(lambda: run_workers(home), 60, "a run worker")
        time.sleep(dice.uniform(0, 3))
        eventually(lambda: run_workers(home), 60, "a run worker")
        victim = dice.choice(run_workers(home))
        run_id = _run_of(home, victim)
        figures.killed += kill([victim])
        figures.recoveries.append(_wait_over(home, run_id, 60))
    done = home.wait_finished(paths, 300)
    figures.note = f"{len(done)} of {len(paths)} files finished"
    accept(home, paths, figures)


def test_code_server_and_run_workers_killed_together_leave_no_run(fresh_home: RealHome) -> None:
    home, figures = fresh_home, Figures("9, code server and run workers")
    paths = drop_news(home, 20, 99, long=10)
    step = wait_held(home, "embeddings")
    figures.killed = kill(family_of(find_pid(home, "code-server") or 0))
    figures.recoveries.append(_wait_over(home, step.run_id, ORPHANED_SECONDS))
    done = home.wait_finished(paths, 300)
    figures.note = f"{len(done)} of {len(paths)} files finished"
    accept(home, paths, figures)


def test_a_killed_daemon_requests_nothing_twice(fresh_home: RealHome) -> None:
    home, figures, dice, paths = fresh_home, Figures("9, daemon"), random.Random(99), list[str]()
    kills = scaled(10)
    for number in range(kills):
        paths += drop_news(home, 10, number)
        time.sleep(dice.uniform(1, 5))
        pid = find_pid(home, "daemon")
        assert pid is not None
        figures.killed += bool(kill([psutil.Process(pid)]))
        figures.recoveries.append(eventually(partial(is_back, home, "daemon", pid), 90, "the daemon is back"))
        if number == kills // 2:  # ten deaths without a minute of health are a crash loop
            time.sleep(SETTLED_SECONDS)
    home.wait_finished(paths, 300)
    accept(home, paths, figures)
    made = {(asset, partition): count for asset, partition, count in ask_dagster(home, _MADE)}
    with DagsterClient(home.ui) as dagster:
        assert len(dagster.partitions()) == len(paths)
    assert len(made) == 3 * len(paths)
    assert set(made.values()) == {1}


def _run_of(home: RealHome, worker: psutil.Process) -> str:
    """The run that a run worker carries, from what Dagster wrote when it started."""
    find = partial(ask_dagster, home, _CARRIED, message=f"%process for run (pid: {worker.pid})%")
    # A process is there a moment before it writes that; a busy machine makes the moment long.
    eventually(find, 30, "Dagster names the process of the run")
    return str(find()[0][0])


def _wait_over(home: RealHome, run_id: str, seconds: float) -> float:
    return eventually(lambda: ask_dagster(home, _OVER, run=run_id), seconds, f"run {run_id} is over")
