"""Fencing: who may write. The run that has a file's work, and of each of its steps the newest task.

A step that is submitted again gets a new token, its task's id. Every write checks token and run in the transaction
that writes, and holds both until its commit: a worker that was paused, superseded or cancelled writes nothing.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

import sqlalchemy as sa
from sqlalchemy import Connection, Engine
from sqlalchemy.dialects.postgresql import array, insert

from aibox_assets.domain.errors import TransientError
from aibox_assets.stores.database import transaction
from aibox_assets.stores.tables import steps, work

# A process that hangs inside a write must not keep others from its files; Postgres then takes back what it holds.
WRITE_SECONDS: Final = 30
HOLD_SECONDS: Final = 90
CONFIRMED_SECONDS: Final = 0.05
"""For so long after Postgres last answered, it is not asked whether it still holds what it held."""

Guard = Callable[[Connection], None]
"""Called first in a write transaction; what it raises keeps all of it from being written."""


def no_guard(_: Connection) -> None:
    """Let anybody write: for who owns no step, such as tests and commands."""


@dataclass(frozen=True, slots=True)
class StepTicket:
    """One task for one step of one run.

    :ivar step_key: the asset's name.
    :ivar task_id: the fencing token; None where the step runs in the run's own process.
    :ivar submission: how often the step was submitted, from 1.
    :ivar batch: the request that became the run; None where a person launched it.
    """

    run_id: str
    step_key: str
    task_id: str | None = None
    submission: int = 1
    batch: str | None = None

    @property
    def run(self) -> str:
        """Under which the run has its work (``work.run``): a request is written down before its run exists."""
        return self.batch or self.run_id


class StepSupersededError(TransientError):
    """The step was submitted again or its run is over: this task must do nothing more."""


class WorkLostError(TransientError):
    """Other than this run may write some files now.

    :ivar file_ids: those files.
    """

    def __init__(self, file_ids: Collection[str], holders: Collection[str]) -> None:
        who = f"Run {', '.join(sorted(holders))} works on it now." if holders else "Its work was taken away."
        super().__init__(who, "Nothing to do; 'aibox file KEY' shows how it goes on.")
        self.file_ids = frozenset(file_ids)


class Fencing:
    """Tokens of steps, and the check of every write. Every verb may be repeated."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

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

    def end_tokens(self, run_id: str) -> None:
        """The run is over: its steps write nothing more."""
        with transaction(self._engine) as connection:
            connection.execute(steps.delete().where(steps.c.run_id == run_id))

    def token_holders(self) -> dict[str, float]:
        """The runs that have tokens, with the seconds since each got its last one."""
        age = sa.func.extract("epoch", sa.func.now() - sa.func.max(steps.c.issued_at))
        with transaction(self._engine) as connection:
            rows = connection.execute(sa.select(steps.c.run_id, age).group_by(steps.c.run_id))
            return {run_id: float(seconds) for run_id, seconds in rows}

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
        """Hold the token, and the run's right to the files, until the transaction of *connection* ends.

        :raises StepSupersededError: the ticket's task is not the newest one. :raises WorkLostError: some of
            the files are not this run's to write.
        """
        _bound_pauses(connection, WRITE_SECONDS)
        if (
            ticket.task_id is not None
            and connection.scalar(_token(ticket).with_for_update(read=True)) is None
        ):
            raise StepSupersededError(
                f"{ticket.step_key} of run {ticket.run_id} was given to another worker, or the run is over."
            )
        if not ids:
            return
        query = sa.select(work.c.file_id, work.c.run).where(
            work.c.file_id == sa.any_(sa.literal(list(ids), sa.ARRAY(sa.Text))),
            work.c.asset == ticket.step_key,
        )
        # As the transitions lock it: one that locked it for reading first could wait for another one that did, too.
        rows = connection.execute(query.order_by(work.c.file_id).with_for_update()).all()
        holders = {row.file_id: row.run for row in rows}
        # Without an executor nobody took the files for the run; then it is enough that no other one did.
        unclaimed = ticket.run if ticket.task_id is None else None
        lost = {id_: holders.get(id_) for id_ in ids if (holders.get(id_) or unclaimed) != ticket.run}
        if lost:
            raise WorkLostError(lost, {run for run in lost.values() if run})

    @contextmanager
    def holding(self, ticket: StepTicket, ids: Sequence[str]) -> Iterator[Callable[[], None]]:
        """Hold token and files during the block, for a write to another store than ours.

        Yields what to call right before that store's commit: it raises when Postgres took the hold back meanwhile
        because this process was paused. What Postgres said a moment ago still holds: a longer pause shows in the clock.
        """
        with transaction(self._engine) as connection:
            self.check(connection, ticket, ids)
            _bound_pauses(connection, HOLD_SECONDS)
            heard = time.monotonic()

            def confirm() -> None:
                nonlocal heard
                if time.monotonic() - heard > CONFIRMED_SECONDS:
                    connection.execute(sa.select(1)).close()
                    heard = time.monotonic()

            yield confirm


def _bound_pauses(connection: Connection, seconds: int) -> None:
    """Let Postgres end the transaction when its client is silent for so long."""
    connection.execute(sa.text(f"SET LOCAL idle_in_transaction_session_timeout = '{seconds}s'"))


def _token(ticket: StepTicket) -> sa.Select[tuple[str]]:
    return sa.select(steps.c.task_id).where(
        steps.c.run_id == ticket.run_id,
        steps.c.step_key == ticket.step_key,
        steps.c.task_id == ticket.task_id,
    )
