"""What people asked for of files, one job per file: written with the change that it asks for, closed when that is done.

An open job stands as its file does. Who drops a file into a folder asks for nothing here: these are the jobs of
requests that somebody waits for.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy import ColumnElement, Connection, Engine, Row, Select

from aibox_assets.domain.viewer import Viewer
from aibox_assets.stores.database import transaction
from aibox_assets.stores.rights import job_visible
from aibox_assets.stores.tables import files, jobs
from aibox_assets.stores.wakes import Wake, wake


class JobKind(StrEnum):
    """What can be asked for."""

    UPLOAD = "upload"
    REGENERATE = "regenerate"
    RETRY = "retry"
    CANCEL = "cancel"
    DELETE = "delete"


@dataclass(frozen=True, slots=True)
class Asked:
    """Who asks for what.

    :ivar by: the account. :ivar request_id: of the HTTP request, which may ask for many files.
    """

    by: str
    kind: JobKind
    request_id: str | None = None


@dataclass(frozen=True, slots=True)
class AskedJob:
    """What somebody asked for of a file, and how it stands.

    :ivar assets: to be made again; None where that is not the question. :ivar state: one of the four words.
    :ivar run_id: Dagster's id of the last run that made something for it.
    """

    id: int
    kind: JobKind
    file_id: str
    owner_id: str
    asked_by: str
    request_id: str | None
    assets: tuple[str, ...] | None
    state: str
    run_id: str | None
    error: str | None
    created_at: datetime
    started_at: datetime | None
    ended_at: datetime | None


# What is done at once is over when it is written down. A removal takes a while; all else ends with the file's work.
_OPEN: Final = """
INSERT INTO aibox.jobs (kind, file_id, owner_id, asked_by, request_id, assets, state, ended_at)
SELECT :kind, f.id, f.owner_id, :by, :request_id, CAST(:assets AS text[]), s.state,
    CASE WHEN s.state IS NOT NULL THEN now() END
FROM aibox.files f CROSS JOIN LATERAL (SELECT CASE WHEN :kind = 'cancel' THEN 'finished'
    WHEN :kind <> 'delete' AND f.status IN ('finished', 'failed') THEN f.status END AS state) s
WHERE f.id = ANY(:ids) ORDER BY f.seq"""

_SETTLE: Final = """
UPDATE aibox.jobs j SET ended_at = now(), state = f.status,
    error = (SELECT w.error FROM aibox.work w WHERE w.file_id = f.id AND w.state = 'failed' ORDER BY w.asset LIMIT 1),
    started_at = (SELECT min(w.started_at) FROM aibox.work w WHERE w.file_id = f.id AND w.started_at >= j.created_at),
    run_id = (SELECT w.made_by FROM aibox.work w WHERE w.file_id = f.id AND w.ended_at >= j.created_at
        ORDER BY w.ended_at DESC LIMIT 1)
FROM aibox.files f
WHERE f.id = j.file_id AND j.file_id = ANY(:ids) AND j.ended_at IS NULL AND j.kind <> 'delete'"""

_END: Final = """
UPDATE aibox.jobs SET ended_at = now(), error = CASE WHEN kind = ANY(:kept) THEN NULL ELSE :error END,
    state = CASE WHEN kind = ANY(:kept) THEN 'finished' ELSE 'failed' END
WHERE file_id = ANY(:ids) AND ended_at IS NULL AND (NOT :deletes OR kind = 'delete')"""


def open_jobs(
    connection: Connection, asked: Asked | None, ids: Collection[str], assets: Collection[str] | None = None
) -> None:
    """Write down what is asked of files, after the change that it asks for; nothing where nobody asks."""
    if asked is not None and ids:
        values = {"kind": str(asked.kind), "by": asked.by, "request_id": asked.request_id, "ids": list(ids)}
        connection.execute(sa.text(_OPEN), {**values, "assets": list(assets) if assets else None})
        wake(connection, Wake.LOOK)


def settle_jobs(connection: Connection, ids: Collection[str]) -> None:
    """The work on files is over, whatever its end: so is what was asked of it."""
    if ids:
        connection.execute(sa.text(_SETTLE), {"ids": list(ids)})


def end_jobs_of_removed(connection: Connection, ids: Collection[str]) -> None:
    """The files are gone, with all that was made of them."""
    if ids:
        values = {"kept": [str(JobKind.DELETE)], "error": "The file was removed.", "deletes": False}
        connection.execute(sa.text(_END), {"ids": list(ids), **values})


def end_removals(connection: Connection, ids: Collection[str]) -> None:
    """The files are back: nobody removes them any more."""
    if ids:
        values: dict[str, Any] = {"kept": [], "error": "Its bytes came back.", "deletes": True}
        connection.execute(sa.text(_END), {"ids": list(ids), **values})


class AskedStore:
    """Reads what was asked for."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def select(
        self,
        viewer: Viewer,
        *,
        state: str | None = None,
        kind: str | None = None,
        file_id: str | None = None,
        request_id: str | None = None,
        before: int | None = None,
        limit: int = 50,
    ) -> list[AskedJob]:
        """Jobs that *viewer* may see, the newest first, those behind the job *before*."""
        query = _SELECT.where(job_visible(viewer)).order_by(jobs.c.id.desc()).limit(limit)
        given = {"kind": kind, "file_id": file_id, "request_id": request_id}
        query = query.where(*(jobs.c[name] == value for name, value in given.items() if value is not None))
        if state in ("finished", "failed"):
            query = query.where(jobs.c.state == state)
        elif state is not None:
            query = query.where(jobs.c.ended_at.is_(None), _STATE.in_([state]))
        if before is not None:
            query = query.where(jobs.c.id < before)
        with transaction(self._engine) as connection:
            # The newest first, each with its file: few are read before the page is full.
            connection.execute(sa.text("SET LOCAL enable_hashjoin = off"))
            return [_job(row) for row in connection.execute(query)]

    def get(self, id_: int, viewer: Viewer) -> AskedJob | None:
        """One job; None where *viewer* sees none of this id."""
        with transaction(self._engine) as connection:
            row = connection.execute(_SELECT.where(jobs.c.id == id_, job_visible(viewer))).one_or_none()
        return None if row is None else _job(row)

    def last_of(self, ids: Collection[str], request_id: str) -> dict[str, int]:
        """The ids of the jobs that a request wrote down, by file."""
        query = sa.select(jobs.c.file_id, sa.func.max(jobs.c.id)).group_by(jobs.c.file_id)
        query = query.where(
            jobs.c.request_id == request_id,
            jobs.c.file_id == sa.any_(sa.literal(list(ids), sa.ARRAY(sa.Text))),
        )
        with transaction(self._engine) as connection:
            return {file_id: int(id_) for file_id, id_ in connection.execute(query)}


_STATE: Final[ColumnElement[Any]] = sa.case(
    (jobs.c.state.is_not(None), jobs.c.state),
    (jobs.c.kind == JobKind.DELETE, "started"),
    else_=sa.func.coalesce(files.c.status, "failed"),
)
_SELECT: Final[Select[Any]] = sa.select(
    *(jobs.c[name] for name in AskedJob.__slots__ if name != "state"), _STATE.label("state")
).select_from(jobs.outerjoin(files, files.c.id == jobs.c.file_id))


def _job(row: Row[Any]) -> AskedJob:
    assets = None if row.assets is None else tuple(row.assets)
    return AskedJob(**{**row._mapping, "kind": JobKind(row.kind), "assets": assets})
