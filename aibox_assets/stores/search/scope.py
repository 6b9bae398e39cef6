"""Which chunks an answer may come from: what the viewer sees, and what the filters leave, as part of each query."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy import Connection

from aibox_assets.domain.filters import Filters
from aibox_assets.domain.viewer import Viewer
from aibox_assets.stores.rights import VISIBLE_PARTS, VISIBLE_ROW, visible_parameters

WIDE: Final = 5_000
"""Files of a scope from which on each chunk that was found is asked for its file. Fewer are looked up first, once for
a statement: for the owner of 100,000 files that took a second of the database's time in each search."""
COUNTED: Final = 20_000
FRESH_SECONDS: Final = 10.0
KEPT: Final = 100
"""Scopes whose sizes are known."""


@dataclass(frozen=True, slots=True)
class Scope:
    """Conditions on the chunks ``c``, each with AND before it, and the values that they bind.

    :ivar sql: empty where every chunk may answer; the planner may begin at the files.
    :ivar as_filter: the same for statements that find chunks by themselves.
    :ivar of_chunk: the part of it that needs no file.
    :ivar files: a query for the ids of its files; empty where all may answer. :ivar row: the condition on one of them.
    :ivar found: how many files there are, at most 20,000, of a wide scope; 0 of another one.
    """

    sql: str
    as_filter: str
    of_chunk: str
    files: str
    row: str
    parameters: dict[str, Any]
    found: int = 0

    @property
    def by_chunk(self) -> str:
        """The same for statements with few chunks: each is asked for its file."""
        if not self.files:
            return self.sql
        # A subquery for one value is asked for each row; the planner makes no join of it.
        return f"{self.of_chunk} AND (SELECT {self.row} FROM aibox.files f WHERE f.id = c.file_id)"  # noqa: S608


class ScopeSizes:
    """How many files are in scopes, each counted once in ten seconds.

    A size decides how chunks are looked for and what a word is worth, never which may answer.
    """

    def __init__(self) -> None:
        self._known: dict[str, tuple[float, int]] = {}

    def measured(self, connection: Connection, scope: Scope) -> Scope:
        """*scope*, asked as it costs least for as many files as there are."""
        if not scope.files:
            return scope
        key, now = repr((scope.files, sorted(scope.parameters.items()))), time.monotonic()
        counted_at, found = self._known.get(key, (-math.inf, 0))
        if now - counted_at > FRESH_SECONDS:
            counted = sa.text(f"SELECT count(*) FROM ({scope.files} LIMIT {COUNTED}) AS first")  # noqa: S608
            found = int(connection.scalar(counted, scope.parameters) or 0)
            if len(self._known) >= KEPT:
                self._known = {}
            self._known = {**self._known, key: (now, found)}
        if found < WIDE:
            return scope
        return replace(scope, as_filter=scope.by_chunk, found=found)


def scope_of(viewer: Viewer, filters: Filters) -> Scope:
    """What *viewer* may find under *filters*."""
    parameters: dict[str, Any] = {}
    of_file, of_chunk = [], []
    if not viewer.sees_all:
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
    if not of_file and viewer.sees_all:
        return Scope(conditions, conditions, conditions, "", "", parameters)
    if filters.file_ids is not None:
        of_file.append("f.id = ANY(:file_ids)")  # so that few are counted as few
    seen = [] if viewer.sees_all else [VISIBLE_ROW]
    parts = ["true"] if viewer.sees_all else VISIBLE_PARTS
    files = " UNION ALL ".join(
        f"SELECT f.id FROM aibox.files f WHERE {' AND '.join([part, *of_file])}"  # noqa: S608
        for part in parts
    )
    owned = f"c.file_id IN ({files})"
    # With IS TRUE the planner hashes the files' ids, instead of joining each file's chunks.
    return Scope(
        f"{conditions} AND {owned}",
        f"{conditions} AND ({owned}) IS TRUE",
        conditions,
        files,
        " AND ".join([*seen, *of_file]),
        parameters,
    )


def _nanoseconds(moment: datetime) -> int:
    return int(moment.timestamp()) * 10**9 + moment.microsecond * 1000
