"""The line of time of a file: where its moments stand."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from aibox_assets.console.pages.file.standing import _scale, _times
from aibox_assets.stores.files import KG_TRIPLES, Status, Work

BEGIN = datetime(2026, 11, 29, tzinfo=UTC)


def after(seconds: float) -> datetime:
    return BEGIN + timedelta(seconds=seconds)


def test_what_overlaps_is_on_one_line() -> None:
    place_of = _scale([(after(0), after(10)), (after(5), after(20))])
    assert [place_of(after(at)) for at in (0, 5, 10, 20)] == [0, 0.25, 0.5, 1]


def test_time_in_which_nothing_happened_is_left_out() -> None:
    week = 7 * 86_400
    place_of = _scale([(after(week), after(week + 5)), (after(0), after(5))])
    assert [place_of(after(at)) for at in (0, 5, week, week + 5)] == [0, 0.5, 0.5, 1]


def test_what_took_no_time_has_a_place() -> None:
    assert _scale([(BEGIN, BEGIN)])(BEGIN) == 0
    assert _scale([])(BEGIN) == 0


def made_between(queued: float, started: float | None, ended: float | None) -> Work:
    nothing = dict.fromkeys(
        ("wanted", "made", "made_by", "run", "not_before", "failure", "error", "remedy", "items", "seconds")
    )
    at = {
        name: None if seconds is None else after(seconds)
        for name, seconds in (("started_at", started), ("ended_at", ended))
    }
    return Work(
        KG_TRIPLES,
        Status.QUEUED,
        background=False,
        attempts=0,
        interruptions=0,
        queued_at=after(queued),
        **nothing,
        **at,  # type: ignore[arg-type]
    )


def test_what_waits_to_be_made_again_is_not_begun() -> None:
    now = after(100)
    assert _times(made_between(50, 10, 20), now) == (now, now)
    assert _times(made_between(0, 10, 20), now) == (after(10), after(20))
    assert _times(made_between(0, 10, None), now) == (after(10), now)
    assert _times(made_between(0, None, 20), now) == (after(20), after(20))
