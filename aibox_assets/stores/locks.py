"""Locks that hold across processes and machines: Postgres advisory locks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import sqlalchemy as sa
from sqlalchemy import Engine

from aibox_assets.stores.database import transaction

_GRAPH_WRITER = 0x61_69_62_6F_78_67  # "aiboxg"
_WAIT_SECONDS = 120
_HOLD_SECONDS = 90


def graph_write_lock(engine: Engine) -> Callable[[], AbstractContextManager[None]]:
    """A lock for one graph writer at a time; Postgres frees it when the holder's process or machine dies.

    A holder that is paused loses it after 90 s (longer than any graph transaction may take), so that it
    cannot stop the others for good.

    :raises StoreUnavailableError: on entering: not free within 120 s, or Postgres is away; on leaving:
        Postgres took it back, so that somebody else may have written since.
    """

    @contextmanager
    def lock() -> Iterator[None]:
        with transaction(engine) as connection:
            connection.execute(sa.text(f"SET LOCAL lock_timeout = '{_WAIT_SECONDS}s'"))
            connection.execute(sa.text(f"SET LOCAL idle_in_transaction_session_timeout = '{_HOLD_SECONDS}s'"))
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_GRAPH_WRITER)))
            yield

    return lock
