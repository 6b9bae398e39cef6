"""Loops that are woken: at once, not while they are at work, and not again before they had their rest."""

from __future__ import annotations

import threading
import time

from aibox_assets.dagster_patches.bells import Bells, WaitOrBell
from aibox_assets.stores.wakes import Wake

LONG = 30.0


def test_who_was_rung_is_due_until_it_begins() -> None:
    bells = Bells()
    assert not bells.is_due(Wake.LOOK)
    bells.ring(Wake.LOOK)
    assert bells.is_due(Wake.LOOK)
    assert not bells.is_due(Wake.REMOVAL)
    bells.begin(Wake.LOOK)
    bells.end(Wake.LOOK)
    assert not bells.is_due(Wake.LOOK)


def test_what_is_rung_during_the_work_is_for_the_time_after() -> None:
    bells = Bells()
    bells.begin(Wake.LOOK)
    bells.ring(Wake.LOOK)
    assert not bells.is_due(Wake.LOOK)
    bells.end(Wake.LOOK)
    assert bells.is_due(Wake.LOOK)


def test_a_rest_is_kept() -> None:
    bells = Bells()
    bells.end(Wake.LOOK, LONG)
    bells.ring(Wake.LOOK)
    assert not bells.is_due(Wake.LOOK)
    bells.end(Wake.LOOK, 0.01)
    assert bells.wait((Wake.LOOK,), LONG)


def test_a_bell_ends_a_wait() -> None:
    bells = Bells()
    threading.Timer(0.05, bells.ring, (Wake.RUNS,)).start()
    began = time.monotonic()
    assert bells.wait((Wake.LOOK, Wake.RUNS), LONG)
    assert time.monotonic() - began < LONG
    assert not bells.wait((Wake.LOOK,), 0.01)


def test_a_shutdown_ends_a_wait() -> None:
    shutdown = threading.Event()
    wait = WaitOrBell(shutdown, Bells(), (Wake.LOOK,))
    assert not wait.wait(0.01)
    threading.Timer(0.05, shutdown.set).start()
    assert wait.wait(LONG)
