"""What steps do with the work of their run: they start it, read its bytes, and make it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final

from aibox_assets.stores.database import transaction
from aibox_assets.stores.events import EventKind, record_events
from aibox_assets.stores.fencing import Guard, no_guard
from aibox_assets.stores.files import ASSETS, CHUNKS
from aibox_assets.stores.lifecycle.rows import (
    CLEAN,
    Transitions,
    lock_files,
    lock_recipes,
    lock_work,
    refresh_status,
    run_sql,
    want_of_chunks,
)
from aibox_assets.stores.pauses import resume_queue


@dataclass(frozen=True, slots=True)
class AssetResult:
    """What one asset made of one file.

    :ivar version: ``<sha256 of the bytes>.<splitting>`` of chunks, with ``.<recipe>`` behind it of the others.
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


# What was made is current when it is what is wanted. While that is not known, as after new bytes that nobody has read
# yet, nothing is.
_COMPLETE: Final = f"""
UPDATE aibox.work w SET made = r.version, made_by = :run_id, items = r.items, seconds = r.seconds, run = NULL,
    state = CASE WHEN w.wanted = r.version THEN 'finished' ELSE 'queued' END, {CLEAN},
    ended_at = now(), updated_at = now()
FROM unnest(CAST(:ids AS text[]), CAST(:versions AS text[]), CAST(:items AS integer[]), CAST(:seconds AS float8[]))
    AS r (id, version, items, seconds)
WHERE w.file_id = r.id AND w.asset = :asset"""  # noqa: S608


class Running(Transitions):
    """Transitions that the steps of runs make."""

    def start(
        self, asset: str, ids: Collection[str], run_id: str | None = None, *, guard: Guard = no_guard
    ) -> None:
        """A step works on these files now; what is stored of them is unknown until it is done.

        :param run_id: Dagster's id of its run, for the history; it has the work from now on where no run had it.
        """
        with transaction(self._engine) as connection:
            guard(connection)
            lock_work(connection, ids, [asset])
            run_sql(
                connection,
                """UPDATE aibox.work SET state = 'started', made = NULL, run = coalesce(run, :run_id),
                    started_at = now(), ended_at = NULL, updated_at = now()
                WHERE file_id = ANY(:ids) AND asset = :asset""",
                ids=list(ids),
                asset=asset,
                run_id=run_id,
            )
            refresh_status(connection, ids)
            record_events(connection, EventKind.STARTED, ids, asset, run_id=run_id)

    def read(self, found: Mapping[str, ReadBytes], *, guard: Guard = no_guard) -> None:
        """What the bytes of files turned out to be when they were read; their chunks are wanted of these."""
        if not found:
            return
        ids, each = list(found), list(found.values())
        with transaction(self._engine) as connection:
            lock_recipes(connection)
            guard(connection)
            lock_work(connection, found, [CHUNKS])
            run_sql(
                connection,
                """UPDATE aibox.work w SET wanted = r.sha256 || '.' || recipe.digest
                FROM unnest(CAST(:ids AS text[]), CAST(:sha256 AS text[])) AS r (id, sha256), aibox.recipes recipe
                WHERE w.file_id = r.id AND w.asset = 'chunks' AND recipe.asset = 'chunks'""",
                ids=ids,
                sha256=[one.sha256 for one in each],
            )
            lock_files(connection, found)
            run_sql(
                connection,
                """UPDATE aibox.files f SET sha256 = r.sha256, size = r.size, mtime_ns = r.mtime_ns,
                    media_type = r.media_type, updated_at = now()
                FROM unnest(CAST(:ids AS text[]), CAST(:sha256 AS text[]), CAST(:sizes AS bigint[]),
                    CAST(:mtimes AS bigint[]), CAST(:types AS text[])) AS r (id, sha256, size, mtime_ns, media_type)
                WHERE f.id = r.id""",
                ids=ids,
                sha256=[one.sha256 for one in each],
                sizes=[one.size for one in each],
                mtimes=[one.mtime_ns for one in each],
                types=[one.media_type for one in each],
            )

    def complete(
        self,
        asset: str,
        queue: str,
        results: Mapping[str, AssetResult],
        run_id: str | None = None,
        *,
        guard: Guard = no_guard,
    ) -> None:
        """The asset is made for the files; a queue on which something was made is not paused.

        :param run_id: Dagster's id of the run that made it.
        """
        if not results:
            return
        ids = sorted(results)
        with transaction(self._engine) as connection:
            if asset == CHUNKS:
                lock_recipes(connection)
            guard(connection)
            lock_work(connection, ids, ASSETS if asset == CHUNKS else [asset])
            run_sql(
                connection,
                _COMPLETE,
                asset=asset,
                run_id=run_id,
                ids=ids,
                versions=[results[id_].version for id_ in ids],
                items=[results[id_].items for id_ in ids],
                seconds=[results[id_].seconds for id_ in ids],
            )
            resume_queue(connection, queue)
            each = {id_: {"items": r.items, "seconds": round(r.seconds, 3)} for id_, r in results.items()}
            record_events(connection, EventKind.MADE, ids, asset, each=each)
            if asset == CHUNKS:
                want_of_chunks(connection, ids)
            refresh_status(connection, ids)
