"""Why a file waits, in a sentence."""

from __future__ import annotations

from aibox_assets.resources.platform import Platform
from aibox_assets.stores.files import CHUNKS, FileRecord, Status
from aibox_assets.workers.queues import QUEUE_OF


def explain_wait(platform: Platform, record: FileRecord) -> str | None:
    """What the first open work of *record* waits for; None where nothing waits.

    :raises StoreUnavailableError: Postgres did not answer.
    """
    open_work = [each for each in record.work.values() if each.state is Status.QUEUED]
    if record.status is not Status.QUEUED or not open_work:
        return None
    first = open_work[0]
    pause = platform.pauses.select().get(QUEUE_OF[first.asset])
    if pause is not None:
        return f"Queue {pause.queue} is paused: {pause.reason} {pause.remedy}".strip()
    if first.run is not None:
        return f"Its {first.asset} are in a run that has not come to them yet."
    if first.not_before is not None:
        return f"Its {first.asset} are tried again after {first.not_before.astimezone():%H:%M:%S}."
    if first.asset != CHUNKS and record.work[CHUNKS].state is not Status.FINISHED:
        return "Its chunks are made first."
    if first.background:
        return f"Its {first.asset} are made anew in the background, behind what people wait for."
    return f"Its {first.asset} wait for a run."
