"""What runs that are over left behind: given back, blamed on a step, or counted as an interruption."""

from __future__ import annotations

from typing import Final

from aibox_assets.stores.database import transaction
from aibox_assets.stores.events import EventKind, record_events
from aibox_assets.stores.failures import LOOK, plain, retry_at
from aibox_assets.stores.lifecycle.demand import CANCELLED
from aibox_assets.stores.lifecycle.failing import MAX_INTERRUPTIONS
from aibox_assets.stores.lifecycle.rows import (
    OPEN,
    Transitions,
    give_back_work,
    lock_run,
    refresh_status,
    run_sql,
)

# At first without a pause, later up to a minute.
_INTERRUPTED: Final = f"""
UPDATE aibox.work SET run = NULL, interruptions = interruptions + 1, updated_at = now(),
    state = CASE WHEN interruptions + 1 >= {MAX_INTERRUPTIONS} THEN 'failed' ELSE 'queued' END,
    failure = CASE WHEN interruptions + 1 >= {MAX_INTERRUPTIONS} THEN 'exhausted' ELSE 'transient' END,
    error = :reason, remedy = :remedy, trace = NULL,
    ended_at = CASE WHEN interruptions + 1 >= {MAX_INTERRUPTIONS} THEN now() END,
    not_before = CASE WHEN interruptions + 1 < {MAX_INTERRUPTIONS}
        THEN now() + least(60.0, 2.0 * (power(2, interruptions) - 1)) * interval '1 second' END
WHERE run = :run AND {OPEN} RETURNING file_id, asset, state"""  # noqa: S608

_BLAMED: Final = f"""
UPDATE aibox.work SET run = NULL, attempts = attempts + 1, updated_at = now(),
    state = CASE WHEN attempts + 1 >= :most THEN 'failed' ELSE 'queued' END,
    failure = CASE WHEN attempts + 1 >= :most THEN 'exhausted' ELSE 'transient' END,
    error = :reason, remedy = :remedy, trace = :trace,
    ended_at = CASE WHEN attempts + 1 >= :most THEN now() END,
    not_before = CASE WHEN attempts + 1 < :most THEN {retry_at("attempts")} END
WHERE run = :run AND asset = :asset AND {OPEN} RETURNING file_id, asset, state"""  # noqa: S608

_CANCELLED: Final = f"""
UPDATE aibox.work SET run = NULL, state = 'failed', failure = 'cancelled', error = :reason, remedy = :remedy,
    trace = NULL, not_before = NULL, ended_at = now(), updated_at = now()
WHERE run = :run AND {OPEN} RETURNING file_id, asset, state"""  # noqa: S608


class Settling(Transitions):
    """Transitions for runs that are over. A second call finds nothing left to do."""

    def runs(self) -> dict[str, float]:
        """The runs that have work, with the seconds since anything of it changed."""
        with transaction(self._engine) as connection:
            rows = run_sql(
                connection,
                """SELECT run, extract(epoch FROM now() - max(updated_at)) FROM aibox.work
                WHERE run IS NOT NULL GROUP BY run""",
            ).all()
        return {run: float(seconds) for run, seconds in rows}

    def release(self, run: str) -> None:
        """The run is over, or never came to be: what it left undone waits for another one."""
        with transaction(self._engine) as connection:
            lock_run(connection, run)
            refresh_status(connection, give_back_work(connection, "w.run = :run", run=run))

    def interrupt(self, run: str, reason: str) -> None:
        """The run died, which says nothing of its files: once more, a bounded number of times."""
        self._end(_INTERRUPTED, EventKind.INTERRUPTED, run, reason=plain(reason), remedy=LOOK)

    def blame(self, run: str, asset: str, reason: str, trace: str) -> None:
        """A step failed for a reason that names none of its files: once more, each alone."""
        self._end(
            _BLAMED,
            EventKind.RETRYING,
            run,
            asset=asset,
            reason=plain(reason),
            remedy=LOOK,
            trace=plain(trace),
            most=self._max_attempts,
        )

    def cancel_run(self, run: str) -> None:
        """A person cancelled the run: its files are left alone until a person says so. What is done stays."""
        self._end(
            _CANCELLED,
            EventKind.CANCELLED,
            run,
            reason=CANCELLED,
            remedy="'aibox retry' the file when it is wanted after all.",
        )

    def _end(self, statement: str, kind: EventKind, run: str, **values: object) -> None:
        with transaction(self._engine) as connection:
            lock_run(connection, run)
            ended = run_sql(connection, statement, run=run, **values).all()
            rest = give_back_work(connection, "w.run = :run", run=run)
            refresh_status(connection, {row.file_id for row in ended}.union(rest))
            by_outcome: dict[tuple[str, str], list[str]] = {}
            for file_id, asset, state in ended:
                by_outcome.setdefault((asset, state), []).append(file_id)
            for (asset, state), found in by_outcome.items():
                named = EventKind.FAILED if state == "failed" and kind is not EventKind.CANCELLED else kind
                record_events(connection, named, found, asset, error=values["reason"], run=run)
