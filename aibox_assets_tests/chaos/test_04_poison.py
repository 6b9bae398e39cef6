"""Line 4: one file among 50 kills every worker that works on it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import sqlalchemy as sa

from aibox_assets.stores.database import transaction
from aibox_assets.stores.failures import DeadLetters
from aibox_assets.stores.files import Status
from aibox_assets.stores.folders import INBOX
from aibox_assets.stores.tables import steps
from aibox_assets_tests.chaos.acceptance import Figures, accept
from aibox_assets_tests.chaos.killing import drop_news
from aibox_assets_tests.chaos.processes import WORKERS, dagster_run, held_steps, kill, pool_child
from aibox_assets_tests.integration.real_home import RealHome
from aibox_assets_tests.integration.texts import write_news

pytestmark = [pytest.mark.chaos, pytest.mark.stack, pytest.mark.timeout(900)]

MOST_ATTEMPTS = 4
POISON = "poison.txt"


def test_a_file_that_kills_its_worker_is_given_up(fresh_home: RealHome) -> None:
    home, figures = fresh_home, Figures("4")
    with _poisoned(home, figures):
        paths = drop_news(home, 49, 4)
        # Seconds of parsing, so that it is seen in hand.
        paths.append(home.drop(POISON, "\n\n".join(write_news(4000, seed=44))))
        ended = home.wait(paths, 400)
    good = [path for path, file in ended.items() if file["status"] == "finished"]
    figures.note = f"{len(good)} of 49 finished, one given up: {ended[POISON]['error']}"
    records = accept(home, paths, figures)
    assert len(good) == 49
    assert records[POISON].status is Status.FAILED
    assert records[POISON].permanent
    assert 2 <= figures.killed <= MOST_ATTEMPTS
    letter = DeadLetters(home.platform.engine).get(records[POISON].id)
    assert letter is not None
    assert "workers died" in letter.reason
    assert letter.attempts >= figures.killed - 1, "the first one died on the whole batch"


@contextmanager
def _poisoned(home: RealHome, figures: Figures) -> Iterator[None]:
    """Kill the worker's child whenever it has the file, alone or with others."""
    ending, killed_for = threading.Event(), set[str]()

    def watch() -> None:
        while not ending.wait(0.005):
            task = _task_with_poison(home, killed_for)
            child = pool_child(home, WORKERS["chunks"])
            if task is not None and child is not None and kill([child]):
                killed_for.add(task)
                figures.killed += 1

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        yield
    finally:
        ending.set()
        thread.join()


def _task_with_poison(home: RealHome, killed_for: set[str]) -> str | None:
    """The task of ``chunks`` that has the file: as the one in hand, or in a batch that nothing died on yet."""
    found = home.platform.files.at_paths(INBOX, [POISON])
    if not found or found[POISON].work["chunks"].run is None:
        return None
    id_, name = found[POISON].id, found[POISON].work["chunks"].run
    query = sa.select(steps.c.task_id, steps.c.in_hand).where(
        steps.c.run_id == dagster_run(home, name), steps.c.step_key == "chunks"
    )
    with transaction(home.platform.engine) as connection:
        row = connection.execute(query).first()
    if row is None or row.task_id in killed_for:
        return None
    if row.in_hand == id_:
        return str(row.task_id)
    first = row.in_hand is None and not killed_for
    held = first and row.task_id in {step.task_id for step in held_steps(home)}
    return str(row.task_id) if held else None
