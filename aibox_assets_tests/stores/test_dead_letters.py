"""How failures, interruptions, blame and cancels are written down, and the list of what was given up."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import Engine

from aibox_assets.assets.step import WorkerKilledError
from aibox_assets.domain.errors import (
    AIBoxError,
    ConfigurationError,
    MalformedDocumentError,
    StoreUnavailableError,
)
from aibox_assets.stores.failures import TRACE_CHARS, DeadLetters
from aibox_assets.stores.file_store import FileStore
from aibox_assets.stores.files import ASSETS, CHUNKS, EMBEDDINGS, KG_TRIPLES, FailureKind, Status
from aibox_assets.stores.lifecycle import Lifecycle
from aibox_assets.stores.lifecycle.demand import CANCELLED
from aibox_assets.stores.lifecycle.failing import MAX_INTERRUPTIONS
from aibox_assets.stores.scanning import FileStat
from aibox_assets_tests.stores.work_files import (
    QUEUE,
    end_pauses_of_files,
    finish,
    make,
    new_lifecycle,
    nobody_is_over,
    waiting,
    work_of,
)

pytestmark = pytest.mark.integration

IDS = ("f0", "f1", "f2")
AWAY = StoreUnavailableError("Postgres is away.")


@pytest.fixture
def lifecycle(engine: Engine) -> Lifecycle:
    return new_lifecycle(engine, *IDS)


@pytest.fixture
def letters(engine: Engine) -> DeadLetters:
    return DeadLetters(engine)


def start(lifecycle: Lifecycle, run: str, *ids: str, asset: str = CHUNKS) -> None:
    """A run that has the work on all assets, and its first step."""
    assert lifecycle.take(run, ids, ASSETS, nobody_is_over) == frozenset()
    lifecycle.start(asset, ids, run)


def pause(engine: Engine, id_: str = "f0", asset: str = CHUNKS) -> float:
    """Seconds until the work is tried again."""
    at = work_of(engine, id_, asset).not_before
    assert at is not None
    return (at - datetime.now(UTC)).total_seconds()


def raised(text: str) -> AIBoxError:
    """An error with a cause and tracebacks, as the assets catch it."""
    try:
        try:
            raise ValueError(text)
        except ValueError as error:
            raise MalformedDocumentError("It is broken.", "Mend it.") from error
    except MalformedDocumentError as error:
        return error


def test_a_dead_letter_says_why_when_how_often_and_where(lifecycle: Lifecycle, letters: DeadLetters) -> None:
    start(lifecycle, "run", *IDS)
    lifecycle.fail(CHUNKS, {"f0": raised("bad\0header \udcff"), "f1": AWAY}, "run")
    (shown,) = letters.select()
    assert (shown.file_id, shown.path, shown.user_id, shown.asset) == ("f0", "amy/f0.txt", "amy", CHUNKS)
    assert (shown.reason, shown.remedy, shown.permanent, shown.attempts) == (
        "It is broken.",
        "Mend it.",
        True,
        1,
    )
    assert shown.trace is None
    assert abs((datetime.now(UTC) - shown.failed_at).total_seconds()) < 60
    whole = letters.get("f0")
    assert whole is not None
    assert whole.trace is not None
    assert "ValueError: badheader" in whole.trace
    assert "in raised" in whole.trace
    assert letters.get("f1") is None, "it is tried again"
    lifecycle.retry(["f0"])
    assert letters.select() == []


def test_reason_and_remedy_may_hold_whatever_a_document_holds(
    lifecycle: Lifecycle, letters: DeadLetters
) -> None:
    start(lifecycle, "run", "f0")
    lifecycle.fail(CHUNKS, {"f0": MalformedDocumentError("a\0b \ud800", "c\0d \udfff")}, "run")
    (letter,) = letters.select()
    assert (letter.reason[:2], letter.remedy[:2]) == ("ab", "cd")


def test_a_trace_keeps_its_end(lifecycle: Lifecycle, letters: DeadLetters) -> None:
    start(lifecycle, "run", "f0")
    lifecycle.fail(CHUNKS, {"f0": raised("x" * 3 * TRACE_CHARS)}, "run")
    letter = letters.get("f0")
    assert letter is not None
    assert len(letter.trace or "") == TRACE_CHARS
    assert (letter.trace or "").rstrip().endswith("MalformedDocumentError: It is broken. Mend it.")


def test_the_last_to_fail_comes_first(lifecycle: Lifecycle, letters: DeadLetters) -> None:
    for id_ in ("f1", "f0", "f2"):
        start(lifecycle, f"run of {id_}", id_)
        lifecycle.fail(CHUNKS, {id_: raised(id_)}, f"run of {id_}")
    assert [letter.file_id for letter in letters.select()] == ["f2", "f0", "f1"]


def test_of_several_failures_the_first_asset_explains_the_file(
    lifecycle: Lifecycle, letters: DeadLetters
) -> None:
    make(lifecycle, CHUNKS, "f0")
    lifecycle.take("run", ["f0"], ASSETS[1:], nobody_is_over)
    lifecycle.fail(KG_TRIPLES, {"f0": MalformedDocumentError("No graph.", "")}, "run")
    assert letters.select() == [], "its embeddings can still be made"
    lifecycle.fail(EMBEDDINGS, {"f0": MalformedDocumentError("No vectors.", "")}, "run")
    assert [(letter.asset, letter.reason) for letter in letters.select()] == [(EMBEDDINGS, "No vectors.")]


def test_a_file_that_is_gone_is_no_dead_letter(lifecycle: Lifecycle, letters: DeadLetters) -> None:
    lifecycle.cancel(["f0"])
    lifecycle.mark_gone(["f0"])
    assert letters.select() == []


def test_pauses_grow_with_each_failure_and_the_last_is_final(lifecycle: Lifecycle, engine: Engine) -> None:
    for attempt, least in enumerate((15, 60), start=1):
        start(lifecycle, f"run {attempt}", "f0")
        for _ in range(2):
            lifecycle.fail(CHUNKS, {"f0": AWAY}, f"run {attempt}")
        work = work_of(engine, "f0")
        assert (work.state, work.attempts, work.failure) == (Status.QUEUED, attempt, FailureKind.TRANSIENT)
        assert least - 2 < pause(engine) < least * 1.5 + 1
        assert "f0" not in waiting(lifecycle)
    start(lifecycle, "last", "f0")
    lifecycle.fail(CHUNKS, {"f0": AWAY}, "last")
    work = work_of(engine, "f0")
    assert (work.state, work.attempts, work.failure) == (Status.FAILED, 3, FailureKind.EXHAUSTED)
    record = FileStore(engine).get(["f0"])["f0"]
    assert (record.status, record.permanent) == (Status.FAILED, False)


def test_a_file_that_killed_workers_counts_each_of_them(lifecycle: Lifecycle, letters: DeadLetters) -> None:
    start(lifecycle, "run", "f0", "f1")
    lifecycle.fail(
        CHUNKS,
        {"f0": WorkerKilledError(3), "f1": MalformedDocumentError("It is broken.", "Mend it.")},
        "run",
    )
    assert {letter.file_id: letter.attempts for letter in letters.select()} == {"f0": 3, "f1": 1}


def test_one_outage_does_not_bring_all_files_back_at_once(lifecycle: Lifecycle, engine: Engine) -> None:
    start(lifecycle, "run", *IDS)
    lifecycle.fail(CHUNKS, dict.fromkeys(IDS, StoreUnavailableError("The graph is away.")), "run")
    assert len({pause(engine, id_) // 0.001 for id_ in IDS}) == 3


def test_success_forgets_the_failures_before_it(lifecycle: Lifecycle, engine: Engine) -> None:
    start(lifecycle, "run", "f0")
    lifecycle.fail(CHUNKS, {"f0": AWAY}, "run")
    make(lifecycle, CHUNKS, "f0")
    work = work_of(engine, "f0")
    assert (work.attempts, work.interruptions, work.failure, work.error, work.not_before) == (
        0, 0, None, None, None
    )  # fmt: skip


def test_a_failure_of_a_run_that_lost_the_work_says_nothing(lifecycle: Lifecycle, engine: Engine) -> None:
    start(lifecycle, "old", "f0")
    lifecycle.take("new", ["f0"], ASSETS, lambda runs: set(runs))
    lifecycle.fail(CHUNKS, {"f0": MalformedDocumentError("Old bytes.", "")}, "old")
    assert work_of(engine, "f0").error is None
    finish(lifecycle, "f0")
    lifecycle.fail(CHUNKS, {"f0": MalformedDocumentError("Old bytes.", "")}, "new")
    assert work_of(engine, "f0").state is Status.FINISHED


def test_interruptions_have_a_bound_of_their_own_and_are_no_attempts(
    lifecycle: Lifecycle, engine: Engine, letters: DeadLetters
) -> None:
    for count in range(1, MAX_INTERRUPTIONS + 1):
        assert work_of(engine, "f0").state is Status.QUEUED
        start(lifecycle, f"run {count}", "f0")
        for _ in range(2):
            lifecycle.interrupt(f"run {count}", "Its run died.")
        work = work_of(engine, "f0")
        assert (work.attempts, work.interruptions) == (0, count)
        if count == 1:
            assert "f0" in waiting(lifecycle), "the first time without a pause"
        elif count < MAX_INTERRUPTIONS:
            assert pause(engine) < 61
    (letter,) = letters.select()
    assert (letter.attempts, letter.permanent, letter.reason) == (MAX_INTERRUPTIONS, False, "Its run died.")


def test_a_pause_that_a_file_opens_again_and_again_gives_it_up(
    lifecycle: Lifecycle, engine: Engine, letters: DeadLetters
) -> None:
    fault = ConfigurationError("No bucket.", "Make one.")
    for count in range(1, MAX_INTERRUPTIONS + 1):
        start(lifecycle, f"run {count}", "f0")
        lifecycle.pause(CHUNKS, QUEUE, ["f0"], fault, f"run {count}")
        assert (work_of(engine, "f0").attempts, work_of(engine, "f0").interruptions) == (0, count)
        make(lifecycle, CHUNKS, "f1")  # ends the pause
    (letter,) = letters.select()
    assert (letter.reason, letter.permanent) == ("No bucket.", False)


def test_blame_sends_files_alone_until_they_finish_or_are_given_up(
    lifecycle: Lifecycle, engine: Engine, letters: DeadLetters
) -> None:
    for count in range(1, 4):
        start(lifecycle, f"run {count}", "f0")
        for _ in range(2):
            lifecycle.blame(f"run {count}", CHUNKS, "The worker died 4 times on this step.", "Traceback …")
        assert work_of(engine, "f0").attempts == count
        end_pauses_of_files(engine)
        alone = {file.id: file.attempts for file in lifecycle.waiting(10)}
        assert alone == ({"f0": count, "f1": 0, "f2": 0} if count < 3 else {"f1": 0, "f2": 0})
    letter = letters.get("f0")
    assert letter is not None
    assert (letter.attempts, letter.trace) == (3, "Traceback …")
    lifecycle.retry(["f0"])
    assert work_of(engine, "f0").attempts == 0


def test_blame_is_for_the_step_that_failed_and_the_rest_waits_again(
    lifecycle: Lifecycle, engine: Engine
) -> None:
    lifecycle.request(["f0"], ASSETS, "run")
    make(lifecycle, CHUNKS, "f0")
    lifecycle.start(KG_TRIPLES, ["f0"], "run")
    lifecycle.blame("run", EMBEDDINGS, "It died\0.", "\udcff")
    assert work_of(engine, "f0", EMBEDDINGS).attempts == 1
    graph = work_of(engine, "f0", KG_TRIPLES)
    assert (graph.state, graph.attempts, graph.error, graph.run) == (Status.QUEUED, 0, None, None)


def test_work_that_ended_is_not_taken_up_by_a_later_step_of_its_run(
    lifecycle: Lifecycle, engine: Engine
) -> None:
    start(lifecycle, "run", "f0", "f1")
    lifecycle.fail(CHUNKS, {"f0": raised("x"), "f1": AWAY}, "run")
    for asset in ASSETS:
        assert lifecycle.taken("run", asset, ["f0", "f1"]) == []
    lifecycle.release("run")
    assert (work_of(engine, "f0").state, work_of(engine, "f1").state) == (Status.FAILED, Status.QUEUED)
    start(lifecycle, "another", "f0")
    assert FileStore(engine).get(["f0"])["f0"].status is Status.STARTED, "a person launched it"


def test_what_failed_for_good_is_left_alone_by_a_run_that_makes_the_rest_again(
    lifecycle: Lifecycle, engine: Engine
) -> None:
    finish(lifecycle, "f0")
    lifecycle.redo(["f0"], [KG_TRIPLES])
    lifecycle.request(["f0"], [KG_TRIPLES], "one")
    lifecycle.fail(KG_TRIPLES, {"f0": raised("x")}, "one")
    lifecycle.redo(["f0"], [CHUNKS])
    assert lifecycle.request(["f0"], ASSETS, "two")
    make(lifecycle, CHUNKS, "f0")
    assert lifecycle.taken("two", KG_TRIPLES, ["f0"]) == [], "the chunks are as they were"
    lifecycle.release("two")
    work = work_of(engine, "f0", KG_TRIPLES)
    assert (work.state, work.error, work.attempts) == (Status.FAILED, "It is broken.", 1)


def test_new_chunks_give_what_failed_for_good_a_new_chance(lifecycle: Lifecycle, engine: Engine) -> None:
    make(lifecycle, CHUNKS, "f0")
    lifecycle.request(["f0"], [KG_TRIPLES], "one")
    lifecycle.fail(KG_TRIPLES, {"f0": raised("x")}, "one")
    lifecycle.redo(["f0"], [CHUNKS])
    lifecycle.request(["f0"], ASSETS, "two")
    make(lifecycle, CHUNKS, "f0", sha="b" * 64)
    assert lifecycle.taken("two", KG_TRIPLES, ["f0"]) == ["f0"]
    work = work_of(engine, "f0", KG_TRIPLES)
    assert (work.state, work.attempts, work.error, work.failure) == (Status.QUEUED, 0, None, None)


def test_a_cancelled_file_loses_its_run_and_stays_cancelled(lifecycle: Lifecycle, engine: Engine) -> None:
    start(lifecycle, "run", "f0", "f1")
    for _ in range(2):
        lifecycle.cancel(["f0"])
        assert (work_of(engine, "f0").error, work_of(engine, "f0").run) == (CANCELLED, None)
        assert work_of(engine, "f1").run == "run"
    lifecycle.fail(CHUNKS, {"f0": StoreUnavailableError("The graph is away.")}, "run")
    lifecycle.pause(CHUNKS, QUEUE, ["f0"], ConfigurationError("No.", ""), "run")
    lifecycle.give_back(["f0"], ASSETS, "run")
    lifecycle.redo(["f0"], ASSETS)
    lifecycle.redo_all()
    lifecycle.want(dict.fromkeys(ASSETS, "another"))
    lifecycle.touch("f0", FileStat(3, 2))
    assert not lifecycle.request(["f0", "f2"], ASSETS, "batch")
    lifecycle.interrupt("run", "Its run died.")
    lifecycle.blame("run", CHUNKS, "Its step failed.", "")
    record = FileStore(engine).get(["f0"])["f0"]
    assert (record.status, record.error) == (Status.FAILED, CANCELLED)
    assert {each.failure for each in record.work.values()} == {FailureKind.CANCELLED}
    assert work_of(engine, "f2").run is None


def test_a_cancel_keeps_what_is_done_and_the_reason_of_what_failed(
    lifecycle: Lifecycle, engine: Engine, letters: DeadLetters
) -> None:
    make(lifecycle, CHUNKS, "f0")
    lifecycle.request(["f1"], ASSETS, "run")
    lifecycle.fail(CHUNKS, {"f1": raised("x")}, "run")
    lifecycle.cancel(["f0", "f1"])
    assert work_of(engine, "f0").state is Status.FINISHED
    assert {letter.file_id: letter.reason for letter in letters.select()} == {
        "f0": CANCELLED,
        "f1": "It is broken.",
    }
