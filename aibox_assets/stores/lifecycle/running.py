"""What runs do: they are given work, start it, make it, fail with it, or give it back."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any, Final

import sqlalchemy as sa

from aibox_assets.domain.errors import AIBoxError
from aibox_assets.stores.database import files, transaction
from aibox_assets.stores.events import EventKind, record_events
from aibox_assets.stores.failures import describe_error, retry_at
from aibox_assets.stores.fencing import Guard, no_guard
from aibox_assets.stores.files import ASSETS, CHUNKS
from aibox_assets.stores.lifecycle.rows import (
    CLEAN,
    OPEN,
    Transitions,
    give_back_work,
    lock_files,
    lock_recipes,
    lock_work,
    refresh_status,
    run_sql,
    want_of_chunks,
)
from aibox_assets.stores.pauses import pause_queue, resume_queue

_NEVER: Final = datetime.max.replace(tzinfo=UTC)
_LOCK_SECONDS: Final = 5
MAX_INTERRUPTIONS: Final = 20
_HELD: Final = "w.file_id = ANY(:ids) AND w.asset = ANY(:assets) AND w.run = :run"


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

_TAKE: Final = """
UPDATE aibox.work w SET {changes}
FROM unnest(CAST(:ids AS text[]), CAST(:assets AS text[])) AS r (id, asset)
WHERE w.file_id = r.id AND w.asset = r.asset"""
_REVIVE: Final = f"state = 'queued', {CLEAN}, background = false, queued_at = now(), ended_at = NULL"

_FAIL: Final = f"""
UPDATE aibox.work w SET error = r.error, remedy = r.remedy, trace = r.trace, run = NULL,
    failure = CASE WHEN r.permanent THEN 'permanent' WHEN w.attempts + r.attempts >= :most THEN 'exhausted'
        ELSE 'transient' END,
    state = CASE WHEN r.permanent OR w.attempts + r.attempts >= :most THEN 'failed' ELSE 'queued' END,
    not_before = CASE WHEN r.permanent OR w.attempts + r.attempts >= :most THEN NULL ELSE {retry_at("w.attempts")} END,
    ended_at = CASE WHEN r.permanent OR w.attempts + r.attempts >= :most THEN now() END,
    attempts = w.attempts + r.attempts, updated_at = now()
FROM unnest(CAST(:ids AS text[]), CAST(:errors AS text[]), CAST(:remedies AS text[]), CAST(:traces AS text[]),
    CAST(:permanent AS boolean[]), CAST(:attempts AS integer[])) AS r (id, error, remedy, trace, permanent, attempts)
WHERE w.file_id = r.id AND w.asset = :asset AND w.run = :run AND w.{OPEN} RETURNING w.file_id, w.state"""  # noqa: S608

_PAUSED: Final = f"""
UPDATE aibox.work w SET run = NULL, interruptions = n.count, updated_at = now(),
    state = CASE WHEN n.last THEN 'failed' ELSE 'queued' END,
    failure = CASE WHEN n.last THEN 'exhausted' END, error = CASE WHEN n.last THEN :error END,
    remedy = CASE WHEN n.last THEN :remedy END, trace = CASE WHEN n.last THEN :trace END,
    ended_at = CASE WHEN n.last THEN now() END
FROM (SELECT file_id, asset, interruptions + :opened AS count, interruptions + :opened >= :most AS last
    FROM aibox.work WHERE file_id = ANY(:ids) AND asset = :asset AND run = :run AND {OPEN}) n
WHERE w.file_id = n.file_id AND w.asset = n.asset RETURNING w.file_id, w.state"""  # noqa: S608


class Running(Transitions):
    """Transitions that runs and their steps make."""

    def request(self, ids: Collection[str], assets: Collection[str], run: str) -> bool:
        """A run is requested for assets of files, and has that work from now on.

        :param run: the name under which it will have it, written down before the run exists.
        :returns: False, and nothing is changed, when some of it is not free any more.
        """
        taken, asked = (ASSETS, (CHUNKS,)) if CHUNKS in assets else (tuple(assets), tuple(assets))
        with transaction(self._engine) as connection:
            lock_work(connection, ids, taken)
            free = run_sql(
                connection,
                """SELECT file_id FROM aibox.work WHERE file_id = ANY(:ids) AND asset = ANY(:assets)
                GROUP BY file_id HAVING bool_and(run IS NULL)
                    AND bool_and(failure IS DISTINCT FROM 'cancelled' OR NOT asset = ANY(:asked))""",
                ids=list(ids),
                assets=list(taken),
                asked=list(asked),
            )
            if set(free.scalars()) != set(ids):
                return False
            run_sql(
                connection,
                """UPDATE aibox.work SET run = :run, updated_at = now()
                WHERE file_id = ANY(:ids) AND asset = ANY(:assets) AND failure IS DISTINCT FROM 'cancelled'""",
                ids=list(ids),
                assets=list(taken),
                run=run,
            )
        return True

    def take(
        self,
        run: str,
        ids: Collection[str],
        assets: Collection[str],
        is_over: Callable[[Collection[str]], Collection[str]],
        launched: datetime = _NEVER,
    ) -> frozenset[str]:
        """Take all of the work for a run that a person launched, or none; without what is gone, or cancelled since.

        What failed for good is tried again: a person wants it.

        :param launched: when the run was launched; a cancel that came later holds for it.
        :param is_over: which of the given runs are over; what they have counts for nothing.
        :returns: the runs that have some of the work; empty when all was taken.
        :raises StoreUnavailableError: Postgres did not answer, or another transition takes long.
        """
        taken = ASSETS if CHUNKS in assets else tuple(assets)
        with transaction(self._engine) as connection:
            run_sql(connection, f"SET LOCAL lock_timeout = '{_LOCK_SECONDS}s'")
            lock_work(connection, ids, taken)
            rows = run_sql(
                connection,
                """SELECT w.file_id, w.asset, w.state, w.run FROM aibox.work w JOIN aibox.files f ON f.id = w.file_id
                WHERE w.file_id = ANY(:ids) AND w.asset = ANY(:assets) AND f.gone_at IS NULL
                    AND NOT (w.failure IS NOT DISTINCT FROM 'cancelled' AND w.ended_at > :launched)""",
                ids=list(ids),
                assets=list(taken),
                launched=launched,
            ).all()
            holders = {row.run for row in rows if row.run not in (None, run)}
            if living := holders - set(is_over(holders)):
                return frozenset(living)
            chosen = {"ids": [row.file_id for row in rows], "assets": [row.asset for row in rows]}
            run_sql(connection, _TAKE.format(changes="run = :run, updated_at = now()"), run=run, **chosen)
            failed = [row for row in rows if row.state == "failed"]
            if failed:
                chosen = {"ids": [row.file_id for row in failed], "assets": [row.asset for row in failed]}
                run_sql(connection, _TAKE.format(changes=_REVIVE), **chosen)
            refresh_status(connection, {row.file_id for row in rows})
            record_events(
                connection, EventKind.QUEUED, {row.file_id for row in failed}, why="launched", run=run
            )
        return frozenset()

    def taken(self, run: str, asset: str, ids: Collection[str]) -> list[str]:
        """Which of the files *run* has for *asset*, in order of arrival; what failed for good is left alone."""
        with transaction(self._engine) as connection:
            rows = run_sql(
                connection,
                """SELECT w.file_id FROM aibox.work w JOIN aibox.files f ON f.id = w.file_id
                WHERE w.run = :run AND w.asset = :asset AND w.file_id = ANY(:ids) AND w.state <> 'failed'
                ORDER BY f.seq""",
                run=run,
                asset=asset,
                ids=list(ids),
            )
            return list(rows.scalars())

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
        rows = [{"file": id_, **asdict(each)} for id_, each in found.items()]
        values: dict[str, Any] = {name: sa.bindparam(name) for name in rows[0] if name != "file"}
        with transaction(self._engine) as connection:
            lock_recipes(connection)
            guard(connection)
            lock_work(connection, found, [CHUNKS])
            run_sql(
                connection,
                """UPDATE aibox.work w SET wanted = r.sha256 || '.' || recipe.digest
                FROM unnest(CAST(:ids AS text[]), CAST(:sha256 AS text[])) AS r (id, sha256), aibox.recipes recipe
                WHERE w.file_id = r.id AND w.asset = 'chunks' AND recipe.asset = 'chunks'""",
                ids=list(found),
                sha256=[each.sha256 for each in found.values()],
            )
            lock_files(connection, found)
            connection.execute(
                files.update()
                .where(files.c.id == sa.bindparam("file"))
                .values(updated_at=sa.func.now(), **values),
                rows,
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

    def fail(
        self, asset: str, failures: Mapping[str, AIBoxError], run: str, *, guard: Guard = no_guard
    ) -> None:
        """The files failed, each with an error of its own. What may pass is queued again, while attempts are left.

        Nothing is changed of what the run lost, and of what is done.
        """
        if not failures:
            return
        ids = sorted(failures)
        described = [describe_error(failures[id_]) for id_ in ids]
        with transaction(self._engine) as connection:
            guard(connection)
            lock_work(connection, ids)
            ended = run_sql(
                connection,
                _FAIL,
                asset=asset,
                run=run,
                most=self._max_attempts,
                ids=ids,
                errors=[error for error, _, _ in described],
                remedies=[remedy for _, remedy, _ in described],
                traces=[trace for _, _, trace in described],
                permanent=[failures[id_].permanent for id_ in ids],
                attempts=[failures[id_].attempts for id_ in ids],
            ).all()
            changed = [file_id for file_id, _ in ended]
            if asset == CHUNKS:
                give_back_work(connection, _HELD, ids=changed, assets=list(ASSETS), run=run)
            refresh_status(connection, changed)
            each = {id_: {"error": error} for id_, (error, _, _) in zip(ids, described, strict=True)}
            failed = [file_id for file_id, state in ended if state == "failed"]
            record_events(connection, EventKind.FAILED, failed, asset, each=each)
            record_events(
                connection,
                EventKind.RETRYING,
                [id_ for id_ in changed if id_ not in failed],
                asset,
                each=each,
            )

    def give_back(
        self, ids: Collection[str], assets: Collection[str], run: str, *, guard: Guard = no_guard
    ) -> None:
        """The run does not do this work: it waits for another one."""
        with transaction(self._engine) as connection:
            guard(connection)
            lock_work(connection, ids, assets)
            given = give_back_work(connection, _HELD, ids=list(ids), assets=list(assets), run=run)
            refresh_status(connection, given)

    def pause(
        self,
        asset: str,
        queue: str,
        ids: Collection[str],
        error: AIBoxError,
        run: str,
        *,
        guard: Guard = no_guard,
    ) -> None:
        """A fault of the installation: the queue is paused, and the files wait without having lost an attempt.

        Only what opens a pause counts against its files, and only as an interruption: a file that stops a healthy
        queue again and again must not do so for ever.
        """
        reason, remedy, trace = describe_error(error)
        with transaction(self._engine) as connection:
            guard(connection)
            lock_work(connection, ids)
            opened = pause_queue(connection, queue, reason, remedy)
            ended = run_sql(
                connection,
                _PAUSED,
                opened=int(opened),
                most=MAX_INTERRUPTIONS,
                error=reason,
                remedy=remedy,
                trace=trace,
                ids=list(ids),
                asset=asset,
                run=run,
            ).all()
            changed = [file_id for file_id, _ in ended]
            if asset == CHUNKS:
                give_back_work(connection, _HELD, ids=changed, assets=list(ASSETS), run=run)
            refresh_status(connection, changed)
            failed = [file_id for file_id, state in ended if state == "failed"]
            waiting = [file_id for file_id, state in ended if state != "failed"]
            record_events(connection, EventKind.FAILED, failed, asset, error=reason)
            record_events(connection, EventKind.INTERRUPTED, waiting, asset, error=reason)
