"""The queues in figures, of all jobs that a viewer may see: a job is one asset of one file, a row of ``work``."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy import ColumnElement, Connection, Row, Select

from aibox_assets.domain.viewer import Viewer
from aibox_assets.stores.events import EventKind
from aibox_assets.stores.files import CHUNKS, Status
from aibox_assets.stores.queues import ASSET_OF, QUEUES
from aibox_assets.stores.rights import event_visible, visible_parts
from aibox_assets.stores.tables import file_events, files, work

RATE_MINUTES: Final = (1, 5, 60)

CHUNKS_OF: Final = work.alias("c")
"""The chunks of the same file."""
_NEEDS_CHUNKS: Final = work.c.asset != CHUNKS
BLOCKED: Final = (work.c.state == Status.QUEUED) & _NEEDS_CHUNKS & (CHUNKS_OF.c.state != Status.FINISHED)
"""Waits for its chunks, which are joined as these."""
NEVER: Final = (work.c.state == Status.QUEUED) & _NEEDS_CHUNKS & (CHUNKS_OF.c.state == Status.FAILED)
"""What is made from chunks that failed for good is not queued: nobody will come to it."""
UNFINISHED: Final = work.c.state != Status.FINISHED
_GONE: Final = sa.exists().where(files.c.id == work.c.file_id, files.c.gone_at.isnot(None))


@dataclass(frozen=True, slots=True)
class Rate:
    """What ended on a queue within the last *minutes*.

    :ivar made: jobs that were made, also the same one more than once.
    :ivar failed: jobs that failed for good and still are failed, of files that are there.
    """

    minutes: int
    made: int
    failed: int

    @property
    def per_minute(self) -> float:
        """Jobs made per minute."""
        return self.made / self.minutes


@dataclass(frozen=True, slots=True)
class QueueStats:
    """A queue in figures: jobs by state, without those of files that are about to be deleted.

    :ivar queued: that will be made. :ivar blocked: of these, whose chunks are made first.
    :ivar delayed: of these, that are tried again later. :ivar oldest: since when the one that waits longest does,
        None where nothing waits. :ivar rates: over the last 1, 5 and 60 minutes.
    """

    queue: str
    asset: str
    queued: int
    blocked: int
    delayed: int
    started: int
    finished: int
    failed: int
    oldest: datetime | None
    rates: tuple[Rate, ...]


def read_stats(connection: Connection, viewer: Viewer) -> list[QueueStats]:
    """Every queue, as of one moment where the transaction is of one."""
    there = files.c.gone_at.is_(None)
    counts = [sa.select(sa.func.count()).where(there, part) for part in visible_parts(viewer)]
    total = sum(connection.scalar(count) or 0 for count in counts)
    rows = {row.asset: row for row in connection.execute(_open_work(viewer))}
    rates = _read_rates(connection, viewer)
    return [_stats(queue, total, rows.get(ASSET_OF[queue]), rates) for queue in QUEUES]


def _open_work(viewer: Viewer) -> Select[Any]:
    """What is not finished, by asset, of files that *viewer* sees."""
    # Few are unfinished: joined with one another, where all chunks and all files would be read for nothing.
    open_chunks = work.outerjoin(
        CHUNKS_OF,
        (CHUNKS_OF.c.file_id == work.c.file_id)
        & (CHUNKS_OF.c.asset == CHUNKS)
        & (CHUNKS_OF.c.state != Status.FINISHED),
    )
    queued = (work.c.state == Status.QUEUED) & sa.func.coalesce(~NEVER, sa.true())
    counted = {
        "unfinished": sa.true(),
        "queued": queued,
        "blocked": BLOCKED & ~NEVER,
        "delayed": queued & (work.c.not_before > sa.func.now()),
        "started": work.c.state == Status.STARTED,
        "failed": work.c.state == Status.FAILED,
    }
    each = (
        sa.select(
            work.c.asset,
            *(sa.func.count().filter(condition).label(name) for name, condition in counted.items()),
            sa.func.min(work.c.queued_at).filter(queued).label("oldest"),
        )
        .select_from(open_chunks)
        .where(UNFINISHED, ~_GONE, part)
        .group_by(work.c.asset)
        for part in visible_parts(viewer, work.c.file_id, work.c.owner_id)
    )
    found = sa.union_all(*each).subquery()
    sums = (sa.cast(sa.func.sum(found.c[name]), sa.BigInteger).label(name) for name in counted)
    return sa.select(found.c.asset, *sums, sa.func.min(found.c.oldest).label("oldest")).group_by(
        found.c.asset
    )


def _read_rates(connection: Connection, viewer: Viewer) -> dict[tuple[str, int], Rate]:
    """By asset and minutes; what is not in it is nothing."""

    made = _count_since(file_events.c.asset, file_events.c.at).where(
        file_events.c.kind == EventKind.MADE, event_visible(viewer)
    )
    counts: Counter[tuple[str, int, str]] = Counter()
    for name, query in (("made", made), *(("failed", failed) for failed in _failed(viewer))):
        for asset, *ended in connection.execute(query):
            counts.update({(asset, minutes, name): n for minutes, n in zip(RATE_MINUTES, ended, strict=True)})
    return {
        (asset, minutes): Rate(minutes, counts[asset, minutes, "made"], counts[asset, minutes, "failed"])
        for asset, minutes, _ in counts
    }


def _failed(viewer: Viewer) -> Iterator[Select[Any]]:
    """What is failed, and not what once did: a file may fail at each of many tries, be made after all, or go."""
    for part in visible_parts(viewer, work.c.file_id, work.c.owner_id):
        yield _count_since(work.c.asset, work.c.ended_at).where(
            work.c.state == Status.FAILED, UNFINISHED, ~_GONE, part
        )


def _count_since(asset: ColumnElement[str], at: ColumnElement[datetime]) -> Select[Any]:
    """The rows of each asset within the last 1, 5 and 60 minutes."""
    since = [sa.func.now() - sa.func.make_interval(0, 0, 0, 0, 0, minutes) for minutes in RATE_MINUTES]
    counts: list[ColumnElement[Any]] = [sa.func.count().filter(at > moment) for moment in since]
    return sa.select(asset, *counts).where(at > since[-1]).group_by(asset)


def _stats(queue: str, total: int, row: Row[Any] | None, rates: dict[tuple[str, int], Rate]) -> QueueStats:
    asset = ASSET_OF[queue]
    return QueueStats(
        queue,
        asset,
        queued=row.queued if row else 0,
        blocked=row.blocked if row else 0,
        delayed=row.delayed if row else 0,
        started=row.started if row else 0,
        # Each file has a row of each asset, and counting the few that are not finished is quicker.
        finished=total - (row.unfinished if row else 0),
        failed=row.failed if row else 0,
        oldest=row.oldest if row else None,
        rates=tuple(rates.get((asset, minutes), Rate(minutes, 0, 0)) for minutes in RATE_MINUTES),
    )
