"""The history of files on a real Postgres: each change of a state leaves one event, and a second call none."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from sqlalchemy import Engine

from aibox_assets.domain.errors import ConfigurationError, MalformedDocumentError, TransientError
from aibox_assets.domain.viewer import OPERATOR
from aibox_assets.stores.events import EventKind, EventStore, FileEvent, record_events
from aibox_assets.stores.files import ASSETS, CHUNKS, EMBEDDINGS, KG_TRIPLES
from aibox_assets.stores.lifecycle import Lifecycle
from aibox_assets.stores.lifecycle.failing import MAX_INTERRUPTIONS
from aibox_assets.stores.scanning import FileStat
from aibox_assets_tests.stores.work_files import (
    OTHER_SHA,
    QUEUE,
    RECIPES,
    add,
    finish,
    make,
    new_lifecycle,
    nobody_is_over,
)

pytestmark = pytest.mark.integration

FAULT = ConfigurationError("No bucket.", "Make one.")
Happened = list[tuple[str, str | None]]


@pytest.fixture
def lifecycle(engine: Engine) -> Lifecycle:
    return new_lifecycle(engine, "f0", "f1")


@pytest.fixture
def events(engine: Engine) -> EventStore:
    return EventStore(engine)


@pytest.fixture
def since(events: EventStore) -> Callable[[Callable[[], object]], list[FileEvent]]:
    """What a call leaves in the history of f0."""

    def call(act: Callable[[], object]) -> list[FileEvent]:
        before = len(events.recent("f0", OPERATOR))
        act()
        return events.recent("f0", OPERATOR)[before:]

    return call


Since = Callable[[Callable[[], object]], list[FileEvent]]


def kinds(found: list[FileEvent]) -> Happened:
    return [(event.kind.value, event.asset) for event in found]


def test_the_way_of_a_file(lifecycle: Lifecycle, events: EventStore) -> None:
    lifecycle.request(["f0"], ASSETS, "run")
    finish(lifecycle, "f0")
    found = events.recent("f0", OPERATOR)
    each = [(kind, asset) for asset in ASSETS for kind in ("started", "made")]
    assert kinds(found) == [("taken_in", None), *each, ("finished", None)]
    assert {event.owner_id for event in found} == {"amy"}
    assert found[2].data == {"items": 4, "seconds": 0.5}
    assert events.recent("f1", OPERATOR)[0].seq < found[-1].seq


def test_a_second_call_that_changes_nothing_leaves_nothing(lifecycle: Lifecycle, since: Since) -> None:
    lifecycle.cancel(["f0"])
    for act in (
        lambda: add(lifecycle, "f0"),
        lambda: lifecycle.cancel(["f0"]),
        lambda: lifecycle.want(RECIPES),
        lambda: lifecycle.release("run"),
        lambda: lifecycle.cancel_run("run"),
        lambda: lifecycle.touch("f0", FileStat(3, 9)),
        lambda: lifecycle.give_back(["f0"], ASSETS, "run"),
        lambda: lifecycle.fail(CHUNKS, {"f0": TransientError("No.")}, "run"),
    ):
        assert since(act) == []
    assert kinds(since(lambda: lifecycle.mark_gone(["f0"]))) == [("gone", None)]
    assert since(lambda: lifecycle.mark_gone(["f0"])) == []


def test_what_was_started_and_is_given_back_is_queued_again(lifecycle: Lifecycle, since: Since) -> None:
    for give_back in (
        lambda: lifecycle.release("run"),
        lambda: lifecycle.give_back(["f0"], ASSETS, "run"),
    ):
        lifecycle.request(["f0"], ASSETS, "run")
        lifecycle.start(CHUNKS, ["f0"], "run")
        assert kinds(since(give_back)) == [("queued", CHUNKS)]


def test_ends_say_why(lifecycle: Lifecycle, since: Since) -> None:
    def fail(error: TransientError | MalformedDocumentError) -> list[FileEvent]:
        lifecycle.take("run", ["f0"], ASSETS, nobody_is_over)
        return since(lambda: lifecycle.fail(CHUNKS, {"f0": error}, "run"))

    (retrying,) = fail(TransientError("Not now."))
    assert (retrying.kind, retrying.data) == (EventKind.RETRYING, {"error": "Not now."})
    (failed,) = fail(MalformedDocumentError("bad\0 \udcff", ""))
    assert (failed.kind, failed.data["error"][:4]) == (EventKind.FAILED, "bad ")
    (launched,) = since(lambda: lifecycle.take("by hand", ["f0"], ASSETS, nobody_is_over))
    assert (launched.kind, launched.data) == (EventKind.QUEUED, {"why": "launched", "run": "by hand"})
    (interrupted, *others) = since(lambda: lifecycle.interrupt("by hand", "It\0 died."))
    assert (interrupted.kind, interrupted.data["error"], len(others)) == (
        EventKind.INTERRUPTED,
        "It died.",
        2,
    )
    lifecycle.take("run", ["f0"], ASSETS, nobody_is_over)
    assert kinds(since(lambda: lifecycle.blame("run", CHUNKS, "It failed.", ""))) == [("retrying", CHUNKS)]
    lifecycle.take("run", ["f0"], ASSETS, nobody_is_over)
    assert kinds(since(lambda: lifecycle.cancel_run("run"))) == [("cancelled", asset) for asset in ASSETS]


def test_a_pause_interrupts_and_the_last_one_fails(
    lifecycle: Lifecycle, since: Since, engine: Engine
) -> None:
    def pause() -> None:
        lifecycle.pause(CHUNKS, QUEUE, ["f0"], FAULT, "run")

    lifecycle.request(["f0"], ASSETS, "run")
    assert kinds(since(pause)) == [("interrupted", CHUNKS)]
    with engine.begin() as connection:
        connection.execute(sa.text(f"UPDATE aibox.work SET interruptions = {MAX_INTERRUPTIONS - 1}"))
        connection.execute(sa.text("DELETE FROM aibox.pauses"))
    lifecycle.request(["f0"], ASSETS, "run")
    assert kinds(since(pause)) == [("failed", CHUNKS)]


def test_new_chunks_queue_what_is_made_from_them(lifecycle: Lifecycle, since: Since) -> None:
    finish(lifecycle, "f0")
    again = since(lambda: make(lifecycle, CHUNKS, "f0"))
    assert kinds(again) == [("started", CHUNKS), ("made", CHUNKS), ("finished", None)]
    other = since(lambda: make(lifecycle, CHUNKS, "f0", sha=OTHER_SHA))
    assert kinds(other)[2:] == [("queued", EMBEDDINGS), ("queued", KG_TRIPLES)]
    stale = since(lambda: lifecycle.want({**RECIPES, CHUNKS: "other"}))
    assert [(event.kind.value, event.asset, event.data) for event in stale] == [
        ("queued", CHUNKS, {"why": "stale"})
    ]


def test_the_history_outlives_the_file(lifecycle: Lifecycle, events: EventStore) -> None:
    lifecycle.mark_gone(["f0"])
    for _ in range(2):
        lifecycle.forget(["f0"])
    assert kinds(events.recent("f0", OPERATOR)) == [("taken_in", None), ("gone", None), ("removed", None)]


def test_an_event_goes_with_the_transaction_that_made_it(
    lifecycle: Lifecycle, events: EventStore, engine: Engine
) -> None:
    with engine.connect() as connection:
        record_events(connection, EventKind.CHANGED, ["f0"])
        connection.rollback()
    assert kinds(events.recent("f0", OPERATOR)) == [("taken_in", None)]
