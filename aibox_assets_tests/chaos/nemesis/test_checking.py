"""The nemesis' own eyes: it sees a mix of versions, a part of one, and work after a cancel."""

from __future__ import annotations

import random
from datetime import UTC, datetime

from aibox_assets.stores.events import EventKind, FileEvent
from aibox_assets_tests.chaos.nemesis.checker import find_work_after_cancel
from aibox_assets_tests.chaos.nemesis.documents import Content, Mark, find_marks, is_whole, write
from aibox_assets_tests.chaos.nemesis.history import History, Operation


def documents(count: int) -> list[Content]:
    dice = random.Random(26)
    return [write(dice, number, version=number + 1) for number in range(count)]


def test_a_version_is_seen_whole() -> None:
    good = [each for each in documents(200) if not each.malformed]
    assert len(good) > 150
    for each in good:
        marks = find_marks(each.text)
        assert is_whole(marks)
        assert {(mark.number, mark.version) for mark in marks} == {(each.number, each.version)}


def test_a_mix_or_a_part_is_none() -> None:
    old, new = [Mark(1, 1, n, 2) for n in (1, 2)], [Mark(1, 2, n, 2) for n in (1, 2)]
    assert is_whole(set(old))
    assert not is_whole(set(old[:1]))
    assert not is_whole({old[0], new[1]})
    assert not is_whole({*old, *new})
    assert not is_whole(set())


def events(*kinds: EventKind) -> list[FileEvent]:
    return [
        FileEvent(n, "a", "ann", None, kind, datetime.fromtimestamp(100 + n, UTC), {})
        for n, kind in enumerate(kinds)
    ]


def test_work_after_a_cancel_is_seen() -> None:
    cancelled, made, retried = EventKind.CANCELLED, EventKind.MADE, EventKind.QUEUED
    assert find_work_after_cancel(events(made, cancelled), History(), 1) == []
    assert len(find_work_after_cancel(events(cancelled, made), History(), 1)) == 1
    assert find_work_after_cancel(events(cancelled, retried, made), History(), 1) == []
    launched = History()
    launched.operations.append(Operation("c", "launch", 1, began=105, ended=106))
    assert find_work_after_cancel(events(cancelled, made), launched, 1) == []
    assert len(find_work_after_cancel(events(cancelled, made), launched, 2)) == 1
