"""Following events on a real Postgres: none is lost, whichever transaction ends first."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from sqlalchemy import Engine

from aibox_assets.domain.viewer import Viewer
from aibox_assets.stores.event_feed import PART, EventFeed, is_moment
from aibox_assets.stores.events import EventKind, record_events
from aibox_assets_tests.stores.documents import add_files

pytestmark = pytest.mark.integration


def seen(feed: EventFeed, before: str | None, until: str, **options: object) -> list[int]:
    return [fed.event.seq for part in feed.between(before, until, **options) for fed in part]  # type: ignore[arg-type]


def test_a_transaction_that_ends_last_is_not_lost_although_its_numbers_are_lower(engine: Engine) -> None:
    add_files(engine, "one", "two")
    feed = EventFeed(engine)
    start = feed.now()
    slow, quick = engine.connect(), engine.connect()
    with slow.begin() as slow_end:
        record_events(slow, EventKind.STARTED, ["one"])
        with quick.begin():
            record_events(quick, EventKind.STARTED, ["two"])
        middle = feed.now()
        assert is_moment(middle)
        assert seen(feed, start, middle) == [2]
        slow_end.commit()
    end = feed.now()
    assert seen(feed, middle, end) == [1]
    assert seen(feed, start, end) == [1, 2]
    assert seen(feed, end, end) == []
    slow.close()
    quick.close()


def test_what_was_rolled_back_is_never_told(engine: Engine) -> None:
    add_files(engine, "one")
    feed = EventFeed(engine)
    start = feed.now()
    with engine.connect() as connection:
        record_events(connection, EventKind.STARTED, ["one"])
        connection.rollback()
    with engine.begin() as connection:
        record_events(connection, EventKind.MADE, ["one"])
    assert seen(feed, start, feed.now()) == [2]


def test_many_come_in_parts_and_each_sees_its_own(engine: Engine) -> None:
    add_files(engine, *(f"a{n}" for n in range(PART + 3)), user_id="ann")
    add_files(engine, "b", user_id="bob")
    feed = EventFeed(engine)
    start = feed.now()
    with engine.begin() as connection:
        record_events(connection, EventKind.STARTED, [*(f"a{n}" for n in range(PART + 3)), "b"])
    end = feed.now()
    assert [len(part) for part in feed.between(start, end)] == [PART, 4]
    assert len(seen(feed, start, end, viewer=Viewer("bob"))) == 1
    assert len(seen(feed, None, end, viewer=Viewer("ann"), file_id="a1")) == 1
    (fed,) = next(feed.between(start, end, file_id="b"))
    assert [fed.is_for(Viewer(name)) for name in ("ann", "bob")] == [False, True]
    with engine.begin() as connection:
        connection.execute(
            sa.text("INSERT INTO aibox.grants (file_id, grantee, granted_by) VALUES ('b', '', 'bob')")
        )
    (fed,) = next(feed.between(start, end, file_id="b"))
    assert fed.is_for(Viewer("ann"))


@pytest.mark.parametrize(
    "text", ["", "1", "1:2", "5:4:", "0:1:", "1:4:5", "1:4:3,2", "1:4:2,", "1:4:x", "1:4:2;drop"]
)
def test_what_is_no_moment_is_told_apart(text: str) -> None:
    assert not is_moment(text)
