"""Jobs as people see them on the queues: a job is one asset of one file, a row of ``work``.

What waits in Redis are steps of runs, each over many files; the truth about files is in Postgres. Nothing here
changes anything.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy import ColumnElement, Connection, Engine, Row, Select

from aibox_assets.domain.viewer import Viewer
from aibox_assets.stores.database import transaction
from aibox_assets.stores.events import EventKind
from aibox_assets.stores.files import CHUNKS, FailureKind, Status
from aibox_assets.stores.folders import INBOX
from aibox_assets.stores.queues import ASSET_OF, QUEUE_OF, QUEUES
from aibox_assets.stores.rights import event_visible, visible, visible_parts
from aibox_assets.stores.tables import file_events, files, work

RATE_MINUTES: Final = (1, 5, 60)


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


@dataclass(frozen=True, slots=True)
class Job:
    """One asset of one file.

    :ivar id: ``<asset>.<file id>``. :ivar seq: the file's place in the order of arrival; a page ends at one.
    :ivar batch: the run that has it, under the name of its tag ``aibox/batch``.
    :ivar run_id: Dagster's id of the last run that started it; only of a single job.
    :ivar blocked: its chunks are made first. :ivar not_before: it is not tried again before this.
    :ivar attempts: its own failures. :ivar interruptions: runs that died under it.
    :ivar items: chunks, vectors or triples. :ivar seconds: that it took.
    :ivar trace: traceback of the last error, its end where it was long; only of a single job.
    """

    id: str
    queue: str
    asset: str
    file_id: str
    seq: int
    path: str
    owner: str
    state: Status
    blocked: bool
    background: bool
    batch: str | None
    run_id: str | None
    attempts: int
    interruptions: int
    not_before: datetime | None
    failure: FailureKind | None
    error: str | None
    remedy: str | None
    trace: str | None
    items: int | None
    seconds: float | None
    queued_at: datetime
    started_at: datetime | None
    ended_at: datetime | None


_CHUNKS: Final = work.alias("c")
_NEEDS_CHUNKS: Final = work.c.asset != CHUNKS
_BLOCKED: Final = (work.c.state == Status.QUEUED) & _NEEDS_CHUNKS & (_CHUNKS.c.state != Status.FINISHED)
# What is made from chunks that failed for good is not queued: nobody will come to it.
_NEVER: Final = (work.c.state == Status.QUEUED) & _NEEDS_CHUNKS & (_CHUNKS.c.state == Status.FAILED)
_UNFINISHED: Final = work.c.state != Status.FINISHED
_GONE: Final = sa.exists().where(files.c.id == work.c.file_id, files.c.gone_at.isnot(None))
_JOINED: Final = work.join(files, files.c.id == work.c.file_id).join(
    _CHUNKS, (_CHUNKS.c.file_id == work.c.file_id) & (_CHUNKS.c.asset == CHUNKS)
)
_PLAIN: Final = (
    "asset", "file_id", "seq", "background", "attempts", "interruptions", "not_before", "error", "remedy", "items",
    "seconds", "queued_at", "started_at", "ended_at",
)  # fmt: skip


class JobStore:
    """Reads the jobs that a viewer may see."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def stats(self, viewer: Viewer) -> list[QueueStats]:
        """Every queue in figures."""
        there = files.c.gone_at.is_(None)
        counts = [sa.select(sa.func.count()).where(there, part) for part in visible_parts(viewer)]
        with transaction(self._engine) as connection:
            # What is made is what is there without what is open: both as of one moment.
            connection.execute(sa.text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"))
            total = sum(connection.scalar(count) or 0 for count in counts)
            rows = {row.asset: row for row in connection.execute(_open_work(viewer))}
            rates = _read_rates(connection, viewer)
        return [_stats(queue, total, rows.get(ASSET_OF[queue]), rates) for queue in QUEUES]

    def select(
        self,
        queue: str,
        viewer: Viewer,
        status: Status | None = None,
        limit: int = 50,
        after: int | None = None,
    ) -> list[Job]:
        """A page of a queue's jobs, without their traces: what waits in order of arrival, else the newest files first.

        :param after: ``seq`` of the last job of the page before.
        """
        waits = status is Status.QUEUED
        query = _select(visible(viewer)).where(
            files.c.gone_at.is_(None), work.c.asset == ASSET_OF[queue], sa.not_(_NEVER)
        )
        if status is Status.FINISHED:
            query = query.where(work.c.state == status)
        elif status is not None:
            query = query.where(work.c.state == status, _UNFINISHED)  # as the index has it
        # The order of the table that is walked: few jobs are unfinished, and all files are in order.
        seq = work.c.seq if status not in (None, Status.FINISHED) else files.c.seq
        if after is not None:
            query = query.where(seq > after if waits else seq < after)
        with transaction(self._engine) as connection:
            rows = connection.execute(query.order_by(seq if waits else seq.desc()).limit(limit))
            return [_job(row) for row in rows]

    def count_before(self, asset: str, seq_of: str, most: int = 10_000) -> int:
        """How many jobs of *asset*, of whomever, wait before that of the file *seq_of*; at most *most*."""
        mine = sa.select(files.c.seq).where(files.c.id == seq_of).scalar_subquery()
        first = (
            sa.select(work.c.seq)
            .where(work.c.asset == asset, work.c.state == Status.QUEUED, _UNFINISHED, work.c.seq < mine)
            .where(~work.c.background)
            .limit(most)
        )
        with transaction(self._engine) as connection:
            return int(connection.scalar(sa.select(sa.func.count()).select_from(first.subquery())) or 0)

    def get(self, job_id: str, viewer: Viewer) -> Job | None:
        """One job with its trace and its last run; None where the viewer sees none of this id."""
        asset, _, file_id = job_id.partition(".")
        query = _select(visible(viewer)).where(work.c.file_id == file_id, work.c.asset == asset)
        last_run = (
            sa.select(file_events.c.data["run_id"].astext)
            .where(
                file_events.c.file_id == file_id,
                file_events.c.asset == asset,
                file_events.c.kind == EventKind.STARTED,
            )
            .order_by(file_events.c.seq.desc())
            .limit(1)
        )
        with transaction(self._engine) as connection:
            row = connection.execute(query.add_columns(work.c.trace)).one_or_none()
            if row is None:
                return None
            return _job(row, run_id=connection.scalar(last_run) or row.made_by, trace=row.trace)


def _select(seen: ColumnElement[bool]) -> Select[Any]:
    path = sa.case((files.c.folder == INBOX, files.c.path), else_=files.c.folder + "/" + files.c.path)
    return (
        sa.select(
            *(work.c[name] for name in _PLAIN),
            work.c.state, work.c.run, work.c.failure, work.c.made_by, files.c.owner_id, path.label("path"),
            _BLOCKED.label("blocked"),
        )
        .select_from(_JOINED)
        .where(seen)
    )  # fmt: skip


def _job(row: Row[Any], run_id: str | None = None, trace: str | None = None) -> Job:
    return Job(
        id=f"{row.asset}.{row.file_id}",
        queue=QUEUE_OF[row.asset],
        path=row.path,
        owner=row.owner_id,
        state=Status(row.state),
        blocked=row.blocked,
        batch=row.run,
        run_id=run_id,
        failure=FailureKind(row.failure) if row.failure else None,
        trace=trace,
        **{name: row._mapping[name] for name in _PLAIN},
    )


def _open_work(viewer: Viewer) -> Select[Any]:
    """What is not finished, by asset, of files that *viewer* sees."""
    # Few are unfinished: joined with one another, where all chunks and all files would be read for nothing.
    open_chunks = work.outerjoin(
        _CHUNKS,
        (_CHUNKS.c.file_id == work.c.file_id)
        & (_CHUNKS.c.asset == CHUNKS)
        & (_CHUNKS.c.state != Status.FINISHED),
    )
    queued = (work.c.state == Status.QUEUED) & sa.func.coalesce(~_NEVER, sa.true())
    counted = {
        "unfinished": sa.true(),
        "queued": queued,
        "blocked": _BLOCKED & ~_NEVER,
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
        .where(_UNFINISHED, ~_GONE, part)
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
            work.c.state == Status.FAILED, _UNFINISHED, ~_GONE, part
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
