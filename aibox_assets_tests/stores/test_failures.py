"""Failures, interruptions, blame and cancel on a real Postgres, and the list of what was given up."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
from aibox_assets.stores.inbox import FileStat
from sqlalchemy import Engine

from aibox_assets.assets.batch import WorkerKilledError
from aibox_assets.domain.errors import AIBoxError, MalformedDocumentError, StoreUnavailableError
from aibox_assets.stores.claims import CANCELLED
from aibox_assets.stores.database import claims
from aibox_assets.stores.database import files as table
from aibox_assets.stores.failures import MAX_INTERRUPTIONS, TRACE_CHARS, DeadLetters
from aibox_assets.stores.files import FileRecord, FileStore, NewFile, Status
from aibox_assets.stores.progress import ProgressStore


@pytest.fixture
def files(engine: Engine) -> FileStore:
    store = FileStore(engine)
    store.add([NewFile(f"f{n}", "inbox", f"amy/f{n}.txt", "amy", FileStat(3, 1)) for n in range(3)])
    return store


@pytest.fixture
def progress(engine: Engine, files: FileStore) -> ProgressStore:
    return ProgressStore(engine, max_attempts=3)


@pytest.fixture
def letters(engine: Engine) -> DeadLetters:
    return DeadLetters(engine)


def get(files: FileStore, id_: str = "f0") -> FileRecord:
    return files.get([id_])[id_]


def pause(engine: Engine, id_: str = "f0") -> float:
    """Seconds until the file is tried again."""
    with engine.connect() as connection:
        at = connection.scalar(sa.select(table.c.retry_at).where(table.c.id == id_))
    assert isinstance(at, datetime)
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


def test_a_dead_letter_says_why_when_how_often_and_where(
    files: FileStore, progress: ProgressStore, letters: DeadLetters
) -> None:
    progress.start(["f0", "f1", "f2"], "run")
    progress.fail(
        {"f0": raised("bad\0header \udcff"), "f1": StoreUnavailableError("Postgres is away.")}, "run"
    )
    (shown,) = letters.select()
    assert (shown.file_id, shown.path, shown.user_id) == ("f0", "amy/f0.txt", "amy")
    assert (shown.reason, shown.remedy, shown.permanent, shown.attempts) == (
        "It is broken.",
        "Mend it.",
        True,
        1,
    )
    assert (shown.run_id, shown.trace) == ("run", None)
    assert abs((datetime.now(UTC) - shown.failed_at).total_seconds()) < 60
    whole = letters.get("f0")
    assert whole is not None
    assert whole.trace is not None
    assert "ValueError: badheader" in whole.trace
    assert "in raised" in whole.trace
    assert letters.get("f1") is None, "it is tried again"
    files.requeue(["f0"])
    assert letters.select() == []


def test_a_trace_keeps_its_end(files: FileStore, progress: ProgressStore, letters: DeadLetters) -> None:
    progress.start(["f0"], "run")
    progress.fail({"f0": raised("x" * 3 * TRACE_CHARS)}, "run")
    letter = letters.get("f0")
    assert letter is not None
    assert len(letter.trace or "") == TRACE_CHARS
    assert (letter.trace or "").rstrip().endswith("MalformedDocumentError: It is broken. Mend it.")


def test_pauses_grow_with_each_failure_and_the_last_is_final(
    engine: Engine, files: FileStore, progress: ProgressStore
) -> None:
    for attempt, least in enumerate((15, 60), start=1):
        progress.start(["f0"], f"run {attempt}")
        progress.fail({"f0": StoreUnavailableError("Postgres is away.")}, f"run {attempt}")
        assert (get(files).status, get(files).attempts) == (Status.QUEUED, attempt)
        assert least - 2 < pause(engine) < least * 1.5 + 1
    progress.start(["f0"], "last")
    progress.fail({"f0": StoreUnavailableError("Postgres is away.")}, "last")
    assert (get(files).status, get(files).attempts, get(files).permanent) == (Status.FAILED, 3, False)


def test_a_file_that_killed_workers_counts_each_of_them(
    files: FileStore, progress: ProgressStore, letters: DeadLetters
) -> None:
    progress.start(["f0", "f1"], "run")
    progress.fail(
        {"f0": WorkerKilledError(3), "f1": MalformedDocumentError("It is broken.", "Mend it.")}, "run"
    )
    assert {letter.file_id: letter.attempts for letter in letters.select()} == {"f0": 3, "f1": 1}


def test_one_outage_does_not_bring_all_files_back_at_once(
    engine: Engine, files: FileStore, progress: ProgressStore
) -> None:
    ids = ["f0", "f1", "f2"]
    progress.start(ids, "run")
    progress.fail({id_: StoreUnavailableError("The graph is away.") for id_ in ids}, "run")
    assert len({pause(engine, id_) // 0.001 for id_ in ids}) == 3


def test_interruptions_have_a_bound_of_their_own_and_are_no_attempts(
    files: FileStore, progress: ProgressStore, letters: DeadLetters
) -> None:
    for count in range(1, MAX_INTERRUPTIONS + 1):
        assert get(files).status is Status.QUEUED
        progress.start(["f0"], f"run {count}")
        progress.release(["f0"], "Its run died.")
        assert (get(files).attempts, get(files).alone) == (0, False)
        if count == 1:
            assert "f0" in [file.id for file in progress.waiting(3)], "the first time without a pause"
    progress.release(["f0"], "Its run died.")
    (letter,) = letters.select()
    assert (letter.attempts, letter.permanent, letter.reason) == (MAX_INTERRUPTIONS, False, "Its run died.")


def test_blame_sends_files_alone_until_they_finish_or_are_given_up(
    files: FileStore, progress: ProgressStore, letters: DeadLetters
) -> None:
    for count in range(1, 4):
        progress.start(["f0"], f"run {count}")
        progress.blame(["f0"], "The worker died 4 times on this step.", "Traceback …")
        assert get(files).alone
    letter = letters.get("f0")
    assert letter is not None
    assert (letter.attempts, letter.trace) == (3, "Traceback …")
    files.requeue(["f0"])
    assert not get(files).alone


def test_a_file_that_ended_is_not_started_again_by_a_later_step_of_its_run(
    files: FileStore, progress: ProgressStore
) -> None:
    progress.start(["f0", "f1"], "run")
    progress.fail({"f0": raised("x"), "f1": StoreUnavailableError("Redis is away.")}, "run")
    progress.start(["f0", "f1"], "run")
    assert (get(files).status, get(files, "f1").status) == (Status.FAILED, Status.QUEUED)
    progress.start(["f0"], "another")
    assert get(files).status is Status.STARTED


def test_a_cancelled_file_loses_its_claim_and_stays_cancelled(
    engine: Engine, files: FileStore, progress: ProgressStore
) -> None:
    progress.start(["f0", "f1"], "run")
    with engine.begin() as connection:
        connection.execute(
            claims.insert().values([{"file_id": id_, "run_id": "run"} for id_ in ("f0", "f1")])
        )
    for _ in range(2):
        progress.cancel(["f0"])
        assert (get(files).status, get(files).error) == (Status.FAILED, CANCELLED)
        with engine.connect() as connection:
            assert list(connection.scalars(sa.select(claims.c.file_id))) == ["f1"]
    progress.start(["f0"], "run")
    progress.fail({"f0": StoreUnavailableError("The graph is away.")}, "run")
    progress.release(["f0"], "Its run died.")
    progress.blame(["f0"], "Its step failed.", "")
    assert not progress.request(["f0", "f2"], "batch")
    assert (get(files).status, get(files).error) == (Status.FAILED, CANCELLED)
    assert get(files, "f2").batch_id is None
    assert get(files, "f1").status is Status.STARTED
