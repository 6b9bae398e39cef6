"""Which runs to request: what waits, in batches, and what a finished or lost run left behind.

The files' table says what is to be done and Dagster says which runs live. Whatever waits and has no live
run is requested; so a lost run, a lost request or a crash of ours at any point is made good by the next tick.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Final

from dagster import AssetKey, DagsterInstance, DagsterRun, DagsterRunStatus, RunRequest, RunsFilter
from dagster._core.storage.tags import ASSET_PARTITION_RANGE_END_TAG, ASSET_PARTITION_RANGE_START_TAG

from aibox_assets.automation.blame import blame_step
from aibox_assets.automation.intake import ensure_partitions
from aibox_assets.automation.ranges import PartitionRange, group_ranges
from aibox_assets.execution.partitions import FILES
from aibox_assets.resources.platform import Platform
from aibox_assets.stores.files import FileRecord, Status
from aibox_assets.stores.progress import ASSETS, CHUNKS, Requested

BATCH_TAG: Final = "aibox/batch"
LIVE_BATCHES: Final = 4
LOST_REQUEST_SECONDS: Final = 60.0
_PART: Final = 200

_OVER: Final = frozenset({DagsterRunStatus.SUCCESS, DagsterRunStatus.FAILURE, DagsterRunStatus.CANCELED})


def settle_runs(platform: Platform, instance: DagsterInstance) -> set[str]:
    """Give back what runs that are over left undone; the ids of the files that live runs still carry.

    Several runs may carry a file: the one that has claimed it, the one requested for it, one that a person launched.
    While any of them lives the file is theirs; what it lacks is decided when all are over.
    """
    requested = platform.progress.requested()
    by_run = _runs(instance, requested)
    busy: set[str] = set()
    done: list[str] = []
    cancelled: list[str] = []
    undone: dict[str, list[str]] = {}
    unrequested: list[str] = []
    for file in requested:
        runs = [by_run[key] for key in (file.batch_id, file.claimed_by, file.run_id) if key in by_run]
        if any(run.status not in _OVER for run in runs):
            busy.add(file.id)
            continue
        if file.status not in (Status.QUEUED, Status.STARTED):
            continue  # only its claim was left, which the watchdog takes back
        # A file that is requested again still names its last run, which says nothing of the new one.
        carrier = file.run_id if file.status is Status.STARTED or file.batch_id is None else file.batch_id
        run = by_run.get(carrier or "")
        if run is None:
            if file.seconds_since < LOST_REQUEST_SECONDS:
                busy.add(file.id)
            else:
                # Of a started file, the run was deleted from Dagster.
                (done if file.status is Status.STARTED else unrequested).append(file.id)
        elif file.status is Status.QUEUED and file.batch_id is None:
            continue  # handed on by a step, or changed since; it waits
        elif run.status is DagsterRunStatus.SUCCESS:
            done.append(file.id)
        elif run.status is DagsterRunStatus.CANCELED:
            cancelled.append(file.id)
        else:
            undone.setdefault(run.run_id, []).append(file.id)
    if done:
        platform.progress.settle(done)
    for run_id, ids in undone.items():
        if error := blame_step(instance, run_id):
            platform.progress.blame(ids, error.message.strip().splitlines()[0], error.to_string())
        else:
            platform.progress.release(ids, f"Run {run_id} died before it was done.")
    platform.progress.cancel(cancelled)
    platform.progress.unrequest(unrequested)
    return busy


def request_runs(
    platform: Platform, instance: DagsterInstance, busy: Collection[str]
) -> Iterator[RunRequest]:
    """Run requests for files that wait, as long as few of ours are under way."""
    room = LIVE_BATCHES - _live_batches(instance)
    if room <= 0:
        return
    settings = platform.settings
    waiting = [
        f for f in platform.progress.waiting(settings.batch_files * room + len(busy)) if f.id not in busy
    ]
    if not waiting:
        return
    present = list(instance.get_dynamic_partitions(FILES))
    present += ensure_partitions(instance, [file.id for file in waiting], set(present))
    order = {key: position for position, key in enumerate(present)}
    for assets, files in _by_need(platform, waiting).items():
        ranges = group_ranges(
            [file.id for file in files if not file.alone],
            order,
            _at_rest(platform, files, order),
            settings.batch_files,
            ramp=not busy,
        )
        # Whatever such a file does to its worker, it does to itself.
        ranges += [PartitionRange(file.id, file.id, (file.id,)) for file in files if file.alone]
        for chosen in ranges[: max(0, room)]:
            room -= 1
            batch = uuid.uuid4().hex
            if platform.progress.request(chosen.keys, batch):
                yield _request(chosen, assets, batch)


def _request(chosen: PartitionRange, assets: Sequence[str], batch: str) -> RunRequest:
    selection = [AssetKey(asset) for asset in assets]
    tags = {BATCH_TAG: batch}
    if chosen.first == chosen.last:
        return RunRequest(run_key=batch, partition_key=chosen.first, asset_selection=selection, tags=tags)
    return RunRequest(
        run_key=batch,
        asset_selection=selection,
        tags={
            **tags,
            ASSET_PARTITION_RANGE_START_TAG: chosen.first,
            ASSET_PARTITION_RANGE_END_TAG: chosen.last,
        },
    )


def _by_need(platform: Platform, waiting: Sequence[FileRecord]) -> Mapping[tuple[str, ...], list[FileRecord]]:
    """Files by the assets that they lack: all three, or what lies behind chunks that are current."""
    versions = platform.progress.versions([file.id for file in waiting])
    groups: dict[tuple[str, ...], list[FileRecord]] = {}
    for file in waiting:
        made = versions.get(file.id, {})
        current = {
            asset
            for asset, version in made.items()
            if file.sha256 is not None and version.startswith(f"{file.sha256}.")
        }
        lacking = tuple(asset for asset in ASSETS if asset not in current) if CHUNKS in current else ASSETS
        groups.setdefault(lacking or ASSETS, []).append(file)
    return groups


def _at_rest(platform: Platform, files: Sequence[FileRecord], order: Mapping[str, int]) -> set[str]:
    """Partitions between *files* that no run works on, so that a range may go over them."""
    positions = sorted(order[file.id] for file in files if file.id in order)
    if not positions:
        return set()
    span = [key for key, position in order.items() if positions[0] <= position <= positions[-1]]
    if len(span) > 4 * platform.settings.batch_files:
        return set()
    records = platform.files.get(span).values()
    return {r.id for r in records if r.status in (Status.FINISHED, Status.FAILED) and r.gone_at is None}


def _live_batches(instance: DagsterInstance) -> int:
    live = [status for status in DagsterRunStatus if status not in _OVER]
    runs = instance.get_runs(RunsFilter(statuses=live), limit=1000)
    return sum(BATCH_TAG in run.tags for run in runs)


def _runs(instance: DagsterInstance, requested: Sequence[Requested]) -> dict[str, DagsterRun]:
    """The runs of the given files, by run id and by batch."""
    found: dict[str, DagsterRun] = {}
    run_ids = sorted({id_ for file in requested for id_ in (file.run_id, file.claimed_by) if id_})
    batches = sorted({file.batch_id for file in requested if file.batch_id})
    for start in range(0, len(run_ids), _PART):
        for run in instance.get_runs(RunsFilter(run_ids=run_ids[start : start + _PART])):
            found[run.run_id] = run
    for start in range(0, len(batches), _PART):
        for run in instance.get_runs(RunsFilter(tags={BATCH_TAG: batches[start : start + _PART]})):
            found[run.tags[BATCH_TAG]] = run
    return found
