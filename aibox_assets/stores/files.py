"""The table of files: which there are, where, whose, and in what state."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection, Engine, Row, Select

from aibox_assets.stores.database import file_assets, files, transaction
from aibox_assets.stores.inbox import INBOX, FileStat


class Status(StrEnum):
    """The four words for the state of a file, wherever one is shown."""

    QUEUED = "queued"
    STARTED = "started"
    FINISHED = "finished"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class FileRecord:
    """A row of ``files``.

    :ivar folder: label of the watched folder. :ivar path: in that folder.
    :ivar counts: items by asset (``chunks``, ``embeddings``, ``kg_triples``), of the last version of each.
    :ivar alone: shares no run with other files.
    """

    id: str
    folder: str
    path: str
    user_id: str
    media_type: str | None
    size: int
    mtime_ns: int
    sha256: str | None
    status: Status
    attempts: int
    alone: bool
    error: str | None
    remedy: str | None
    permanent: bool | None
    batch_id: str | None
    run_id: str | None
    created_at: datetime
    queued_at: datetime | None
    started_at: datetime | None
    finished_at: datetime | None
    updated_at: datetime
    gone_at: datetime | None
    counts: Mapping[str, int]

    @property
    def display_path(self) -> str:
        """What a person calls the file: its path in the inbox, or the whole path elsewhere."""
        return self.path if self.folder == INBOX else f"{self.folder.rstrip('/')}/{self.path}"


@dataclass(frozen=True, slots=True)
class KnownFile:
    """What the sensor needs to know of a file that is in the table."""

    id: str
    size: int
    mtime_ns: int
    sha256: str | None
    gone: bool


@dataclass(frozen=True, slots=True)
class NewFile:
    """A file to take in."""

    id: str
    folder: str
    path: str
    user_id: str
    found: FileStat


class FileStore:
    """Files as rows. Every verb may be repeated."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def get(self, ids: Collection[str]) -> dict[str, FileRecord]:
        """Records by id; unknown ids are left out."""
        if not ids:
            return {}
        return {record.id: record for record in self._read(_select().where(files.c.id.in_(list(ids))))}

    def find(self, key: str) -> FileRecord | None:
        """The file of an id, of a path in the inbox, or of a whole path."""
        folder_path = files.c.folder + "/" + files.c.path
        where = (
            (files.c.id == key) | ((files.c.path == key) & (files.c.folder == INBOX)) | (folder_path == key)
        )
        found = self._read(_select().where(where).order_by(files.c.seq).limit(1))
        return found[0] if found else None

    def at_paths(self, folder: str, paths: Collection[str]) -> dict[str, FileRecord]:
        """Records of the files at these paths of a watched folder, by path."""
        query = _select().where(files.c.folder == folder, files.c.path.in_(list(paths)))
        return {record.path: record for record in self._read(query)}

    def select(
        self, *, status: Status | None = None, user_id: str | None = None, limit: int | None = None
    ) -> list[FileRecord]:
        """Records in order of arrival, those about to be deleted left out."""
        query = _select().where(files.c.gone_at.is_(None)).order_by(files.c.seq)
        if status is not None:
            query = query.where(files.c.status == status)
        if user_id is not None:
            query = query.where(files.c.user_id == user_id)
        return self._read(query.limit(limit))

    def count_by_status(self) -> dict[Status, int]:
        """How many files are in each state; all four states are there."""
        query = (
            sa.select(files.c.status, sa.func.count())
            .where(files.c.gone_at.is_(None))
            .group_by(files.c.status)
        )
        with transaction(self._engine) as connection:
            found = {Status(status): int(count) for status, count in connection.execute(query)}
        return {status: found.get(status, 0) for status in Status}

    def known(self, folder: str) -> dict[str, KnownFile]:
        """All files of a watched folder by path."""
        columns = (files.c.path, files.c.id, files.c.size, files.c.mtime_ns, files.c.sha256, files.c.gone_at)
        with transaction(self._engine) as connection:
            rows = connection.execute(sa.select(*columns).where(files.c.folder == folder))
            return {
                path: KnownFile(id_, size, mtime_ns, sha256, gone_at is not None)
                for path, id_, size, mtime_ns, sha256, gone_at in rows
            }

    def existing_ids(self, ids: Collection[str]) -> set[str]:
        """Which of *ids* are taken."""
        with transaction(self._engine) as connection:
            return set(connection.scalars(sa.select(files.c.id).where(files.c.id.in_(list(ids)))))

    def add(self, new: Sequence[NewFile]) -> None:
        """Take files in, in the given order, as ``queued``."""
        if not new:
            return
        from sqlalchemy.dialects.postgresql import insert

        rows = [
            {
                "id": file.id,
                "folder": file.folder,
                "path": file.path,
                "user_id": file.user_id,
                "size": file.found.size,
                "mtime_ns": file.found.mtime_ns,
                "queued_at": sa.func.now(),
            }
            for file in new
        ]
        with transaction(self._engine) as connection:
            connection.execute(insert(files).values(rows).on_conflict_do_nothing())

    def change(self, id_: str, found: FileStat, sha256: str | None) -> None:
        """New bytes at a known path: queued again, with all attempts before it."""
        self._update(
            [id_],
            size=found.size,
            mtime_ns=found.mtime_ns,
            sha256=sha256,
            gone_at=None,
            **_QUEUED,
        )

    def touch(self, id_: str, found: FileStat) -> None:
        """The same bytes with another time, or back again after they were gone: nothing is to be done."""
        self._update([id_], size=found.size, mtime_ns=found.mtime_ns, gone_at=None)

    def move(self, id_: str, path: str, folder: str, found: FileStat) -> None:
        """The same bytes at a new path: the results stay."""
        self._update([id_], path=path, folder=folder, size=found.size, mtime_ns=found.mtime_ns, gone_at=None)

    def requeue(self, ids: Collection[str]) -> None:
        """A person wants the files tried again, whatever their state."""
        self._update(ids, **_QUEUED)

    def mark_gone(self, ids: Collection[str]) -> None:
        """The bytes are gone: the rest follows when no run works on the file."""
        self._update(ids, gone_at=sa.func.now())

    def gone(self, limit: int) -> list[FileRecord]:
        """Files whose bytes are gone, the longest first."""
        return self._read(
            _select().where(files.c.gone_at.is_not(None)).order_by(files.c.gone_at).limit(limit)
        )

    def delete(self, ids: Collection[str]) -> None:
        """Forget files; rows that belong to them go as well."""
        with transaction(self._engine) as connection:
            connection.execute(files.delete().where(files.c.id.in_(list(ids))))

    def _update(self, ids: Collection[str], **values: Any) -> None:
        if not ids:
            return
        query = files.update().where(files.c.id.in_(list(ids))).values(updated_at=sa.func.now(), **values)
        with transaction(self._engine) as connection:
            connection.execute(query)

    def _read(self, query: Select[Any]) -> list[FileRecord]:
        with transaction(self._engine) as connection:
            return read_records(connection, query)


_QUEUED: dict[str, Any] = {
    "status": Status.QUEUED,
    "attempts": 0,
    "interruptions": 0,
    "alone": False,
    "error": None,
    "remedy": None,
    "trace": None,
    "permanent": None,
    "retry_at": None,
    "batch_id": None,
    "queued_at": sa.func.now(),
    "started_at": None,
    "finished_at": None,
}


def read_records(connection: Connection, query: Select[Any]) -> list[FileRecord]:
    """Records of a query over ``files``, with their counts."""
    rows = connection.execute(query).all()
    counts: dict[str, dict[str, int]] = {}
    ids = [row.id for row in rows]
    chosen = sa.select(file_assets.c.file_id, file_assets.c.asset, file_assets.c["items"])
    for part in _parts(ids, 5000):
        for file_id, asset, items in connection.execute(chosen.where(file_assets.c.file_id.in_(part))):
            counts.setdefault(file_id, {})[asset] = items
    return [_record(row, counts.get(row.id, {})) for row in rows]


def _parts(ids: Sequence[str], size: int) -> Iterable[Sequence[str]]:
    return (ids[start : start + size] for start in range(0, len(ids), size))


def _select() -> Select[Any]:
    return sa.select(*(files.c[name] for name in FileRecord.__slots__ if name != "counts"))


def _record(row: Row[Any], counts: Mapping[str, int]) -> FileRecord:
    values = dict(row._mapping)  # SQLAlchemy's documented way to a row as a mapping
    return FileRecord(**{**values, "status": Status(values["status"]), "counts": counts})
