"""Line 2: a whole worker is killed 20 times during 200 files."""

from __future__ import annotations

import psutil
import pytest

from aibox_assets.execution.leases import LEASE_SECONDS
from aibox_assets_tests.chaos.acceptance import Figures, accept
from aibox_assets_tests.chaos.killing import kill_during_work
from aibox_assets_tests.chaos.processes import WORKERS, HeldStep, family_of, find_pid, scaled
from aibox_assets_tests.integration.real_home import RealHome

pytestmark = [pytest.mark.chaos, pytest.mark.stack, pytest.mark.timeout(1800)]

FILES_PER_KILL = 10
# In turns, and each well for more than a minute between: to a crash loop the supervisor answers with longer pauses.
REST_SECONDS = 27.0


def test_killed_workers_lose_nothing(fresh_home: RealHome) -> None:
    figures, assets = Figures("2"), list(WORKERS)

    def worker_of(step: HeldStep) -> list[psutil.Process]:
        pid = find_pid(fresh_home, WORKERS[step.step_key])
        return family_of(pid) if pid else []

    paths = kill_during_work(
        fresh_home,
        figures,
        scaled(20),
        worker_of,
        files=FILES_PER_KILL,
        asset_of=lambda number: assets[number % len(assets)],
        rest=REST_SECONDS,
    )
    done = fresh_home.wait_finished(paths, 300)
    figures.note = f"{len(done)} of {len(paths)} files finished"
    accept(fresh_home, paths, figures)
    assert max(figures.recoveries) <= LEASE_SECONDS + 15
