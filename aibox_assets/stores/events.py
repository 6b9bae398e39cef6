"""The history of files: one row per transition, written in the transaction that makes it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy import Connection, Engine
from sqlalchemy.dialects.postgresql import JSONB

from aibox_assets.domain.viewer import Viewer
from aibox_assets.stores.database import transaction
from aibox_assets.stores.rights import event_visible
from aibox_assets.stores.tables import file_events


class EventKind(StrEnum):
    """What can happen to a file."""

    TAKEN_IN = "taken_in"
    CHANGED = "changed"
    MOVED = "moved"
    GONE = "gone"
    REMOVED = "removed"
    QUEUED = "queued"
    STARTED = "started"
    MADE = "made"
    RETRYING = "retrying"
    INTERRUPTED = "interrupted"
    FAILED = "failed"
    CANCELLED = "cancelled"
    FINISHED = "finished"


@dataclass(frozen=True, slots=True)
class FileEvent:
    """One transition.

    :ivar seq: grows from event to event; those of transactions that ran side by side may become visible out of order.
    :ivar asset: None where the whole file is meant. :ivar data: what there is to say of it.
    """

    seq: int
    file_id: str
    owner_id: str
    asset: str | None
    kind: EventKind
    at: datetime
    data: Mapping[str, Any]


_RECORD: Final = sa.text("""
INSERT INTO aibox.file_events (file_id, owner_id, asset, kind, data)
SELECT f.id, f.owner_id, :asset, :kind, coalesce(CAST(:each AS jsonb) -> f.id, '{}') || CAST(:data AS jsonb)
FROM aibox.files f WHERE f.id = ANY(:ids) ORDER BY f.seq""").bindparams(
    sa.bindparam("each", type_=JSONB), sa.bindparam("data", type_=JSONB), sa.bindparam("asset", type_=sa.Text)
)

_MEAN: Final = sa.text("""
SELECT asset, avg((data ->> 'seconds')::float8) FROM (
    SELECT asset, data FROM aibox.file_events
    WHERE kind = 'made' AND data ? 'seconds' AND seq > (SELECT max(seq) - 20000 FROM aibox.file_events)
    ORDER BY seq DESC LIMIT 300
) made GROUP BY asset""")
"""From the newest events only, however many there are."""


def record_events(
    connection: Connection,
    kind: EventKind,
    ids: Collection[str],
    asset: str | None = None,
    *,
    each: Mapping[str, Mapping[str, Any]] | None = None,
    **data: Any,
) -> None:
    """Write one event per file.

    :param each: what there is to say of a file, by its id. :param data: what there is to say of all of them.
    """
    if ids:
        connection.execute(
            _RECORD,
            {"ids": list(ids), "kind": str(kind), "asset": asset, "each": dict(each or {}), "data": data},
        )


class EventStore:
    """Reads the history."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def recent(self, file_id: str, viewer: Viewer, limit: int = 200) -> list[FileEvent]:
        """The last events of a file that *viewer* sees, the oldest first."""
        columns = (file_events.c[name] for name in FileEvent.__slots__)
        query = sa.select(*columns).where(file_events.c.file_id == file_id, event_visible(viewer))
        with transaction(self._engine) as connection:
            rows = connection.execute(query.order_by(file_events.c.seq.desc()).limit(limit)).all()
        return [FileEvent(**{**row._mapping, "kind": EventKind(row.kind)}) for row in reversed(rows)]

    def newest(self) -> int:
        """The number of the newest event; 0 before the first one."""
        with transaction(self._engine) as connection:
            return int(connection.scalar(sa.select(sa.func.max(file_events.c.seq))) or 0)

    def mean_seconds(self) -> dict[str, float]:
        """What making each asset of a file took of late, on average; without those that nothing is known of."""
        with transaction(self._engine) as connection:
            return {asset: float(seconds) for asset, seconds in connection.execute(_MEAN)}
