"""The way of a file through its states: requested, started, finished or failed.

``files`` is the list of what is to be done. A run that dies changes nothing in it, so a file without a
live run is found and requested again: nothing depends on a message that could be lost.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy import ColumnElement, Connection, Engine
from sqlalchemy.dialects.postgresql import insert

from aibox_assets.domain.errors import AIBoxError
from aibox_assets.stores.claims import Guard, no_guard
from aibox_assets.stores.database import claims, file_assets, files, transaction
from aibox_assets.stores.failures import (
    lock_files,
    mine,
    record_blame,
    record_cancel,
    record_failures,
    record_interruption,
)
from aibox_assets.stores.files import FileRecord, Status, _select, read_records

CHUNKS: Final = "chunks"
EMBEDDINGS: Final = "embeddings"
KG_TRIPLES: Final = "kg_triples"
ASSETS: Final = (CHUNKS, EMBEDDINGS, KG_TRIPLES)


@dataclass(frozen=True, slots=True)
class AssetResult:
    """What one asset made of one file.

    :ivar version: ``<sha256 of the bytes>.<digest of the configuration>``.
    """

    version: str
    items: int
    seconds: float


@dataclass(frozen=True, slots=True)
class ReadBytes:
    """What a file's bytes were when they were read.

    :ivar size: in bytes. :ivar media_type: detected from the content.
    """

    sha256: str
    size: int
    mtime_ns: int
    media_type: str


@dataclass(frozen=True, slots=True)
class Requested:
    """A file that some run carries, as far as the table knows.

    :ivar run_id: the last run that started work on it. :ivar claimed_by: the run that may write its results.
    """

    id: str
    batch_id: str | None
    run_id: str | None
    claimed_by: str | None
    status: Status
    seconds_since: float


class ProgressStore:
    """The states of files. Every verb may be repeated."""

    def __init__(self, engine: Engine, *, max_attempts: int) -> None:
        self._engine = engine
        self._max_attempts = max_attempts

    def waiting(self, limit: int) -> list[FileRecord]:
        """Files that wait for a run, in order of arrival."""
        query = (
            _select()
            .where(
                files.c.status == Status.QUEUED,
                files.c.batch_id.is_(None),
                files.c.gone_at.is_(None),
                files.c.retry_at.is_(None) | (files.c.retry_at <= sa.func.now()),
            )
            .order_by(files.c.seq)
            .limit(limit)
        )
        with transaction(self._engine) as connection:
            return read_records(connection, query)

    def requested(self) -> list[Requested]:
        """Files that a run carries, as far as the table knows, and those that a run has claimed."""
        since = sa.func.extract("epoch", sa.func.now() - files.c.updated_at)
        columns = (files.c.id, files.c.batch_id, files.c.run_id, claims.c.run_id, files.c.status, since)
        carried = (files.c.status == Status.STARTED) | (
            (files.c.status == Status.QUEUED) & (files.c.batch_id.is_not(None) | files.c.run_id.is_not(None))
        )
        query = sa.select(*columns).select_from(files.outerjoin(claims))
        with transaction(self._engine) as connection:
            rows = connection.execute(query.where(carried | claims.c.run_id.is_not(None))).all()
        return [
            Requested(id_, batch, run, claimant, Status(status), float(age))
            for id_, batch, run, claimant, status, age in rows
        ]

    def request(self, ids: Collection[str], batch_id: str) -> bool:
        """A run request of *batch_id* carries the files from now on.

        :returns: False, and nothing is changed, when one of them does not wait any more.
        """
        with transaction(self._engine) as connection:
            waiting = set(connection.scalars(lock_files(ids).where(files.c.status == Status.QUEUED)))
            if waiting != set(ids):
                return False
            connection.execute(
                files.update()
                .where(files.c.id.in_(list(ids)))
                .values(batch_id=batch_id, updated_at=sa.func.now())
            )
        return True

    def start(self, ids: Collection[str], run_id: str, *, guard: Guard = no_guard) -> None:
        """A step of *run_id* works on the files, but for those that ended in an earlier step of the same run."""
        self._update(
            files.c.id.in_(list(ids))
            & (
                files.c.run_id.is_distinct_from(run_id)
                | files.c.status.in_([Status.STARTED, Status.FINISHED])
            ),
            status=Status.STARTED,
            run_id=run_id,
            error=None,
            remedy=None,
            trace=None,
            permanent=None,
            finished_at=None,
            started_at=sa.case(
                (files.c.run_id == run_id, sa.func.coalesce(files.c.started_at, sa.func.now())),
                else_=sa.func.now(),
            ),
            guard=guard,
        )

    def read(self, found: Mapping[str, ReadBytes], *, guard: Guard = no_guard) -> None:
        """What the bytes of files turned out to be when they were read."""
        if not found:
            return
        rows = [{"file": id_, **asdict(each)} for id_, each in sorted(found.items())]
        values: dict[str, Any] = {name: sa.bindparam(name) for name in rows[0] if name != "file"}
        with transaction(self._engine) as connection:
            guard(connection)
            connection.execute(
                files.update()
                .where(files.c.id == sa.bindparam("file"))
                .values(updated_at=sa.func.now(), **values),
                rows,
            )

    def complete(
        self, asset: str, results: Mapping[str, AssetResult], run_id: str, *, guard: Guard = no_guard
    ) -> None:
        """The asset is materialized for the files; those that now have all three of one version are finished."""
        if not results:
            return
        rows = [
            {
                "file_id": id_,
                "asset": asset,
                "version": result.version,
                "items": result.items,
                "seconds": result.seconds,
                "run_id": run_id,
                "materialized_at": sa.func.now(),
            }
            for id_, result in results.items()
        ]
        ids = sorted(results)
        upsert = insert(file_assets)
        with transaction(self._engine) as connection:
            guard(connection)
            # Two assets of one file end at the same time: the lock lets the later one see the earlier.
            present = set(connection.scalars(lock_files(ids)))
            rows = [row for row in rows if row["file_id"] in present]
            if not rows:
                return
            connection.execute(
                upsert.on_conflict_do_update(
                    index_elements=["file_id", "asset"],
                    set_={
                        name: upsert.excluded[name] for name in rows[0] if name not in ("file_id", "asset")
                    },
                ).values(rows)
            )
            _finish(connection, ids)

    def hand_on(self, ids: Collection[str], run_id: str, *, guard: Guard = no_guard) -> None:
        """The rest of the files' work is left to another run, since this one is about to end as failed."""
        self._update(
            files.c.id.in_(list(ids)) & mine(run_id),
            status=Status.QUEUED,
            batch_id=None,
            retry_at=None,
            guard=guard,
        )

    def fail(self, failures: Mapping[str, AIBoxError], run_id: str, *, guard: Guard = no_guard) -> None:
        """The files failed in *run_id*. A transient failure is queued again until its attempts are used up."""
        with transaction(self._engine) as connection:
            guard(connection)
            record_failures(connection, failures, run_id, self._max_attempts)

    def blame(self, ids: Collection[str], reason: str, trace: str) -> None:
        """A step failed with the files for a reason that names none of them: once more, each alone."""
        with transaction(self._engine) as connection:
            record_blame(connection, ids, reason, trace, self._max_attempts)

    def release(self, ids: Collection[str], reason: str) -> None:
        """The run that carried the files died and said nothing of them: once more, a bounded number of times."""
        with transaction(self._engine) as connection:
            record_interruption(connection, ids, reason)

    def cancel(self, ids: Collection[str]) -> None:
        """A person cancelled the work on the files: nothing more is written of them, and no run takes them.

        Files that are not queued or started stay as they are, but for their claim.
        """
        if ids:
            # Two transactions, since a run that claims files locks these tables in the other order.
            with transaction(self._engine) as connection:
                connection.execute(claims.delete().where(claims.c.file_id.in_(list(ids))))
            with transaction(self._engine) as connection:
                record_cancel(connection, ids)

    def settle(self, ids: Sequence[str]) -> None:
        """The run is over well: finish what has all three assets, queue the rest for what it lacks."""
        with transaction(self._engine) as connection:
            connection.execute(lock_files(sorted(ids)))
            _finish(connection, ids)
            connection.execute(
                files.update()
                .where(files.c.id.in_(list(ids)), files.c.status != Status.FINISHED)
                .where(files.c.status != Status.FAILED)
                .values(status=Status.QUEUED, batch_id=None, run_id=None, updated_at=sa.func.now())
            )

    def redo_all(self) -> int:
        """Make everything again for every file, as after a change of model; how many files."""
        with transaction(self._engine) as connection:
            connection.execute(file_assets.delete())
            changed = connection.execute(
                files.update().values(
                    status=Status.QUEUED,
                    attempts=0,
                    interruptions=0,
                    alone=False,
                    batch_id=None,
                    retry_at=None,
                    updated_at=sa.func.now(),
                )
            )
            return changed.rowcount

    def unrequest(self, ids: Sequence[str]) -> None:
        """The run request never became a run: request again."""
        self._update(files.c.id.in_(list(ids)) & (files.c.status == Status.QUEUED), batch_id=None)

    def versions(self, ids: Collection[str]) -> dict[str, dict[str, str]]:
        """The materialized version of each asset, by file."""
        query = sa.select(file_assets.c.file_id, file_assets.c.asset, file_assets.c.version)
        found: dict[str, dict[str, str]] = {}
        with transaction(self._engine) as connection:
            for id_, asset, version in connection.execute(query.where(file_assets.c.file_id.in_(list(ids)))):
                found.setdefault(id_, {})[asset] = version
        return found

    def _update(self, where: ColumnElement[bool], *, guard: Guard = no_guard, **values: Any) -> None:
        with transaction(self._engine) as connection:
            guard(connection)
            connection.execute(files.update().where(where).values(updated_at=sa.func.now(), **values))


def _finish(connection: Connection, ids: Collection[str]) -> None:
    current = (
        sa.select(sa.func.count())
        .where(
            file_assets.c.file_id == files.c.id,
            sa.func.split_part(file_assets.c.version, ".", 1) == files.c.sha256,
        )
        .scalar_subquery()
    )
    connection.execute(
        files.update()
        .where(files.c.id.in_(list(ids)), files.c.status == Status.STARTED, current == len(ASSETS))
        .values(
            status=Status.FINISHED,
            error=None,
            remedy=None,
            trace=None,
            permanent=None,
            batch_id=None,
            attempts=0,
            interruptions=0,
            alone=False,
            finished_at=sa.func.now(),
            updated_at=sa.func.now(),
        )
    )
