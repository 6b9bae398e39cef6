"""Why a file waits, in a sentence."""

from __future__ import annotations

from aibox_assets.domain.paths import printable
from aibox_assets.resources.platform import Platform
from aibox_assets.services.queues import count_slots
from aibox_assets.stores.files import CHUNKS, FileRecord, Status, Work
from aibox_assets.workers.queues import QUEUE_OF


def explain_wait(platform: Platform, record: FileRecord) -> str | None:
    """What the first open work of *record* waits for; None where nothing waits.

    :raises StoreUnavailableError: Postgres did not answer.
    """
    first = first_open(record)
    if record.status is not Status.QUEUED or first is None:
        return None
    folder = platform.folder_store.known().get(record.folder)
    if folder is not None and folder.held_reason:
        return f"Its folder is held until a person accepts it: {printable(folder.held_reason)}."
    queue = QUEUE_OF[first.asset]
    pause = platform.pauses.select().get(queue)
    if pause is not None:
        return f"Queue {pause.queue} is paused: {pause.reason} {pause.remedy}".strip()
    if count_slots(platform).get(queue) == 0:
        return f"No worker takes the queue {queue}: 'aibox up' or 'aibox workers start' starts one."
    if first.run is not None:
        return f"Its {first.asset} are in a run that has not come to them yet."
    if first.not_before is not None:
        return f"Its {first.asset} are tried again after {first.not_before.astimezone():%H:%M:%S}."
    if first.asset != CHUNKS and record.work[CHUNKS].state is not Status.FINISHED:
        return "Its chunks are made first."
    if first.background:
        return f"Its {first.asset} are made anew in the background, behind what people wait for."
    before = platform.jobs.count_before(first.asset, record.id)
    if before:
        return f"Its {first.asset} wait for a run; {before:,} other files are before it."
    return f"Its {first.asset} wait for a run."


def first_open(record: FileRecord) -> Work | None:
    """The first work of a file that waits."""
    return next((each for each in record.work.values() if each.state is Status.QUEUED), None)
