"""What happens to a file's bytes: they come, change, move, go."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Final

import sqlalchemy as sa
from sqlalchemy import Connection

from aibox_assets.stores.database import files, transaction
from aibox_assets.stores.events import EventKind, record_events
from aibox_assets.stores.files import ASSETS, NewFile
from aibox_assets.stores.lifecycle.rows import CLEAN, Transitions, lock_work, refresh_status, run_sql
from aibox_assets.stores.scanning import FileStat

_ADD: Final = """
INSERT INTO aibox.files (id, folder, path, owner_id, size, mtime_ns, sha256)
SELECT * FROM unnest(CAST(:id AS text[]), CAST(:folder AS text[]), CAST(:path AS text[]), CAST(:owner AS text[]),
    CAST(:size AS bigint[]), CAST(:mtime_ns AS bigint[]), CAST(:sha256 AS text[]))
ON CONFLICT DO NOTHING RETURNING id"""


class Intake(Transitions):
    """Transitions that a look at the folders, or an upload, makes."""

    def add(self, new: Sequence[NewFile]) -> list[str]:
        """Take files in, in the given order, as ``queued``.

        :returns: the ids of those that were not known yet.
        """
        if not new:
            return []
        with transaction(self._engine) as connection:
            for insert, values in (
                ("accounts (name)", {file.user_id for file in new}),
                ("folders (label)", {file.folder for file in new}),
            ):
                run_sql(
                    connection,
                    f"INSERT INTO aibox.{insert} SELECT unnest(CAST(:values AS text[])) ON CONFLICT DO NOTHING",
                    values=sorted(values),
                )
            added = run_sql(
                connection,
                _ADD,
                id=[file.id for file in new],
                folder=[file.folder for file in new],
                path=[file.path for file in new],
                owner=[file.user_id for file in new],
                size=[file.found.size for file in new],
                mtime_ns=[file.found.mtime_ns for file in new],
                sha256=[file.sha256 for file in new],
            )
            ids = list(added.scalars())
            run_sql(
                connection,
                """INSERT INTO aibox.work (file_id, asset)
                SELECT id, asset FROM unnest(CAST(:ids AS text[])) AS id, unnest(CAST(:assets AS text[])) AS asset
                ORDER BY id, asset""",
                ids=ids,
                assets=list(ASSETS),
            )
            record_events(connection, EventKind.TAKEN_IN, ids)
        return ids

    def change(self, id_: str, found: FileStat, sha256: str | None) -> None:
        """New bytes at a known path: all is made again. A run that has the file keeps it until it is over.

        :param sha256: of the new bytes; None where they were not read yet.
        """
        with transaction(self._engine) as connection:
            lock_work(connection, [id_])
            run_sql(
                connection,
                f"""UPDATE aibox.work w SET state = 'queued', {CLEAN}, background = false, queued_at = now(),
                    started_at = NULL, ended_at = NULL, updated_at = now(),
                    wanted = CASE WHEN w.asset = 'chunks' THEN CAST(:sha256 AS text) || '.' ||
                        (SELECT digest FROM aibox.recipes r WHERE r.asset = 'chunks') END
                WHERE file_id = :id""",  # noqa: S608
                id=id_,
                sha256=sha256,
            )
            connection.execute(
                files.update()
                .where(files.c.id == id_)
                .values(
                    size=found.size,
                    mtime_ns=found.mtime_ns,
                    sha256=sha256,
                    gone_at=None,
                    updated_at=sa.func.now(),
                )
            )
            refresh_status(connection, [id_])
            record_events(connection, EventKind.CHANGED, [id_])

    def touch(self, id_: str, found: FileStat) -> None:
        """The same bytes with another time: nothing is to be done.

        Back again after they were gone, all is made again: the removal may have taken some of it already.
        """
        with transaction(self._engine) as connection:
            lock_work(connection, [id_])
            back = run_sql(
                connection,
                f"""UPDATE aibox.work SET state = 'queued', made = NULL, {CLEAN}, queued_at = now(), updated_at = now()
                WHERE file_id = (SELECT id FROM aibox.files WHERE id = :id AND gone_at IS NOT NULL)""",  # noqa: S608
                id=id_,
            )
            self._place(connection, id_, size=found.size, mtime_ns=found.mtime_ns)
            if back.rowcount:
                refresh_status(connection, [id_])
                record_events(connection, EventKind.QUEUED, [id_], why="back")

    def move(self, id_: str, path: str, folder: str, found: FileStat) -> None:
        """The same bytes at a new path: the results stay."""
        with transaction(self._engine) as connection:
            self._place(connection, id_, path=path, folder=folder, size=found.size, mtime_ns=found.mtime_ns)
            record_events(connection, EventKind.MOVED, [id_], path=path)

    def mark_gone(self, ids: Collection[str]) -> None:
        """The bytes are gone: the rest follows when no run has the file."""
        with transaction(self._engine) as connection:
            gone = run_sql(
                connection,
                """UPDATE aibox.files SET gone_at = now(), updated_at = now()
                WHERE id = ANY(:ids) AND gone_at IS NULL RETURNING id""",
                ids=list(ids),
            )
            record_events(connection, EventKind.GONE, list(gone.scalars()))

    def forget(self, ids: Collection[str]) -> None:
        """The last step of a removal: the file's row and all rows that belong to it. One that came back stays."""
        with transaction(self._engine) as connection:
            lock_work(connection, ids)
            gone = run_sql(
                connection,
                "SELECT id FROM aibox.files WHERE id = ANY(:ids) AND gone_at IS NOT NULL ORDER BY id FOR UPDATE",
                ids=list(ids),
            )
            removed = list(gone.scalars())
            record_events(connection, EventKind.REMOVED, removed)
            run_sql(connection, "DELETE FROM aibox.files WHERE id = ANY(:ids)", ids=removed)

    @staticmethod
    def _place(connection: Connection, id_: str, **values: object) -> None:
        place = files.update().where(files.c.id == id_)
        connection.execute(place.values(gone_at=None, updated_at=sa.func.now(), **values))
