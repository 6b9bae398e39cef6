"""Notes to those who look for work, through a real Postgres."""

from __future__ import annotations

import queue
import threading
from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from sqlalchemy import Engine

from aibox_assets.stores.database import connect, transaction
from aibox_assets.stores.wakes import Wake, listen, wake, wake_now

Heard = queue.Queue[Wake]


@pytest.fixture
def heard(engine: Engine, postgres_url: str) -> Iterator[Heard]:
    """What is heard, from when the listener is there on."""
    found: Heard = queue.Queue()
    stop = threading.Event()
    thread = threading.Thread(target=listen, args=(postgres_url, found.put, stop), daemon=True)
    thread.start()
    for each in Wake:
        assert found.get(timeout=10) is each, "at the start all are woken, since nobody knows what was missed"
    yield found
    stop.set()
    wake_now(engine, Wake.LOOK)
    thread.join()


def test_a_note_is_heard(engine: Engine, heard: Heard) -> None:
    wake_now(engine, Wake.REMOVAL)
    assert heard.get(timeout=10) is Wake.REMOVAL


def test_a_note_comes_with_its_transaction_or_not_at_all(engine: Engine, heard: Heard) -> None:
    with engine.connect() as connection:
        wake(connection, Wake.LOOK)
        connection.rollback()
    with transaction(engine) as connection:
        wake(connection, Wake.RUNS)
        with pytest.raises(queue.Empty):
            heard.get(timeout=0.2)
    assert heard.get(timeout=10) is Wake.RUNS


def test_after_a_lost_connection_all_are_woken(engine: Engine, heard: Heard) -> None:
    with transaction(engine) as connection:
        ended = connection.scalar(
            sa.text(
                "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE query LIKE 'LISTEN%'"
            )
        )
    assert ended == 1
    assert [heard.get(timeout=20) for _ in Wake] == list(Wake)


def test_where_postgres_is_away_nothing_is_raised(heard: Heard) -> None:
    wake_now(connect("postgresql+psycopg://nobody@127.0.0.1:1/none"), Wake.LOOK)
    assert heard.empty()
