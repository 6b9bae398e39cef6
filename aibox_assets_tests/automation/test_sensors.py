"""The sensors' work without a daemon: real folders, real Postgres and graph, Dagster's storage in memory."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path

import pytest
import sqlalchemy as sa
from dagster import (
    DagsterEvent,
    DagsterEventType,
    DagsterInstance,
    DagsterRun,
    DagsterRunStatus,
    RunRequest,
)
from dagster._core.events import EngineEventData, JobFailureData, RunFailureReason
from dagster._core.execution.plan.objects import StepFailureData
from dagster._core.storage.tags import ASSET_PARTITION_RANGE_END_TAG, ASSET_PARTITION_RANGE_START_TAG
from dagster._core.utils import make_new_run_id
from dagster_shared.error import SerializableErrorInfo

from aibox_assets.assets.io_manager import ParquetIOManager
from aibox_assets.automation.cleanup import delete_gone
from aibox_assets.automation.intake import take_in
from aibox_assets.automation.requests import BACKGROUND_PRIORITY, request_runs
from aibox_assets.automation.settle import settle_runs
from aibox_assets.domain.errors import ConfigurationError, PermanentError
from aibox_assets.execution.partitions import BATCH_TAG, FILES
from aibox_assets.resources.platform import Platform
from aibox_assets.stores.files import ASSETS, CHUNKS, EMBEDDINGS, KG_TRIPLES, FileRecord, Status
from aibox_assets.stores.folders import WatchedFolder
from aibox_assets.stores.lifecycle import AssetResult, ReadBytes
from aibox_assets.stores.lifecycle.demand import CANCELLED
from aibox_assets.stores.markers import MARKER
from aibox_assets.stores.queues import FILE_PROCESSING

SHA = hashlib.sha256(b"hello").hexdigest()


def drop(platform: Platform, *names: str, text: str = "hello") -> None:
    for name in names:
        place = platform.settings.inbox_path / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text)


def tick(platform: Platform, instance: DagsterInstance) -> list[RunRequest]:
    take_in(platform)
    settle_runs(platform, instance)
    return list(request_runs(platform, instance))


def launch(instance: DagsterInstance, request: RunRequest, status: DagsterRunStatus) -> DagsterRun:
    """What the daemon makes of a request, up to *status*."""
    run = DagsterRun("process_files_job", run_id=make_new_run_id(), tags=dict(request.tags), status=status)
    return instance.add_run(run)


def end(instance: DagsterInstance, run: DagsterRun, status: DagsterRunStatus) -> None:
    """The run is over."""
    instance.run_storage.delete_run(run.run_id)
    instance.add_run(run.with_status(status))


def take(platform: Platform, id_: str, run_id: str) -> frozenset[str]:
    """What the executor of a run that a person launched does before its first step."""
    return platform.lifecycle.take(run_id, [id_], ASSETS, lambda _: set())


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


def finish(platform: Platform, *assets: str) -> None:
    """What the steps of a run write down for the only file."""
    record = only(platform)
    platform.lifecycle.want({CHUNKS: "x", EMBEDDINGS: "y", KG_TRIPLES: "y"})
    platform.lifecycle.read({record.id: ReadBytes(SHA, 5, record.mtime_ns, "text/plain")})
    for asset in assets or ASSETS:
        platform.lifecycle.start(asset, [record.id])
        version = f"{SHA}.x" if asset == CHUNKS else f"{SHA}.x.y"
        platform.lifecycle.complete(asset, "queue", {record.id: AssetResult(version, 1, 0.1)})


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
    monkeypatch.setattr("aibox_assets.automation.settle.LOST_REQUEST_SECONDS", 0.0)
    (second,) = tick(platform, instance)
    assert second.tags[BATCH_TAG] != first.tags[BATCH_TAG]


def test_a_second_request_is_not_judged_by_the_run_of_the_first(
    platform: Platform, instance: DagsterInstance
) -> None:
    drop(platform, "a.txt")
    (first,) = tick(platform, instance)
    run = launch(instance, first, DagsterRunStatus.SUCCESS)
    assert run.run_id
    finish(platform)
    platform.lifecycle.redo([only(platform).id], ASSETS)
    (second,) = tick(platform, instance)
    assert settle_runs(platform, instance) == 1
    assert only(platform).run == second.tags[BATCH_TAG]


def test_files_whose_run_died_are_requested_again_together(
    platform: Platform, instance: DagsterInstance
) -> None:
    drop(platform, *(f"{n}.txt" for n in range(8)))
    (request,) = tick(platform, instance)
    run = launch(instance, request, DagsterRunStatus.FAILURE)
    instance.report_engine_event("It was seen to be dead.", run)
    instance.report_run_failed(run, "Its worker is dead.")
    platform.lifecycle.start(CHUNKS, [record.id for record in platform.files.select()])
    (again,) = tick(platform, instance)
    assert again.tags[ASSET_PARTITION_RANGE_START_TAG] == request.tags[ASSET_PARTITION_RANGE_START_TAG]
    assert again.tags[ASSET_PARTITION_RANGE_END_TAG] == request.tags[ASSET_PARTITION_RANGE_END_TAG]
    assert {record.attempts for record in platform.files.select()} == {0}
    assert run.run_id in (platform.files.select()[0].error or "")


def test_files_of_a_step_that_kept_killing_its_worker_go_alone(
    platform: Platform, instance: DagsterInstance
) -> None:
    drop(platform, *(f"{n}.txt" for n in range(4)))
    (request,) = tick(platform, instance)
    run = launch(instance, request, DagsterRunStatus.FAILURE)
    fail_step(instance, run, "WorkerKilledError", "The worker died 4 times on this step.")
    tick(platform, instance)
    with platform.engine.begin() as connection:
        connection.execute(sa.text("UPDATE aibox.work SET not_before = NULL"))
    requests = tick(platform, instance)
    assert {record.error for record in platform.files.select()} == {"The worker died 4 times on this step."}
    assert len(requests) == 4
    assert all(request.partition_key for request in requests)


@pytest.mark.parametrize("kind", ["ModuleNotFoundError", "MemoryError", "FileNotFoundError"])
def test_a_step_that_a_broken_installation_stopped_pauses_its_queue(
    platform: Platform, instance: DagsterInstance, kind: str
) -> None:
    drop(platform, *(f"{n}.txt" for n in range(4)))
    (request,) = tick(platform, instance)
    run = launch(instance, request, DagsterRunStatus.FAILURE)
    fail_step(instance, run, kind, "No module named 'tokenizers'")
    settle_runs(platform, instance)
    assert {(record.attempts, record.status) for record in platform.files.select()} == {(0, Status.QUEUED)}
    pause = platform.pauses.select()[FILE_PROCESSING]
    assert "tokenizers" in pause.reason
    assert pause.remedy


@pytest.mark.parametrize("kind", [DagsterEventType.RUN_FAILURE, DagsterEventType.ENGINE_EVENT])
def test_a_run_that_a_broken_installation_stopped_before_its_first_step_pauses_the_queue_of_that(
    platform: Platform, instance: DagsterInstance, kind: DagsterEventType
) -> None:
    drop(platform, "a.txt")
    (request,) = tick(platform, instance)
    run = launch(instance, request, DagsterRunStatus.FAILURE)
    error = SerializableErrorInfo("No module named 'dagster_celery'", [], "ModuleNotFoundError")
    data = (
        EngineEventData.engine_error(error)
        if kind is DagsterEventType.ENGINE_EVENT
        else JobFailureData(error, RunFailureReason.RUN_EXCEPTION)
    )
    event = DagsterEvent(kind.value, run.job_name, event_specific_data=data)
    instance.report_dagster_event(event, run.run_id)
    settle_runs(platform, instance)
    assert list(platform.pauses.select()) == [FILE_PROCESSING]
    assert only(platform).attempts == 0
    assert only(platform).run is None


@pytest.mark.parametrize("kind", ["Failure", "StoreUnavailableError"])
def test_an_outage_and_the_failures_of_others_are_no_blame(
    platform: Platform, instance: DagsterInstance, kind: str
) -> None:
    drop(platform, "a.txt")
    (request,) = tick(platform, instance)
    run = launch(instance, request, DagsterRunStatus.FAILURE)
    fail_step(instance, run, kind, "Postgres did not answer.")
    tick(platform, instance)
    assert only(platform).attempts == 0


def test_a_file_belongs_to_one_run_as_long_as_it_lives(platform: Platform, instance: DagsterInstance) -> None:
    drop(platform, "a.txt")
    (request,) = tick(platform, instance)
    requested = launch(instance, request, DagsterRunStatus.STARTED)
    by_hand = instance.add_run(
        DagsterRun("__ASSET_JOB", run_id=make_new_run_id(), status=DagsterRunStatus.STARTED)
    )
    assert take(platform, only(platform).id, by_hand.run_id) == {request.tags[BATCH_TAG]}, "it must wait"
    end(instance, requested, DagsterRunStatus.SUCCESS)
    settle_runs(platform, instance)
    assert take(platform, only(platform).id, by_hand.run_id) == frozenset()
    assert tick(platform, instance) == [], "the run by hand has it"
    end(instance, by_hand, DagsterRunStatus.SUCCESS)
    assert len(tick(platform, instance)) == 1, "all are over, and nothing was made"


def test_a_started_file_whose_run_was_deleted_waits_again(
    platform: Platform, instance: DagsterInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    drop(platform, "a.txt")
    tick(platform, instance)
    platform.lifecycle.start(CHUNKS, [only(platform).id])
    monkeypatch.setattr("aibox_assets.automation.settle.LOST_REQUEST_SECONDS", 0.0)
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
    launch(instance, request, DagsterRunStatus.SUCCESS)
    finish(platform, CHUNKS)
    (again,) = tick(platform, instance)
    assert [key.to_user_string() for key in again.asset_selection or []] == ["embeddings", "kg_triples"]


def test_an_unchanged_file_with_a_new_time_runs_nothing(
    platform: Platform, instance: DagsterInstance
) -> None:
    drop(platform, "a.txt")
    (request,) = tick(platform, instance)
    launch(instance, request, DagsterRunStatus.SUCCESS)
    finish(platform)
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
    launch(instance, request, DagsterRunStatus.FAILURE)
    platform.lifecycle.fail(
        CHUNKS, {only(platform).id: PermanentError("It is locked.")}, request.tags[BATCH_TAG]
    )
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
    settle_runs(platform, instance)
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
    launch(instance, request, DagsterRunStatus.SUCCESS)
    first = only(platform)
    finish(platform)
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


def test_a_fault_of_the_installation_is_tried_with_one_file_until_it_is_mended(
    platform: Platform, instance: DagsterInstance
) -> None:
    drop(platform, *(f"{n}.txt" for n in range(6)))
    (request,) = tick(platform, instance)
    fail_step(
        instance, launch(instance, request, DagsterRunStatus.FAILURE), "Failure", "6 files were not made."
    )
    ids, run = [record.id for record in platform.files.select()], request.tags[BATCH_TAG]
    for asset, queue in ((CHUNKS, "file_processing"), (EMBEDDINGS, "vectorization")):
        fault = ConfigurationError("The bucket is missing.", "Make it.")
        platform.lifecycle.take(run, ids, ASSETS, lambda _: set())
        platform.lifecycle.pause(asset, queue, ids, fault, run)
    settle_runs(platform, instance)
    assert tick(platform, instance) == [], "the first try comes after some seconds"
    with platform.engine.begin() as connection:
        connection.execute(sa.text("UPDATE aibox.pauses SET probe_at = now()"))
    (probe,) = tick(platform, instance)
    assert probe.partition_key is not None
    assert [key.to_user_string() for key in probe.asset_selection or []] == [CHUNKS]
    platform.lifecycle.complete(
        CHUNKS, "file_processing", {probe.partition_key: AssetResult(f"{SHA}.x", 1, 0.1)}
    )
    requests = tick(platform, instance)
    assert {key.to_user_string() for each in requests for key in each.asset_selection or []} == {
        CHUNKS, KG_TRIPLES
    }, "the other queue is still paused"  # fmt: skip
    assert {record.attempts for record in platform.files.select()} == {0}


def test_a_new_file_does_not_wait_for_what_nobody_waits_for(
    platform: Platform, instance: DagsterInstance
) -> None:
    platform.settings = platform.settings.model_copy(update={"batch_files": 1})
    drop(platform, *(f"{n}.txt" for n in range(12)))
    take_in(platform)
    platform.lifecycle.redo([file.id for file in platform.files.select()], ASSETS, background=True)
    under_way = list(request_runs(platform, instance))
    for request in under_way:
        assert request.tags["dagster/priority"] == BACKGROUND_PRIORITY
        launch(instance, request, DagsterRunStatus.STARTED)
    assert 0 < len(under_way) < 12
    assert tick(platform, instance) == [], "as many are under way as the workers can take"
    drop(platform, "new.txt")
    (request,) = tick(platform, instance)
    assert request.partition_key is not None
    assert "dagster/priority" not in request.tags


def test_a_pace_that_was_never_measured_is_not_taken_for_a_fast_one(
    platform: Platform, instance: DagsterInstance
) -> None:
    drop(platform, *(f"{number:03}.txt" for number in range(32)), text="word " * 2000)
    platform.live.report_pace(CHUNKS, 0.0001)
    take_in(platform)
    requests = list(request_runs(platform, instance, workers=8))
    assert len(requests) >= 6


def test_requests_read_the_partitions_near_what_waits_and_no_others(
    platform: Platform, instance: DagsterInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    drop(platform, *(f"{number:03}.txt" for number in range(40)))
    take_in(platform)
    monkeypatch.setattr(instance, "get_dynamic_partitions", lambda name: pytest.fail("all were read"))
    requests = list(request_runs(platform, instance))
    assert any(ASSET_PARTITION_RANGE_END_TAG in each.tags for each in requests)


def test_with_a_slow_model_all_workers_get_a_like_share_in_one_look(
    platform: Platform, instance: DagsterInstance
) -> None:
    drop(platform, *(f"{number:03}.txt" for number in range(96)), text="word " * 2000)
    for asset in ASSETS:
        platform.live.report_pace(asset, 0.2)
    take_in(platform)
    requests = list(request_runs(platform, instance, workers=16))
    keys = list(instance.get_dynamic_partitions(FILES))
    bounds = [
        keys.index(each.tags[ASSET_PARTITION_RANGE_END_TAG])
        - keys.index(each.tags[ASSET_PARTITION_RANGE_START_TAG])
        for each in requests
    ]
    assert len(bounds) == 16
    assert sum(bounds) == 5 * 16, "six files each"
    assert max(bounds) - min(bounds) <= 2
    assert bounds == sorted(bounds, reverse=True), "who begins later has less"
