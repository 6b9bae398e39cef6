"""What all transitions share: rows are locked in one order, and the status of a file follows from its work.

The order is: rows of ``work`` by file and asset, then rows of ``files`` by id. Whoever changes work locks its rows
first, and :func:`refresh_status` locks the files after them: of two transactions that end two assets of one file, the
later one sees what the earlier one did.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy import Connection, Engine

from aibox_assets.stores.events import EventKind, record_events
from aibox_assets.stores.files import ASSETS, Status

OPEN: Final = "state IN ('queued', 'started')"
"""Work that is still to be done."""

CLEAN: Final = """attempts = 0, interruptions = 0, not_before = NULL, failure = NULL, error = NULL, remedy = NULL,
    trace = NULL"""
"""Nothing is known against the work: as for bytes that nobody has seen yet."""

_STATUS: Final = """
WITH now AS (
    SELECT w.file_id, CASE
        WHEN bool_or(w.state = 'started') THEN 'started'
        WHEN bool_or(w.state = 'queued' AND (w.asset = 'chunks' OR c.state <> 'failed')) THEN 'queued'
        WHEN bool_or(w.state = 'failed') THEN 'failed' ELSE 'finished' END AS status
    FROM aibox.work w JOIN aibox.work c ON c.file_id = w.file_id AND c.asset = 'chunks'
    WHERE w.file_id = ANY(:ids) GROUP BY w.file_id
)
UPDATE aibox.files f SET status = now.status, updated_at = now() FROM now
WHERE f.id = now.file_id AND f.status <> now.status RETURNING f.id, f.status"""


class Transitions:
    """What each group of transitions is made with."""

    _engine: Engine
    _max_attempts: int


def run_sql(connection: Connection, statement: str, **values: Any) -> sa.CursorResult[*tuple[Any, ...]]:
    """Execute *statement* with bound values; lists go as arrays (``= ANY(:name)``), of any length."""
    return connection.execute(sa.text(statement), values)


def lock_work(connection: Connection, ids: Collection[str], assets: Collection[str] = ASSETS) -> None:
    """Lock rows of work in the one order."""
    run_sql(
        connection,
        """SELECT 1 FROM aibox.work WHERE file_id = ANY(:ids) AND asset = ANY(:assets)
        ORDER BY file_id, asset FOR UPDATE""",
        ids=list(ids),
        assets=list(assets),
    ).close()


def refresh_status(connection: Connection, ids: Collection[str]) -> None:
    """Let the status of files follow from their work, and note which are finished now."""
    run_sql(
        connection, "SELECT 1 FROM aibox.files WHERE id = ANY(:ids) ORDER BY id FOR UPDATE", ids=list(ids)
    ).close()
    changed = run_sql(connection, _STATUS, ids=list(ids)).all()
    record_events(
        connection, EventKind.FINISHED, [id_ for id_, status in changed if status == Status.FINISHED]
    )
