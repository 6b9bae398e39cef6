"""What was made and what went wrong lately, by asset: figures without names."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy import ColumnElement, Engine

from aibox_assets.stores.database import transaction
from aibox_assets.stores.events import EventKind
from aibox_assets.stores.tables import file_events

RECENT_MINUTES: Final = 10
QUANTILES: Final = (0.5, 0.95, 1.0)
OUTCOMES: Final = (EventKind.MADE, EventKind.FAILED, EventKind.RETRYING, EventKind.INTERRUPTED)


@dataclass(frozen=True, slots=True)
class Recent:
    """An asset within the last :data:`RECENT_MINUTES`.

    :ivar outcomes: jobs by how they ended. :ivar items: chunks, vectors or triples that were made.
    :ivar seconds: that it took to make them. :ivar quantiles: of the seconds of a job, as :data:`QUANTILES`.
    """

    asset: str
    outcomes: dict[EventKind, int]
    items: int
    seconds: float
    quantiles: tuple[float, ...]


def read_recent(engine: Engine) -> list[Recent]:
    """Every asset of which something ended."""
    made = file_events.c.kind == EventKind.MADE
    seconds = sa.cast(file_events.c.data["seconds"].astext, sa.Double)

    def count(kind: EventKind) -> ColumnElement[int]:
        return sa.func.count().filter(file_events.c.kind == kind).label(kind.value)

    query = (
        sa.select(
            file_events.c.asset,
            *(count(kind) for kind in OUTCOMES),
            sa.func.sum(sa.cast(file_events.c.data["items"].astext, sa.BigInteger))
            .filter(made)
            .label("items"),
            sa.func.sum(seconds).filter(made).label("seconds"),
            sa.func.percentile_cont(sa.literal(list(QUANTILES), sa.ARRAY(sa.Double)))
            .within_group(seconds)
            .filter(made)
            .label("quantiles"),
        )
        .where(
            file_events.c.at > sa.func.now() - sa.func.make_interval(0, 0, 0, 0, 0, RECENT_MINUTES),
            file_events.c.kind.in_(OUTCOMES),
            file_events.c.asset.is_not(None),
        )
        .group_by(file_events.c.asset)
        .order_by(file_events.c.asset)
    )
    with transaction(engine) as connection:
        return [_recent(row) for row in connection.execute(query)]


def _recent(row: sa.Row[Any]) -> Recent:
    outcomes = {kind: int(row._mapping[kind.value]) for kind in OUTCOMES}
    return Recent(
        row.asset, outcomes, int(row.items or 0), float(row.seconds or 0.0), tuple(row.quantiles or ())
    )
