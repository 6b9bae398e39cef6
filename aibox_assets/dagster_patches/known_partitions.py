"""Keys of dynamic partitions, as this process knows them: read are those that are new since the last time.

``DagsterPostgresStorage`` (dagster-postgres 0.29.27) reads all of them some ten times for each run.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Final

import sqlalchemy as sa
from sqlalchemy import Connection

COMPARE_SECONDS: Final = 1.0
"""For so long nobody asks whether keys are gone, which takes a look at all of them: what is asked in one breath has one
answer. A key that comes is there at once, unless it was given its id before others and committed behind them."""

_NEWER = "SELECT id, partition FROM dynamic_partitions WHERE partitions_def_name = :name AND id > :last"
_NEW: Final = sa.text(f"{_NEWER} ORDER BY id")
_COMPARED: Final = sa.text(f"""
SELECT n.id, n.partition, t.total, t.ids
FROM (
    SELECT count(*) AS total, coalesce(sum(id), 0)::bigint AS ids
    FROM dynamic_partitions WHERE partitions_def_name = :name
) t
LEFT JOIN ({_NEWER}) n ON true
ORDER BY n.id""")  # noqa: S608


@dataclass(frozen=True, slots=True)
class _Known:
    """Keys in the order of their ids. :ivar last: the newest id. :ivar ids: the sum of all.

    :ivar compared_at: when all were counted, on the monotonic clock.
    """

    keys: tuple[str, ...] = ()
    last: int = 0
    ids: int = 0
    compared_at: float = float("-inf")


_KNOWN: dict[tuple[str, str], _Known] = {}
"""By database and definition."""


def known_partitions(connection: Connection, url: str, name: str) -> list[str]:
    """All keys of the definition *name* in the order in which they were added."""
    now, known = time.monotonic(), _KNOWN.get((url, name), _Known())
    compare = now - known.compared_at >= COMPARE_SECONDS
    rows = connection.execute(_COMPARED if compare else _NEW, {"name": name, "last": known.last}).all()
    new = [row for row in rows if row.id is not None]
    keys = (*known.keys, *(row.partition for row in new))
    ids = known.ids + sum(row.id for row in new)
    if compare:
        if (len(keys), ids) != (rows[0].total, rows[0].ids):
            # Some were deleted, or were added before others and committed behind them.
            forget_partitions(url, name)
            if not known.keys:
                return list(keys)
            return known_partitions(connection, url, name)
    elif new and len(set(keys)) < len(keys):  # one was deleted and came again
        forget_partitions(url, name)
        return known_partitions(connection, url, name)
    _KNOWN[url, name] = _Known(
        keys, new[-1].id if new else known.last, ids, now if compare else known.compared_at
    )
    return list(keys)


def forget_partitions(url: str, name: str) -> None:
    """Read them anew the next time: this process deleted one."""
    _KNOWN.pop((url, name), None)
