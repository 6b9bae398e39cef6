"""Line 11: 20 running runs are cancelled; then some while no worker is there to take their steps."""

from __future__ import annotations

import random
import time

import psutil
import pytest

from aibox_assets.client import DagsterClient
from aibox_assets.stores.lifecycle.demand import CANCELLED
from aibox_assets_tests.chaos.acceptance import Figures, accept
from aibox_assets_tests.chaos.killing import drop_news
from aibox_assets_tests.chaos.processes import (
    WORKERS,
    eventually,
    family_of,
    find_pid,
    find_supervisor,
    frozen,
    held_steps,
    kill,
    scaled,
    wait_held,
)
from aibox_assets_tests.chaos.written import dump_results, find_changes
from aibox_assets_tests.integration.real_home import RealHome

pytestmark = [pytest.mark.chaos, pytest.mark.stack, pytest.mark.timeout(1800)]

GONE_SECONDS = 10.0
NO_CONSUMER_SECONDS = 90.0
LONG = 600  # texts in a file: more than half a minute of work for the models
LATER_SECONDS = 3.0


def test_cancelled_runs_end_and_write_nothing_more(fresh_home: RealHome) -> None:
    home, figures, dice, paths = fresh_home, Figures("11"), random.Random(11), list[str]()
    later: list[str] = []
    with DagsterClient(home.ui) as dagster:
        for number in range(scaled(20)):
            paths += drop_news(home, 1, number, long=LONG)
            run_id = wait_held(home, "chunks").run_id
            time.sleep(dice.uniform(0, 8))
            started = time.monotonic()
            if number % 2:
                dagster.terminate_run(run_id)
            else:
                home.run("cancel", paths[-1])
            gone = lambda run_id=run_id: run_id not in {step.run_id for step in held_steps(home)}  # noqa: E731
            eventually(gone, GONE_SECONDS, f"the steps of cancelled run {run_id} end")
            figures.recoveries.append(time.monotonic() - started)
            before = dump_results(home)
            time.sleep(LATER_SECONDS)
            later += find_changes(before, dump_results(home))
            assert dagster.wait_for_run(run_id, 30).status == "CANCELED"
            figures.killed += 1
    figures.note = f"{len(later)} later writes"
    records = accept(home, paths, figures)
    assert not later
    assert {(record.status, record.error) for record in records.values()} == {("failed", CANCELLED)}


def test_cancelling_ends_where_no_worker_is(fresh_home: RealHome) -> None:
    home, figures = fresh_home, Figures("11, no consumer")
    workers = [p for service in WORKERS.values() for p in family_of(find_pid(home, service) or 0)]
    with DagsterClient(home.ui) as dagster:
        with frozen([find_supervisor(home)]):  # else it would start them again
            kill(workers)
            paths = drop_news(home, 2, 11)
            eventually(
                lambda: sum(run.status == "STARTED" for run in dagster.live_runs()) == 2, 60, "two runs"
            )
            runs = [run.id for run in dagster.live_runs()]
            started = time.monotonic()
            for run_id in runs:
                dagster.terminate_run(run_id)
            for run_id in runs:
                assert dagster.wait_for_run(run_id, NO_CONSUMER_SECONDS).status == "CANCELED"
                figures.recoveries.append(time.monotonic() - started)
        figures.killed = len(runs)
    eventually(
        lambda: all(psutil.pid_exists(find_pid(home, s) or 0) for s in WORKERS.values()), 60, "workers"
    )
    home.wait(paths)
    accept(home, paths, figures)
    assert max(figures.recoveries) <= NO_CONSUMER_SECONDS
