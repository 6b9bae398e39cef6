"""The life of one service, step by step: waits, looks, signals. Whole homes are in ``local/test_supervisor.py``."""

from __future__ import annotations

import signal
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from aibox_assets.process import Command
from aibox_assets.process.log import ProcessLog
from aibox_assets.process.runner import Runner
from aibox_assets.process.service import CannotTellError, RestartPolicy, Service

POLICY = RestartPolicy(first_start=2, in_a_row=4, first_wait=0.1, longest_wait=0.2, settled=60)
SLEEP = "import time; time.sleep(600)"
# Whoever runs the tests behind a shell's & has SIGQUIT and SIGINT ignored, and so have their children.
STUBBORN = (
    "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); signal.signal(signal.SIGQUIT, signal.SIG_DFL); "
    f"print('up', flush=True); {SLEEP}"
)

Make = Callable[..., Runner]


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Make]:
    """Makes runners of small services, and leaves no process."""
    made: list[Runner] = []
    with ThreadPoolExecutor(2) as pool:

        def make_runner(code: str = SLEEP, policy: RestartPolicy = POLICY, **options: Any) -> Runner:
            service = Service("it", Command((sys.executable, "-c", code)), **options)
            runner = Runner(service, ProcessLog(tmp_path / "it.log"), pool, policy, news.append)
            made.append(runner)
            return runner

        news: list[str] = []
        make_runner.news = news  # type: ignore[attr-defined]
        yield make_runner
        for runner in made:
            runner.kill()


def until(runner: Runner, holds: Callable[[], object], seconds: float = 15, **options: bool) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, f"it is {runner.step}: {runner.reason}"
        runner.tick(**options)
        time.sleep(0.01)


def test_waits_double_up_to_the_longest() -> None:
    assert [POLICY.wait(deaths) for deaths in (1, 2, 3, 9)] == [0.1, 0.2, 0.2, 0.2]
    assert RestartPolicy(first_wait=500.0).wait(3) == 500.0, "a first wait that is longer stays"


def test_one_that_dies_is_started_again_and_then_given_up(make: Make) -> None:
    runner = make("raise SystemExit(7)", ping=lambda _: 1 / 0)
    until(runner, lambda: runner.step == "failed")
    assert (runner.restarts, runner.reason) == (3, "it ended with exit code 7")
    assert not runner.alive
    first = make("raise SystemExit(7)", ping=lambda _: 1 / 0)
    until(first, lambda: first.step == "failed", settled_in=False)
    assert first.restarts == 1


def test_health_makes_earlier_deaths_forgotten(make: Make) -> None:
    runner = make(policy=RestartPolicy(in_a_row=2, first_wait=0.0, settled=0.0))
    for kill in (1, 2, 3):
        until(runner, lambda: runner.healthy)
        assert runner.process is not None
        runner.process.kill()
        until(runner, lambda kill=kill: runner.restarts == kill)


def test_what_is_found_stuck_is_replaced(make: Make) -> None:
    signs = iter([None, "is stuck", None])
    runner = make(look=lambda: next(signs, None), look_seconds=0.05)
    until(runner, lambda: runner.healthy)
    before = runner.pid
    until(runner, lambda: runner.restarts == 1)
    assert runner.reason == "it is stuck"
    until(runner, lambda: runner.healthy)
    assert runner.pid not in (None, before)


def test_a_look_that_fails_says_nothing(make: Make) -> None:
    looks: list[int] = []
    runner = make(look=lambda: looks.append(1) or 1 / 0, look_seconds=0.01)
    until(runner, lambda: len(looks) > 2)
    assert runner.healthy


def test_who_cannot_tell_lets_the_start_take_longer(make: Make) -> None:
    began = time.monotonic()

    def ping(_since: float) -> None:
        if time.monotonic() < began + 1.0:
            raise CannotTellError

    runner = make(ping=ping, start_seconds=0.3, ping_seconds=0.05)
    until(runner, lambda: runner.healthy)
    assert runner.restarts == 0
    began = time.monotonic() + 600
    never = make(ping=ping, start_seconds=0.3, ping_seconds=0.05)
    until(never, lambda: never.step == "failed", settled_in=False)


def test_each_signal_has_its_time_before_the_next(make: Make, tmp_path: Path) -> None:
    runner = make(STUBBORN, stop_seconds=0.3, harder=((signal.SIGQUIT, 5.0),))
    until(runner, lambda: "up" in (tmp_path / "it.log").read_text() if runner.pid else False)
    began = time.monotonic()
    while runner.alive:
        runner.end()
        time.sleep(0.01)
    assert 0.3 <= time.monotonic() - began < 4
    assert runner.process is not None
    assert runner.process.wait() == -signal.SIGQUIT
    runner.stopped()
    assert runner.step == "stopped"


def test_news_tell_its_life(make: Make) -> None:
    runner = make()
    until(runner, lambda: runner.healthy)
    assert runner.process is not None
    runner.process.kill()
    until(runner, lambda: runner.restarts == 1 and runner.healthy)
    words = [line.split()[0] for line in make.news]  # type: ignore[attr-defined]
    assert words == ["started", "answers,", "was", "started", "answers,"]
