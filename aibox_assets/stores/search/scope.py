"""Which chunks an answer may come from: what the viewer sees, and what the filters leave, as part of each query."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from aibox_assets.domain.filters import Filters
from aibox_assets.domain.viewer import Viewer
from aibox_assets.stores.rights import VISIBLE_IDS, visible_parameters


@dataclass(frozen=True, slots=True)
class Scope:
    """Conditions on the chunks ``c``, each with AND before it, and the values that they bind.

    :ivar sql: empty where every chunk may answer; the planner may begin at the files.
    :ivar as_filter: the same for statements that find few chunks by themselves: the files are looked up once.
    """

    sql: str
    as_filter: str
    parameters: dict[str, Any]


def scope_of(viewer: Viewer, filters: Filters) -> Scope:
    """What *viewer* may find under *filters*."""
    parameters: dict[str, Any] = {}
    of_file, of_chunk = [], []
    if not viewer.sees_all:
        of_file.append(f"f.id IN ({VISIBLE_IDS})")
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
    if not of_file:
        return Scope(conditions, conditions, parameters)
    owned = f"c.file_id IN (SELECT f.id FROM aibox.files f WHERE {' AND '.join(of_file)})"  # noqa: S608
    # With IS TRUE the planner hashes the files' ids, instead of joining each file's chunks.
    return Scope(f"{conditions} AND {owned}", f"{conditions} AND ({owned}) IS TRUE", parameters)


def _nanoseconds(moment: datetime) -> int:
    return int(moment.timestamp()) * 10**9 + moment.microsecond * 1000
