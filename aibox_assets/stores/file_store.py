"""Queries of the files' table. Nothing here changes anything."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy import Connection, Engine, Row, Select

from aibox_assets.domain.keys import spellings
from aibox_assets.stores.database import transaction
from aibox_assets.stores.files import ASSETS, FailureKind, FileRecord, KnownFile, Status, Work, display_path
from aibox_assets.stores.folders import INBOX
from aibox_assets.stores.tables import files, folders, work


class FileStore:
    """Reads the files' table."""

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
            return {id_: display_path(folder, path) for id_, folder, path in connection.execute(query)}

    def statuses(self, ids: Collection[str]) -> dict[str, Status]:
        """Where each of the files stands; unknown ids are left out."""
        query = sa.select(files.c.id, files.c.status).where(
            files.c.id == sa.any_(sa.literal(list(ids), _TEXTS))
        )
        with transaction(self._engine) as connection:
            return {id_: Status(status) for id_, status in connection.execute(query)}

    def find(self, key: str) -> FileRecord | None:
        """The file of an id, of a path in the inbox, or of a whole path."""
        with transaction(self._engine) as connection:
            labels = [label for label in connection.scalars(sa.select(folders.c.label)) if label != INBOX]
            places = [(INBOX, path) for path in spellings(key)]
            for spelled in spellings(key):
                for label in labels:
                    whole = display_path(label, "")
                    if spelled.startswith(whole):
                        places += [(label, path) for path in spellings(spelled.removeprefix(whole))]
            at = sa.tuple_(files.c.folder, files.c.path).in_(places)
            rows = connection.execute(
                select_files().where((files.c.id == key) | at).order_by(files.c.seq)
            ).all()
            found = read_records(connection, rows)
        named = (each for each in found if key in (each.id, each.display_path))
        return next(named, found[0] if found else None)

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
            query = query.where(files.c.owner_id.in_(spellings(user_id)))
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


def _record(row: Row[Any], found: Mapping[str, Work]) -> FileRecord:
    values = {name: row._mapping[name] for name in (*_FILE_COLUMNS, "user_id")}
    ordered = {asset: found[asset] for asset in ASSETS if asset in found}
    return FileRecord(**{**values, "status": Status(values["status"]), "work": ordered})
