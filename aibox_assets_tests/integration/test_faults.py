"""The fault tests that are short enough for every day; all of them are in ``aibox_assets_tests/chaos``."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa

from aibox_assets.client import ASSETS, DagsterClient
from aibox_assets.stores.folders import INBOX
from aibox_assets.stores.lifecycle.demand import CANCELLED
from aibox_assets_tests.chaos.killing import drop_news
from aibox_assets_tests.chaos.processes import (
    ask_dagster,
    eventually,
    held_steps,
    kill,
    run_workers,
    wait_held,
)
from aibox_assets_tests.chaos.written import dump_results, find_changes
from aibox_assets_tests.integration.real_home import RealHome

pytestmark = [pytest.mark.stack, pytest.mark.timeout(600)]

_WAITING = sa.text("SELECT DISTINCT run_id FROM event_logs WHERE event LIKE '%at work on the same files%'")


def test_a_cancelled_file_is_left_alone_within_ten_seconds(home: RealHome) -> None:
    (path,) = drop_news(home, 1, 1101, long=600)
    run_id = wait_held(home, "chunks").run_id
    home.run("cancel", path)
    eventually(lambda: run_id not in {step.run_id for step in held_steps(home)}, 10, "its steps end")
    before = dump_results(home)
    time.sleep(2)
    assert not find_changes(before, dump_results(home))
    record = home.platform.files.at_paths(INBOX, [path])[path]
    assert (record.status, record.error) == ("failed", CANCELLED)


def test_of_two_runs_launched_at_once_on_a_file_one_waits(home: RealHome) -> None:
    (path,) = drop_news(home, 1, 1102, long=250)
    id_ = str(home.wait_finished([path])[path]["file_id"])
    before = home.platform.vectors.counts([id_])
    waited: set[str] = set()
    with DagsterClient(home.ui) as dagster, ThreadPoolExecutor(2) as pool:
        # Dagster may start the second one after the first is over: then nobody had to wait.
        for _ in range(5):
            runs = list(pool.map(lambda _: dagster.launch_assets(ASSETS, id_), range(2)))
            assert [dagster.wait_for_run(run_id, 240).status for run_id in runs] == ["SUCCESS", "SUCCESS"]
            if waited := {str(row[0]) for row in ask_dagster(home, _WAITING)} & set(runs):
                break
    assert len(waited) == 1
    assert home.platform.vectors.counts([id_]) == before
    assert all(each.is_current for each in home.platform.files.get([id_])[id_].work.values())


def test_files_finish_though_their_run_worker_is_killed(home: RealHome) -> None:
    paths = drop_news(home, 6, 1103, long=10)
    eventually(lambda: run_workers(home), 60, "a run worker")
    assert kill(run_workers(home))
    home.wait_finished(paths)
