"""Paused queues: a fault of the installation (a wrong password, a missing model, a server away) holds a queue.

No file is blamed for such a fault. While a queue is paused one file at a time is tried on it, after growing waits;
the first that succeeds ends the pause. A queue that a person holds is not tried: it waits for a person.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

import sqlalchemy as sa
from sqlalchemy import Connection, Engine
from sqlalchemy.dialects.postgresql import insert

from aibox_assets.stores.database import transaction
from aibox_assets.stores.tables import pauses

FIRST_PROBE_SECONDS: Final = 3
LONGEST_PROBE_SECONDS: Final = 30


@dataclass(frozen=True, slots=True)
class Pause:
    """Why a queue stands still, and what to do about it.

    :ivar probes: how often a file was tried since. :ivar probe_at: when the next one is.
    :ivar held_by: the person who holds it; None for a fault. :ivar draining: what runs have already is made.
    """

    queue: str
    reason: str
    remedy: str
    since: datetime
    probes: int
    probe_at: datetime
    held_by: str | None = None
    draining: bool = False


class PauseStore:
    """The paused queues."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def select(self) -> dict[str, Pause]:
        """All pauses by queue."""
        with transaction(self._engine) as connection:
            rows = connection.execute(sa.select(*(pauses.c[name] for name in Pause.__slots__)))
            return {row.queue: Pause(*row) for row in rows}

    def probe(self, queue: str) -> bool:
        """Whether a file may be tried on the paused queue now; if so, the next one only after a longer wait."""
        wait = sa.func.least(LONGEST_PROBE_SECONDS, FIRST_PROBE_SECONDS * sa.func.power(2, pauses.c.probes))
        claim = (
            pauses.update()
            .where(pauses.c.queue == queue, pauses.c.probe_at <= sa.func.now(), pauses.c.held_by.is_(None))
            .values(
                probes=pauses.c.probes + 1,
                probe_at=sa.func.now() + sa.func.make_interval(0, 0, 0, 0, 0, 0, wait),
            )
        )
        with transaction(self._engine) as connection:
            return connection.execute(claim).rowcount == 1

    def hold(self, queue: str, by: str, reason: str, remedy: str, *, draining: bool = False) -> None:
        """A person holds *queue*: no run is requested for it, and steps give back what they have not begun.

        :param draining: what runs have already is made first.
        """
        values = {"reason": reason, "remedy": remedy, "held_by": by, "draining": draining}
        held = insert(pauses).values(queue=queue, probe_at=sa.func.now(), **values)
        held = held.on_conflict_do_update(index_elements=["queue"], set_=values)
        with transaction(self._engine) as connection:
            connection.execute(held)

    def resume(self, queue: str) -> bool:
        """A person lets *queue* go on, whatever held it; whether anything did."""
        with transaction(self._engine) as connection:
            return connection.execute(pauses.delete().where(pauses.c.queue == queue)).rowcount == 1

    def is_stopped(self, queue: str) -> bool:
        """Whether a person wants nothing more to be begun on *queue*."""
        held = pauses.c.held_by.is_not(None) & ~pauses.c.draining
        with transaction(self._engine) as connection:
            query = sa.select(sa.exists().where(pauses.c.queue == queue, held))
            return bool(connection.scalar(query))


def pause_queue(connection: Connection, queue: str, reason: str, remedy: str) -> bool:
    """Hold *queue*; whether it was not held before."""
    inserted = connection.execute(
        sa.text("""
        INSERT INTO aibox.pauses AS p (queue, reason, remedy, probe_at)
        VALUES (:queue, :reason, :remedy, now() + make_interval(secs => :seconds))
        ON CONFLICT (queue) DO UPDATE SET reason = excluded.reason, remedy = excluded.remedy WHERE p.held_by IS NULL
        RETURNING xmax = 0"""),
        {"queue": queue, "reason": reason, "remedy": remedy, "seconds": FIRST_PROBE_SECONDS},
    )
    return bool(inserted.scalar())


def resume_queue(connection: Connection, queue: str) -> None:
    """Something succeeded on *queue*: no fault holds it."""
    connection.execute(pauses.delete().where(pauses.c.queue == queue, pauses.c.held_by.is_(None)))
