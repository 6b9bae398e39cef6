"""Files that are not where they were, in a removal so large that it may be a mistake: they wait, and may come back.

Each file has a time of its own, so that what goes missing while others wait waits as long. Nothing here removes
anything: what is due is told, and whoever asks looks once more.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy import Engine, Select
from sqlalchemy.dialects.postgresql import insert

from aibox_assets.stores.database import plan_anew, transaction
from aibox_assets.stores.files import KnownFile
from aibox_assets.stores.tables import files, missing_files

WAIT_SECONDS: Final = 600.0
_TEXTS: Final = sa.ARRAY(sa.Text)  # one parameter, however many: a list of them ends at 65,535
_KNOWN: Final = (files.c.path, files.c.id, files.c.size, files.c.mtime_ns, files.c.sha256, files.c.gone_at)


@dataclass(frozen=True, slots=True)
class PendingRemoval:
    """What waits in one folder. *due_at*: of the first file; none where a person must decide."""

    folder: str
    files: int
    due_at: datetime | None


class MissingStore:
    """Large removals that wait. Every verb may be repeated."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def wait(self, ids: Collection[str], *, ends: bool = True) -> None:
        """These are missing, and wait. *ends*: for :data:`WAIT_SECONDS`; else until a person confirms."""
        due = sa.func.now() + sa.func.make_interval(0, 0, 0, 0, 0, 0, WAIT_SECONDS) if ends else sa.null()
        rows = sa.select(sa.func.unnest(sa.literal(list(ids), _TEXTS)), due)
        with transaction(self._engine) as connection:
            plan_anew(connection)
            connection.execute(
                insert(missing_files).from_select(["file_id", "due_at"], rows).on_conflict_do_nothing()
            )

    def forget(self, ids: Collection[str]) -> None:
        """These are back, or their removal has begun."""
        if ids:
            with transaction(self._engine) as connection:
                connection.execute(
                    missing_files.delete().where(
                        missing_files.c.file_id == sa.any_(sa.literal(list(ids), _TEXTS))
                    )
                )

    def confirm(self, folder: str) -> int:
        """A person says that the files of a folder are really gone: they are due now; how many."""
        of_folder = sa.select(files.c.id).where(files.c.folder == folder)
        query = (
            missing_files.update().where(missing_files.c.file_id.in_(of_folder)).values(due_at=sa.func.now())
        )
        with transaction(self._engine) as connection:
            return connection.execute(query).rowcount

    def pending(self) -> dict[str, PendingRemoval]:
        """What waits, by folder."""
        first = sa.func.min(missing_files.c.due_at)
        query = (
            sa.select(files.c.folder, sa.func.count(), first)
            .join(missing_files, missing_files.c.file_id == files.c.id)
            .group_by(files.c.folder)
        )
        with transaction(self._engine) as connection:
            return {row[0]: PendingRemoval(*row) for row in connection.execute(query)}

    def count_present(self, folder: str) -> int:
        """How many files a folder has, those left out that wait or are being removed."""
        waits = sa.exists().where(missing_files.c.file_id == files.c.id)
        query = sa.select(sa.func.count()).where(files.c.folder == folder, files.c.gone_at.is_(None), ~waits)
        with transaction(self._engine) as connection:
            return int(connection.scalar(query) or 0)

    def waiting(self, folder: str, *, due: bool = False) -> dict[str, KnownFile]:
        """The files of a folder that wait, by path. *due*: only those whose time has come."""
        query = sa.select(*_KNOWN).join(missing_files, missing_files.c.file_id == files.c.id)
        query = query.where(files.c.folder == folder)
        return self._known(query.where(missing_files.c.due_at <= sa.func.now()) if due else query)

    def known_at(self, folder: str, paths: Collection[str]) -> dict[str, KnownFile]:
        """The files at some paths of a folder."""
        if not paths:
            return {}
        return self._known(
            sa.select(*_KNOWN).where(
                files.c.folder == folder, files.c.path == sa.any_(sa.literal(list(paths), _TEXTS))
            )
        )

    def _known(self, query: Select[Any]) -> dict[str, KnownFile]:
        with transaction(self._engine) as connection:
            return {
                path: KnownFile(id_, size, mtime_ns, sha256, gone_at is not None)
                for path, id_, size, mtime_ns, sha256, gone_at in connection.execute(query)
            }
