"""What happens to a file's bytes: they come, change, move, go."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Final

import sqlalchemy as sa
from sqlalchemy import Connection

from aibox_assets.stores.asked import Asked, end_jobs_of_removed, end_removals, open_jobs
from aibox_assets.stores.database import plan_anew, transaction
from aibox_assets.stores.events import EventKind, record_events
from aibox_assets.stores.files import ASSETS, NewFile
from aibox_assets.stores.lifecycle.rows import (
    CLEAN,
    Transitions,
    give_back_work,
    lock_files,
    lock_recipes,
    lock_work,
    refresh_status,
    run_sql,
)
from aibox_assets.stores.scanning import FileStat
from aibox_assets.stores.tables import files
from aibox_assets.stores.wakes import Wake, wake

_ADD: Final = """
INSERT INTO aibox.files (id, folder, path, owner_id, size, mtime_ns, sha256)
SELECT * FROM unnest(CAST(:id AS text[]), CAST(:folder AS text[]), CAST(:path AS text[]), CAST(:owner AS text[]),
    CAST(:size AS bigint[]), CAST(:mtime_ns AS bigint[]), CAST(:sha256 AS text[]))
ON CONFLICT DO NOTHING RETURNING id"""


class Intake(Transitions):
    """Transitions that a look at the folders, or an upload, makes."""

    def add(self, new: Sequence[NewFile], asked: Asked | None = None) -> list[str]:
        """Take files in, in the given order, as ``queued``.

        :param asked: by whom, where somebody waits for it.
        :returns: the ids of those that were not known yet.
        """
        if not new:
            return []
        with transaction(self._engine) as connection:
            plan_anew(connection)
            for insert, values in (
                ("accounts (name)", {file.user_id for file in new}),
                ("folders (label)", {file.folder for file in new}),
            ):
                run_sql(
                    connection,
                    f"INSERT INTO aibox.{insert} SELECT unnest(CAST(:values AS text[])) ON CONFLICT DO NOTHING",
                    values=sorted(values),
                )
            # One look at a time adds files of a folder: two that insert the same ones would wait for each other.
            run_sql(
                connection,
                "SELECT 1 FROM aibox.folders WHERE label = ANY(:labels) ORDER BY label FOR NO KEY UPDATE",
                labels=sorted({file.folder for file in new}),
            ).close()
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
                """INSERT INTO aibox.work (file_id, asset, owner_id, seq)
                SELECT f.id, a.asset, f.owner_id, f.seq
                FROM aibox.files f CROSS JOIN unnest(CAST(:assets AS text[])) AS a (asset) WHERE f.id = ANY(:ids)""",
                ids=ids,
                assets=list(ASSETS),
            )
            record_events(connection, EventKind.TAKEN_IN, ids)
            open_jobs(connection, asked, ids)
        return ids

    def change(self, id_: str, found: FileStat, sha256: str | None, asked: Asked | None = None) -> None:
        """New bytes at a known path: all is made again. A run that has the file keeps it until it is over.

        :param sha256: of the new bytes; None where they were not read yet.
        """
        with transaction(self._engine) as connection:
            lock_recipes(connection)
            lock_work(connection, [id_])
            _return(connection, id_)
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
            open_jobs(connection, asked, [id_])

    def touch(self, id_: str, found: FileStat, asked: Asked | None = None) -> None:
        """The same bytes with another time: nothing is to be done, unless they come back after they were gone."""
        with transaction(self._engine) as connection:
            lock_work(connection, [id_])
            _return(connection, id_)
            self._place(connection, id_, size=found.size, mtime_ns=found.mtime_ns)
            open_jobs(connection, asked, [id_])

    def move(self, id_: str, path: str, folder: str, found: FileStat) -> None:
        """The same bytes at a new path: the results stay, unless they come back after they were gone."""
        with transaction(self._engine) as connection:
            lock_work(connection, [id_])
            _return(connection, id_)
            self._place(connection, id_, path=path, folder=folder, size=found.size, mtime_ns=found.mtime_ns)
            record_events(connection, EventKind.MOVED, [id_], path=path)

    def mark_gone(self, ids: Collection[str], asked: Asked | None = None) -> None:
        """The bytes are gone: the rest follows when no run has the file."""
        with transaction(self._engine) as connection:
            lock_files(connection, ids)
            gone = run_sql(
                connection,
                """UPDATE aibox.files SET gone_at = now(), updated_at = now()
                WHERE id = ANY(:ids) AND gone_at IS NULL RETURNING id""",
                ids=list(ids),
            )
            record_events(connection, EventKind.GONE, list(gone.scalars()))
            open_jobs(connection, asked, ids)
            wake(connection, Wake.REMOVAL)

    def forget(self, ids: Collection[str]) -> None:
        """The last step of a removal: the file's row and all rows that belong to it.

        A file whose bytes came back meanwhile stays, and is made again; a run that took it has lost it.
        """
        with transaction(self._engine) as connection:
            plan_anew(connection)
            lock_work(connection, ids)
            lock_files(connection, ids)
            there = "SELECT id FROM aibox.files WHERE id = ANY(:ids) AND gone_at IS NULL"
            back = list(run_sql(connection, there, ids=list(ids)).scalars())
            give_back_work(connection, "w.file_id = ANY(:ids)", ids=back)
            _make_again(connection, back)
            gone = sorted(set(ids) - set(back))
            record_events(connection, EventKind.REMOVED, gone)
            end_jobs_of_removed(connection, gone)
            run_sql(connection, "DELETE FROM aibox.files WHERE id = ANY(:ids)", ids=gone)

    @staticmethod
    def _place(connection: Connection, id_: str, **values: object) -> None:
        place = files.update().where(files.c.id == id_)
        connection.execute(place.values(gone_at=None, updated_at=sa.func.now(), **values))


def _return(connection: Connection, id_: str) -> None:
    """What comes back after it was gone is made again: the removal may have taken some of it already."""
    lock_files(connection, [id_])
    gone = run_sql(connection, "SELECT id FROM aibox.files WHERE id = :id AND gone_at IS NOT NULL", id=id_)
    _make_again(connection, list(gone.scalars()))


def _make_again(connection: Connection, ids: Collection[str]) -> None:
    """Nothing that was made of the files can be relied on; what a person cancelled stays cancelled."""
    end_removals(connection, ids)
    run_sql(connection, "UPDATE aibox.work SET made = NULL WHERE file_id = ANY(:ids)", ids=list(ids))
    queued = run_sql(
        connection,
        f"""UPDATE aibox.work SET state = 'queued', {CLEAN}, background = false, queued_at = now(),
            started_at = NULL, ended_at = NULL, updated_at = now(),
            wanted = CASE asset WHEN 'chunks' THEN wanted END
        WHERE file_id = ANY(:ids) AND failure IS DISTINCT FROM 'cancelled' RETURNING file_id""",  # noqa: S608
        ids=list(ids),
    )
    found = set(queued.scalars())
    refresh_status(connection, found)
    record_events(connection, EventKind.QUEUED, found, why="back")
