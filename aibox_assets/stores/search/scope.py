"""Which chunks an answer may come from: what the viewer sees, and what the filters leave, as part of each query."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy import Connection

from aibox_assets.domain.filters import Filters
from aibox_assets.domain.viewer import Viewer
from aibox_assets.stores.rights import VISIBLE_IDS, visible_parameters

MANY: Final = 2000
"""Files of one's own."""
_OWN: Final = """
SELECT count(*) FROM (SELECT FROM aibox.files WHERE owner_id = :viewer LIMIT :most) AS own"""
_EACH: Final = """EXISTS (SELECT FROM aibox.files v WHERE v.id = c.file_id AND v.owner_id = :viewer
    UNION ALL SELECT FROM aibox.grants g WHERE g.file_id = c.file_id AND g.grantee = ANY(:grantees))"""


@dataclass(frozen=True, slots=True)
class Scope:
    """Conditions on the chunks ``c``, each with AND before it, and the values that they bind.

    :ivar sql: empty where every chunk may answer; the planner may begin at the files.
    :ivar as_filter: the same for statements that find few chunks by themselves: the files are looked up once.
    """

    sql: str
    as_filter: str
    parameters: dict[str, Any]


def sees_many(connection: Connection, viewer: Viewer) -> bool:
    """Whether it is slower to list what *viewer* sees than to look at each chunk whether it sees it."""
    if viewer.sees_all:
        return False
    count = connection.scalar(sa.text(_OWN), {"viewer": viewer.name, "most": MANY})
    return bool(count == MANY)


def scope_of(viewer: Viewer, filters: Filters, *, each: bool) -> Scope:
    """What *viewer* may find under *filters*.

    :param each: look at each chunk, for statements with few chunks and for who sees many files; else list the files.
    """
    parameters: dict[str, Any] = {}
    of_file, of_chunk, files = [], [], []
    if not viewer.sees_all:
        if each:
            of_chunk.append(_EACH)
        else:
            files.append(VISIBLE_IDS)
        parameters |= visible_parameters(viewer)
    if filters.owner is not None:
        of_file.append("f.owner_id = :owner")
        parameters["owner"] = filters.owner
    if filters.media_types is not None:
        of_file.append("f.media_type = ANY(:media_types)")
        parameters["media_types"] = list(filters.media_types)
    if filters.since is not None:
        of_file.append("f.mtime_ns >= :since")
        parameters["since"] = _nanoseconds(filters.since)
    if filters.before is not None:
        of_file.append("f.mtime_ns < :before")
        parameters["before"] = _nanoseconds(filters.before)
    if filters.file_ids is not None:
        of_chunk.append("c.file_id = ANY(:file_ids)")
        parameters["file_ids"] = list(filters.file_ids)
    if filters.languages is not None:
        of_chunk.append("c.language = ANY(:languages)")
        parameters["languages"] = list(filters.languages)
    conditions = "".join(f" AND {condition}" for condition in of_chunk)
    if of_file:
        files.append(f"SELECT f.id FROM aibox.files f WHERE {' AND '.join(of_file)}")  # noqa: S608
    # Each by itself: one within the other made Postgres look up every visible file, however few chunks there were.
    owned = [f"c.file_id IN ({ids})" for ids in files]
    # With IS TRUE the planner hashes the files' ids, instead of joining each file's chunks.
    return Scope(
        conditions + "".join(f" AND {each}" for each in owned),
        conditions + "".join(f" AND ({each}) IS TRUE" for each in owned),
        parameters,
    )


def _nanoseconds(moment: datetime) -> int:
    return int(moment.timestamp()) * 10**9 + moment.microsecond * 1000
