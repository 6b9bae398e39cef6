"""The graph's lock on a real Postgres: one writer, many readers, none of them during a commit."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import Engine

from aibox_assets.domain.errors import StoreUnavailableError
from aibox_assets.stores import locks
from aibox_assets.stores.locks import GraphLock, graph_write_lock


@pytest.fixture
def lock(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> GraphLock:
    monkeypatch.setattr(locks, "_WAIT_SECONDS", 1)
    return graph_write_lock(engine)


class Holder:
    """Enters a lock in a thread; says when it is in, and leaves when told."""

    def __init__(self, enter: Callable[[], AbstractContextManager[Any]]) -> None:
        self.inside, self._leave = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._hold, args=(enter,), daemon=True)
        self._thread.start()

    def _hold(self, enter: Callable[[], AbstractContextManager[Any]]) -> None:
        with enter():
            self.inside.set()
            self._leave.wait(60)

    def leave(self) -> None:
        self._leave.set()
        self._thread.join(30)


def test_a_second_writer_waits_and_says_so_when_it_takes_too_long(lock: GraphLock) -> None:
    first = Holder(lock.writing)
    assert first.inside.wait(30)
    with pytest.raises(StoreUnavailableError), lock.writing():
        pass
    second = Holder(lock.writing)
    assert not second.inside.wait(0.2)
    first.leave()
    assert second.inside.wait(30)
    second.leave()


def test_readers_are_together_and_a_commit_waits_for_them(lock: GraphLock) -> None:
    waits = pytest.raises(StoreUnavailableError)
    with lock.reading(), lock.reading(), waits, lock.writing() as before_commit:
        before_commit()
    reader = Holder(lock.reading)
    assert reader.inside.wait(30)
    with lock.writing() as before_commit:
        threading.Timer(0.2, reader.leave).start()
        before_commit()
        late = Holder(lock.reading)
        assert not late.inside.wait(0.2), "nobody reads during a commit"
    assert late.inside.wait(30)
    late.leave()


def test_a_holder_that_is_gone_frees_it(lock: GraphLock, engine: Engine) -> None:
    def lose_connection() -> None:
        with lock.writing(), engine.connect() as other:
            other.execute(
                sa.text(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() "
                    "AND state = 'idle in transaction' AND datname = current_database()"
                )
            )

    with pytest.raises(StoreUnavailableError):
        lose_connection()
    with lock.writing() as before_commit:
        before_commit()
