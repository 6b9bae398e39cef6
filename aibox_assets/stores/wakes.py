"""Waking those who look for work, so that they need not look often: notes that Postgres hands on.

A note may get lost, and says only that a look is worth it. Whoever listens looks by itself from time to time, too.
"""

from __future__ import annotations

import select
import threading
from collections.abc import Callable
from contextlib import suppress
from enum import StrEnum
from typing import Final

import psycopg
import sqlalchemy as sa
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError

from aibox_assets.domain.errors import StoreUnavailableError
from aibox_assets.stores.database import transaction

_CHANNEL: Final = "aibox_wake"
_AGAIN_SECONDS: Final = 5.0


class Wake(StrEnum):
    """Who is woken: sensors by their names, and Dagster's queue of runs."""

    LOOK = "upload_sensor"
    REMOVAL = "removal_sensor"
    RUNS = "runs"


def wake(connection: Connection, *whom: Wake) -> None:
    """Wake them when the transaction of *connection* is committed."""
    for each in whom:
        connection.execute(sa.select(sa.func.pg_notify(_CHANNEL, str(each)))).close()


def wake_now(engine: Engine, *whom: Wake) -> None:
    """Wake them, in a transaction of its own. Where Postgres is away, they look later."""
    with suppress(StoreUnavailableError, SQLAlchemyError), transaction(engine) as connection:
        wake(connection, *whom)


def listen(url: str, heard: Callable[[Wake], None], stop: threading.Event) -> None:
    """Tell *heard* of each note until *stop*. After a lost connection all are told: nobody knows what was missed.

    :param url: SQLAlchemy URL of our database.
    """
    address = sa.make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    while not stop.is_set():
        with (
            suppress(psycopg.Error, OSError),
            psycopg.connect(
                address, autocommit=True, connect_timeout=5, application_name="aibox", keepalives_idle=30
            ) as connection,
        ):
            connection.execute(f"LISTEN {_CHANNEL}")
            for each in Wake:
                heard(each)
            while not stop.is_set():
                # psycopg's own wait looks ten times a second.
                if select.select([connection], [], [], _AGAIN_SECONDS)[0]:
                    for note in connection.notifies(timeout=0):
                        with suppress(ValueError):
                            heard(Wake(note.payload))
        stop.wait(_AGAIN_SECONDS)
