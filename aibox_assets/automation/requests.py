"""Which runs to request: what waits, in batches of like work, as many as the workers can take.

The life cycle says what is to be done and which runs have it. Whatever waits and has no run is requested; so a lost
run, a lost request or a crash of ours at any point is made good by the next look.
"""

from __future__ import annotations

import random
import uuid
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from dagster import AssetKey, DagsterInstance, DagsterRunStatus, RunRequest, RunsFilter
from dagster._core.storage.tags import ASSET_PARTITION_RANGE_END_TAG, ASSET_PARTITION_RANGE_START_TAG

from aibox_assets.automation.batches import SHARES, FileRange, Wanted, Width, group_ranges
from aibox_assets.automation.order import place_files
from aibox_assets.automation.settle import OVER
from aibox_assets.execution.partitions import BATCH_TAG
from aibox_assets.resources.platform import Platform
from aibox_assets.stores.files import ASSETS, Status
from aibox_assets.stores.lifecycle import WaitingFile
from aibox_assets.workers.queues import QUEUE_OF

BACKGROUND_PRIORITY: Final = "-1"
_PRIORITY_TAGS: Final = ("dagster/priority", "dagster-celery/run_priority")
_PROBED: Final = 50


def request_runs(platform: Platform, instance: DagsterInstance, *, workers: int = 1) -> Iterator[RunRequest]:
    """Run requests for files that wait, as long as few of ours are under way.

    :param workers: of the queue that has most.
    """
    paused = platform.pauses.select()
    width = Width(max(1, workers))
    awaited, background = _live_batches(instance)
    live = awaited + background
    for asset in ASSETS:
        if QUEUE_OF[asset] in paused and platform.pauses.probe(QUEUE_OF[asset]):
            waiting = platform.lifecycle.waiting(_PROBED, [asset])
            yield from _request_all(
                platform, instance, random.sample(waiting, min(1, len(waiting))), 1, live, width
            )
    possible = [asset for asset in ASSETS if QUEUE_OF[asset] not in paused]
    # What people wait for has its own room beside what nobody waits for; at the workers it comes first.
    room = min(width.batches, platform.settings.max_runs - background) - awaited
    if possible and room > 0:
        # As many as tell how large the next batches are to be.
        enough = platform.settings.batch_files * max(room, SHARES * width.workers)
        waiting = platform.lifecycle.waiting(enough, possible)
        first = [file for file in waiting if not file.background]
        requests = list(_request_all(platform, instance, first, room, live, width))
        yield from requests
        rest = [file for file in waiting if file.background]
        left = min(width.batches, platform.settings.max_runs) - live - len(requests)
        if left > 0:
            yield from _request_all(platform, instance, rest, left, live, width)


def _request_all(
    platform: Platform,
    instance: DagsterInstance,
    waiting: Sequence[WaitingFile],
    room: int,
    live: int,
    width: Width,
) -> Iterator[RunRequest]:
    if not waiting:
        return
    order = place_files(instance, [file.id for file in waiting])
    for (assets, background), files in _by_need(waiting).items():
        paces = [platform.live.read_pace(asset) for asset in assets]
        # Of one that was never measured nothing is known, and it may be the slowest.
        slowest = max((pace for pace in paces if pace is not None), default=None)
        width = Width(width.workers, None if None in paces else slowest)
        ranges = group_ranges(
            [Wanted(file.id, file.size, file.chunks) for file in files if not file.attempts],
            order,
            _at_rest(platform, files, order),
            platform.settings.batch_files,
            ramp=not live,
            width=width,
        )
        # Whatever such a file does to its worker, it does to itself.
        ranges += [FileRange(file.id, file.id, (file.id,)) for file in files if file.attempts]
        for chosen in ranges[: max(0, room)]:
            room -= 1
            batch = uuid.uuid4().hex
            if platform.lifecycle.request(chosen.keys, assets, batch):
                yield _request(chosen, assets, batch, background=background)


def _request(chosen: FileRange, assets: Sequence[str], batch: str, *, background: bool) -> RunRequest:
    selection = [AssetKey(asset) for asset in assets]
    tags = {BATCH_TAG: batch}
    if background:
        tags |= dict.fromkeys(_PRIORITY_TAGS, BACKGROUND_PRIORITY)
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


def _by_need(waiting: Sequence[WaitingFile]) -> Mapping[tuple[tuple[str, ...], bool], list[WaitingFile]]:
    """Files by the assets that they lack, what people wait for apart from the rest."""
    groups: dict[tuple[tuple[str, ...], bool], list[WaitingFile]] = {}
    for file in waiting:
        groups.setdefault((file.assets, file.background), []).append(file)
    return groups


def _at_rest(platform: Platform, files: Sequence[WaitingFile], order: Mapping[str, int]) -> set[str]:
    """Finished files between *files* that no run has, so that a range may go over them: they are made once more."""
    positions = [order[file.id] for file in files if file.id in order]
    first, last = min(positions, default=0), max(positions, default=0)
    if last - first >= 4 * platform.settings.batch_files:
        return set()
    span = [key for key, position in order.items() if first <= position <= last]
    return {
        record.id
        for record in platform.files.get(span).values()
        if record.status is Status.FINISHED and record.gone_at is None and record.run is None
    }


def _live_batches(instance: DagsterInstance) -> tuple[int, int]:
    """Runs of ours under way: those that people wait for, and those in the background."""
    live = [status for status in DagsterRunStatus if status not in OVER]
    runs = instance.get_runs(RunsFilter(statuses=live), limit=1000)
    ours = [run.tags.get(_PRIORITY_TAGS[0]) == BACKGROUND_PRIORITY for run in runs if BATCH_TAG in run.tags]
    return len(ours) - sum(ours), sum(ours)
