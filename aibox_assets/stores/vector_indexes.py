"""The HNSW indexes of the spaces: built when a table is large enough, and again when one is missing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa
from sqlalchemy import Connection, Engine

from aibox_assets.stores.database import transaction
from aibox_assets.stores.space_records import Space, SpaceState, count_missing, space_of
from aibox_assets.stores.tables import spaces

INDEXED_ROWS = 10_000
"""Below this a search compares with every vector: that takes milliseconds, and finds all of the nearest. Loading
first and indexing then is also many times faster than keeping an index through the load."""

LARGE = 5
"""So many times as many rows: then searches are slow enough that the index cannot wait for the end of a load."""
LOADING_FILES = 500
"""So many files that wait for their vectors are a load that goes on."""

_BUILDING = 0x68_6E_73_77  # "hnsw"
_VALID = sa.text("SELECT indisvalid FROM pg_index WHERE indexrelid = to_regclass(:index)")
_LOADING = sa.text(
    """SELECT count(*) >= :files FROM (
        SELECT FROM aibox.work e JOIN aibox.work c ON c.file_id = e.file_id AND c.asset = 'chunks'
        WHERE e.asset = 'embeddings' AND e.state IN ('queued', 'started') AND c.state <> 'failed' LIMIT :files
    ) AS first"""
)


def ensure_indexes(engine: Engine, *, rows: int = INDEXED_ROWS) -> list[Space]:
    """Build the index of each space that has at least *rows* vectors and no valid index; the spaces it built for.

    A space that is being built gets it when it is whole, the active one when no large load is going on. Cheap when
    all is there: call it at any time and as often as you like. Writers and searches go on meanwhile. Only one
    process builds; another one that comes meanwhile does nothing.

    :raises StoreUnavailableError: Postgres did not answer.
    """
    with transaction(engine) as connection:
        found = connection.execute(sa.select(spaces).where(spaces.c.state != SpaceState.RETIRED))
        lacking = [space for space in map(space_of, found) if _lacks_index(connection, space, rows)]
    return [space for space in lacking if _build(engine, space, rows)]


def lacks_index(engine: Engine, space: Space, *, rows: int = INDEXED_ROWS) -> bool:
    """Whether *space* has at least *rows* vectors and no valid index, and should get one now."""
    with transaction(engine) as connection:
        return _lacks_index(connection, space, rows)


def index_name(space: Space) -> str:
    """The name of the space's index, as SQL."""
    return f"{space.table}_hnsw_half"


def _earlier_name(space: Space) -> str:
    """Of its index in full precision, which no search reads any more."""
    return f"{space.table}_hnsw"


def _lacks_index(connection: Connection, space: Space, rows: int) -> bool:
    if connection.scalar(sa.text("SELECT to_regclass(:table)"), {"table": space.table}) is None:
        return False  # it was dropped meanwhile
    if connection.scalar(_VALID, {"index": index_name(space)}):
        return False
    if not _has_rows(connection, space, rows):
        return False
    if space.state is SpaceState.BUILDING:
        return count_missing(connection, space, most=1) == 0
    return _has_rows(connection, space, rows * LARGE) or not connection.scalar(
        _LOADING, {"files": LOADING_FILES}
    )


def _has_rows(connection: Connection, space: Space, rows: int) -> bool:
    query = f"SELECT count(*) >= :rows FROM (SELECT FROM {space.table} LIMIT :rows) AS first"  # noqa: S608
    return bool(connection.scalar(sa.text(query), {"rows": rows}))


def _build(engine: Engine, space: Space, rows: int) -> bool:
    with _alone(engine) as connection:
        if connection is None or not _lacks_index(connection, space, rows):
            return False
        # What a build that was cut short leaves is not used, but every write would still maintain it.
        for unused in (index_name(space), _earlier_name(space)):
            connection.execute(sa.text(f"DROP INDEX CONCURRENTLY IF EXISTS {unused}"))
        name, column = index_name(space).removeprefix("aibox."), f"(embedding::{space.indexed_type})"
        connection.execute(
            sa.text(
                f"CREATE INDEX CONCURRENTLY {name} ON {space.table} USING hnsw ({column} halfvec_cosine_ops)"
            )
        )
        return True


@contextmanager
def _alone(engine: Engine) -> Iterator[Connection | None]:
    """A connection that commits each statement, held by nobody else; None while another process has it."""
    autocommit = engine.execution_options(isolation_level="AUTOCOMMIT")
    with transaction(autocommit) as connection:
        if not connection.scalar(sa.select(sa.func.pg_try_advisory_lock(_BUILDING))):
            yield None
            return
        try:
            yield connection
        finally:
            connection.execute(sa.select(sa.func.pg_advisory_unlock(_BUILDING)))
