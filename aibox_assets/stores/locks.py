"""Locks that hold across processes and machines: Postgres advisory locks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy import Connection, Engine

from aibox_assets.stores.database import transaction

_GRAPH_WRITER = 0x61_69_62_6F_78_67  # "aiboxg"
_GRAPH_COMMIT = 0x61_69_62_6F_78_63  # "aiboxc"
HOLD_GRAPH = f"SELECT pg_advisory_xact_lock({_GRAPH_WRITER})"
"""The statement by which a transaction lets nobody write to the graph until it ends."""
_WAIT_SECONDS = 120
_HOLD_SECONDS = 90


@dataclass(frozen=True, slots=True)
class GraphLock:
    """One graph writer at a time, and no reader while it commits.

    Neo4j shows a commit piece by piece to a query that runs meanwhile (isolation "read committed"): without
    the second part a reader may see some relations of a file in their old version and others in the new.

    :ivar writing: held by a writer from before its transaction until after its commit; what it yields is
        called right before the commit and waits until no reader is left.
    :ivar reading: held around a read transaction, by any number at once.
    """

    writing: Callable[[], AbstractContextManager[Callable[[], None]]]
    reading: Callable[[], AbstractContextManager[None]]


def graph_write_lock(engine: Engine) -> GraphLock:
    """The graph's lock; Postgres frees it when the holder's process or machine dies.

    A holder that is paused loses it after 90 s (longer than any graph transaction may take), so that it
    cannot stop the others for good.

    :raises StoreUnavailableError: on entering: not free within 120 s, or Postgres is away; on leaving:
        Postgres took it back, so that somebody else may have written since.
    """

    @contextmanager
    def held() -> Iterator[Connection]:
        with transaction(engine) as connection:
            connection.execute(sa.text(f"SET LOCAL lock_timeout = '{_WAIT_SECONDS}s'"))
            connection.execute(sa.text(f"SET LOCAL idle_in_transaction_session_timeout = '{_HOLD_SECONDS}s'"))
            yield connection

    @contextmanager
    def writing() -> Iterator[Callable[[], None]]:
        with held() as connection:
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_GRAPH_WRITER)))
            yield lambda: connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_GRAPH_COMMIT))).close()

    @contextmanager
    def reading() -> Iterator[None]:
        with held() as connection:
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock_shared(_GRAPH_COMMIT)))
            yield

    return GraphLock(writing, reading)
