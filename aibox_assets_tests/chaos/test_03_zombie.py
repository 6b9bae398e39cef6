"""Line 3: a worker that hangs past its lease and comes back writes nothing."""

from __future__ import annotations

import time
from functools import partial

import psutil
import pytest

from aibox_assets.workers.queues import QUEUES
from aibox_assets_tests.chaos.acceptance import Figures, accept
from aibox_assets_tests.chaos.processes import (
    WORKERS,
    eventually,
    find_pid,
    frozen,
    is_recovered,
    pool_child,
    wait_held,
)
from aibox_assets_tests.chaos.written import dump_written, find_changes
from aibox_assets_tests.integration.real_home import RealHome
from aibox_assets_tests.integration.texts import write_news

pytestmark = [pytest.mark.chaos, pytest.mark.stack, pytest.mark.timeout(1200)]

FILES = 30
TEXTS = 6
ZOMBIE_SECONDS = 60.0


def test_a_zombie_commits_nothing(fresh_home: RealHome) -> None:
    home, figures, paths = fresh_home, Figures("3"), list[str]()
    texts = iter(write_news(3 * FILES * TEXTS, seed=3))
    changes: list[str] = []
    for (asset, service), queue in zip(WORKERS.items(), QUEUES, strict=True):
        batch = [
            home.drop(f"{asset}-{n:02}.txt", "\n\n".join(next(texts) for _ in range(TEXTS)))
            for n in range(FILES)
        ]
        paths += batch
        step = wait_held(home, asset)
        pid, child = find_pid(home, service), pool_child(home, service)
        assert pid is not None
        assert child is not None
        started = time.monotonic()
        with frozen([psutil.Process(pid), child]):
            home.run("workers", "start", "--queues", queue, "--name", "second")
            eventually(partial(is_recovered, home, step), 120, f"{asset} goes to the second worker")
            figures.recoveries.append(time.monotonic() - started)
            home.wait_finished(batch)
            before = dump_written(home)
        figures.killed += 1
        # Woken, it comes to its next write, finds that it is superseded, and ends.
        eventually(partial(_is_gone, child), ZOMBIE_SECONDS, f"the zombie of {asset} ends")
        changes += find_changes(before, dump_written(home))
        home.run("workers", "stop", "second")
    figures.note = f"zombies committed {len(changes)} rows"
    accept(home, paths, figures)
    assert not changes


def _is_gone(process: psutil.Process) -> bool:
    try:
        return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True
