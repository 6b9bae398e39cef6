"""Line 5: Redis is killed five times for 10 s during 100 files; it comes back empty while 50 files wait."""

from __future__ import annotations

import time

import pytest

from aibox_assets_tests.chaos.acceptance import Figures, accept
from aibox_assets_tests.chaos.killing import RECOVERY_SECONDS, drop_news
from aibox_assets_tests.chaos.outages import take_away
from aibox_assets_tests.chaos.processes import (
    HeldStep,
    eventually,
    held_steps,
    is_recovered,
    redis_of,
    scaled,
)
from aibox_assets_tests.integration.real_home import RealHome

pytestmark = [pytest.mark.chaos, pytest.mark.stack, pytest.mark.timeout(1200)]

AWAY_SECONDS = 10.0


def test_killed_again_and_again(fresh_home: RealHome) -> None:
    home, figures, paths = fresh_home, Figures("5, killed"), list[str]()
    for number in range(scaled(5)):
        paths += drop_news(home, 20, number)
        step, started = _any_step(home), time.monotonic()
        take_away(home, "redis", AWAY_SECONDS)
        figures.killed += 1
        _wait_recovered(home, step)
        figures.recoveries.append(time.monotonic() - started)  # with the time without Redis
    done = home.wait_finished(paths, 400)
    figures.note = f"{len(done)} of {len(paths)} files finished"
    accept(home, paths, figures)


def test_restarted_empty(fresh_home: RealHome) -> None:
    home, figures = fresh_home, Figures("5, empty")
    paths = drop_news(home, 50, 55)
    step, started = _any_step(home), time.monotonic()

    def lose_all() -> None:
        for file in (home.path / "redis").rglob("*"):
            if file.suffix in (".aof", ".rdb"):
                file.unlink()

    take_away(home, "redis", 0.0, lose_all)
    figures.killed = 1
    with redis_of(home) as client:
        eventually(client.ping, 30, "Redis answers")
        assert client.info("server")["uptime_in_seconds"] < 60
    _wait_recovered(home, step)
    done = home.wait_finished(paths, 400)
    figures.recoveries.append(time.monotonic() - started)  # of all files
    figures.note = f"{len(done)} of {len(paths)} files finished"
    accept(home, paths, figures)


def _any_step(home: RealHome) -> HeldStep:
    eventually(lambda: held_steps(home), RECOVERY_SECONDS, "a worker is at work")
    time.sleep(0.5)
    return next(iter(held_steps(home)), HeldStep("", "", ""))


def _wait_recovered(home: RealHome, step: HeldStep) -> None:
    """Until the step that was under way is over or in new hands."""
    if step.run_id:
        eventually(lambda: is_recovered(home, step), RECOVERY_SECONDS, f"{step} goes on")
