"""Failed files: how a failure is written down, when the file is tried again, and the list of those given up.

Three kinds. A failure *of the file* has an error that names it: permanent ones are final, transient ones are
tried again after a growing pause, a bounded number of times. *Blame* is for a step that failed without naming a
file (its worker died again and again): each of its files goes alone from then on, so that the guilty one is found
and the others succeed. An *interruption* is the death of the run around the file, which says nothing of
the file: it has a far larger bound of its own.
"""

from __future__ import annotations

import traceback
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy import ColumnElement, Connection, Engine, Text

from aibox_assets.domain.errors import AIBoxError
from aibox_assets.stores.claims import CANCELLED
from aibox_assets.stores.database import files, transaction
from aibox_assets.stores.files import Status
from aibox_assets.stores.inbox import INBOX, storable

RETRY_SECONDS: Final = 15.0
"""The first pause; each further one is four times as long. Two of them outlast a server that is away for a minute."""
MAX_INTERRUPTIONS: Final = 20
TRACE_CHARS: Final = 8000

_LOOK: Final = "Look at the run in the Dagster UI, then 'aibox retry' the file."
_PERMANENT = sa.column("permanent", sa.Boolean)
_ATTEMPTS = sa.column("attempts", sa.Integer)
_OPEN = files.c.status.in_([Status.QUEUED, Status.STARTED])


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A file that nothing tries again until its bytes change or a person says so.

    :ivar permanent: the same bytes would fail again; else it was given up after *attempts* tries.
    :ivar attempts: its own failures and the runs that died under it.
    :ivar trace: traceback of the last error, its end where it was long; None where there was none.
    """

    file_id: str
    path: str
    user_id: str
    reason: str
    remedy: str
    permanent: bool
    attempts: int
    failed_at: datetime
    run_id: str | None
    trace: str | None


class DeadLetters:
    """The files that failed for good."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def select(self) -> list[DeadLetter]:
        """All of them, the last to fail first, without their traces."""
        return self._read(sa.literal(True), sa.null())

    def get(self, file_id: str) -> DeadLetter | None:
        """One with its trace; None when the file is not among them."""
        found = self._read(files.c.id == file_id, files.c.trace)
        return found[0] if found else None

    def _read(self, where: ColumnElement[bool], trace: ColumnElement[Any]) -> list[DeadLetter]:
        shown = sa.case((files.c.folder == INBOX, files.c.path), else_=files.c.folder + "/" + files.c.path)
        query = (
            sa.select(
                files.c.id,
                shown,
                files.c.user_id,
                sa.func.coalesce(files.c.error, ""),
                sa.func.coalesce(files.c.remedy, ""),
                sa.func.coalesce(files.c.permanent, False),
                files.c.attempts + files.c.interruptions,
                sa.func.coalesce(files.c.finished_at, files.c.updated_at),
                files.c.run_id,
                trace,
            )
            .where(files.c.status == Status.FAILED, files.c.gone_at.is_(None), where)
            .order_by(sa.func.coalesce(files.c.finished_at, files.c.updated_at).desc(), files.c.seq)
        )
        with transaction(self._engine) as connection:
            return [DeadLetter(*tuple(row)) for row in connection.execute(query)]


def record_failures(
    connection: Connection, failures: Mapping[str, AIBoxError], run_id: str, max_attempts: int
) -> None:
    """The files failed in *run_id*, each with an error of its own. Files that the run lost are left alone."""
    if not failures:
        return
    failed = sa.values(
        *(sa.column(name, Text) for name in ("id", "error", "remedy", "trace")),
        _PERMANENT,
        _ATTEMPTS,
        name="failed",
    ).data([(id_, *_describe(error), error.permanent, error.attempts) for id_, error in failures.items()])
    attempts = files.c.attempts + failed.c.attempts
    last = failed.c.permanent | (attempts >= max_attempts)
    connection.execute(lock_files(failures))
    connection.execute(
        files.update()
        .where(files.c.id == failed.c.id, mine(run_id))
        .values(
            error=failed.c.error,
            remedy=failed.c.remedy,
            trace=failed.c.trace,
            permanent=failed.c.permanent,
            **_tried_again(last, RETRY_SECONDS * sa.func.power(4, files.c.attempts)),
            attempts=attempts,
        )
    )


def record_blame(
    connection: Connection, ids: Collection[str], reason: str, trace: str, max_attempts: int
) -> None:
    """A step with the files failed for *reason*, which names none of them: once more, each alone."""
    last = files.c.attempts + 1 >= max_attempts
    connection.execute(
        files.update()
        .where(files.c.id.in_(list(ids)), _OPEN)
        .values(
            error=_plain(reason),
            remedy=_LOOK,
            trace=_plain(trace)[-TRACE_CHARS:],
            permanent=False,
            **_tried_again(last, RETRY_SECONDS * sa.func.power(4, files.c.attempts)),
            attempts=files.c.attempts + 1,
            alone=True,
            run_id=None,
        )
    )


def record_interruption(connection: Connection, ids: Collection[str], reason: str) -> None:
    """The run that carried the files died and said nothing of them: once more, at first without a pause."""
    last = files.c.interruptions + 1 >= MAX_INTERRUPTIONS
    pause = sa.func.least(60.0, 2.0 * (sa.func.power(2, files.c.interruptions) - 1))
    connection.execute(
        files.update()
        .where(files.c.id.in_(list(ids)), _OPEN)
        .values(
            error=reason,
            remedy=_LOOK,
            trace=None,
            permanent=False,
            **_tried_again(last, pause),
            interruptions=files.c.interruptions + 1,
            run_id=None,
        )
    )


def record_cancel(connection: Connection, ids: Collection[str]) -> None:
    """A person wants the files left alone: they are not tried again until a person says so."""
    connection.execute(
        files.update()
        .where(files.c.id.in_(list(ids)), _OPEN)
        .values(
            status=Status.FAILED,
            error=CANCELLED,
            remedy="'aibox retry' the file when it is wanted after all.",
            trace=None,
            permanent=True,
            batch_id=None,
            finished_at=sa.func.now(),
            updated_at=sa.func.now(),
        )
    )


def mine(run_id: str) -> ColumnElement[bool]:
    """The run still owns the file: its bytes did not change, and no other run took it over."""
    return (files.c.run_id == run_id) & (files.c.status == Status.STARTED)


def lock_files(ids: Collection[str]) -> sa.Select[Any]:
    """Rows of *ids*, locked in one order, so that two steps of a run never wait for each other."""
    return sa.select(files.c.id).where(files.c.id.in_(list(ids))).order_by(files.c.id).with_for_update()


def _tried_again(last: ColumnElement[bool], pause: ColumnElement[Any]) -> dict[str, Any]:
    # Up to half more, so that the files of one outage do not all come back at once.
    delay = pause * (1 + 0.5 * sa.func.random()) * timedelta(seconds=1)
    return {
        "status": sa.case((last, Status.FAILED), else_=Status.QUEUED),
        "batch_id": None,
        "retry_at": sa.case((last, None), else_=sa.func.now() + delay),
        "finished_at": sa.case((last, sa.func.now())),
        "updated_at": sa.func.now(),
    }


def _describe(error: AIBoxError) -> tuple[str, str, str]:
    trace = "".join(traceback.format_exception(error))
    return _plain(error.reason), _plain(error.remedy), _plain(trace)[-TRACE_CHARS:]


def _plain(text: str) -> str:
    """*text* as Postgres takes it; a parser's message may hold anything of a document."""
    return storable(text).replace("\0", "")
