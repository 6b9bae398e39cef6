"""The moment that a backup keeps: writers wait for it, briefly, while work goes on.

Every writer of vectors, tables and graph holds rows of ``work`` while it writes (``stores/fencing.py``), so that a lock
on that table waits for all of them and lets none begin; reading goes on. In that moment Postgres' snapshot is taken
and the files are linked. The graph has no snapshot: its writers wait until it was read whole.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

import psycopg

from aibox_assets.domain.errors import StoreUnavailableError
from aibox_assets.local.backup.tables import AnyConnection
from aibox_assets.settings import with_driver
from aibox_assets.stores.locks import HOLD_GRAPH

WAIT_SECONDS: Final = 120
_PATIENT: Final = (
    f"SET LOCAL lock_timeout = '{WAIT_SECONDS}s'; SET LOCAL idle_in_transaction_session_timeout = 0"
)


@dataclass(frozen=True, slots=True)
class Moment:
    """Postgres as it was, and the graph, which waits.

    :ivar database: reads the database as it was. :ivar release_graph: let others write to the graph.
    """

    database: AnyConnection
    release_graph: Callable[[], None]


@contextmanager
def kept_moment(url: str, during: Callable[[], None]) -> Iterator[Moment]:
    """Keep a moment, for as long as the block lasts.

    :param url: SQLAlchemy URL of our database. :param during: called while nobody writes; must be quick.
    :raises StoreUnavailableError: a writer did not end within two minutes, or Postgres is away.
    """
    libpq = with_driver(url, "psycopg").replace("+psycopg", "", 1)
    try:
        with (
            psycopg.connect(libpq, connect_timeout=5) as graph,
            psycopg.connect(libpq, connect_timeout=5) as database,
        ):
            # The graph first: its writers take rows of work when they have it.
            graph.execute(_PATIENT)
            graph.execute(HOLD_GRAPH)
            with psycopg.connect(libpq, connect_timeout=5) as writers:
                writers.execute(_PATIENT)
                # In the order of those who write: first the step's token, then the work.
                writers.execute("LOCK TABLE aibox.steps, aibox.work IN EXCLUSIVE MODE")
                database.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
                database.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
                database.execute(
                    "SELECT count(*) FROM aibox.installation"
                )  # the snapshot is that of the first query
                during()
                writers.rollback()
            yield Moment(database, graph.rollback)
    except psycopg.OperationalError as error:
        said = (str(error).strip() or type(error).__name__).splitlines()[0]
        raise StoreUnavailableError(
            f"Postgres did not give us a moment: {said}.", "Try again; 'aibox doctor' looks for the cause."
        ) from error
