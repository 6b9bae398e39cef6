"""Paused queues: a fault of the installation (a wrong password, a missing model, a server away) holds a queue.

No file is blamed for such a fault. While a queue is paused one file at a time is tried on it, after growing waits;
the first that succeeds ends the pause.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

import sqlalchemy as sa
from sqlalchemy import Connection, Engine

from aibox_assets.stores.database import pauses, transaction

FIRST_PROBE_SECONDS: Final = 3
LONGEST_PROBE_SECONDS: Final = 30


@dataclass(frozen=True, slots=True)
class Pause:
    """Why a queue stands still, and what to do about it.

    :ivar probes: how often a file was tried since. :ivar probe_at: when the next one is.
    """

    queue: str
    reason: str
    remedy: str
    since: datetime
    probes: int
    probe_at: datetime


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
            .where(pauses.c.queue == queue, pauses.c.probe_at <= sa.func.now())
            .values(
                probes=pauses.c.probes + 1,
                probe_at=sa.func.now() + sa.func.make_interval(0, 0, 0, 0, 0, 0, wait),
            )
        )
        with transaction(self._engine) as connection:
            return connection.execute(claim).rowcount == 1


def pause_queue(connection: Connection, queue: str, reason: str, remedy: str) -> bool:
    """Hold *queue*; whether it was not held before."""
    inserted = connection.execute(
        sa.text("""
        INSERT INTO aibox.pauses AS p (queue, reason, remedy, probe_at)
        VALUES (:queue, :reason, :remedy, now() + make_interval(secs => :seconds))
        ON CONFLICT (queue) DO UPDATE SET reason = excluded.reason, remedy = excluded.remedy
        RETURNING xmax = 0"""),
        {"queue": queue, "reason": reason, "remedy": remedy, "seconds": FIRST_PROBE_SECONDS},
    )
    return bool(inserted.scalar())


def resume_queue(connection: Connection, queue: str) -> None:
    """Something succeeded on *queue*: nothing holds it."""
    connection.execute(pauses.delete().where(pauses.c.queue == queue))
