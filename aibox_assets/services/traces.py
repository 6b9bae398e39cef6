"""The work on a file as spans of a trace, told by its events: from its arrival to the last asset.

Made when the work is over, from what was written down of it. So no process hands a context to another one, a batch of
many files is a trace of each, and a worker that dies leaves no span open.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from aibox_assets.stores.events import EventKind, FileEvent
from aibox_assets.stores.files import CHUNKS

WHOLE: Final = "file"
_OVER: Final = (EventKind.FINISHED, EventKind.FAILED)
_ENDS: Final = (
    EventKind.MADE,
    EventKind.FAILED,
    EventKind.RETRYING,
    EventKind.INTERRUPTED,
    EventKind.CANCELLED,
    EventKind.QUEUED,
)


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of work.

    :ivar trace: 16 bytes. :ivar id: 8 bytes; the same at each telling. :ivar parent: None of the whole.
    :ivar error: why it did not end well; None where it did.
    """

    trace: bytes
    id: bytes
    parent: bytes | None
    name: str
    start: datetime
    end: datetime
    attributes: Mapping[str, str | int | float]
    error: str | None


def is_over(event: FileEvent) -> bool:
    """Whether the work on a file ended with it: it is finished, or something of it failed for good."""
    return event.kind in _OVER


def spans_of(events: Sequence[FileEvent]) -> list[Span]:
    """The trace of a file's last work that is over: the whole, and each try to make an asset; nothing before an end.

    :param events: of one file, in their order.
    """
    ends = [at for at, event in enumerate(events) if is_over(event)]
    if not ends:
        return []
    begin = ends[-2] + 1 if len(ends) > 1 else 0
    first, last = events[begin], events[ends[-1]]
    trace, root = _digest(first)[:16], _digest(first)[16:24]
    about = {"aibox.file_id": first.file_id, "aibox.owner": first.owner_id}
    error = _error(last) if last.kind is EventKind.FAILED else None
    spans = [Span(trace, root, None, WHOLE, first.at, last.at, about, error)]
    begun: dict[str, FileEvent] = {}  # also before: another asset may have failed while it was made
    since = first.at
    for at, event in enumerate(events[: ends[-1] + 1]):
        if event.asset is None:
            continue
        if event.kind is EventKind.STARTED:
            begun[event.asset] = event
        elif event.kind in _ENDS and (start := begun.pop(event.asset, None)) is not None:
            if at >= begin:
                waited = max(0.0, (start.at - since).total_seconds())
                spans.append(_try(start, event, waited, trace, root))
            if event.asset == CHUNKS or event.kind is not EventKind.MADE:
                since = event.at  # from then on wait what is made from them, and what is tried again
    return spans


def _try(start: FileEvent, end: FileEvent, waited: float, trace: bytes, root: bytes) -> Span:
    about: dict[str, str | int | float] = {
        "aibox.file_id": start.file_id,
        "aibox.run_id": str(start.data.get("run_id", "")),
        "aibox.waited_seconds": round(waited, 3),
    }
    for name in ("items", "seconds"):
        if name in end.data:
            about[f"aibox.{name}"] = end.data[name]
    error = None if end.kind is EventKind.MADE else _error(end)
    return Span(trace, _digest(start)[:8], root, str(start.asset), start.at, end.at, about, error)


def _error(event: FileEvent) -> str:
    return str(event.data.get("error") or event.data.get("why") or event.kind)


def _digest(event: FileEvent) -> bytes:
    return hashlib.sha256(f"{event.file_id}:{event.seq}".encode()).digest()
