"""Runs get work and give it back."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import UTC, datetime
from typing import Final

from aibox_assets.stores.database import transaction
from aibox_assets.stores.events import EventKind, record_events
from aibox_assets.stores.fencing import Guard, no_guard
from aibox_assets.stores.files import ASSETS, CHUNKS
from aibox_assets.stores.lifecycle.rows import (
    CLEAN,
    HELD,
    Transitions,
    give_back_work,
    lock_work,
    refresh_status,
    run_sql,
)

_NEVER: Final = datetime.max.replace(tzinfo=UTC)
_LOCK_SECONDS: Final = 5


_TAKE: Final = """
UPDATE aibox.work w SET {changes}
FROM unnest(CAST(:ids AS text[]), CAST(:assets AS text[])) AS r (id, asset)
WHERE w.file_id = r.id AND w.asset = r.asset"""

# What was finished waits from now on.
_HOLD: Final = """run = :run, updated_at = now(),
    queued_at = CASE w.state WHEN 'finished' THEN now() ELSE w.queued_at END"""
_REVIVE: Final = f"state = 'queued', {CLEAN}, background = false, queued_at = now(), ended_at = NULL"


class Taking(Transitions):
    """Transitions between work that waits and the runs that have it."""

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
            run_sql(connection, _TAKE.format(changes=_HOLD), run=run, **chosen)
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

    def give_back(
        self, ids: Collection[str], assets: Collection[str], run: str, *, guard: Guard = no_guard
    ) -> None:
        """The run does not do this work: it waits for another one."""
        with transaction(self._engine) as connection:
            guard(connection)
            lock_work(connection, ids, assets)
            given = give_back_work(connection, HELD, ids=list(ids), assets=list(assets), run=run)
            refresh_status(connection, given)
