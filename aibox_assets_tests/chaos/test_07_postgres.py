"""Line 7: Postgres is away for 10, 20 and 150 s: gone, or hanging."""

from __future__ import annotations

import time

import pytest
import sqlalchemy as sa

from aibox_assets_tests.chaos.acceptance import Figures, accept
from aibox_assets_tests.chaos.killing import drop_news
from aibox_assets_tests.chaos.outages import silence, take_away
from aibox_assets_tests.chaos.processes import ask_dagster, wait_held
from aibox_assets_tests.integration.real_home import RealHome

pytestmark = [pytest.mark.chaos, pytest.mark.stack, pytest.mark.timeout(1200)]

STARTED_SECONDS = 300.0
_STARTED = sa.text("SELECT run_id FROM runs WHERE status = 'STARTED'")


@pytest.mark.parametrize("seconds", [10, 20, 150])
@pytest.mark.parametrize("kind", ["gone", "silent"])
def test_all_files_end_well(fresh_home: RealHome, kind: str, seconds: int) -> None:
    home, figures = fresh_home, Figures(f"7, {kind} for {seconds} s")
    paths = drop_news(home, 30, seconds, long=4)
    wait_held(home, "embeddings")
    (take_away if kind == "gone" else silence)(home, "postgres", seconds)
    figures.killed, back = 1, time.monotonic()
    done = home.wait_finished(paths, STARTED_SECONDS)
    figures.recoveries.append(time.monotonic() - back)
    figures.note = f"{len(done)} of {len(paths)} files finished"
    accept(home, paths, figures)
    assert time.monotonic() < back + STARTED_SECONDS
    assert not ask_dagster(home, _STARTED)
