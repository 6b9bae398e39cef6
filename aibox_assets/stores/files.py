"""The files as they are listed: which there are, where, whose, and how the work on each stands.

Belongs here: records and queries. Does not: any change of state (``lifecycle.py``).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy import Connection, Engine, Row, Select

from aibox_assets.stores.database import transaction
from aibox_assets.stores.folders import INBOX
from aibox_assets.stores.scanning import FileStat
from aibox_assets.stores.tables import files, work

CHUNKS: Final = "chunks"
EMBEDDINGS: Final = "embeddings"
KG_TRIPLES: Final = "kg_triples"
ASSETS: Final = (CHUNKS, EMBEDDINGS, KG_TRIPLES)


class Status(StrEnum):
    """The four words for the state of a file, and of its work on each asset, wherever one is shown."""

    QUEUED = "queued"
    STARTED = "started"
    FINISHED = "finished"
    FAILED = "failed"


class FailureKind(StrEnum):
    """Of what kind a failure was: what may pass is tried again until its attempts are exhausted."""

    TRANSIENT = "transient"
    PERMANENT = "permanent"
    EXHAUSTED = "exhausted"
    CANCELLED = "cancelled"


CHUNK_BYTES: Final = 1000
"""Bytes of a document that make about one chunk."""


def estimate_chunks(size: int) -> int:
    """About how many chunks a document of *size* bytes makes."""
    return max(1, size // CHUNK_BYTES)


@dataclass(frozen=True, slots=True)
class Work:
    """A row of ``work``: one asset of one file.

    :ivar wanted: the version that should be, ``<sha256 of the bytes>.<splitting>[.<recipe>]``; None while unknown.
    :ivar made: the version that is. :ivar made_by: Dagster's id of the run that made it.
    :ivar run: the only run that may write it.
    :ivar attempts: its own failures. :ivar interruptions: runs that died under it.
    :ivar failure: of what kind the last failure was. :ivar items: chunks, vectors or triples.
    """

    asset: str
    state: Status
    wanted: str | None
    made: str | None
    made_by: str | None
    run: str | None
    background: bool
    attempts: int
    interruptions: int
    not_before: datetime | None
    failure: FailureKind | None
    error: str | None
    remedy: str | None
    items: int | None
    seconds: float | None
    queued_at: datetime
    started_at: datetime | None
    ended_at: datetime | None

    @property
    def is_current(self) -> bool:
        """What is made is what is wanted."""
        return self.made is not None and self.made == self.wanted


@dataclass(frozen=True, slots=True)
class FileRecord:
    """A row of ``files`` with its work.

    :ivar folder: label of the watched folder. :ivar path: in that folder.
    :ivar work: by asset, in the order of the assets.
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
    gone_at: datetime | None
    created_at: datetime
    updated_at: datetime
    work: Mapping[str, Work]

    @property
    def display_path(self) -> str:
        """What a person calls the file: its path in the inbox, or the whole path elsewhere."""
        return _display_path(self.folder, self.path)

    @property
    def counts(self) -> dict[str, int]:
        """Items by asset, of the last version of each."""
        return {asset: each.items for asset, each in self.work.items() if each.items is not None}

    @property
    def weight(self) -> int:
        """Its chunks; while they are not made, estimated."""
        return self.counts.get(CHUNKS) or estimate_chunks(self.size)

    @property
    def failed_work(self) -> Work | None:
        """The work whose failure explains the file's: the first that failed, else that waits after a failure."""
        rows = list(self.work.values())
        failed = [each for each in rows if each.state is Status.FAILED]
        waiting = [each for each in rows if each.error is not None]
        return next(iter(failed or waiting), None)

    @property
    def error(self) -> str | None:
        """Why it failed, or failed the last time."""
        return each.error if (each := self.failed_work) else None

    @property
    def remedy(self) -> str | None:
        """What to do about it."""
        return each.remedy if (each := self.failed_work) else None

    @property
    def permanent(self) -> bool | None:
        """Whether the same bytes would fail again; None where nothing failed."""
        each = self.failed_work
        return None if each is None else each.failure in (FailureKind.PERMANENT, FailureKind.CANCELLED)

    @property
    def attempts(self) -> int:
        """Most failures of its own in any asset."""
        return max((each.attempts for each in self.work.values()), default=0)

    @property
    def run(self) -> str | None:
        """A run that has some of its work."""
        return next((each.run for each in self.work.values() if each.run), None)

    @property
    def run_id(self) -> str | None:
        """Dagster's id of the run that made the last of it."""
        done = [each for each in self.work.values() if each.made_by and each.ended_at]
        return max(done, key=lambda each: each.ended_at or self.created_at).made_by if done else None

    @property
    def queued_at(self) -> datetime:
        """Since when something of it was to be done."""
        return min((each.queued_at for each in self.work.values()), default=self.created_at)

    @property
    def started_at(self) -> datetime | None:
        """When the first work on it started."""
        return min((each.started_at for each in self.work.values() if each.started_at), default=None)

    @property
    def finished_at(self) -> datetime | None:
        """When the last work on it ended; None while some is to be done."""
        if self.status not in (Status.FINISHED, Status.FAILED):
            return None
        return max((each.ended_at for each in self.work.values() if each.ended_at), default=None)


@dataclass(frozen=True, slots=True)
class KnownFile:
    """What a look at a folder needs to know of a file that is in the table."""

    id: str
    size: int
    mtime_ns: int
    sha256: str | None
    gone: bool


@dataclass(frozen=True, slots=True)
class NewFile:
    """A file to take in.

    :ivar sha256: of its bytes, where they were read on the way in.
    """

    id: str
    folder: str
    path: str
    user_id: str
    found: FileStat
    sha256: str | None = None


class FileStore:
    """Reads the files' table. Nothing here changes anything."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def get(self, ids: Collection[str]) -> dict[str, FileRecord]:
        """Records by id; unknown ids are left out."""
        if not ids:
            return {}
        query = select_files().where(files.c.id == sa.any_(sa.literal(list(ids), _TEXTS)))
        return {record.id: record for record in self._read(query)}

    def display_paths(self, ids: Collection[str]) -> dict[str, str]:
        """What people call the files of *ids* now; unknown ids are left out."""
        query = sa.select(files.c.id, files.c.folder, files.c.path)
        query = query.where(files.c.id == sa.any_(sa.literal(list(ids), _TEXTS)))
        with transaction(self._engine) as connection:
            return {id_: _display_path(folder, path) for id_, folder, path in connection.execute(query)}

    def statuses(self, ids: Collection[str]) -> dict[str, Status]:
        """Where each of the files stands; unknown ids are left out."""
        query = sa.select(files.c.id, files.c.status).where(
            files.c.id == sa.any_(sa.literal(list(ids), _TEXTS))
        )
        with transaction(self._engine) as connection:
            return {id_: Status(status) for id_, status in connection.execute(query)}

    def find(self, key: str) -> FileRecord | None:
        """The file of an id, of a path in the inbox, or of a whole path."""
        folder_path = files.c.folder + "/" + files.c.path
        where = (
            (files.c.id == key) | ((files.c.path == key) & (files.c.folder == INBOX)) | (folder_path == key)
        )
        found = self._read(select_files().where(where).order_by(files.c.seq).limit(1))
        return found[0] if found else None

    def at_paths(self, folder: str, paths: Collection[str]) -> dict[str, FileRecord]:
        """Records of the files at these paths of a watched folder, by path."""
        at = files.c.path == sa.any_(sa.literal(list(paths), _TEXTS))
        return {
            record.path: record for record in self._read(select_files().where(files.c.folder == folder, at))
        }

    def select(
        self, *, status: Status | None = None, user_id: str | None = None, limit: int | None = None
    ) -> list[FileRecord]:
        """Records in order of arrival, those about to be deleted left out."""
        query = select_files().where(files.c.gone_at.is_(None)).order_by(files.c.seq)
        if status is not None:
            query = query.where(files.c.status == status)
        if user_id is not None:
            query = query.where(files.c.owner_id == user_id)
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
        query = sa.select(files.c.id).where(files.c.id == sa.any_(sa.literal(list(ids), _TEXTS)))
        with transaction(self._engine) as connection:
            return set(connection.scalars(query))

    def gone(self, limit: int) -> list[FileRecord]:
        """Files whose bytes are gone and that no run has, the longest first."""
        held = sa.exists().where(work.c.file_id == files.c.id, work.c.run.is_not(None))
        query = (
            select_files().where(files.c.gone_at.is_not(None), ~held).order_by(files.c.gone_at).limit(limit)
        )
        return self._read(query)

    def _read(self, query: Select[Any]) -> list[FileRecord]:
        with transaction(self._engine) as connection:
            return read_records(connection, connection.execute(query).all())


_TEXTS: Final = sa.ARRAY(sa.Text)
_FILE_COLUMNS: Final = tuple(name for name in FileRecord.__slots__ if name not in ("work", "user_id"))
_WORK_COLUMNS: Final = tuple(Work.__slots__)


def read_records(connection: Connection, rows: Sequence[Row[Any]]) -> list[FileRecord]:
    """Records of what :func:`select_files` found, with their work."""
    wanted = sa.select(work.c.file_id, *(work.c[name] for name in _WORK_COLUMNS)).where(
        work.c.file_id == sa.any_(sa.literal([row.id for row in rows], _TEXTS))
    )
    by_file: dict[str, dict[str, Work]] = {}
    for file_id, *values in connection.execute(wanted) if rows else ():
        found = dict(zip(_WORK_COLUMNS, values, strict=True))
        found["state"] = Status(found["state"])
        found["failure"] = FailureKind(found["failure"]) if found["failure"] else None
        by_file.setdefault(file_id, {})[found["asset"]] = Work(**found)
    return [_record(row, by_file.get(row.id, {})) for row in rows]


def select_files() -> Select[Any]:
    """All files, as records are made of them; columns may be added."""
    return sa.select(files.c.owner_id.label("user_id"), *(files.c[name] for name in _FILE_COLUMNS))


def _display_path(folder: str, path: str) -> str:
    return path if folder == INBOX else f"{folder.rstrip('/')}/{path}"


def _record(row: Row[Any], found: Mapping[str, Work]) -> FileRecord:
    values = {name: row._mapping[name] for name in (*_FILE_COLUMNS, "user_id")}
    ordered = {asset: found[asset] for asset in ASSETS if asset in found}
    return FileRecord(**{**values, "status": Status(values["status"]), "work": ordered})
