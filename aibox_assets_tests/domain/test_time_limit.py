"""What exceeds its limit ends, whatever it does; what does not is left alone, and so are other alarms."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import pytest

from aibox_assets.domain.errors import LimitExceededError, PermanentError
from aibox_assets.domain.time_limit import TimeLimitExceededError, time_limit


@pytest.fixture(autouse=True)
def nothing_is_left_behind() -> Iterator[None]:
    """Neither handler nor timer, apart from those that were there before (pytest-timeout's)."""
    handler = signal.getsignal(signal.SIGALRM)
    timer = signal.getitimer(signal.ITIMER_REAL)[0]
    yield
    assert signal.getsignal(signal.SIGALRM) is handler
    assert (signal.getitimer(signal.ITIMER_REAL)[0] > 0) is (timer > 0)


def _endless() -> None:
    while True:
        pass


def test_what_is_fast_enough_is_left_alone() -> None:
    with time_limit(5):
        done = sum(range(10))
    assert done == 45


def test_an_endless_loop_ends_with_reason_and_remedy() -> None:
    began = time.monotonic()
    with (
        pytest.raises(TimeLimitExceededError) as raised,
        time_limit(0.1, what="Extraction from a.txt", remedy="Split it."),
    ):
        _endless()
    assert time.monotonic() - began < 5
    assert raised.value.reason == "Extraction from a.txt took longer than the limit of 0.1 s."
    assert raised.value.remedy == "Split it."
    assert isinstance(raised.value, LimitExceededError | PermanentError)


def _match() -> None:
    re.match(r"(a+)+$", "a" * 40 + "b")


def _wait_for_a_lock() -> None:
    lock = threading.Lock()
    lock.acquire()
    lock.acquire()


def _wait_for_a_thread() -> None:
    thread = threading.Thread(target=time.sleep, args=(0.5,))
    thread.start()
    thread.join()


def _handle_every_exception() -> None:
    while True:
        with suppress(Exception):
            _endless()


@pytest.mark.parametrize(
    "work",
    [lambda: time.sleep(30), _match, _wait_for_a_lock, _wait_for_a_thread, _handle_every_exception],
    ids=["sleep", "regular expression", "lock", "thread", "swallows every exception"],
)
def test_whatever_it_does_ends(work: Callable[[], None]) -> None:
    with pytest.raises(TimeLimitExceededError), time_limit(0.1):
        work()


def _fail_behind_the_alarm() -> None:
    try:
        _endless()
    finally:
        raise ValueError("half a result")


def test_what_the_interrupted_code_makes_of_it_is_the_same_error() -> None:
    with pytest.raises(TimeLimitExceededError) as raised, time_limit(0.1):
        _fail_behind_the_alarm()
    assert isinstance(raised.value.__cause__, ValueError)


def test_errors_of_the_block_go_through() -> None:
    with pytest.raises(ZeroDivisionError), time_limit(5):
        _ = 1 / 0


def test_the_inner_limit_ends_the_inner_block_only() -> None:
    with time_limit(20):
        with pytest.raises(TimeLimitExceededError), time_limit(0.1):
            _endless()
        done = True
    assert done


def test_the_outer_limit_ends_both_and_is_not_taken_for_the_inner() -> None:
    handled = []

    def work() -> None:
        try:
            with time_limit(20, what="inner"):
                _endless()
        except TimeLimitExceededError as error:
            handled.append(error)

    with pytest.raises(TimeLimitExceededError, match=r"^outer took longer"), time_limit(0.1, what="outer"):
        work()
    assert handled == []


def test_the_outer_limit_holds_behind_an_inner_one() -> None:
    def work() -> None:
        with time_limit(20, what="inner"):
            pass
        with suppress(TimeLimitExceededError), time_limit(0.1, what="inner"):
            _endless()
        _endless()

    with pytest.raises(TimeLimitExceededError, match="outer"), time_limit(0.3, what="outer"):
        work()


def test_an_alarm_of_somebody_else_rings_at_its_time_and_comes_back() -> None:
    rang: list[float] = []
    earlier = signal.signal(signal.SIGALRM, lambda *_: rang.append(time.monotonic()))
    left = signal.setitimer(signal.ITIMER_REAL, 0.1)
    began = time.monotonic()
    try:
        with pytest.raises(TimeLimitExceededError), time_limit(0.4):
            _endless()
        assert len(rang) == 1
        signal.setitimer(signal.ITIMER_REAL, 0.3)
        with time_limit(20):
            pass
        assert 0 < signal.getitimer(signal.ITIMER_REAL)[0] <= 0.3
        time.sleep(0.5)
        assert len(rang) == 2
    finally:
        signal.signal(signal.SIGALRM, earlier)
        signal.setitimer(
            signal.ITIMER_REAL, max(left[0] - (time.monotonic() - began), 0.01) if left[0] else 0
        )


def test_alarms_at_the_very_end_of_the_block_leave_nothing_behind() -> None:
    """Wherever the alarm rings, also while the limit begins or ends, it is one error or none."""
    for turn in range(300):
        with suppress(TimeLimitExceededError), time_limit(0.0005 + turn % 50 * 1e-5):
            until = time.monotonic() + 0.0006 + turn % 7 * 1e-4
            while time.monotonic() < until:
                pass


@pytest.mark.parametrize("call", ["setitimer", "signal"])
def test_an_alarm_while_the_limit_ends_sets_no_other(call: str, monkeypatch: pytest.MonkeyPatch) -> None:
    rung: list[int] = []
    of_pytest = signal.setitimer(signal.ITIMER_REAL, 0)
    earlier = signal.signal(signal.SIGALRM, lambda number, frame: rung.append(number))
    real = getattr(signal, call)
    limit = time_limit(60)
    limit.__enter__()

    def ring_first(*values: Any) -> Any:
        monkeypatch.undo()
        signal.raise_signal(signal.SIGALRM)
        return real(*values)

    monkeypatch.setattr(signal, call, ring_first)
    limit.__exit__(None, None, None)
    time.sleep(0.02)
    signal.signal(signal.SIGALRM, earlier)
    signal.setitimer(signal.ITIMER_REAL, *of_pytest)
    assert rung == []


def test_in_another_thread_the_error_comes_when_the_block_is_over() -> None:
    ends: list[str] = []

    def work(seconds: float) -> None:
        try:
            with time_limit(0.2):
                time.sleep(seconds)
            ends.append("done")
        except TimeLimitExceededError:
            ends.append("exceeded")

    threads = [threading.Thread(target=work, args=(seconds,)) for seconds in (0.01, 0.5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert ends == ["done", "exceeded"]


# Code of C that keeps the interpreter's lock for some minutes, and lets no signal through.
_C_CODE = "sum(itertools.repeat(1, 10**11))"


@pytest.mark.parametrize(
    ("block", "code"),
    [
        (_C_CODE, 1),
        ("threading.Thread(target=work).start()", 1),
        ("signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGALRM}); time.sleep(60)", 1),
        ("time.sleep(0.1)", 0),
    ],
    ids=["C code", "a thread", "no alarm", "in time"],
)
def test_what_does_not_come_back_ends_with_its_process(block: str, code: int) -> None:
    script = f"""
import itertools, signal, threading, time
from aibox_assets.domain.time_limit import time_limit
def work():
    with time_limit(0.3, grace=0.5):
        time.sleep(60)
with time_limit(0.5, grace=0.5):
    {block}
time.sleep(1.5)
"""
    began = time.monotonic()
    ended = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60)
    assert ended.returncode == code, ended.stderr
    assert time.monotonic() - began < 30
    if code:
        assert "most recent call first" in ended.stderr  # says where it hung
