"""The way of a file through its states, on a real Postgres. Every verb twice, the same rows."""

from __future__ import annotations

import pytest
from aibox_assets.stores.inbox import FileStat
from sqlalchemy import Engine

from aibox_assets.domain.errors import PermanentError, StoreUnavailableError
from aibox_assets.stores.files import FileRecord, FileStore, NewFile, Status
from aibox_assets.stores.progress import ASSETS, CHUNKS, EMBEDDINGS, AssetResult, ProgressStore, ReadBytes

SHA = "a" * 64


@pytest.fixture
def files(engine: Engine) -> FileStore:
    store = FileStore(engine)
    store.add([NewFile(f"f{n}", "inbox", f"amy/f{n}.txt", "amy", FileStat(3, 1)) for n in range(3)])
    return store


@pytest.fixture
def progress(engine: Engine, files: FileStore) -> ProgressStore:
    return ProgressStore(engine, max_attempts=3)


def get(files: FileStore, id_: str = "f0") -> FileRecord:
    return files.get([id_])[id_]


def result(asset: str = CHUNKS, sha: str = SHA) -> dict[str, AssetResult]:
    return {"f0": AssetResult(f"{sha}.{asset}", 4, 0.5)}


def read(progress: ProgressStore, sha: str = SHA) -> None:
    progress.read({"f0": ReadBytes(sha, 3, 1, "text/plain")})


def test_files_come_in_order_and_once(files: FileStore) -> None:
    files.add([NewFile("f0", "inbox", "amy/f0.txt", "amy", FileStat(9, 9))])
    assert [(f.id, f.status, f.size) for f in files.select()] == [
        (f"f{n}", Status.QUEUED, 3) for n in range(3)
    ]
    assert files.count_by_status() == {
        Status.QUEUED: 3, Status.STARTED: 0, Status.FINISHED: 0, Status.FAILED: 0
    }  # fmt: skip


def test_a_file_is_found_by_id_and_by_path(files: FileStore) -> None:
    files.add([NewFile("x", "/srv/docs", "y.txt", "default", FileStat(1, 1))])
    for key in ("f1", "amy/f1.txt"):
        found = files.find(key)
        assert found is not None
        assert found.id == "f1"
    found = files.find("/srv/docs/y.txt")
    assert found is not None
    assert found.display_path == "/srv/docs/y.txt"
    assert files.find("nothing") is None


def test_all_three_assets_of_one_version_finish_a_file(files: FileStore, progress: ProgressStore) -> None:
    progress.start(["f0"], "run")
    read(progress)
    for _ in range(2):
        for asset in ASSETS:
            assert get(files).status is (Status.FINISHED if _ else Status.STARTED)
            progress.complete(asset, result(asset), "run")
    assert get(files).status is Status.FINISHED
    assert get(files).counts == dict.fromkeys(ASSETS, 4)


def test_assets_of_other_bytes_do_not_finish_a_file(files: FileStore, progress: ProgressStore) -> None:
    progress.start(["f0"], "run")
    read(progress, "b" * 64)
    for asset in ASSETS:
        progress.complete(asset, result(asset), "run")
    assert get(files).status is Status.STARTED


def test_a_permanent_failure_is_final_and_a_transient_one_is_tried_thrice(
    files: FileStore, progress: ProgressStore
) -> None:
    progress.start(["f0", "f1"], "run")
    progress.fail({"f0": PermanentError("It is locked.", "Unlock it.")}, "run")
    assert (get(files).status, get(files).error, get(files).remedy) == (
        Status.FAILED,
        "It is locked.",
        "Unlock it.",
    )
    for attempt in range(1, 4):
        progress.start(["f1"], f"run {attempt}")
        progress.fail({"f1": StoreUnavailableError("Postgres is away.")}, f"run {attempt}")
        assert get(files, "f1").attempts == attempt
        assert get(files, "f1").status is (Status.FAILED if attempt == 3 else Status.QUEUED)


def test_a_transient_failure_waits_before_it_is_tried_again(
    files: FileStore, progress: ProgressStore
) -> None:
    progress.start(["f0"], "run")
    progress.fail({"f0": StoreUnavailableError("Postgres is away.")}, "run")
    assert [f.id for f in progress.waiting(10)] == ["f1", "f2"]


def test_a_failure_of_a_run_that_lost_the_file_says_nothing(
    files: FileStore, progress: ProgressStore
) -> None:
    progress.start(["f0"], "old")
    files.change("f0", FileStat(5, 5), None)
    progress.fail({"f0": PermanentError("Old bytes.")}, "old")
    assert get(files).status is Status.QUEUED
    assert get(files).error is None


def test_requested_files_do_not_wait_and_come_back_when_their_run_is_lost(
    files: FileStore, progress: ProgressStore
) -> None:
    for _ in range(2):
        assert progress.request(["f0"], "batch")
    assert [f.id for f in progress.waiting(10)] == ["f1", "f2"]
    assert [(r.id, r.batch_id) for r in progress.requested()] == [("f0", "batch")]
    progress.unrequest(["f0"])
    assert [f.id for f in progress.waiting(10)] == ["f0", "f1", "f2"]


def test_a_retry_starts_from_nothing(files: FileStore, progress: ProgressStore) -> None:
    progress.start(["f0"], "run")
    progress.fail({"f0": PermanentError("It is locked.")}, "run")
    for _ in range(2):
        files.requeue(["f0"])
        assert (get(files).status, get(files).attempts, get(files).error) == (Status.QUEUED, 0, None)


def test_a_run_that_ended_well_hands_on_what_is_lacking(files: FileStore, progress: ProgressStore) -> None:
    progress.start(["f0"], "run")
    read(progress)
    progress.complete(CHUNKS, result(), "run")
    progress.settle(["f0"])
    assert [f.id for f in progress.waiting(10)] == ["f0", "f1", "f2"]
    assert progress.versions(["f0"]) == {"f0": {CHUNKS: f"{SHA}.{CHUNKS}"}}


def test_gone_files_are_out_of_sight_until_they_are_deleted(
    files: FileStore, progress: ProgressStore
) -> None:
    for _ in range(2):
        files.mark_gone(["f0"])
        assert [f.id for f in files.select()] == ["f1", "f2"]
        assert [f.id for f in files.gone(10)] == ["f0"]
    assert "f0" not in [f.id for f in progress.waiting(10)]
    for _ in range(2):
        files.delete(["f0"])
        assert files.gone(10) == []


def test_results_of_a_deleted_file_are_dropped(files: FileStore, progress: ProgressStore) -> None:
    files.delete(["f0"])
    progress.complete(EMBEDDINGS, result(EMBEDDINGS), "run")
    assert progress.versions(["f0"]) == {}


def test_redo_all_queues_everything(files: FileStore, progress: ProgressStore) -> None:
    progress.start(["f0"], "run")
    read(progress)
    for asset in ASSETS:
        progress.complete(asset, result(asset), "run")
    assert progress.redo_all() == 3
    assert [f.id for f in progress.waiting(10)] == ["f0", "f1", "f2"]
    assert progress.versions(["f0"]) == {}
