"""How far the work on a file is, and how long the rest will take, by what such work took of late."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from aibox_assets.domain.errors import StoreUnavailableError
from aibox_assets.resources.platform import Platform
from aibox_assets.services.queues import count_slots
from aibox_assets.services.waits import explain_wait, first_open
from aibox_assets.stores.files import ASSETS, CHUNKS, FileRecord, Status, Work
from aibox_assets.stores.status import LiveProgress
from aibox_assets.workers.queues import QUEUE_OF

_USUAL: Final = {"chunks": 0.5, "embeddings": 1.0, "kg_triples": 1.0}
"""Seconds per file, before any was measured."""


@dataclass(frozen=True, slots=True)
class FileProgress:
    """How a file stands.

    :ivar percent: 0 to 100, of all of its work. :ivar step: the asset that is being made, or is next.
    :ivar seconds_left: an estimate; None where nothing is left, or nobody can say.
    :ivar before: files that wait before it. :ivar waits: why it waits, in a sentence.
    """

    state: Status
    percent: float
    step: str | None
    message: str
    seconds_left: float | None
    before: int
    waits: str | None


def see_progress(platform: Platform, record: FileRecord) -> FileProgress:
    """How a file stands now. Without Redis the rest is told."""
    if record.status in (Status.FINISHED, Status.FAILED):
        percent = 100.0 if record.status is Status.FINISHED else _percent(record, _USUAL, None)
        return FileProgress(record.status, percent, None, record.error or "", None, 0, None)
    seconds = {**_USUAL, **platform.events.mean_seconds()}
    live = _live(platform, record)
    first = first_open(record)
    started = next((each for each in record.work.values() if each.state is Status.STARTED), None)
    before = platform.jobs.count_before(first.asset, record.id) if first and not first.run else 0
    waits = explain_wait(platform, record)
    step = started or first
    left: float | None = _left(record, seconds, live)
    if step is not None and before:
        slots = count_slots(platform).get(QUEUE_OF[step.asset], 1)
        left = left + before * seconds[step.asset] / slots if left is not None and slots else None
    return FileProgress(
        record.status,
        _percent(record, seconds, live),
        step.asset if step else None,
        live.message if live else "",
        None if left is None or _stands_still(platform, step) else round(left, 1),
        before,
        waits,
    )


def _live(platform: Platform, record: FileRecord) -> LiveProgress | None:
    try:
        found = platform.live.read_progress(record.id)
    except StoreUnavailableError:
        return None
    return found if found is not None and found.status == Status.STARTED else None


def _done(work: Work, live: LiveProgress | None) -> float:
    """The part of it that is made, 0 to 1."""
    if work.state is Status.FINISHED:
        return 1.0
    if work.state is Status.STARTED and live is not None and live.step == work.asset:
        return live.percent / 100
    return 0.0


def _percent(record: FileRecord, seconds: Mapping[str, float], live: LiveProgress | None) -> float:
    """By the time that each asset takes. A file that is not finished is never at 100."""
    whole = sum(seconds[asset] for asset in ASSETS) or 1.0
    made = sum(seconds[each.asset] * _done(each, live) for each in record.work.values())
    return round(min(100 * made / whole, 99.0), 1)


def _left(record: FileRecord, seconds: Mapping[str, float], live: LiveProgress | None) -> float:
    """Vectors and graph are made side by side, from the chunks."""
    left = {each.asset: seconds[each.asset] * (1 - _done(each, live)) for each in record.work.values()}
    chunks = left.pop(CHUNKS, 0.0)
    return chunks + max(left.values(), default=0.0)


def _stands_still(platform: Platform, step: Work | None) -> bool:
    return step is not None and QUEUE_OF[step.asset] in platform.pauses.select()
