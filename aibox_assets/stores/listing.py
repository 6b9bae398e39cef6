"""The files that a viewer sees: chosen, counted, in pages. Every query has the viewer's rights in it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy import ColumnElement, Engine, Select

from aibox_assets.domain.keys import spellings
from aibox_assets.domain.viewer import Viewer
from aibox_assets.stores.database import transaction
from aibox_assets.stores.file_store import read_records, select_files
from aibox_assets.stores.files import FileRecord, Status
from aibox_assets.stores.rights import changeable
from aibox_assets.stores.search.by_word import query_words
from aibox_assets.stores.seen_files import first_of, parts_seen, seen
from aibox_assets.stores.tables import accounts, chunks, file_names, files, work


class Sort(StrEnum):
    """Orders of a list; each is made definite by the order of arrival."""

    ARRIVAL = "arrival"
    NAME = "name"
    SIZE = "size"
    UPDATED = "updated"


@dataclass(frozen=True, slots=True)
class FileFilter:
    """Which files are meant: those for which all that is given holds.

    :ivar name: a part of the path; A to Z in whatever case. :ivar text: words that are in it.
    :ivar problem: a part of the reason for which it failed; A to Z in whatever case.
    """

    state: Status | None = None
    owner: str | None = None
    media_type: str | None = None
    name: str | None = None
    text: str | None = None
    ids: tuple[str, ...] | None = None
    problem: str | None = None

    @property
    def is_empty(self) -> bool:
        """Whether every file is meant."""
        return all(getattr(self, name) is None for name in self.__slots__)


@dataclass(frozen=True, slots=True)
class Position:
    """The last file of a page, from which the next one goes on."""

    value: str | int | datetime
    seq: int


@dataclass(frozen=True, slots=True)
class ChangeableFile:
    """A file that a person may change."""

    seq: int
    id: str
    folder: str
    status: Status


@dataclass(frozen=True, slots=True)
class StoredChunk:
    """A chunk as it is shown."""

    chunk_id: str
    ordinal: int
    text: str
    token_count: int
    char_start: int
    char_end: int
    page: int | None
    sheet: str | None
    heading_path: list[str]
    language: str


_COLUMNS: Final[dict[Sort, ColumnElement[Any]]] = {
    Sort.ARRIVAL: files.c.seq,
    Sort.NAME: files.c.path,
    Sort.SIZE: files.c.size,
    Sort.UPDATED: files.c.updated_at,
}
COUNTED: Final = 1_000
"""So many files are counted where words name them: each is looked up, and a person who has as many adds a word."""
_LIKE: Final = re.compile("[%_/]")
_ESCAPED: Final = r"/\g<0>"
_CHUNK: Final = tuple(chunks.c[name] for name in StoredChunk.__slots__)


class FileList:
    """Reads the files that a viewer sees. Those that are about to be deleted are not among them."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def get(self, id_: str, viewer: Viewer) -> FileRecord | None:
        """One file; None where *viewer* sees none of this id."""
        with transaction(self._engine) as connection:
            rows = connection.execute(select_files().where(files.c.id == id_, seen(viewer))).all()
            found = read_records(connection, rows)
        return found[0] if found else None

    def page(
        self,
        viewer: Viewer,
        chosen: FileFilter,
        sort: Sort = Sort.ARRIVAL,
        *,
        descending: bool = True,
        after: Position | None = None,
        limit: int = 50,
    ) -> tuple[list[FileRecord], Position | None]:
        """A page of files, and where the next one goes on; None on the last one."""
        column, seq = _COLUMNS[sort], files.c.seq
        order: tuple[ColumnElement[Any], ...] = (column.desc(), seq.desc()) if descending else (column, seq)
        order = order[:1] if sort is Sort.ARRIVAL else order
        conditions = _conditions(chosen)
        if after is not None and sort is Sort.ARRIVAL:
            conditions.append(seq < after.seq if descending else seq > after.seq)
        elif after is not None:
            here: Any = sa.tuple_(column, seq)
            there = sa.tuple_(sa.literal(after.value, column.type), sa.literal(after.seq, seq.type))
            conditions.append(here < there if descending else here > there)
        parts = [first_of(part, conditions, column, descending, limit + 1) for part in parts_seen(viewer)]
        ids = sa.union_all(*parts).subquery()
        query = select_files().add_columns(seq).where(files.c.id.in_(sa.select(ids.c.id)))
        query = query.order_by(*order).limit(limit + 1)
        with transaction(self._engine) as connection:
            rows = connection.execute(query).all()
            records = read_records(connection, rows[:limit])
        if len(rows) <= limit:
            return records, None
        last = rows[limit - 1]
        return records, Position(last._mapping[str(column.key)], last.seq)

    def count(self, viewer: Viewer, chosen: FileFilter) -> dict[Status, int]:
        """How many of them are in each state; all four states are there.

        Of files with a text in them at most :data:`COUNTED` are counted.
        """
        counts = dict.fromkeys(Status, 0)
        with transaction(self._engine) as connection:
            for part in parts_seen(viewer):
                found = sa.select(files.c.status).where(part.condition, *_conditions(chosen))
                if chosen.text is not None:
                    found = found.limit(COUNTED - sum(counts.values()))
                row = connection.execute(_states(found)).one()
                for status, count in zip(Status, row, strict=True):
                    counts[status] += count
        return counts

    def changeable(
        self, viewer: Viewer, chosen: FileFilter, *, after: int = 0, limit: int = 1000
    ) -> list[ChangeableFile]:
        """Files that *viewer* may change, in the order of arrival, from behind a place in it on."""
        columns = (files.c.seq, files.c.id, files.c.folder, files.c.status)
        query = sa.select(*columns).where(
            files.c.gone_at.is_(None), changeable(viewer), files.c.seq > after, *_conditions(chosen)
        )
        with transaction(self._engine) as connection:
            rows = connection.execute(query.order_by(files.c.seq).limit(limit))
            return [ChangeableFile(row.seq, row.id, row.folder, Status(row.status)) for row in rows]

    def count_changeable(self, viewer: Viewer, chosen: FileFilter) -> dict[tuple[str, Status], int]:
        """How many files *viewer* may change, by folder and status."""
        columns = (files.c.folder, files.c.status)
        query = sa.select(*columns, sa.func.count()).group_by(*columns)
        query = query.where(files.c.gone_at.is_(None), changeable(viewer), *_conditions(chosen))
        with transaction(self._engine) as connection:
            return {(folder, Status(status)): count for folder, status, count in connection.execute(query)}

    def which_visible(self, ids: Sequence[str], viewer: Viewer) -> set[str]:
        """Which of *ids* the viewer sees."""
        query = sa.select(files.c.id).where(
            files.c.id == sa.any_(sa.literal(list(ids), sa.ARRAY(sa.Text))), seen(viewer)
        )
        with transaction(self._engine) as connection:
            return set(connection.scalars(query))

    def sees_owner(self, viewer: Viewer, owner: str) -> bool:
        """Whether *owner* is the viewer itself, one who shares a file with it, or for who sees all: any account."""
        if viewer.sees_all:
            query = sa.select(sa.exists().where(accounts.c.name == owner))
        else:
            query = sa.select(sa.exists().where(files.c.owner_id == owner, seen(viewer)))
        with transaction(self._engine) as connection:
            return owner == viewer.name or bool(connection.scalar(query))

    def owners(self, viewer: Viewer, limit: int) -> list[str]:
        """The first names of those whose files the viewer sees."""
        query = sa.select(accounts.c.name).order_by(accounts.c.name).limit(limit)
        if not viewer.sees_all:
            query = query.where(sa.exists().where(files.c.owner_id == accounts.c.name, seen(viewer)))
        with transaction(self._engine) as connection:
            return list(connection.scalars(query))

    def chunks(self, id_: str, viewer: Viewer, *, after: int = -1, limit: int = 100) -> list[StoredChunk]:
        """Chunks of a file that *viewer* sees, from behind an ordinal on."""
        query = sa.select(*_CHUNK).join(files, files.c.id == chunks.c.file_id)
        query = query.where(files.c.id == id_, seen(viewer), chunks.c.ordinal > after)
        with transaction(self._engine) as connection:
            rows = connection.execute(query.order_by(chunks.c.ordinal).limit(limit))
            return [StoredChunk(*row) for row in rows]

    def before_chunk(self, id_: str, viewer: Viewer, chunk_id: str, part: int) -> int:
        """After which ordinal the part of *part* chunks begins that has a chunk; -1 where there is no such chunk."""
        query = sa.select(chunks.c.ordinal).join(files, files.c.id == chunks.c.file_id)
        query = query.where(files.c.id == id_, seen(viewer), chunks.c.chunk_id == chunk_id)
        with transaction(self._engine) as connection:
            ordinal = connection.scalar(query)
        return -1 if ordinal is None else ordinal // part * part - 1


def _states(found: Select[tuple[str]]) -> Select[Any]:
    # By comparison: grouping by a text takes ten times as long as reading the index.
    status = found.subquery().c.status
    counts: list[ColumnElement[Any]] = [sa.func.count().filter(status == each) for each in Status]
    return sa.select(*counts)


def _conditions(chosen: FileFilter) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if chosen.state is not None:
        conditions.append(files.c.status == chosen.state)
    if chosen.owner is not None:
        conditions.append(files.c.owner_id.in_(spellings(chosen.owner)))
    if chosen.media_type is not None:
        conditions.append(files.c.media_type == chosen.media_type)
    if chosen.name is not None:
        conditions.append(sa.or_(*(_is_named(name) for name in spellings(chosen.name))))
    if chosen.text is not None:
        conditions.append(files.c.id.in_(_with_words(chosen.text)))
    if chosen.problem is not None:
        failed = (work.c.state == Status.FAILED) & _holds(work.c.error, chosen.problem)
        conditions.append(files.c.id.in_(sa.select(work.c.file_id).where(failed)))
    if chosen.ids is not None:
        conditions.append(files.c.id == sa.any_(sa.literal(list(chosen.ids), sa.ARRAY(sa.Text))))
    return conditions


def _is_named(name: str) -> ColumnElement[bool]:
    """A part of the path, spelled so."""
    held = _holds(files.c.path, name)
    if len(name) < (3 if name.isascii() else 2):
        return held  # what is shorter has nothing to look up
    grams = sa.func.aibox.path_grams(name)
    return held & files.c.id.in_(sa.select(file_names.c.file_id).where(file_names.c.grams.op("@>")(grams)))


def _holds(column: ColumnElement[Any], part: str) -> ColumnElement[bool]:
    # By bytes, which folds the case of plain letters only; by a language's rules it takes ten times as long.
    return column.collate("C").ilike(f"%{_LIKE.sub(_ESCAPED, part)}%", escape="/")


def _with_words(text: str) -> Select[Any]:
    words = sa.func.plainto_tsquery(sa.text("'pg_catalog.english'"), query_words(text))
    return sa.select(chunks.c.file_id).where(chunks.c.words.op("@@")(words))
