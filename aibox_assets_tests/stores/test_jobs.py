"""Jobs on a real Postgres: the figures are those of the table, and everyone sees their own."""

from __future__ import annotations

import threading

import pytest
import sqlalchemy as sa
from sqlalchemy import Engine

from aibox_assets.domain.errors import MalformedDocumentError, TransientError
from aibox_assets.domain.viewer import OPERATOR, Viewer
from aibox_assets.stores.files import ASSETS, CHUNKS, EMBEDDINGS, NewFile, Status
from aibox_assets.stores.jobs import JobStore
from aibox_assets.stores.lifecycle import Lifecycle
from aibox_assets.stores.queue_figures import QueueStats
from aibox_assets.stores.queues import FILE_PROCESSING, KG_EXTRACTION, QUEUES, VECTORIZATION
from aibox_assets.stores.scanning import FileStat
from aibox_assets_tests.stores.work_files import add, finish, make, new_lifecycle

pytestmark = pytest.mark.integration

AMY, BOB = Viewer("amy"), Viewer("bob")


@pytest.fixture
def lifecycle(engine: Engine) -> Lifecycle:
    """Of amy: done, in hand at its vectors, failed at its chunks, tried again, waiting. Of bob: one that is done."""
    lifecycle = new_lifecycle(engine, "done", "hand", "bad", "again", "waits")
    add(lifecycle, "bobs", owner="bob")
    finish(lifecycle, "done", "bobs")
    make(lifecycle, CHUNKS, "hand")
    lifecycle.start(EMBEDDINGS, ["hand"], "run-of-hand")
    for id_, error in (
        ("bad", MalformedDocumentError("Broken.", "Mend it.")),
        ("again", TransientError("Away.")),
    ):
        lifecycle.request([id_], ASSETS, f"batch-{id_}")
        lifecycle.start(CHUNKS, [id_], f"run-of-{id_}")
        lifecycle.fail(CHUNKS, {id_: error}, f"batch-{id_}")
    return lifecycle


@pytest.fixture
def jobs(engine: Engine, lifecycle: Lifecycle) -> JobStore:
    return JobStore(engine)


def figures(stats: list[QueueStats]) -> dict[str, tuple[int, ...]]:
    return {
        each.queue: (each.queued, each.blocked, each.delayed, each.started, each.finished, each.failed)
        for each in stats
    }


@pytest.mark.parametrize("viewer", [OPERATOR, AMY])
def test_figures_hold_while_500_jobs_move(engine: Engine, viewer: Viewer) -> None:
    """Each look sees one moment: no fewer are made than were before it, no more than are after it, and none is lost."""
    lifecycle, jobs = new_lifecycle(engine), JobStore(engine)
    arrived, made, batches = [0], [0], [[f"f{n}-{m}" for m in range(25)] for n in range(20)]
    failures: list[BaseException] = []

    def move() -> None:
        try:
            for batch in batches:
                add(lifecycle, *batch)
                arrived[0] += len(batch)
                make(lifecycle, CHUNKS, *batch)
                made[0] += len(batch)
        except BaseException as error:
            failures.append(error)
            raise

    mover = threading.Thread(target=move)
    mover.start()
    looks = 0
    while mover.is_alive() or looks == 0:
        made_before, arrived_before = made[0], arrived[0]
        (stats, *others) = jobs.stats(viewer)
        # The mover may be within a step whose end it has not noted yet.
        assert made_before <= stats.finished <= made[0] + 25
        for each in (stats, *others):
            total = each.queued + each.started + each.finished + each.failed
            assert arrived_before <= total <= arrived[0] + 25
            assert min(each.queued, each.started, each.finished, each.failed) >= 0
        assert stats.queued + stats.started + stats.finished == sum(
            figures(others)[VECTORIZATION][n] for n in (0, 3, 4)
        )
        looks += 1
    mover.join()
    assert not failures
    assert figures(jobs.stats(viewer))[FILE_PROCESSING] == (0, 0, 0, 0, 500, 0)
    assert looks > 5


def test_figures_are_those_of_the_table(jobs: JobStore) -> None:
    stats = jobs.stats(OPERATOR)
    assert figures(stats) == {
        FILE_PROCESSING: (2, 0, 1, 0, 3, 1),
        VECTORIZATION: (2, 2, 0, 1, 2, 0),
        KG_EXTRACTION: (3, 2, 0, 0, 2, 0),
    }
    assert [[(rate.minutes, rate.made, rate.failed) for rate in each.rates] for each in stats] == [
        [(1, 3, 1), (5, 3, 1), (60, 3, 1)],
        [(1, 2, 0), (5, 2, 0), (60, 2, 0)],
        [(1, 2, 0), (5, 2, 0), (60, 2, 0)],
    ]
    assert stats[0].rates[1].per_minute == 0.6
    assert all(each.oldest is not None for each in stats)


def test_rates_forget(jobs: JobStore, engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(sa.text("UPDATE aibox.file_events SET at = now() - interval '30 minutes'"))
    assert [(rate.minutes, rate.made) for rate in jobs.stats(OPERATOR)[0].rates] == [(1, 0), (5, 0), (60, 3)]


def test_failed_are_the_files_that_are_failed(jobs: JobStore, lifecycle: Lifecycle) -> None:
    """Not every try of them, nor what another try made, nor what is no longer there."""

    def failed() -> list[int]:
        return [rate.failed for rate in jobs.stats(OPERATOR)[0].rates]

    def fail(*ids: str) -> None:
        lifecycle.request(ids, ASSETS, "batch")
        lifecycle.start(CHUNKS, ids, "run")
        lifecycle.fail(CHUNKS, dict.fromkeys(ids, MalformedDocumentError("Broken.", "Mend it.")), "batch")

    fail("waits")
    assert failed() == [2, 2, 2]
    lifecycle.retry(["bad"])
    fail("bad")
    assert failed() == [2, 2, 2]
    lifecycle.mark_gone(["waits"])
    assert failed() == [1, 1, 1]
    lifecycle.retry(["bad"])
    make(lifecycle, CHUNKS, "bad")
    assert failed() == [0, 0, 0]


def test_an_empty_installation_has_all_queues(engine: Engine) -> None:
    stats = JobStore(engine).stats(OPERATOR)
    assert figures(stats) == dict.fromkeys(QUEUES, (0, 0, 0, 0, 0, 0))
    assert [each.oldest for each in stats] == [None, None, None]


@pytest.mark.parametrize("queue", QUEUES)
def test_lists_agree_with_figures(jobs: JobStore, queue: str) -> None:
    (stats,) = [each for each in jobs.stats(OPERATOR) if each.queue == queue]
    for status in Status:
        found = jobs.select(queue, OPERATOR, status)
        assert len(found) == getattr(stats, status)
        assert {job.state for job in found} <= {status}
    assert sum(job.blocked for job in jobs.select(queue, OPERATOR)) == stats.blocked
    assert len(jobs.select(queue, OPERATOR)) == stats.queued + stats.started + stats.finished + stats.failed


def test_pages_follow_each_other_and_files_about_to_go_are_left_out(
    jobs: JobStore, lifecycle: Lifecycle
) -> None:
    for status, expected in (
        (None, ["bobs", "waits", "again", "bad", "hand"]),
        (Status.QUEUED, ["again", "waits"]),
    ):
        found: list[str] = []
        after = None
        while page := jobs.select(FILE_PROCESSING, OPERATOR, status, 2, after):
            found += [job.file_id for job in page]
            after = page[-1].seq
        assert found[: len(expected)] == expected
    lifecycle.mark_gone(["waits"])
    assert [job.file_id for job in jobs.select(FILE_PROCESSING, OPERATOR, Status.QUEUED)] == ["again"]
    assert jobs.stats(OPERATOR)[0].queued == 1


def test_one_job_has_its_trace_and_its_run(jobs: JobStore) -> None:
    bad = jobs.get("chunks.bad", OPERATOR)
    assert bad is not None
    assert (bad.state, bad.error, bad.remedy, bad.run_id) == (
        Status.FAILED,
        "Broken.",
        "Mend it.",
        "run-of-bad",
    )
    assert bad.trace is not None
    assert "MalformedDocumentError: Broken." in bad.trace
    hand = jobs.get("embeddings.hand", OPERATOR)
    assert hand is not None
    assert (hand.state, hand.batch, hand.run_id, hand.path) == (
        Status.STARTED,
        "run-of-hand",
        "run-of-hand",
        "amy/hand.txt",
    )
    assert [jobs.get(id_, OPERATOR) for id_ in ("chunks.none", "none.bad", "chunks", "", "a.b.c")] == [
        None
    ] * 5


def test_a_job_names_its_file_as_people_do(engine: Engine) -> None:
    lifecycle = new_lifecycle(engine)
    for at, folder in enumerate(("inbox", "/srv/scans", "/")):
        lifecycle.add([NewFile(f"f{at}", folder, "a.txt", "amy", FileStat(3, 1))])
    found = JobStore(engine).select(FILE_PROCESSING, OPERATOR, Status.QUEUED)
    assert [job.path for job in found] == ["a.txt", "/srv/scans/a.txt", "/a.txt"]


def test_everyone_sees_their_own_and_what_is_shared(jobs: JobStore, engine: Engine) -> None:
    assert figures(jobs.stats(BOB))[FILE_PROCESSING] == (0, 0, 0, 0, 1, 0)
    assert [rate.made for rate in jobs.stats(BOB)[0].rates] == [1, 1, 1]
    assert [job.file_id for job in jobs.select(KG_EXTRACTION, BOB)] == ["bobs"]
    assert jobs.get("chunks.bad", BOB) is None
    assert jobs.get("kg_triples.bobs", AMY) is None
    with engine.begin() as connection:
        connection.execute(
            sa.text("INSERT INTO aibox.grants VALUES ('bad', 'bob', 'amy'), ('done', '', 'amy')")
        )
    assert figures(jobs.stats(BOB))[FILE_PROCESSING] == (0, 0, 0, 0, 2, 1)
    assert [job.file_id for job in jobs.select(FILE_PROCESSING, BOB)] == ["bobs", "bad", "done"]
    assert jobs.get("chunks.bad", BOB) is not None
    assert [rate.failed for rate in jobs.stats(BOB)[0].rates] == [1, 1, 1]
    assert figures(jobs.stats(Viewer("eve")))[FILE_PROCESSING] == (0, 0, 0, 0, 1, 0)
