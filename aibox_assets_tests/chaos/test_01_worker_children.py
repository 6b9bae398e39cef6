"""Line 1: a worker's child is killed 20 times during 200 files."""

from __future__ import annotations

import psutil
import pytest

from aibox_assets_tests.chaos.acceptance import Figures, accept
from aibox_assets_tests.chaos.killing import kill_during_work
from aibox_assets_tests.chaos.processes import WORKERS, HeldStep, pool_child, scaled
from aibox_assets_tests.integration.real_home import RealHome

pytestmark = [pytest.mark.chaos, pytest.mark.stack, pytest.mark.timeout(1800)]

FILES_PER_KILL = 10


def test_killed_children_lose_nothing(fresh_home: RealHome) -> None:
    figures = Figures("1")

    def child_of(step: HeldStep) -> list[psutil.Process]:
        child = pool_child(fresh_home, WORKERS[step.step_key])
        return [child] if child else []

    paths = kill_during_work(fresh_home, figures, scaled(20), child_of, files=FILES_PER_KILL)
    done = fresh_home.wait_finished(paths, 300)
    figures.note = f"{len(done)} of {len(paths)} files finished"
    accept(fresh_home, paths, figures)
