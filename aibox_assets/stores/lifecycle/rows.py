"""What all transitions share: rows are locked in one order, and the status of a file follows from its work.

The order is: the recipes, what a guard holds, rows of ``work`` by file and asset, a pause, rows of ``files`` by id.
Whoever changes work locks its rows first, and :func:`refresh_status` locks the files after them: of two transactions
that end two assets of one file, the later one sees what the earlier one did.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy import Connection, Engine

from aibox_assets.stores.asked import settle_jobs
from aibox_assets.stores.events import EventKind, record_events
from aibox_assets.stores.files import ASSETS, Status

OPEN: Final = "state IN ('queued', 'started')"
"""Work that is still to be done."""

CLEAN: Final = """attempts = 0, interruptions = 0, not_before = NULL, failure = NULL, error = NULL, remedy = NULL,
    trace = NULL"""
"""Nothing is known against the work: as for bytes that nobody has seen yet."""

HELD: Final = "w.file_id = ANY(:ids) AND w.asset = ANY(:assets) AND w.run = :run"
"""Work of the given files and assets that the run has."""

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


# New chunks: what is made from them is wanted of them. It is finished where that is what was made, and chunks as they
# were before say nothing new of what failed.
_WANT_OF_CHUNKS: Final = f"""
UPDATE aibox.work w SET wanted = n.wanted, {CLEAN}, updated_at = now(),
    state = CASE WHEN w.made = n.wanted THEN 'finished' ELSE 'queued' END,
    background = n.background AND (w.background OR n.state <> 'queued'),
    queued_at = CASE n.state WHEN 'queued' THEN w.queued_at ELSE now() END
FROM (
    SELECT b.file_id, b.asset, b.state, c.made || '.' || r.digest AS wanted, c.background
    FROM aibox.work b JOIN aibox.work c ON c.file_id = b.file_id AND c.asset = 'chunks' AND c.state = 'finished'
    JOIN aibox.recipes r ON r.asset = b.asset
    WHERE b.file_id = ANY(:ids) AND b.asset <> 'chunks'
) n
WHERE w.file_id = n.file_id AND w.asset = n.asset AND w.wanted IS DISTINCT FROM n.wanted
    AND w.failure IS DISTINCT FROM 'cancelled'
RETURNING w.file_id, w.asset, n.state AS before, w.state"""  # noqa: S608

_WANT_OF_CANCELLED: Final = """
UPDATE aibox.work w SET wanted = c.made || '.' || r.digest
FROM aibox.work c, aibox.recipes r
WHERE c.file_id = w.file_id AND c.asset = 'chunks' AND c.state = 'finished' AND r.asset = w.asset
    AND w.file_id = ANY(:ids) AND w.asset <> 'chunks' AND w.failure = 'cancelled'"""


class Transitions:
    """What each group of transitions is made with."""

    _engine: Engine
    _max_attempts: int


def run_sql(connection: Connection, statement: str, **values: Any) -> sa.CursorResult[*tuple[Any, ...]]:
    """Execute *statement* with bound values; lists go as arrays (``= ANY(:name)``), of any length."""
    return connection.execute(sa.text(statement), values)


def lock_recipes(connection: Connection) -> None:
    """Let nobody change a recipe before the transaction ends; for those who write down what is wanted."""
    run_sql(connection, "SELECT 1 FROM aibox.recipes ORDER BY asset FOR SHARE").close()


def lock_work(connection: Connection, ids: Collection[str], assets: Collection[str] = ASSETS) -> None:
    """Lock rows of work in the one order."""
    run_sql(
        connection,
        """SELECT 1 FROM aibox.work WHERE file_id = ANY(:ids) AND asset = ANY(:assets)
        ORDER BY file_id, asset FOR UPDATE""",
        ids=list(ids),
        assets=list(assets),
    ).close()


def lock_run(connection: Connection, run: str) -> None:
    """Lock all work of a run, in the same order."""
    run_sql(
        connection, "SELECT 1 FROM aibox.work WHERE run = :run ORDER BY file_id, asset FOR UPDATE", run=run
    ).close()


def lock_files(connection: Connection, ids: Collection[str]) -> None:
    """Lock rows of files in the one order."""
    run_sql(
        connection, "SELECT 1 FROM aibox.files WHERE id = ANY(:ids) ORDER BY id FOR UPDATE", ids=list(ids)
    ).close()


def give_back_work(connection: Connection, condition: str, **values: Any) -> list[str]:
    """Take locked work from its run: what was started waits again; the files.

    :param condition: SQL for which rows of ``work w``.
    """
    found = run_sql(
        connection,
        f"""UPDATE aibox.work w SET run = NULL, updated_at = now(),
            state = CASE WHEN w.state = 'started' THEN 'queued' ELSE w.state END
        FROM aibox.work b WHERE b.file_id = w.file_id AND b.asset = w.asset AND {condition}
        RETURNING w.file_id, w.asset, b.state""",  # noqa: S608
        **values,
    ).all()
    for asset in ASSETS:
        stopped = [row.file_id for row in found if (row.asset, row.state) == (asset, Status.STARTED)]
        record_events(connection, EventKind.QUEUED, stopped, asset, why="given back")
    return [row.file_id for row in found]


def want_of_chunks(connection: Connection, ids: Collection[str]) -> None:
    """Let what is made from chunks be wanted of those that are finished now; all work of the files is locked."""
    run_sql(connection, _WANT_OF_CANCELLED, ids=list(ids))
    changed = run_sql(connection, _WANT_OF_CHUNKS, ids=list(ids)).all()
    stale = [row for row in changed if row.state == Status.QUEUED != row.before]
    for asset in ASSETS:
        queued = [row.file_id for row in stale if row.asset == asset]
        record_events(connection, EventKind.QUEUED, queued, asset, why="new chunks")


def refresh_status(connection: Connection, ids: Collection[str]) -> None:
    """Let the status of files follow from their work; note which are finished, and that what was asked is done."""
    lock_files(connection, ids)
    changed = run_sql(connection, _STATUS, ids=list(ids)).all()
    settle_jobs(connection, [id_ for id_, status in changed if status in (Status.FINISHED, Status.FAILED)])
    record_events(
        connection, EventKind.FINISHED, [id_ for id_, status in changed if status == Status.FINISHED]
    )
