"""Work fails, or waits because the installation does."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Final

from sqlalchemy import Connection

from aibox_assets.domain.errors import AIBoxError, UnreadableFileError
from aibox_assets.stores.database import transaction
from aibox_assets.stores.events import EventKind, record_events
from aibox_assets.stores.failures import describe_error, retry_at
from aibox_assets.stores.fencing import Guard, no_guard
from aibox_assets.stores.files import ASSETS, CHUNKS, UNREAD_NS
from aibox_assets.stores.lifecycle.rows import (
    HELD,
    OPEN,
    Transitions,
    give_back_work,
    lock_run,
    lock_work,
    refresh_status,
    run_sql,
)
from aibox_assets.stores.pauses import pause_queue
from aibox_assets.stores.queues import QUEUE_OF

MAX_INTERRUPTIONS: Final = 20


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


class Failing(Transitions):
    """Transitions that errors make."""

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
                give_back_work(connection, HELD, ids=changed, assets=list(ASSETS), run=run)
            refresh_status(connection, changed)
            each = {id_: {"error": error} for id_, (error, _, _) in zip(ids, described, strict=True)}
            failed = [file_id for file_id, state in ended if state == "failed"]
            shut = [file_id for file_id in failed if isinstance(failures[file_id], UnreadableFileError)]
            if shut:
                unread = "UPDATE aibox.files SET mtime_ns = :unread WHERE id = ANY(:ids)"
                run_sql(connection, unread, unread=UNREAD_NS, ids=shut)
            record_events(connection, EventKind.FAILED, failed, asset, each=each)
            record_events(
                connection,
                EventKind.RETRYING,
                [id_ for id_ in changed if id_ not in failed],
                asset,
                each=each,
            )

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
        with transaction(self._engine) as connection:
            guard(connection)
            lock_work(connection, ids)
            _pause(connection, asset, queue, ids, error, run)

    def pause_run(self, run: str, error: AIBoxError, asset: str | None) -> None:
        """The same where a run is over: its work on *asset* waits with the queue, the rest waits for another run.

        :param asset: whose step the fault stopped; None where it stopped the run before its first one.
        """
        with transaction(self._engine) as connection:
            lock_run(connection, run)
            statement = f"SELECT file_id, asset FROM aibox.work WHERE run = :run AND {OPEN}"  # noqa: S608
            rows = run_sql(connection, statement, run=run).all()
            held = {row.asset for row in rows}
            stopped = next((each for each in ASSETS if each in held and asset in (None, each)), None)
            if stopped is not None:
                ids = [row.file_id for row in rows if row.asset == stopped]
                _pause(connection, stopped, QUEUE_OF[stopped], ids, error, run)
            refresh_status(connection, give_back_work(connection, "w.run = :run", run=run))


def _pause(
    connection: Connection, asset: str, queue: str, ids: Collection[str], error: AIBoxError, run: str
) -> None:
    """Pause *queue*, and take the files, whose work is locked, from their run."""
    reason, remedy, trace = describe_error(error)
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
        give_back_work(connection, HELD, ids=changed, assets=list(ASSETS), run=run)
    refresh_status(connection, changed)
    failed = [file_id for file_id, state in ended if state == "failed"]
    waiting = [file_id for file_id, state in ended if state != "failed"]
    record_events(connection, EventKind.FAILED, failed, asset, error=reason)
    record_events(connection, EventKind.INTERRUPTED, waiting, asset, error=reason)
