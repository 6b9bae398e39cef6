"""The files that a viewer sees, as conditions and parts of a query that are quick however many files there are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy import ColumnElement, Select

from aibox_assets.domain.viewer import Viewer
from aibox_assets.stores.rights import visible, visible_parts
from aibox_assets.stores.tables import files


def seen(viewer: Viewer) -> ColumnElement[bool]:
    """The condition on a row of ``files`` that *viewer* sees and that is not about to be deleted."""
    return files.c.gone_at.is_(None) & visible(viewer)


@dataclass(frozen=True, slots=True)
class Part:
    """Some of the files that a viewer sees. *few*: they are found first and sorted then, not the other way round."""

    condition: ColumnElement[bool]
    few: bool = False


def parts_seen(viewer: Viewer) -> list[Part]:
    """What a viewer sees; that what is shared with it is little, is likely."""
    there = files.c.gone_at.is_(None)
    return [Part(there & part, few=bool(at)) for at, part in enumerate(visible_parts(viewer))]


def first_of(
    part: Part,
    conditions: Sequence[ColumnElement[bool]],
    column: ColumnElement[Any],
    descending: bool,
    limit: int,
) -> Select[Any]:
    """The ids of the first files of a part."""
    names = dict.fromkeys(["id", str(column.key), "seq"])
    found: Any = sa.select(*(files.c[name] for name in names)).where(part.condition, *conditions)
    source: Any = files
    if part.few:
        source = found.offset(0).subquery()  # which the planner leaves as it is
        found = sa.select(source)
    order = [source.c[name] for name in names if name != "id"]
    found = found.order_by(*(each.desc() for each in order) if descending else order).limit(limit)
    return sa.select(found.subquery().c.id)
