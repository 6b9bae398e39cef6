"""Who may write: one run per file, and of each of its steps the newest task.

A run claims its files before its first step; a step that is submitted again gets a new token, its task's id. Every
write checks both in the transaction that writes, and holds them until its commit: a worker that was paused,
superseded or cancelled writes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

import sqlalchemy as sa
from sqlalchemy import Connection, Engine
from sqlalchemy.dialects.postgresql import array, insert

from aibox_assets.domain.errors import TransientError
from aibox_assets.stores.database import claims, files, steps, transaction
from aibox_assets.stores.files import Status

_CLAIMING = 0x63_6C_61_69_6D  # "claim"
_LOCK_SECONDS = 5
# A process that hangs inside a write must not keep others from its files; Postgres then takes back what it holds.
_WRITE_SECONDS = 30
_HOLD_SECONDS = 90
_NEVER = datetime.max.replace(tzinfo=UTC)
CANCELLED: Final = "It was cancelled."

Guard = Callable[[Connection], None]
"""Called first in a write transaction; what it raises keeps all of it from being written."""


def no_guard(_: Connection) -> None:
    """Let anybody write: for who owns no step, such as tests and commands."""


@dataclass(frozen=True, slots=True)
class StepTicket:
    """One task for one step of one run.

    :ivar task_id: the fencing token; None where the step runs in the run's own process.
    :ivar submission: how often the step was submitted, from 1.
    """

    run_id: str
    step_key: str
    task_id: str | None = None
    submission: int = 1


class StepSupersededError(TransientError):
    """The step was submitted again or its run is over: this task must do nothing more."""


class ClaimLostError(TransientError):
    """Other than this run may write some files now.

    :ivar file_ids: those files.
    """

    def __init__(self, file_ids: Collection[str], holders: Collection[str]) -> None:
        who = f"Run {', '.join(sorted(holders))} works on it now." if holders else "Its work was cancelled."
        super().__init__(who, "Nothing to do; 'aibox file KEY' shows how it goes on.")
        self.file_ids = frozenset(file_ids)


class ClaimStore:
    """Claims of runs on files, and tokens of steps. Every verb may be repeated."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def take(
        self,
        run_id: str,
        ids: Collection[str],
        is_over: Callable[[Collection[str]], Collection[str]],
        launched: datetime = _NEVER,
    ) -> frozenset[str]:
        """Claim all of the files for *run_id*, or none. Files that are gone, or cancelled since, are left out.

        :param launched: when the run was launched; a cancel that came later holds for it.
        :param is_over: which of the given runs are over; their claims count for nothing.
        :returns: the runs that hold some of the files; empty when all are claimed.
        :raises StoreUnavailableError: Postgres did not answer, or another run takes long to claim.
        """
        with transaction(self._engine) as connection:
            connection.execute(sa.text(f"SET LOCAL lock_timeout = '{_LOCK_SECONDS}s'"))
            # One run after the other; files are not locked, since writers lock them after their claims.
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_CLAIMING)))
            cancelled = (files.c.status == Status.FAILED) & (files.c.error == CANCELLED)
            wanted = files.c.id.in_(list(ids)) & ~(cancelled & (files.c.finished_at > launched))
            present = sorted(connection.scalars(sa.select(files.c.id).where(wanted)))
            holder = sa.select(claims.c.run_id).where(
                claims.c.file_id.in_(present), claims.c.run_id != run_id
            )
            holders = set(connection.scalars(holder.distinct()))
            if living := holders - set(is_over(holders)):
                return frozenset(living)
            if present:
                claim = insert(claims)
                connection.execute(
                    claim.on_conflict_do_update(
                        index_elements=["file_id"],
                        set_={"run_id": run_id, "claimed_at": sa.func.now()},
                    ),
                    [{"file_id": id_, "run_id": run_id} for id_ in present],
                )
        return frozenset()

    def release(self, run_id: str) -> None:
        """The run is over: its claims and tokens end, and with them all that its steps may still write."""
        with transaction(self._engine) as connection:
            connection.execute(steps.delete().where(steps.c.run_id == run_id))
            connection.execute(claims.delete().where(claims.c.run_id == run_id))

    def issue_token(self, run_id: str, step_key: str, task_id: str) -> None:
        """Make *task_id* the only task that may write for the step.

        What an earlier one had in hand alone counts as one more death on that file.
        """
        died = sa.func.jsonb_set(
            steps.c.deaths,
            array([steps.c.in_hand]),
            sa.func.to_jsonb(
                sa.func.coalesce(steps.c.deaths[steps.c.in_hand].astext.cast(sa.Integer), 0) + 1
            ),
        )
        issue = insert(steps).values(run_id=run_id, step_key=step_key, task_id=task_id)
        with transaction(self._engine) as connection:
            connection.execute(
                issue.on_conflict_do_update(
                    index_elements=["run_id", "step_key"],
                    set_={
                        "task_id": task_id,
                        "deaths": sa.case((steps.c.in_hand.is_not(None), died), else_=steps.c.deaths),
                        "in_hand": None,
                        "issued_at": sa.func.now(),
                    },
                )
            )

    def is_current(self, ticket: StepTicket) -> bool:
        """Whether the ticket's task may (still) run its step."""
        with transaction(self._engine) as connection:
            return connection.scalar(_token(ticket)) is not None

    def take_in_hand(self, ticket: StepTicket, file_id: str | None) -> None:
        """The step works on this file alone from now on; None when it is done."""
        with transaction(self._engine) as connection:
            connection.execute(
                steps.update()
                .where(steps.c.run_id == ticket.run_id, steps.c.step_key == ticket.step_key)
                .where(steps.c.task_id == ticket.task_id)
                .values(in_hand=file_id)
            )

    def deaths(self, ticket: StepTicket) -> dict[str, int]:
        """How many workers died with each file in hand, in this step."""
        query = sa.select(steps.c.deaths).where(
            steps.c.run_id == ticket.run_id, steps.c.step_key == ticket.step_key
        )
        with transaction(self._engine) as connection:
            found: dict[str, int] | None = connection.scalar(query)
        return found or {}

    def check(self, connection: Connection, ticket: StepTicket, ids: Sequence[str]) -> None:
        """Hold token and claims until the transaction of *connection* ends.

        :raises StepSupersededError: the ticket's task is not the newest one. :raises ClaimLostError: some of
            the files are not this run's to write.
        """
        _bound_pauses(connection, _WRITE_SECONDS)
        if (
            ticket.task_id is not None
            and connection.scalar(_token(ticket).with_for_update(read=True)) is None
        ):
            raise StepSupersededError(
                f"{ticket.step_key} of run {ticket.run_id} was given to another worker."
            )
        query = sa.select(claims.c.file_id, claims.c.run_id).where(claims.c.file_id.in_(ids))
        rows = connection.execute(query.order_by(claims.c.file_id).with_for_update(read=True)).all()
        held = {row.file_id: row.run_id for row in rows}
        # Without a token nobody claimed for the run; then it is enough that no other one did.
        unclaimed = ticket.run_id if ticket.task_id is None else None
        lost = {id_: held.get(id_, unclaimed) for id_ in ids if held.get(id_, unclaimed) != ticket.run_id}
        if lost:
            raise ClaimLostError(lost, {run_id for run_id in lost.values() if run_id})

    @contextmanager
    def holding(self, ticket: StepTicket, ids: Sequence[str]) -> Iterator[Callable[[], None]]:
        """Hold token and claims during the block, for a write to another store than ours.

        Yields what to call right before that store's commit: it raises when Postgres took the hold back meanwhile
        because this process was paused.
        """
        with transaction(self._engine) as connection:
            self.check(connection, ticket, ids)
            _bound_pauses(connection, _HOLD_SECONDS)
            yield lambda: connection.execute(sa.select(1)).close()


def _bound_pauses(connection: Connection, seconds: int) -> None:
    """Let Postgres end the transaction when its client is silent for so long."""
    connection.execute(sa.text(f"SET LOCAL idle_in_transaction_session_timeout = '{seconds}s'"))


def _token(ticket: StepTicket) -> sa.Select[tuple[str]]:
    return sa.select(steps.c.task_id).where(
        steps.c.run_id == ticket.run_id,
        steps.c.step_key == ticket.step_key,
        steps.c.task_id == ticket.task_id,
    )
