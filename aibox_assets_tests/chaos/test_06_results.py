"""Line 6: every result that a worker stores is evicted at once."""

from __future__ import annotations

import threading

import pytest
import sqlalchemy as sa

from aibox_assets_tests.chaos.acceptance import Figures, accept
from aibox_assets_tests.chaos.killing import drop_news
from aibox_assets_tests.chaos.processes import ask_dagster, redis_of
from aibox_assets_tests.integration.real_home import RealHome

pytestmark = [pytest.mark.chaos, pytest.mark.stack, pytest.mark.timeout(1200)]

_STARTED_AGAIN = sa.text(
    "SELECT run_id, step_key FROM event_logs WHERE dagster_event_type = 'STEP_START' "
    "GROUP BY run_id, step_key HAVING count(*) > 1"
)


def test_evicted_results_hang_nothing(fresh_home: RealHome) -> None:
    home, figures = fresh_home, Figures("6")
    ending = threading.Event()

    def evict() -> None:
        with redis_of(home) as client:
            while not ending.wait(0.002):
                for key in client.scan_iter("celery-task-meta-*", count=1000):
                    figures.killed += int(client.delete(key))

    thread = threading.Thread(target=evict)
    thread.start()
    try:
        paths = drop_news(home, 40, 6)
        ended = home.wait(paths, 600)
    finally:
        ending.set()
        thread.join()
    finished = [path for path, file in ended.items() if file["status"] == "finished"]
    figures.note = f"{figures.killed} results evicted, {len(finished)} of {len(paths)} files finished"
    again = list(ask_dagster(home, _STARTED_AGAIN))
    figures.note += f", {len(again)} steps done twice"
    accept(home, paths, figures)
    assert figures.killed
    assert len(finished) == len(paths)
    assert not again, "a step that succeeded is known from the event log"
