"""The files that a viewer sees: chosen, counted, in pages. Every query has the viewer's rights in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy import ColumnElement, Engine, Select

from aibox_assets.domain.viewer import Viewer
from aibox_assets.stores.database import chunks, files, transaction
from aibox_assets.stores.files import FileRecord, Status, read_records, select_files
from aibox_assets.stores.rights import changeable, visible
from aibox_assets.stores.search.by_word import query_words


class Sort(StrEnum):
    """Orders of a list; each is made definite by the order of arrival."""

    ARRIVAL = "arrival"
    NAME = "name"
    SIZE = "size"
    UPDATED = "updated"


@dataclass(frozen=True, slots=True)
class FileFilter:
    """Which files are meant: those for which all that is given holds.

    :ivar name: a part of the path, in whatever case. :ivar text: words that are in it.
    """

    state: Status | None = None
    owner: str | None = None
    media_type: str | None = None
    name: str | None = None
    text: str | None = None
    ids: tuple[str, ...] | None = None

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
_CHUNK: Final = tuple(chunks.c[name] for name in StoredChunk.__slots__)


class FileList:
    """Reads the files that a viewer sees. Those that are about to be deleted are not among them."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def get(self, id_: str, viewer: Viewer) -> FileRecord | None:
        """One file; None where *viewer* sees none of this id."""
        with transaction(self._engine) as connection:
            rows = connection.execute(select_files().where(files.c.id == id_, _seen(viewer))).all()
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
        query = select_files().add_columns(seq).where(_seen(viewer), *_conditions(chosen))
        if after is not None and sort is Sort.ARRIVAL:
            query = query.where(seq < after.seq if descending else seq > after.seq)
        elif after is not None:
            here: Any = sa.tuple_(column, seq)
            there = sa.tuple_(sa.literal(after.value, column.type), sa.literal(after.seq, seq.type))
            query = query.where(here < there if descending else here > there)
        order = (column.desc(), seq.desc()) if descending else (column, seq)
        query = query.order_by(*(order[:1] if sort is Sort.ARRIVAL else order)).limit(limit + 1)
        with transaction(self._engine) as connection:
            rows = connection.execute(query).all()
            records = read_records(connection, rows[:limit])
        if len(rows) <= limit:
            return records, None
        last = rows[limit - 1]
        return records, Position(last._mapping[str(column.key)], last.seq)

    def count(self, viewer: Viewer, chosen: FileFilter) -> dict[Status, int]:
        """How many of them are in each state; all four states are there."""
        query = sa.select(files.c.status, sa.func.count()).where(_seen(viewer), *_conditions(chosen))
        with transaction(self._engine) as connection:
            found = {status: int(n) for status, n in connection.execute(query.group_by(files.c.status))}
        return {status: found.get(status, 0) for status in Status}

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

    def which_visible(self, ids: Sequence[str], viewer: Viewer) -> set[str]:
        """Which of *ids* the viewer sees."""
        query = sa.select(files.c.id).where(files.c.id.in_(list(ids)), _seen(viewer))
        with transaction(self._engine) as connection:
            return set(connection.scalars(query))

    def chunks(self, id_: str, viewer: Viewer, *, after: int = -1, limit: int = 100) -> list[StoredChunk]:
        """Chunks of a file that *viewer* sees, from behind an ordinal on."""
        query = sa.select(*_CHUNK).join(files, files.c.id == chunks.c.file_id)
        query = query.where(files.c.id == id_, _seen(viewer), chunks.c.ordinal > after)
        with transaction(self._engine) as connection:
            rows = connection.execute(query.order_by(chunks.c.ordinal).limit(limit))
            return [StoredChunk(*row) for row in rows]


def _seen(viewer: Viewer) -> ColumnElement[bool]:
    return files.c.gone_at.is_(None) & visible(viewer)


def _conditions(chosen: FileFilter) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if chosen.state is not None:
        conditions.append(files.c.status == chosen.state)
    if chosen.owner is not None:
        conditions.append(files.c.owner_id == chosen.owner)
    if chosen.media_type is not None:
        conditions.append(files.c.media_type == chosen.media_type)
    if chosen.name is not None:
        conditions.append(files.c.path.icontains(chosen.name, autoescape=True))
    if chosen.text is not None:
        conditions.append(files.c.id.in_(_with_words(chosen.text)))
    if chosen.ids is not None:
        conditions.append(files.c.id == sa.any_(sa.literal(list(chosen.ids), sa.ARRAY(sa.Text))))
    return conditions


def _with_words(text: str) -> Select[Any]:
    words = sa.func.plainto_tsquery(sa.text("'pg_catalog.english'"), query_words(text))
    return sa.select(chunks.c.file_id).where(chunks.c.words.op("@@")(words))
