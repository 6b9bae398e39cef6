"""Events as they become visible, for whoever follows them: none is lost, none comes before its transaction's end.

Numbers alone do not tell what is new: of two transactions that run side by side the one with the lower numbers may end
last. What is new between two moments is what one snapshot of the database does not see and the other does.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy import Engine

from aibox_assets.domain.viewer import EVERYONE, Viewer
from aibox_assets.stores.database import transaction
from aibox_assets.stores.events import EventKind, FileEvent
from aibox_assets.stores.rights import event_visible
from aibox_assets.stores.tables import file_events, grants

PART: Final = 500
_SNAPSHOT: Final = re.compile(r"([0-9]{1,18}):([0-9]{1,18}):((?:[0-9]{1,18},)*[0-9]{1,18})?")
_COLUMNS: Final = tuple(file_events.c[name] for name in FileEvent.__slots__)
_GRANTEES: Final = (
    sa.select(sa.func.coalesce(sa.func.array_agg(grants.c.grantee), sa.literal([], sa.ARRAY(sa.Text))))
    .where(grants.c.file_id == file_events.c.file_id)
    .scalar_subquery()
)


@dataclass(frozen=True, slots=True)
class FedEvent:
    """An event, and with whom its file is shared."""

    event: FileEvent
    grantees: frozenset[str]

    def is_for(self, viewer: Viewer) -> bool:
        """Whether *viewer* may see it, as it stood when it was read."""
        mine = viewer.sees_all or self.event.owner_id == viewer.name
        return mine or viewer.name in self.grantees or EVERYONE in self.grantees


def is_snapshot(text: str) -> bool:
    """Whether *text* can be a moment that :meth:`EventFeed.now` told."""
    found = _SNAPSHOT.fullmatch(text)
    if found is None:
        return False
    first, end = int(found[1]), int(found[2])
    running = [int(each) for each in found[3].split(",")] if found[3] else []
    return 0 < first <= end and running == sorted(running) and all(first <= each < end for each in running)


class EventFeed:
    """Reads events between two moments."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def now(self) -> str:
        """This moment: which transactions have ended."""
        with transaction(self._engine) as connection:
            return str(connection.scalar(sa.text("SELECT pg_current_snapshot()::text")))

    def between(
        self,
        before: str | None,
        until: str,
        *,
        viewer: Viewer | None = None,
        file_id: str | None = None,
    ) -> Iterator[list[FedEvent]]:
        """What became visible after *before*, or ever, and up to *until*, in parts, in the order of their numbers.

        :param viewer: only what this one may see; None for all, where whoever asks looks at each.
        """
        xid: Any = file_events.c.xid
        conditions: list[Any] = [
            xid < sa.text("pg_snapshot_xmax(CAST(:until AS pg_snapshot))"),
            sa.text("pg_visible_in_snapshot(xid, CAST(:until AS pg_snapshot))"),
        ]
        if before is not None:
            conditions += [
                xid >= sa.text("pg_snapshot_xmin(CAST(:before AS pg_snapshot))"),
                sa.text("NOT pg_visible_in_snapshot(xid, CAST(:before AS pg_snapshot))"),
            ]
        if viewer is not None:
            conditions.append(event_visible(viewer))
        if file_id is not None:
            conditions.append(file_events.c.file_id == file_id)
        query: sa.Select[Any] = sa.select(*_COLUMNS, _GRANTEES.label("grantees")).where(*conditions)
        query = query.order_by(file_events.c.seq).limit(PART)
        last = -1
        while True:
            part = query.where(file_events.c.seq > last)
            with transaction(self._engine) as connection:
                rows = connection.execute(part, {"before": before, "until": until}).all()
            if rows:
                yield [_fed(row) for row in rows]
                last = rows[-1].seq
            if len(rows) < PART:
                return


def _fed(row: sa.Row[Any]) -> FedEvent:
    values = {name: row._mapping[name] for name in FileEvent.__slots__}
    return FedEvent(FileEvent(**{**values, "kind": EventKind(row.kind)}), frozenset(row.grantees))
