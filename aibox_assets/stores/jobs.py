"""Jobs as people see them on the queues: a job is one asset of one file, a row of ``work``.

What waits in Redis are steps of runs, each over many files; the truth about files is in Postgres. Nothing here
changes anything.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy import ColumnElement, Engine, Row, Select

from aibox_assets.domain.viewer import Viewer
from aibox_assets.stores.database import transaction
from aibox_assets.stores.events import EventKind
from aibox_assets.stores.files import CHUNKS, FailureKind, Status
from aibox_assets.stores.folders import INBOX
from aibox_assets.stores.queue_figures import BLOCKED, CHUNKS_OF, NEVER, UNFINISHED, QueueStats, read_stats
from aibox_assets.stores.queues import ASSET_OF, QUEUE_OF
from aibox_assets.stores.rights import visible
from aibox_assets.stores.tables import file_events, files, work


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


_JOINED: Final = work.join(files, files.c.id == work.c.file_id).join(
    CHUNKS_OF, (CHUNKS_OF.c.file_id == work.c.file_id) & (CHUNKS_OF.c.asset == CHUNKS)
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
        with transaction(self._engine) as connection:
            # What is made is what is there without what is open: both as of one moment.
            connection.execute(sa.text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"))
            return read_stats(connection, viewer)

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
            files.c.gone_at.is_(None), work.c.asset == ASSET_OF[queue], sa.not_(NEVER)
        )
        if status is Status.FINISHED:
            query = query.where(work.c.state == status)
        elif status is not None:
            query = query.where(work.c.state == status, UNFINISHED)  # as the index has it
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
            .where(work.c.asset == asset, work.c.state == Status.QUEUED, UNFINISHED, work.c.seq < mine)
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
    path = sa.case(
        (files.c.folder == INBOX, files.c.path), else_=sa.func.rtrim(files.c.folder, "/") + "/" + files.c.path
    )
    return (
        sa.select(
            *(work.c[name] for name in _PLAIN),
            work.c.state, work.c.run, work.c.failure, work.c.made_by, files.c.owner_id, path.label("path"),
            BLOCKED.label("blocked"),
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
