"""Which files wait for a run, and for what."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

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


# What is made from chunks waits for them; new chunks are made where no run has anything of the file. Files of a folder
# that is held wait for a person. Owners take turns.
_WAITING: Final = """
WITH waiting AS (
    SELECT f.id, f.owner_id, f.seq, f.size, max(c.items) AS chunks, max(w.attempts) AS attempts,
        bool_and(w.background) AS background, array_agg(w.asset) AS assets
    FROM aibox.work w
    JOIN aibox.work c ON c.file_id = w.file_id AND c.asset = 'chunks'
    JOIN aibox.files f ON f.id = w.file_id
    JOIN aibox.folders d ON d.label = f.folder AND d.held_reason IS NULL
    WHERE w.state = 'queued' AND w.run IS NULL AND w.asset = ANY(:assets) AND f.gone_at IS NULL
        AND (w.not_before IS NULL OR w.not_before <= now())
        AND CASE w.asset WHEN 'chunks' THEN NOT EXISTS (
            SELECT FROM aibox.work o WHERE o.file_id = w.file_id AND o.run IS NOT NULL)
            ELSE c.state = 'finished' END
    GROUP BY f.id
), turns AS (
    SELECT *, row_number() OVER (PARTITION BY owner_id, background ORDER BY seq) AS turn FROM waiting
)
SELECT id, owner_id AS user_id, seq, size, chunks, attempts, background, assets FROM turns
ORDER BY background, turn, seq LIMIT :limit"""


class Waiting(Transitions):
    """Reads what is to be requested."""

    def waiting(self, limit: int, assets: Collection[str] = ASSETS) -> list[WaitingFile]:
        """Files that wait for a run: what people wait for first, and owners in turns.

        :param assets: that can be made now; others may be paused.
        """
        with transaction(self._engine) as connection:
            rows = run_sql(connection, _WAITING, limit=limit, assets=list(assets)).all()
        return [
            WaitingFile(
                **{**row._mapping, "assets": _in_order(row.assets, assets)}
            )  # SQLAlchemy's way to a mapping
            for row in rows
        ]

    def others_wait(self, asset: str, owners: Collection[str]) -> bool:
        """Whether work on *asset* waits that is of none of the *owners*, and not in the background."""
        with transaction(self._engine) as connection:
            found = run_sql(
                connection,
                """SELECT 1 FROM aibox.work w JOIN aibox.work c ON c.file_id = w.file_id AND c.asset = 'chunks'
                JOIN aibox.files f ON f.id = w.file_id
                WHERE w.state = 'queued' AND w.asset = :asset AND NOT w.background AND f.gone_at IS NULL
                    AND NOT f.owner_id = ANY(:owners) AND (w.asset = 'chunks' OR c.state = 'finished') LIMIT 1""",
                asset=asset,
                owners=list(owners),
            )
            return found.first() is not None


def _in_order(lacking: Collection[str], possible: Collection[str]) -> tuple[str, ...]:
    """What a run makes of a file: new chunks take along all that is made from them."""
    chosen = possible if CHUNKS in lacking else lacking
    return tuple(asset for asset in ASSETS if asset in chosen)
