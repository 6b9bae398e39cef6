"""The way of a file through its states, on a real Postgres. Every verb twice, the same rows."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
from sqlalchemy import Engine

from aibox_assets.domain.errors import ConfigurationError, PermanentError, TransientError
from aibox_assets.domain.viewer import OPERATOR
from aibox_assets.stores.events import EventStore
from aibox_assets.stores.file_store import FileStore
from aibox_assets.stores.files import (
    ASSETS,
    CHUNKS,
    EMBEDDINGS,
    KG_TRIPLES,
    FailureKind,
    FileRecord,
    NewFile,
    Status,
)
from aibox_assets.stores.lifecycle import AssetResult, Lifecycle, ReadBytes
from aibox_assets.stores.pauses import PauseStore
from aibox_assets.stores.scanning import FileStat

SHA = "a" * 64
RECIPES = {CHUNKS: "c1", EMBEDDINGS: "e1", KG_TRIPLES: "k1"}
QUEUE = "q"
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


def nobody_is_over(_: object) -> set[str]:
    return set()


@pytest.fixture
def lifecycle(engine: Engine) -> Lifecycle:
    made = Lifecycle(engine, max_attempts=3)
    made.want(RECIPES)
    made.add([NewFile(f"f{n}", "inbox", f"amy/f{n}.txt", "amy", FileStat(3, 1)) for n in range(3)])
    return made


@pytest.fixture
def files(engine: Engine) -> FileStore:
    return FileStore(engine)


def get(files: FileStore, id_: str = "f0") -> FileRecord:
    return files.get([id_])[id_]


def version(asset: str, sha: str = SHA) -> str:
    return f"{sha}.c1" if asset == CHUNKS else f"{sha}.c1.{RECIPES[asset]}"


def make(lifecycle: Lifecycle, asset: str, id_: str = "f0", sha: str = SHA) -> None:
    lifecycle.start(asset, [id_], "run")
    if asset == CHUNKS:
        lifecycle.read({id_: ReadBytes(sha, 3, 1, "text/plain")})
    lifecycle.complete(asset, QUEUE, {id_: AssetResult(version(asset, sha), 4, 0.5)})


def finish(lifecycle: Lifecycle, id_: str = "f0") -> None:
    for asset in ASSETS:
        make(lifecycle, asset, id_)


def waiting(lifecycle: Lifecycle) -> dict[str, tuple[str, ...]]:
    return {file.id: file.assets for file in lifecycle.waiting(10)}


def test_a_file_is_finished_when_all_is_made_of_its_bytes(lifecycle: Lifecycle, files: FileStore) -> None:
    assert waiting(lifecycle) == dict.fromkeys(("f0", "f1", "f2"), ASSETS)
    assert lifecycle.request(["f0"], ASSETS, "run")
    assert "f0" not in waiting(lifecycle)
    for asset in ASSETS:
        for _ in range(2):
            make(lifecycle, asset)
    assert get(files).status is Status.FINISHED
    assert all(work.is_current and work.run is None for work in get(files).work.values())
    assert files.count_by_status()[Status.FINISHED] == 1


def test_another_version_of_the_chunks_makes_what_is_behind_them_stale(
    lifecycle: Lifecycle, files: FileStore
) -> None:
    finish(lifecycle)
    make(lifecycle, CHUNKS, sha="b" * 64)
    assert get(files).status is Status.QUEUED
    assert waiting(lifecycle)["f0"] == (EMBEDDINGS, KG_TRIPLES)


def test_the_same_chunks_once_more_leave_what_is_behind_them(lifecycle: Lifecycle, files: FileStore) -> None:
    finish(lifecycle)
    for _ in range(2):
        assert lifecycle.redo(["f0"], [CHUNKS]) == ["f0"]
    assert get(files).status is Status.QUEUED
    make(lifecycle, CHUNKS)
    assert get(files).status is Status.FINISHED


@pytest.mark.parametrize(
    ("asset", "lacking"),
    [(CHUNKS, ASSETS), (EMBEDDINGS, (EMBEDDINGS,)), (KG_TRIPLES, (KG_TRIPLES,))],
)
def test_another_recipe_makes_exactly_its_own_work_stale(
    lifecycle: Lifecycle, files: FileStore, asset: str, lacking: tuple[str, ...]
) -> None:
    finish(lifecycle)
    assert lifecycle.want({**RECIPES, asset: "new"})[asset] == 1
    assert lifecycle.want({**RECIPES, asset: "new"})[asset] == 0
    assert waiting(lifecycle)["f0"] == lacking
    assert lifecycle.waiting(10)[-1].id == "f0", "nobody waits for it"
    assert lifecycle.want(RECIPES)[asset] == 0, "the old one is still there"
    assert get(files).status is Status.FINISHED


def test_another_recipe_does_not_revive_what_was_cancelled(lifecycle: Lifecycle, files: FileStore) -> None:
    make(lifecycle, CHUNKS)
    lifecycle.cancel(["f0", "f1"])
    lifecycle.want(dict.fromkeys(ASSETS, "new"))
    lifecycle.redo_all()
    assert {id_: get(files, id_).work[EMBEDDINGS].failure for id_ in ("f0", "f1")} == dict.fromkeys(
        ("f0", "f1"), FailureKind.CANCELLED
    )
    assert not lifecycle.request(["f1"], ASSETS, "run")
    assert lifecycle.take("by hand", ["f1"], ASSETS, nobody_is_over, LONG_AGO) == frozenset()
    assert lifecycle.taken("by hand", CHUNKS, ["f1"]) == [], "cancelled after it was launched"


def test_a_failure_for_good_keeps_its_reason_whatever_runs_after_it(
    lifecycle: Lifecycle, files: FileStore
) -> None:
    lifecycle.request(["f0", "f1"], ASSETS, "run")
    for _ in range(2):
        lifecycle.fail(CHUNKS, {"f0": PermanentError("It is locked.", "Unlock it.")}, "run")
    record = get(files)
    assert (record.status, record.error, record.remedy) == (Status.FAILED, "It is locked.", "Unlock it.")
    assert (record.permanent, record.attempts, record.run) == (True, 1, None)
    assert "f0" not in waiting(lifecycle)
    lifecycle.interrupt("run", "The run died.")
    assert get(files).error == "It is locked."
    assert lifecycle.retry(["f0"]) == ["f0"]
    assert (get(files).status, get(files).error) == (Status.QUEUED, None)


def test_a_failure_that_may_pass_is_tried_again_until_its_attempts_are_used_up(
    lifecycle: Lifecycle, files: FileStore
) -> None:
    for attempt in range(3):
        assert get(files).status is Status.QUEUED
        lifecycle.take(f"run {attempt}", ["f0"], ASSETS, nobody_is_over)
        lifecycle.fail(CHUNKS, {"f0": TransientError("It changed.")}, f"run {attempt}")
        assert "f0" not in waiting(lifecycle), "it waits"
    assert get(files).status is Status.FAILED
    assert get(files).work[CHUNKS].failure is FailureKind.EXHAUSTED


def test_a_fault_of_the_installation_costs_no_attempt_and_pauses_the_queue(
    lifecycle: Lifecycle, files: FileStore, engine: Engine
) -> None:
    pauses = PauseStore(engine)
    lifecycle.request(["f0", "f1"], ASSETS, "run")
    for run in ("run", "probe 1", "probe 2"):
        lifecycle.take(run, ["f0", "f1"], ASSETS, nobody_is_over)
        lifecycle.pause(CHUNKS, QUEUE, ["f0", "f1"], ConfigurationError("No bucket.", "Make one."), run)
    assert (get(files).status, get(files).attempts) == (Status.QUEUED, 0)
    assert get(files).work[CHUNKS].interruptions == 1, "what opened the pause, not what was tried in it"
    assert "f0" in waiting(lifecycle)
    assert pauses.select()[QUEUE].reason == "No bucket."
    make(lifecycle, CHUNKS)
    assert pauses.select() == {}


def test_new_bytes_wait_for_the_run_that_has_the_file(lifecycle: Lifecycle, files: FileStore) -> None:
    lifecycle.request(["f0"], ASSETS, "run")
    make(lifecycle, CHUNKS)
    lifecycle.change("f0", FileStat(4, 2), "b" * 64)
    assert "f0" not in waiting(lifecycle)
    lifecycle.complete(CHUNKS, QUEUE, {"f0": AssetResult(version(CHUNKS), 4, 0.5)})
    assert not get(files).work[CHUNKS].is_current
    lifecycle.release("run")
    assert waiting(lifecycle)["f0"] == ASSETS


def test_a_cancel_between_request_and_run_holds(lifecycle: Lifecycle, files: FileStore) -> None:
    lifecycle.request(["f0", "f1"], ASSETS, "run")
    for _ in range(2):
        lifecycle.cancel(["f0"])
    assert lifecycle.taken("run", CHUNKS, ["f0", "f1"]) == ["f1"]
    lifecycle.release("run")
    assert get(files).status is Status.FAILED
    assert "f0" not in waiting(lifecycle)
    assert lifecycle.retry(["f0"]) == ["f0"]
    assert waiting(lifecycle)["f0"] == ASSETS


def test_what_runs_left_behind_is_settled_once(lifecycle: Lifecycle, files: FileStore) -> None:
    lifecycle.request(["f0"], ASSETS, "died")
    lifecycle.request(["f1"], ASSETS, "failed")
    lifecycle.request(["f2"], ASSETS, "cancelled")
    for _ in range(2):
        lifecycle.interrupt("died", "The run died.")
        lifecycle.blame("failed", CHUNKS, "The step failed.", "Traceback")
        lifecycle.cancel_run("cancelled")
    assert lifecycle.runs() == {}
    assert get(files, "f0").work[CHUNKS].interruptions == 1
    assert get(files, "f1").attempts == 1
    assert get(files, "f2").work[CHUNKS].failure is FailureKind.CANCELLED


def test_a_file_that_comes_back_in_the_midst_of_its_removal_is_made_again(
    lifecycle: Lifecycle, files: FileStore
) -> None:
    finish(lifecycle)
    lifecycle.mark_gone(["f0"])
    assert [record.id for record in files.gone(5)] == ["f0"]
    lifecycle.touch("f0", FileStat(3, 5))
    assert files.gone(5) == []
    assert waiting(lifecycle)["f0"] == ASSETS


def test_files_of_a_folder_that_is_held_wait(lifecycle: Lifecycle, engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(sa.text("UPDATE aibox.folders SET held_reason = 'it has no marker'"))
    assert lifecycle.waiting(10) == []


def test_owners_take_turns(lifecycle: Lifecycle) -> None:
    lifecycle.add([NewFile("bob", "inbox", "bob/x.txt", "bob", FileStat(3, 1))])
    assert [file.id for file in lifecycle.waiting(2)] == ["f0", "bob"]


def test_more_files_at_once_than_a_statement_takes_parameters(
    lifecycle: Lifecycle, files: FileStore, engine: Engine
) -> None:
    ids = [f"n{n}" for n in range(66_000)]
    few, many = (
        [NewFile(id_, "inbox", id_, "amy", FileStat(3, 1)) for id_ in some] for some in (ids[:9], ids)
    )
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("VACUUM ANALYZE aibox.files, aibox.work")  # they are known to be small
    lifecycle.add(few)  # plans are made for small tables
    lifecycle.add(many)
    assert len(lifecycle.cancel(ids)) == len(ids)
    lifecycle.forget(ids)
    assert len(files.existing_ids(ids)) == len(ids), "nobody said that they are gone"
    lifecycle.mark_gone(ids)
    lifecycle.forget(ids)
    assert files.existing_ids(ids) == set()


def test_each_transition_leaves_an_event(lifecycle: Lifecycle, engine: Engine) -> None:
    lifecycle.request(["f0"], ASSETS, "run")
    finish(lifecycle)
    kinds = [(event.kind.value, event.asset) for event in EventStore(engine).recent("f0", OPERATOR)]
    each = [(kind, asset) for asset in ASSETS for kind in ("started", "made")]
    assert kinds == [("taken_in", None), *each, ("finished", None)]
