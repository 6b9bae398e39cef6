"""Paused queues on a real Postgres."""

from __future__ import annotations

import threading

import pytest
import sqlalchemy as sa
from sqlalchemy import Engine

from aibox_assets.domain.errors import ConfigurationError
from aibox_assets.stores.files import ASSETS, CHUNKS, EMBEDDINGS, Status
from aibox_assets.stores.lifecycle import Lifecycle
from aibox_assets.stores.pauses import FIRST_PROBE_SECONDS, LONGEST_PROBE_SECONDS, Pause, PauseStore
from aibox_assets.stores.queues import QUEUE_OF
from aibox_assets_tests.stores.work_files import QUEUE, make, new_lifecycle, nobody_is_over, work_of

pytestmark = pytest.mark.integration

IDS = ("f0", "f1", "f2")
FAULT = ConfigurationError("No bucket.", "Make one.")


@pytest.fixture
def lifecycle(engine: Engine) -> Lifecycle:
    return new_lifecycle(engine, *IDS)


@pytest.fixture
def pauses(engine: Engine) -> PauseStore:
    return PauseStore(engine)


def hold(lifecycle: Lifecycle, run: str = "run", *ids: str, error: ConfigurationError = FAULT) -> None:
    """A run whose step finds a fault of the installation."""
    chosen = ids or IDS
    lifecycle.take(run, chosen, ASSETS, nobody_is_over)
    lifecycle.start(CHUNKS, chosen, run)
    lifecycle.pause(CHUNKS, QUEUE, chosen, error, run)


def seconds_to_probe(pause: Pause, engine: Engine) -> float:
    with engine.connect() as connection:
        now = connection.scalar(sa.select(sa.func.now()))
    assert now is not None
    return float((pause.probe_at - now).total_seconds())


def allow_probe(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(sa.text("UPDATE aibox.pauses SET probe_at = now()"))


def test_the_first_fault_holds_the_queue_and_later_ones_say_what_it_is_now(
    lifecycle: Lifecycle, pauses: PauseStore
) -> None:
    hold(lifecycle)
    first = pauses.select()[QUEUE]
    assert (first.reason, first.remedy, first.probes) == ("No bucket.", "Make one.", 0)
    hold(lifecycle, "run 2", error=ConfigurationError("No\0 key.", "Set \udcff one."))
    second = pauses.select()[QUEUE]
    assert (second.reason, second.since, second.probe_at) == ("No key.", first.since, first.probe_at)


def test_the_files_wait_as_if_nothing_had_been(lifecycle: Lifecycle, engine: Engine) -> None:
    for run in ("opens it", "probe 1", "probe 2"):
        hold(lifecycle, run)
        for _ in range(2):
            lifecycle.pause(CHUNKS, QUEUE, IDS, FAULT, run)
    for asset in ASSETS:
        work = work_of(engine, "f0", asset)
        assert (work.state, work.run, work.attempts, work.error, work.not_before) == (
            Status.QUEUED, None, 0, None, None
        )  # fmt: skip
    assert {id_: work_of(engine, id_).interruptions for id_ in IDS} == dict.fromkeys(IDS, 1)
    assert {file.id for file in lifecycle.waiting(10)} == set(IDS)


def test_a_pause_says_nothing_of_work_that_its_run_lost(lifecycle: Lifecycle, engine: Engine) -> None:
    lifecycle.take("run", IDS, ASSETS, nobody_is_over)
    lifecycle.cancel(["f0"])
    lifecycle.take("other", ["f1"], ASSETS, lambda runs: set(runs))
    lifecycle.pause(CHUNKS, QUEUE, IDS, FAULT, "run")
    assert work_of(engine, "f0").state is Status.FAILED
    assert (work_of(engine, "f1").run, work_of(engine, "f1").interruptions) == ("other", 0)
    assert work_of(engine, "f2").run is None


def test_a_run_that_a_fault_stopped_leaves_its_work_as_a_step_would(
    lifecycle: Lifecycle, pauses: PauseStore, engine: Engine
) -> None:
    lifecycle.take("run", IDS, ASSETS, nobody_is_over)
    lifecycle.start(CHUNKS, IDS, "run")
    for _ in range(2):  # the second time nothing is left to do
        lifecycle.pause_run("run", FAULT, EMBEDDINGS)
        assert list(pauses.select()) == [QUEUE_OF[EMBEDDINGS]]
        assert {work_of(engine, id_, asset).run for id_ in IDS for asset in ASSETS} == {None}
        assert {work_of(engine, id_, asset).attempts for id_ in IDS for asset in ASSETS} == {0}
    assert [work_of(engine, "f0", asset).interruptions for asset in ASSETS] == [0, 1, 0]
    lifecycle.take("another", IDS, ASSETS, nobody_is_over)
    lifecycle.pause_run("another", FAULT, None)
    assert set(pauses.select()) == {QUEUE_OF[CHUNKS], QUEUE_OF[EMBEDDINGS]}, (
        "a run begins with the first asset"
    )


def test_one_file_at_a_time_is_tried_after_growing_waits(
    lifecycle: Lifecycle, pauses: PauseStore, engine: Engine
) -> None:
    assert not pauses.probe(QUEUE), "it is not paused"
    hold(lifecycle)
    assert not pauses.probe(QUEUE), "not at once"
    waits = []
    for _ in range(6):
        allow_probe(engine)
        assert pauses.probe(QUEUE)
        assert not pauses.probe(QUEUE), "the one that was tried is not over yet"
        waits.append(round(seconds_to_probe(pauses.select()[QUEUE], engine)))
    assert waits == [min(LONGEST_PROBE_SECONDS, FIRST_PROBE_SECONDS * 2**n) for n in range(6)]
    assert pauses.select()[QUEUE].probes == 6


def test_of_several_sensors_at_once_one_tries(
    lifecycle: Lifecycle, pauses: PauseStore, engine: Engine
) -> None:
    hold(lifecycle)
    allow_probe(engine)
    won: list[bool] = []
    start = threading.Barrier(6)

    def probe() -> None:
        start.wait()
        won.append(pauses.probe(QUEUE))

    threads = [threading.Thread(target=probe) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(won) == 1


def test_the_first_success_ends_the_pause_of_its_queue_alone(
    lifecycle: Lifecycle, pauses: PauseStore
) -> None:
    make(lifecycle, CHUNKS, "f1")
    hold(lifecycle, "run", "f0")
    lifecycle.take("vectors", ["f1"], [EMBEDDINGS], nobody_is_over)
    lifecycle.pause(EMBEDDINGS, "another", ["f1"], FAULT, "vectors")
    assert set(pauses.select()) == {QUEUE, "another"}
    for _ in range(2):
        make(lifecycle, CHUNKS, "f2")
        assert set(pauses.select()) == {"another"}


def test_a_step_that_made_nothing_ends_no_pause(lifecycle: Lifecycle, pauses: PauseStore) -> None:
    hold(lifecycle)
    lifecycle.complete(CHUNKS, QUEUE, {})
    lifecycle.release("run")
    lifecycle.interrupt("run", "It died.")
    assert QUEUE in pauses.select()
