"""Line 26: clients work with a home while a random nemesis kills, pauses and ends its processes."""

from __future__ import annotations

import os
import random
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from aibox_assets_tests.chaos.acceptance import Figures, accept
from aibox_assets_tests.chaos.nemesis.checker import check, tell, wait_quiet
from aibox_assets_tests.chaos.nemesis.clients import Client, Document
from aibox_assets_tests.chaos.nemesis.faults import Faults
from aibox_assets_tests.chaos.nemesis.history import History
from aibox_assets_tests.chaos.nemesis.readers import Reader
from aibox_assets_tests.integration.real_home import RealHome

pytestmark = pytest.mark.stack

CLIENTS = 4
TWINS = 2
"""Documents of each client whose bytes others have, too."""


@pytest.fixture
def home() -> Iterator[RealHome]:
    """A home with small chunks, so that a file has several."""
    made = RealHome(AIBOX_SETTLE_SECONDS="0.5", AIBOX_BATCH_FILES="8", AIBOX_CHUNK_TOKENS="128")
    try:
        made.up()
        yield made
    finally:
        made.destroy()


@pytest.mark.chaos
@pytest.mark.timeout(600)
def test_sixty_faults(home: RealHome, tmp_path: Path) -> None:
    run_nemesis(home, tmp_path, 60, documents=9, rest=0.7, dear=0.12, quiet=240)


@pytest.mark.chaos
@pytest.mark.timeout(6 * 3600)
def test_many_faults(home: RealHome, tmp_path: Path) -> None:
    faults = int(os.environ.get("AIBOX_NEMESIS", "1000"))
    run_nemesis(home, tmp_path, faults, documents=40, rest=0.8, dear=0.3, quiet=900)


def run_nemesis(
    home: RealHome, folder: Path, count: int, *, documents: int, rest: float, dear: float, quiet: float
) -> None:
    """Let clients work while *count* faults happen, wait until it is quiet, and check. The seed repeats the choices."""
    seed = os.environ.get("AIBOX_NEMESIS_SEED") or str(random.SystemRandom().randrange(10**6))
    print(f"\nnemesis: seed {seed} (AIBOX_NEMESIS_SEED), {count} faults")
    history, ending, started = History(), threading.Event(), time.monotonic()
    mine = [
        [Document(c * documents + n + 1, twin=n < TWINS) for n in range(documents)] for c in range(CLIENTS)
    ]
    every = [document for each in mine for document in each]
    platform = home.platform
    _ = (
        platform.files,
        platform.lifecycle,
        platform.live,
        platform.graph,
        platform.search,
    )  # before the threads
    threads: list[threading.Thread] = [
        Client(home, history, f"{seed}/{c}", each, ending, 1.0 if count < 100 else 2.0)
        for c, each in enumerate(mine)
    ]
    threads += [Reader(home, history, f"{seed}/{r}", every, ending) for r in range(2)]
    for thread in threads:
        thread.start()
    faults = Faults(home, seed, count, rest=rest, dear=dear)
    try:
        faults.run(ending)
    finally:
        ending.set()
        for thread in threads:
            thread.join(60)
    under_fire = time.monotonic() - started
    faults.wait_back()
    retried = wait_quiet(home, every, quiet)
    check(home, every, history)
    history.save(folder / "history.jsonl")
    print(f"faults: {dict(sorted(faults.done.items()))}\noperations: {history.counts()}")
    print(
        f"{under_fire:.0f} s under faults, {time.monotonic() - started:.0f} s in all; {retried} dead letters retried"
    )
    assert not history.wrong, f"seed {seed}\n{tell(home, history, every)}\n{history.wrong[:40]}"
    figures = Figures("26", killed=sum(faults.done.values()), note=f"seed {seed}")
    accept(home, [document.path for document in every if document.path], figures)
