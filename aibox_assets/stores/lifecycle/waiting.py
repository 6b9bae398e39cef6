"""Which files wait for a run, and for what."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Row

from aibox_assets.stores.database import transaction
from aibox_assets.stores.files import ASSETS, CHUNKS
from aibox_assets.stores.lifecycle.rows import Transitions, run_sql


@dataclass(frozen=True, slots=True)
class WaitingFile:
    """A file that a run can take now.

    :ivar assets: that it lacks and that can be made. :ivar size: in bytes. :ivar chunks: how many, once they are made.
    :ivar attempts: its own failures so far. :ivar background: nobody waits for it.
    """

    id: str
    user_id: str
    seq: int
    size: int
    chunks: int | None
    attempts: int
    background: bool
    assets: tuple[str, ...]


# What the index work_waiting_idx has. What is made from chunks is wanted when they are made.
_WAITS: Final = """
w.state = 'queued' AND w.run IS NULL AND (w.asset = 'chunks' OR w.wanted IS NOT NULL) AND w.asset = ANY(:assets)
AND (w.not_before IS NULL OR w.not_before <= now())"""

# New chunks are made where no run has anything of the file. Files of a folder that is held wait for a person.
_CAN_BE_MADE: Final = f"""{_WAITS}
AND (SELECT f.gone_at IS NULL AND f.folder <> ALL (
        ARRAY (SELECT label FROM aibox.folders WHERE held_reason IS NOT NULL))
    FROM aibox.files f WHERE f.id = w.file_id)
AND CASE w.asset WHEN 'chunks'
    THEN NOT EXISTS (SELECT FROM aibox.work o WHERE o.file_id = w.file_id AND o.run IS NOT NULL)
    ELSE EXISTS (SELECT FROM aibox.work c WHERE c.file_id = w.file_id AND c.asset = 'chunks' AND c.state = 'finished')
    END"""  # noqa: S608

# The first :share files of each owner, who take turns; a file waits with up to two assets.
_WAITING: Final = f"""
WITH first AS (
    SELECT w.file_id, a.name AS owner_id, w.seq, bool_and(b.background) AS background
    FROM aibox.accounts a CROSS JOIN (VALUES (false), (true)) AS b (background)
    CROSS JOIN LATERAL (
        SELECT w.file_id, w.seq FROM aibox.work w
        WHERE w.owner_id = a.name AND w.background = b.background AND {_CAN_BE_MADE}
        ORDER BY w.seq LIMIT 2 * :share
    ) w GROUP BY w.file_id, a.name, w.seq
), chosen AS (
    SELECT *, row_number() OVER (PARTITION BY owner_id, background ORDER BY seq) AS turn FROM first
    ORDER BY background, turn, seq LIMIT :limit
)
SELECT f.id, f.owner_id, f.seq, f.size, h.background, h.turn, m.chunks, m.attempts, m.assets
FROM chosen h JOIN aibox.files f ON f.id = h.file_id CROSS JOIN LATERAL (
    SELECT max(w.items) FILTER (WHERE w.asset = 'chunks') AS chunks,
        max(w.attempts) FILTER (WHERE {_WAITS}) AS attempts,
        array_agg(w.asset) FILTER (WHERE {_WAITS}) AS assets
    FROM aibox.work w WHERE w.file_id = f.id
) m ORDER BY h.background, h.turn, h.seq"""  # noqa: S608


# In a run that waits for its turn, or without one.
_OTHERS_WAIT: Final = f"""
(SELECT 1 FROM aibox.work w JOIN aibox.work c ON c.file_id = w.file_id AND c.asset = 'chunks'
WHERE w.run IS NOT NULL AND w.state = 'queued' AND w.asset = :asset AND NOT w.background
    AND NOT w.owner_id = ANY(:owners) AND (w.asset = 'chunks' OR c.state = 'finished') LIMIT 1)
UNION ALL
(SELECT 1 FROM aibox.accounts a CROSS JOIN LATERAL (
    SELECT FROM aibox.work w WHERE w.owner_id = a.name AND NOT w.background AND {_CAN_BE_MADE} LIMIT 1
) w WHERE NOT a.name = ANY(:owners) LIMIT 1)"""  # noqa: S608

_SHARE: Final = 32


class Waiting(Transitions):
    """Reads what is to be requested."""

    def waiting(self, limit: int, assets: Collection[str] = ASSETS) -> list[WaitingFile]:
        """Files that wait for a run: what people wait for first, and owners in turns.

        :param assets: that can be made now; others may be paused.
        """
        with transaction(self._engine) as connection:
            # Its rows are few, though it looks costly to the planner.
            run_sql(connection, "SET LOCAL jit = off")
            share = _SHARE
            while True:
                rows = run_sql(connection, _WAITING, limit=limit, share=share, assets=list(assets)).all()
                if share >= limit or not _is_short(rows, limit, share):
                    break
                share *= 8
        return [
            WaitingFile(
                row.id,
                row.owner_id,
                row.seq,
                row.size,
                row.chunks,
                row.attempts,
                row.background,
                _in_order(row.assets, assets),
            )
            for row in rows
        ]

    def is_anything_open(self) -> bool:
        """Whether any file has work that waits or goes on, now or later."""
        with transaction(self._engine) as connection:
            query = "SELECT EXISTS (SELECT FROM aibox.files WHERE status IN ('queued', 'started'))"
            return bool(run_sql(connection, query).scalar())

    def others_wait(self, asset: str, owners: Collection[str]) -> bool:
        """Whether work on *asset* waits that is of none of the *owners*, and not in the background."""
        with transaction(self._engine) as connection:
            found = run_sql(
                connection,
                _OTHERS_WAIT,
                asset=asset,
                assets=[asset],
                owners=list(owners),
            )
            return found.first() is not None


def _is_short(rows: Sequence[Row[Any]], limit: int, share: int) -> bool:
    """Whether more of an owner, of whom only *share* files were looked at, may belong before the last of *rows*."""
    cut = [row.background for row in rows if row.turn >= share]
    return bool(cut) and (len(rows) < limit or (rows[-1].background and not all(cut)))


def _in_order(lacking: Collection[str], possible: Collection[str]) -> tuple[str, ...]:
    """What a run makes of a file: new chunks take along all that is made from them."""
    chosen = possible if CHUNKS in lacking else lacking
    return tuple(asset for asset in ASSETS if asset in chosen)
