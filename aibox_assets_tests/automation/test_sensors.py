"""The sensors' work without a daemon: real folders, real Postgres and graph, Dagster's storage in memory."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path

import pytest
from dagster import (
    DagsterEvent,
    DagsterEventType,
    DagsterInstance,
    DagsterRun,
    DagsterRunStatus,
    RunRequest,
)
from dagster._core.execution.plan.objects import StepFailureData
from dagster._core.storage.tags import ASSET_PARTITION_RANGE_END_TAG, ASSET_PARTITION_RANGE_START_TAG
from dagster._core.utils import make_new_run_id
from dagster_shared.error import SerializableErrorInfo

from aibox_assets.assets.io_manager import ParquetIOManager
from aibox_assets.automation.cleanup import delete_gone
from aibox_assets.automation.intake import take_in
from aibox_assets.automation.requests import BATCH_TAG, request_runs, settle_runs
from aibox_assets.domain.errors import PermanentError
from aibox_assets.execution.partitions import FILES
from aibox_assets.resources.platform import Platform
from aibox_assets.stores.claims import CANCELLED
from aibox_assets.stores.database import claims
from aibox_assets.stores.files import FileRecord, Status
from aibox_assets.stores.folders import MARKER, WatchedFolder
from aibox_assets.stores.progress import ASSETS, CHUNKS, AssetResult, ReadBytes

SHA = hashlib.sha256(b"hello").hexdigest()


def drop(platform: Platform, *names: str, text: str = "hello") -> None:
    for name in names:
        place = platform.settings.inbox_path / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text)


def tick(platform: Platform, instance: DagsterInstance) -> list[RunRequest]:
    take_in(platform)
    return list(request_runs(platform, instance, settle_runs(platform, instance)))


def launch(instance: DagsterInstance, request: RunRequest, status: DagsterRunStatus) -> DagsterRun:
    """What the daemon makes of a request, up to *status*."""
    run = DagsterRun("process_files_job", run_id=make_new_run_id(), tags=dict(request.tags), status=status)
    return instance.add_run(run)


def end(instance: DagsterInstance, run: DagsterRun, status: DagsterRunStatus) -> None:
    """The run is over."""
    instance.run_storage.delete_run(run.run_id)
    instance.add_run(run.with_status(status))


def claim(platform: Platform, id_: str, run_id: str) -> None:
    """What the run's executor does before its first step."""
    with platform.engine.begin() as connection:
        connection.execute(claims.insert().values(file_id=id_, run_id=run_id))


def fail_step(instance: DagsterInstance, run: DagsterRun, kind: str, reason: str) -> None:
    """A step's failure in the log of a run, with an error of class *kind* below Dagster's own."""
    cause = SerializableErrorInfo(reason, [], kind)
    error = SerializableErrorInfo("Error occurred while executing op", [], "DagsterExecutionStepError", cause)
    event = DagsterEvent(
        DagsterEventType.STEP_FAILURE.value,
        run.job_name,
        step_key="chunks",
        event_specific_data=StepFailureData(error, None),  # type: ignore[no-untyped-call]
    )
    instance.report_dagster_event(event, run.run_id)


def only(platform: Platform) -> FileRecord:
    (record,) = platform.files.select()
    return record


def finish(platform: Platform, run_id: str, *assets: str) -> None:
    """What the steps of a run write down for the only file."""
    record = only(platform)
    platform.progress.start([record.id], run_id)
    platform.progress.read({record.id: ReadBytes(SHA, 5, record.mtime_ns, "text/plain")})
    for asset in assets or ASSETS:
        platform.progress.complete(asset, {record.id: AssetResult(f"{SHA}.x", 1, 0.1)}, run_id)


def test_a_new_file_becomes_a_partition_and_one_request(
    platform: Platform, instance: DagsterInstance
) -> None:
    drop(platform, "amy/a.txt")
    (request,) = tick(platform, instance)
    record = only(platform)
    assert (record.path, record.user_id, record.status) == ("amy/a.txt", "amy", Status.QUEUED)
    assert request.partition_key == record.id
    assert instance.get_dynamic_partitions(FILES) == [record.id]
    launch(instance, request, DagsterRunStatus.STARTED)
    assert tick(platform, instance) == [], "it is carried by a run"


def test_many_files_share_a_range_in_the_order_of_their_partitions(
    platform: Platform, instance: DagsterInstance
) -> None:
    drop(platform, *(f"{n}.txt" for n in range(8)))
    (request,) = tick(platform, instance)
    keys = instance.get_dynamic_partitions(FILES)
    assert len(keys) == 8
    assert request.tags[ASSET_PARTITION_RANGE_START_TAG] == keys[0]
    assert request.tags[ASSET_PARTITION_RANGE_END_TAG] == keys[-1]


def test_a_request_that_never_became_a_run_is_made_again(
    platform: Platform, instance: DagsterInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    drop(platform, "a.txt")
    (first,) = tick(platform, instance)
    assert tick(platform, instance) == [], "the daemon may still be launching it"
    monkeypatch.setattr("aibox_assets.automation.requests.LOST_REQUEST_SECONDS", 0.0)
    (second,) = tick(platform, instance)
    assert second.tags[BATCH_TAG] != first.tags[BATCH_TAG]


def test_a_second_request_is_not_judged_by_the_run_of_the_first(
    platform: Platform, instance: DagsterInstance
) -> None:
    drop(platform, "a.txt")
    (first,) = tick(platform, instance)
    run = launch(instance, first, DagsterRunStatus.SUCCESS)
    finish(platform, run.run_id)
    platform.files.requeue([only(platform).id])
    (second,) = tick(platform, instance)
    assert settle_runs(platform, instance) == {only(platform).id}
    assert only(platform).batch_id == second.tags[BATCH_TAG]


def test_files_whose_run_died_are_requested_again_together(
    platform: Platform, instance: DagsterInstance
) -> None:
    drop(platform, *(f"{n}.txt" for n in range(8)))
    (request,) = tick(platform, instance)
    run = launch(instance, request, DagsterRunStatus.FAILURE)
    ids = [record.id for record in platform.files.select()]
    platform.progress.start(ids, run.run_id)
    (again,) = tick(platform, instance)
    assert again.tags[ASSET_PARTITION_RANGE_START_TAG] == request.tags[ASSET_PARTITION_RANGE_START_TAG]
    assert again.tags[ASSET_PARTITION_RANGE_END_TAG] == request.tags[ASSET_PARTITION_RANGE_END_TAG]
    assert {record.attempts for record in platform.files.select()} == {0}
    assert run.run_id in (platform.files.select()[0].error or "")


def test_files_of_a_step_that_kept_killing_its_worker_go_alone(
    platform: Platform, instance: DagsterInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("aibox_assets.stores.failures.RETRY_SECONDS", 0.0)
    drop(platform, *(f"{n}.txt" for n in range(4)))
    (request,) = tick(platform, instance)
    run = launch(instance, request, DagsterRunStatus.FAILURE)
    fail_step(instance, run, "WorkerKilledError", "The worker died 4 times on this step.")
    platform.progress.start([record.id for record in platform.files.select()], run.run_id)
    requests = tick(platform, instance)
    assert {record.error for record in platform.files.select()} == {"The worker died 4 times on this step."}
    assert len(requests) == 4
    assert all(request.partition_key for request in requests)


@pytest.mark.parametrize("kind", ["Failure", "StoreUnavailableError"])
def test_an_outage_and_the_failures_of_others_are_no_blame(
    platform: Platform, instance: DagsterInstance, kind: str
) -> None:
    drop(platform, "a.txt")
    (request,) = tick(platform, instance)
    run = launch(instance, request, DagsterRunStatus.FAILURE)
    fail_step(instance, run, kind, "Postgres did not answer.")
    platform.progress.start([only(platform).id], run.run_id)
    tick(platform, instance)
    assert (only(platform).attempts, only(platform).alone) == (0, False)


def test_a_file_belongs_to_every_live_run_that_carries_it(
    platform: Platform, instance: DagsterInstance
) -> None:
    drop(platform, "a.txt")
    (request,) = tick(platform, instance)
    requested = launch(instance, request, DagsterRunStatus.STARTED)
    by_hand = instance.add_run(
        DagsterRun("__ASSET_JOB", run_id=make_new_run_id(), status=DagsterRunStatus.SUCCESS)
    )
    platform.progress.start([only(platform).id], by_hand.run_id)
    assert tick(platform, instance) == [], "the requested run lives, though one by hand is over"
    assert only(platform).status is Status.STARTED
    end(instance, requested, DagsterRunStatus.SUCCESS)
    claimant = instance.add_run(
        DagsterRun("__ASSET_JOB", run_id=make_new_run_id(), status=DagsterRunStatus.STARTED)
    )
    claim(platform, only(platform).id, claimant.run_id)
    assert settle_runs(platform, instance) == {only(platform).id}
    end(instance, claimant, DagsterRunStatus.SUCCESS)
    assert len(tick(platform, instance)) == 1, "all are over, and nothing was made"


def test_a_started_file_whose_run_was_deleted_waits_again(
    platform: Platform, instance: DagsterInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    drop(platform, "a.txt")
    tick(platform, instance)
    platform.progress.start([only(platform).id], "deleted")
    monkeypatch.setattr("aibox_assets.automation.requests.LOST_REQUEST_SECONDS", 0.0)
    assert len(tick(platform, instance)) == 1


def test_a_cancelled_file_is_not_tried_again(platform: Platform, instance: DagsterInstance) -> None:
    drop(platform, "a.txt")
    (request,) = tick(platform, instance)
    launch(instance, request, DagsterRunStatus.CANCELED)
    assert tick(platform, instance) == []
    assert (only(platform).status, only(platform).error) == (Status.FAILED, CANCELLED)


def test_what_lacks_only_the_later_assets_is_requested_for_these(
    platform: Platform, instance: DagsterInstance
) -> None:
    drop(platform, "a.txt")
    (request,) = tick(platform, instance)
    run = launch(instance, request, DagsterRunStatus.SUCCESS)
    finish(platform, run.run_id, CHUNKS)
    (again,) = tick(platform, instance)
    assert [key.to_user_string() for key in again.asset_selection or []] == ["embeddings", "kg_triples"]


def test_an_unchanged_file_with_a_new_time_runs_nothing(
    platform: Platform, instance: DagsterInstance
) -> None:
    drop(platform, "a.txt")
    (request,) = tick(platform, instance)
    run = launch(instance, request, DagsterRunStatus.SUCCESS)
    finish(platform, run.run_id)
    drop(platform, "a.txt")
    assert tick(platform, instance) == []
    assert only(platform).status is Status.FINISHED
    drop(platform, "a.txt", text="other")
    assert len(tick(platform, instance)) == 1


def test_a_failed_file_is_left_alone_until_its_bytes_change(
    platform: Platform, instance: DagsterInstance
) -> None:
    drop(platform, "a.txt")
    (request,) = tick(platform, instance)
    run = launch(instance, request, DagsterRunStatus.FAILURE)
    platform.progress.start([only(platform).id], run.run_id)
    platform.progress.fail({only(platform).id: PermanentError("It is locked.")}, run.run_id)
    assert tick(platform, instance) == []
    drop(platform, "a.txt", text="unlocked")
    assert len(tick(platform, instance)) == 1


def test_a_removed_file_leaves_nothing_once_no_run_works_on_it(
    platform: Platform, instance: DagsterInstance, tmp_path: Path
) -> None:
    drop(platform, "a.txt", "b.txt")
    requests = tick(platform, instance)
    runs = [launch(instance, request, DagsterRunStatus.STARTED) for request in requests]
    (platform.settings.inbox_path / "a.txt").unlink()
    take_in(platform)
    tables = ParquetIOManager(str(tmp_path / "storage"))
    assert delete_gone(platform, tables, instance) == 0, "a run works on it"
    end(instance, runs[0], DagsterRunStatus.SUCCESS)
    for _ in range(2):
        delete_gone(platform, tables, instance)
        assert [record.path for record in platform.files.select()] == ["b.txt"]
        assert instance.get_dynamic_partitions(FILES) == [only(platform).id]


def test_an_unmounted_or_missing_folder_deletes_nothing(
    platform: Platform, instance: DagsterInstance
) -> None:
    drop(platform, "a.txt")
    tick(platform, instance)
    inbox = platform.settings.inbox_path
    (inbox / "a.txt").unlink()
    (inbox / MARKER).unlink()
    intake = take_in(platform)
    assert any("marker" in problem for problem in intake.problems)
    shutil.rmtree(inbox)
    assert any("cannot be read" in problem for problem in take_in(platform).problems)
    assert only(platform).gone_at is None


def test_intake_is_bounded_and_misses_nothing(platform: Platform, instance: DagsterInstance) -> None:
    platform.settings.__dict__["scan_batch"] = 5
    drop(platform, *(f"{n}.txt" for n in range(12)))
    for expected in (5, 10, 12, 12):
        take_in(platform)
        assert len(platform.files.select()) == expected


def test_a_moved_file_keeps_its_id_and_a_new_file_may_take_its_place(
    platform: Platform, instance: DagsterInstance
) -> None:
    drop(platform, "old.txt")
    (request,) = tick(platform, instance)
    run = launch(instance, request, DagsterRunStatus.SUCCESS)
    first = only(platform)
    finish(platform, run.run_id)
    inbox = platform.settings.inbox_path
    (inbox / "old.txt").rename(inbox / "new.txt")
    assert tick(platform, instance) == []
    assert (only(platform).id, only(platform).path, only(platform).status) == (
        first.id,
        "new.txt",
        Status.FINISHED,
    )
    drop(platform, "old.txt", text="somebody else")
    tick(platform, instance)
    assert len({record.id for record in platform.files.select()}) == 2


def test_files_of_another_watched_folder_are_taken_in_under_their_whole_path(
    platform: Platform, instance: DagsterInstance, tmp_path: Path
) -> None:
    other = tmp_path / "elsewhere"
    (other / "eve").mkdir(parents=True)
    (other / "eve" / "a.txt").write_text("hello")
    platform.folders[str(other)] = WatchedFolder(str(other), other)
    drop(platform, "eve/a.txt")
    assert len(tick(platform, instance)) == 2
    records = {record.display_path: record for record in platform.files.select()}
    assert set(records) == {"eve/a.txt", f"{other}/eve/a.txt"}
    assert {record.user_id for record in records.values()} == {"eve"}
    assert len({record.id for record in records.values()}) == 2
