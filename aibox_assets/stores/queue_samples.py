"""How the queues stood, minute by minute for a week, of all files together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import sqlalchemy as sa
from sqlalchemy import Engine

from aibox_assets.stores.database import transaction
from aibox_assets.stores.jobs import QueueStats
from aibox_assets.stores.tables import queue_samples

KEPT_DAYS: Final = 7

_SELECT: Final = sa.text("""
SELECT date_bin(make_interval(mins => :minutes), at, 'epoch') AS span, queue, avg(queued)::float8, avg(started)::float8,
    avg(failed)::float8, max(oldest_seconds), sum(made)::int, sum(lost)::int
FROM aibox.queue_samples WHERE at > now() - make_interval(hours => :hours) GROUP BY 1, 2 ORDER BY 1, 2""")


@dataclass(frozen=True, slots=True)
class QueueSample:
    """A queue within a span of time that begins at *at*: averages, the longest wait, and sums of what ended."""

    at: datetime
    queue: str
    queued: float
    started: float
    failed: float
    oldest_seconds: float | None
    made: int
    lost: int


class QueueSamples:
    """Writes and reads them."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def take(self, stats: Sequence[QueueStats]) -> None:
        """Write down how the queues stand, at most once a minute whoever asks; forget what is older than a week."""
        minute = sa.func.date_trunc("minute", sa.func.now())
        with transaction(self._engine) as connection:
            if connection.scalar(sa.select(sa.exists().where(queue_samples.c.at == minute))):
                return
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(sa.func.hashtext("queue_samples"))))
            if connection.scalar(sa.select(sa.exists().where(queue_samples.c.at == minute))):
                return
            now = connection.scalar(sa.select(sa.func.now()))
            assert now is not None
            rows = [
                {
                    "at": now.replace(second=0, microsecond=0),
                    "queue": each.queue,
                    "queued": each.queued,
                    "started": each.started,
                    "failed": each.failed,
                    "oldest_seconds": (now - each.oldest).total_seconds() if each.oldest else None,
                    "made": each.rates[0].made,
                    "lost": each.rates[0].failed,
                }
                for each in stats
            ]
            connection.execute(queue_samples.insert(), rows)
            old = sa.func.now() - sa.func.make_interval(0, 0, 0, KEPT_DAYS)
            connection.execute(queue_samples.delete().where(queue_samples.c.at < old))

    def select(self, hours: int, minutes: int) -> list[QueueSample]:
        """The last *hours* in spans of so many *minutes*, the oldest first."""
        with transaction(self._engine) as connection:
            return [
                QueueSample(*row) for row in connection.execute(_SELECT, {"hours": hours, "minutes": minutes})
            ]
