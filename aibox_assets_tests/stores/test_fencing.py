"""Fencing on a real Postgres: one run per work, one task per step, and nobody else writes."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy import Engine

from aibox_assets.domain.errors import PermanentError, StoreUnavailableError
from aibox_assets.stores.database import transaction
from aibox_assets.stores.fencing import Fencing, StepSupersededError, StepTicket, WorkLostError
from aibox_assets.stores.files import ASSETS, CHUNKS, EMBEDDINGS
from aibox_assets.stores.lifecycle import Lifecycle
from aibox_assets.stores.tables import steps
from aibox_assets_tests.stores.work_files import make, new_lifecycle, nobody_is_over, work_of

pytestmark = pytest.mark.integration

FIRST = StepTicket("run-1", CHUNKS, "task-1")
LATER = timedelta(seconds=5)


@pytest.fixture
def lifecycle(engine: Engine) -> Lifecycle:
    return new_lifecycle(engine, "a", "b", "c")


@pytest.fixture
def fencing(engine: Engine) -> Fencing:
    return Fencing(engine)


def take(lifecycle: Lifecycle, run: str, *ids: str) -> frozenset[str]:
    return lifecycle.take(run, ids, ASSETS, nobody_is_over)


def lost(engine: Engine, fencing: Fencing, ticket: StepTicket, *ids: str) -> set[str]:
    """Which of the files the ticket's task may not write."""
    try:
        with transaction(engine) as connection:
            fencing.check(connection, ticket, ids)
    except WorkLostError as error:
        return set(error.file_ids)
    return set()


def test_work_belongs_to_one_run_until_that_is_over(lifecycle: Lifecycle) -> None:
    for _ in range(2):
        assert take(lifecycle, "run-1", "a", "b") == frozenset()
    assert take(lifecycle, "run-2", "b", "c") == {"run-1"}
    assert take(lifecycle, "run-3", "c") == frozenset(), "all or none: run-2 did not take it"
    assert lifecycle.take("run-2", ["b"], ASSETS, lambda runs: {"run-1"} & set(runs)) == frozenset()
    for _ in range(2):
        lifecycle.release("run-2")
    assert take(lifecycle, "run-1", "a", "b") == frozenset()


def test_another_asset_of_a_file_may_belong_to_another_run(
    lifecycle: Lifecycle, engine: Engine, fencing: Fencing
) -> None:
    make(lifecycle, CHUNKS, "a")
    assert lifecycle.take("vectors", ["a"], [EMBEDDINGS], nobody_is_over) == frozenset()
    assert lifecycle.take("graph", ["a"], ["kg_triples"], nobody_is_over) == frozenset()
    fencing.issue_token("graph", "kg_triples", "task")
    assert lost(engine, fencing, StepTicket("graph", "kg_triples", "task"), "a") == set()
    fencing.issue_token("graph", EMBEDDINGS, "task")
    assert lost(engine, fencing, StepTicket("graph", EMBEDDINGS, "task"), "a") == {"a"}


def test_nothing_is_taken_of_a_file_that_is_deleted_or_gone(lifecycle: Lifecycle) -> None:
    lifecycle.mark_gone(["a"])
    assert take(lifecycle, "run-1", "a", "never was", "b") == frozenset()
    assert lifecycle.taken("run-1", CHUNKS, ["a", "never was", "b"]) == ["b"]


def test_a_cancel_holds_for_the_runs_that_were_launched_before_it(
    lifecycle: Lifecycle, engine: Engine, fencing: Fencing
) -> None:
    lifecycle.cancel(["a"])
    fencing.issue_token("run-1", CHUNKS, "task-1")
    assert (
        lifecycle.take("run-1", ["a", "b"], ASSETS, nobody_is_over, datetime.now(UTC) - LATER) == frozenset()
    )
    assert lost(engine, fencing, FIRST, "a", "b") == {"a"}
    lifecycle.take("run-1", ["a"], ASSETS, nobody_is_over, datetime.now(UTC) + LATER)
    assert lost(engine, fencing, FIRST, "a", "b") == set()
    assert work_of(engine, "a").error is None, "it is not cancelled any more"


def test_of_many_runs_at_once_one_takes(lifecycle: Lifecycle) -> None:
    won: list[str] = []
    start = threading.Barrier(8)

    def run(name: str) -> None:
        start.wait()
        if not take(lifecycle, name, "a", "b", "c"):
            won.append(name)

    threads = [threading.Thread(target=run, args=(f"run-{n}",)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(won) == 1


def test_only_the_newest_task_of_the_run_may_write(
    lifecycle: Lifecycle, engine: Engine, fencing: Fencing
) -> None:
    take(lifecycle, "run-1", "a")
    for _ in range(2):
        fencing.issue_token("run-1", CHUNKS, "task-1")
    assert fencing.is_current(FIRST)
    assert lost(engine, fencing, FIRST, "a", "b") == {"b"}
    assert lost(engine, fencing, FIRST, "a") == set()
    fencing.issue_token("run-1", CHUNKS, "task-2")
    assert not fencing.is_current(FIRST)
    with transaction(engine) as connection, pytest.raises(StepSupersededError):
        fencing.check(connection, FIRST, ["a"])


def test_a_request_has_work_under_its_own_name_before_its_run_exists(
    lifecycle: Lifecycle, engine: Engine, fencing: Fencing
) -> None:
    lifecycle.request(["a"], ASSETS, "batch")
    fencing.issue_token("run-1", CHUNKS, "task-1")
    assert lost(engine, fencing, FIRST, "a") == {"a"}
    assert lost(engine, fencing, StepTicket("run-1", CHUNKS, "task-1", 1, "batch"), "a") == set()


def test_a_run_that_is_over_writes_nothing(lifecycle: Lifecycle, engine: Engine, fencing: Fencing) -> None:
    take(lifecycle, "run-1", "a")
    fencing.issue_token("run-1", CHUNKS, "task-1")
    assert fencing.token_holders()["run-1"] < 60
    for _ in range(2):
        fencing.end_tokens("run-1")
    assert fencing.token_holders() == {}
    with transaction(engine) as connection, pytest.raises(StepSupersededError):
        fencing.check(connection, FIRST, ["a"])


def test_work_that_was_taken_away_is_lost_and_its_neighbour_is_not(
    lifecycle: Lifecycle, engine: Engine, fencing: Fencing
) -> None:
    take(lifecycle, "run-1", "a", "b", "c")
    fencing.issue_token("run-1", CHUNKS, "task-1")
    lifecycle.cancel(["a"])
    lifecycle.mark_gone(["c"])
    lifecycle.forget(["c"])
    with transaction(engine) as connection, pytest.raises(WorkLostError, match="taken away") as error:
        fencing.check(connection, FIRST, ["a", "b", "c"])
    assert error.value.file_ids == {"a", "c"}


def test_what_a_guard_refuses_is_not_written_at_all(
    lifecycle: Lifecycle, engine: Engine, fencing: Fencing
) -> None:
    take(lifecycle, "run-1", "a", "b")
    fencing.issue_token("run-1", CHUNKS, "task-1")
    lifecycle.cancel(["a"])
    with pytest.raises(WorkLostError):
        lifecycle.start(CHUNKS, ["a", "b"], guard=lambda c: fencing.check(c, FIRST, ["a", "b"]))
    assert work_of(engine, "b").started_at is None
    fencing.issue_token("run-1", CHUNKS, "task-2")
    with pytest.raises(StepSupersededError):
        lifecycle.fail(
            CHUNKS, {"b": PermanentError("No.")}, "run-1", guard=lambda c: fencing.check(c, FIRST, [])
        )
    assert work_of(engine, "b").error is None


def test_a_new_token_and_a_cancel_wait_for_the_write_that_holds(
    lifecycle: Lifecycle, fencing: Fencing
) -> None:
    take(lifecycle, "run-1", "a")
    fencing.issue_token("run-1", CHUNKS, "task-1")
    done: list[str] = []

    def issue() -> None:
        fencing.issue_token("run-1", CHUNKS, "task-2")
        done.append("issued")

    def cancel() -> None:
        lifecycle.cancel(["a"])
        done.append("cancelled")

    threads = [threading.Thread(target=issue), threading.Thread(target=cancel)]
    with fencing.holding(FIRST, ["a"]) as confirm:
        for thread in threads:
            thread.start()
        threads[0].join(0.3)
        assert done == []
        confirm()
    for thread in threads:
        thread.join(5)
    assert sorted(done) == ["cancelled", "issued"]


def test_a_hold_that_postgres_took_back_is_noticed_before_the_commit(
    lifecycle: Lifecycle, engine: Engine, fencing: Fencing
) -> None:
    take(lifecycle, "run-1", "a")
    fencing.issue_token("run-1", CHUNKS, "task-1")
    stop = sa.text(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
        " AND datname = current_database() AND state = 'idle in transaction'"
    )

    def write() -> None:
        with fencing.holding(FIRST, ["a"]) as confirm:
            with transaction(engine) as connection:
                connection.execute(stop)
            confirm()

    with pytest.raises(StoreUnavailableError):
        write()


def test_a_worker_that_hangs_inside_a_write_gives_way(
    lifecycle: Lifecycle, engine: Engine, fencing: Fencing, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("aibox_assets.stores.fencing.WRITE_SECONDS", 1)
    take(lifecycle, "run-1", "a")
    fencing.issue_token("run-1", CHUNKS, "task-1")

    def write() -> None:
        with transaction(engine) as connection:
            fencing.check(connection, FIRST, ["a"])
            fencing.issue_token("run-1", CHUNKS, "task-2")  # waits for Postgres to end the silent transaction
            connection.execute(sa.select(1))

    with pytest.raises(StoreUnavailableError):
        write()
    assert not fencing.is_current(FIRST)


def test_a_step_outside_of_a_worker_needs_no_token_but_respects_other_runs(
    lifecycle: Lifecycle, engine: Engine, fencing: Fencing
) -> None:
    own = StepTicket("run-9", CHUNKS)
    take(lifecycle, "run-1", "b")
    assert lost(engine, fencing, own, "a") == set()
    with transaction(engine) as connection, pytest.raises(WorkLostError, match="run-1") as error:
        fencing.check(connection, own, ["a", "b"])
    assert error.value.file_ids == {"b"}


def test_what_a_step_outside_of_a_worker_started_is_its_runs_to_fail_and_to_settle(
    lifecycle: Lifecycle, engine: Engine
) -> None:
    lifecycle.start(CHUNKS, ["a", "b"], "run-9")
    lifecycle.fail(CHUNKS, {"a": PermanentError("No.")}, "run-9")
    assert work_of(engine, "a").error == "No."
    assert set(lifecycle.runs()) == {"run-9"}
    lifecycle.release("run-9")
    assert work_of(engine, "b").state == "queued"


def test_two_steps_outside_of_a_worker_at_once_do_not_wait_for_each_other(
    lifecycle: Lifecycle, engine: Engine, fencing: Fencing
) -> None:
    errors: list[BaseException] = []
    together = threading.Barrier(2)

    def work(run: str) -> None:
        ticket = StepTicket(run, CHUNKS)
        together.wait()
        for _ in range(30):
            try:
                lifecycle.start(CHUNKS, ["a", "b"], run, guard=lambda c: fencing.check(c, ticket, ["a", "b"]))
                lifecycle.release(run)
            except WorkLostError:
                pass
            except BaseException as error:  # noqa: BLE001  # asserted below
                errors.append(error)

    threads = [threading.Thread(target=work, args=(run,)) for run in ("one", "two")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []


def test_workers_that_die_with_a_file_in_hand_are_counted(engine: Engine, fencing: Fencing) -> None:
    fencing.issue_token("run-1", CHUNKS, "task-1")
    assert fencing.deaths(FIRST) == {}
    for number, in_hand in enumerate(("a", "a", "b", None), start=2):
        fencing.take_in_hand(StepTicket("run-1", CHUNKS, f"task-{number - 1}"), in_hand)
        fencing.issue_token("run-1", CHUNKS, f"task-{number}")
    assert fencing.deaths(FIRST) == {"a": 2, "b": 1}
    fencing.take_in_hand(FIRST, "c")
    with transaction(engine) as connection:
        assert connection.scalar(sa.select(steps.c.in_hand)) is None, "an old task marks nothing"
