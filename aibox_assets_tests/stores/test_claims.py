"""Claims and tokens on a real Postgres: one run per file, one task per step, and nobody else writes."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy import Engine

from aibox_assets.domain.errors import StoreUnavailableError
from aibox_assets.stores.claims import ClaimLostError, ClaimStore, StepSupersededError, StepTicket
from aibox_assets.stores.database import claims, steps, transaction
from aibox_assets.stores.progress import ProgressStore
from aibox_assets_tests.stores.documents import add_files

FIRST = StepTicket("run-1", "chunks", "task-1")


def nobody_is_over(_: object) -> set[str]:
    return set()


@pytest.fixture
def store(engine: Engine) -> ClaimStore:
    add_files(engine, "a", "b", "c")
    return ClaimStore(engine)


def test_a_file_belongs_to_one_run_until_that_is_over(store: ClaimStore) -> None:
    for _ in range(2):
        assert store.take("run-1", ["a", "b"], nobody_is_over) == frozenset()
    assert store.take("run-2", ["b", "c"], nobody_is_over) == {"run-1"}
    assert store.take("run-3", ["c"], nobody_is_over) == frozenset(), "all or none: run-2 did not take it"
    assert store.take("run-2", ["b"], lambda runs: {"run-1"} & set(runs)) == frozenset()
    for _ in range(2):
        store.release("run-2")
    assert store.take("run-1", ["a", "b"], nobody_is_over) == frozenset()


def test_a_deleted_file_needs_no_claim(store: ClaimStore) -> None:
    assert store.take("run-1", ["gone"], nobody_is_over) == frozenset()


def test_a_cancel_holds_for_the_runs_that_were_launched_before_it(store: ClaimStore, engine: Engine) -> None:
    before = datetime.now(UTC) - timedelta(seconds=5)
    ProgressStore(engine, max_attempts=3).cancel(["a"])
    assert store.take("run-1", ["a", "b"], nobody_is_over, before) == frozenset()
    store.issue_token("run-1", "chunks", "task-1")
    with transaction(engine) as connection, pytest.raises(ClaimLostError, match="cancelled") as lost:
        store.check(connection, FIRST, ["a", "b"])
    assert lost.value.file_ids == {"a"}
    store.take("run-1", ["a"], nobody_is_over, datetime.now(UTC) + timedelta(seconds=5))
    with transaction(engine) as connection:
        store.check(connection, FIRST, ["a", "b"])


def test_of_many_runs_at_once_one_claims(store: ClaimStore) -> None:
    won: list[str] = []
    start = threading.Barrier(8)

    def claim(name: str) -> None:
        start.wait()
        if not store.take(name, ["a", "b", "c"], nobody_is_over):
            won.append(name)

    threads = [threading.Thread(target=claim, args=(f"run-{n}",)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(won) == 1


def test_only_the_newest_task_of_the_claiming_run_may_write(store: ClaimStore, engine: Engine) -> None:
    store.take("run-1", ["a"], nobody_is_over)
    store.issue_token("run-1", "chunks", "task-1")
    assert store.is_current(FIRST)
    with transaction(engine) as connection:
        store.check(connection, FIRST, ["a"])
        with pytest.raises(ClaimLostError) as lost:
            store.check(connection, FIRST, ["a", "b"])
        assert lost.value.file_ids == {"b"}
    store.issue_token("run-1", "chunks", "task-2")
    assert not store.is_current(FIRST)
    with transaction(engine) as connection, pytest.raises(StepSupersededError):
        store.check(connection, FIRST, ["a"])


def test_a_run_that_is_over_writes_nothing(store: ClaimStore, engine: Engine) -> None:
    store.take("run-1", ["a"], nobody_is_over)
    store.issue_token("run-1", "chunks", "task-1")
    store.release("run-1")
    with transaction(engine) as connection, pytest.raises(StepSupersededError):
        store.check(connection, FIRST, ["a"])


def test_a_cancelled_file_is_lost_and_its_neighbour_is_not(store: ClaimStore, engine: Engine) -> None:
    store.take("run-1", ["a", "b"], nobody_is_over)
    store.issue_token("run-1", "chunks", "task-1")
    with transaction(engine) as connection:
        connection.execute(claims.delete().where(claims.c.file_id == "a"))
    with transaction(engine) as connection, pytest.raises(ClaimLostError, match="cancelled") as lost:
        store.check(connection, FIRST, ["a", "b"])
    assert lost.value.file_ids == {"a"}


def test_a_new_token_waits_for_the_write_that_holds_the_old_one(store: ClaimStore, engine: Engine) -> None:
    store.take("run-1", ["a"], nobody_is_over)
    store.issue_token("run-1", "chunks", "task-1")
    issued = threading.Event()

    def issue() -> None:
        store.issue_token("run-1", "chunks", "task-2")
        issued.set()

    with store.holding(FIRST, ["a"]) as confirm:
        thread = threading.Thread(target=issue)
        thread.start()
        assert not issued.wait(0.3)
        confirm()
    assert issued.wait(5)
    thread.join()


def test_a_hold_that_postgres_took_back_is_noticed_before_the_commit(
    store: ClaimStore, engine: Engine
) -> None:
    store.take("run-1", ["a"], nobody_is_over)
    store.issue_token("run-1", "chunks", "task-1")
    stop = sa.text(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
        " AND datname = current_database() AND state = 'idle in transaction'"
    )

    def write() -> None:
        with store.holding(FIRST, ["a"]) as confirm:
            with transaction(engine) as connection:
                connection.execute(stop)
            confirm()

    with pytest.raises(StoreUnavailableError):
        write()


def test_a_worker_that_hangs_inside_a_write_gives_way(
    store: ClaimStore, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("aibox_assets.stores.claims._WRITE_SECONDS", 1)
    store.take("run-1", ["a"], nobody_is_over)
    store.issue_token("run-1", "chunks", "task-1")

    def write() -> None:
        with transaction(engine) as connection:
            store.check(connection, FIRST, ["a"])
            store.issue_token("run-1", "chunks", "task-2")  # waits for Postgres to end the silent transaction
            connection.execute(sa.select(1))

    with pytest.raises(StoreUnavailableError):
        write()
    assert not store.is_current(FIRST)


def test_a_step_outside_of_a_worker_needs_no_token_but_respects_claims(
    store: ClaimStore, engine: Engine
) -> None:
    own = StepTicket("run-9", "chunks")
    store.take("run-1", ["b"], nobody_is_over)
    with transaction(engine) as connection:
        store.check(connection, own, ["a"])
        with pytest.raises(ClaimLostError, match="run-1"):
            store.check(connection, own, ["a", "b"])


def test_workers_that_die_with_a_file_in_hand_are_counted(store: ClaimStore, engine: Engine) -> None:
    store.issue_token("run-1", "chunks", "task-1")
    assert store.deaths(FIRST) == {}
    for number, in_hand in enumerate(("a", "a", "b", None), start=2):
        store.take_in_hand(StepTicket("run-1", "chunks", f"task-{number - 1}"), in_hand)
        store.issue_token("run-1", "chunks", f"task-{number}")
    assert store.deaths(FIRST) == {"a": 2, "b": 1}
    store.take_in_hand(FIRST, "c")
    with transaction(engine) as connection:
        assert connection.scalar(sa.select(steps.c.in_hand)) is None, "an old task marks nothing"
