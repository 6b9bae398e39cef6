"""How the queues stood, minute by minute for a week, of all files together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import sqlalchemy as sa
from sqlalchemy import Engine

from aibox_assets.stores.database import transaction
from aibox_assets.stores.queue_figures import QueueStats
from aibox_assets.stores.queues import QUEUE_OF
from aibox_assets.stores.tables import queue_samples

KEPT_DAYS: Final = 7

_SELECT: Final = sa.text("""
SELECT date_bin(make_interval(mins => :minutes), at, 'epoch') AS at, queue, avg(queued)::float8 AS queued,
    avg(started)::float8 AS started, avg(failed)::float8 AS failed, max(oldest_seconds) AS oldest_seconds,
    sum(made)::int AS made
FROM aibox.queue_samples WHERE at > now() - make_interval(hours => :hours) GROUP BY 1, 2 ORDER BY 1, 2""")
# A file counts once, however often it was tried, and no longer when it was made after all or is gone.
_FAILED: Final = sa.text("""
SELECT date_bin(make_interval(mins => :minutes), w.ended_at, 'epoch'), w.asset, count(*)
FROM aibox.work w JOIN aibox.files f ON f.id = w.file_id
WHERE w.state = 'failed' AND w.state <> 'finished' AND f.gone_at IS NULL
    AND w.ended_at > now() - make_interval(hours => :hours, mins => :minutes)
GROUP BY 1, 2""")


@dataclass(frozen=True, slots=True)
class QueueSample:
    """A queue within a span of time that begins at *at*: averages, the longest wait, and sums of what ended.

    :ivar lost: jobs that failed for good within it and still are failed, of files that are there.
    """

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
                }
                for each in stats
            ]
            connection.execute(queue_samples.insert(), rows)
            old = sa.func.now() - sa.func.make_interval(0, 0, 0, KEPT_DAYS)
            connection.execute(queue_samples.delete().where(queue_samples.c.at < old))

    def select(self, hours: int, minutes: int) -> list[QueueSample]:
        """The last *hours* in spans of so many *minutes*, the oldest first."""
        spans = {"hours": hours, "minutes": minutes}
        with transaction(self._engine) as connection:
            failed = {(at, QUEUE_OF[asset]): n for at, asset, n in connection.execute(_FAILED, spans)}
            return [
                QueueSample(**row._mapping, lost=failed.get((row.at, row.queue), 0))
                for row in connection.execute(_SELECT, spans)
            ]
