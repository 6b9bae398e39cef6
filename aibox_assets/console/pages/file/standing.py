"""How a file stands: its state, what it waits for, what went wrong, and its way in time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from nicegui import ui

from aibox_assets.console.kinds import kind_of
from aibox_assets.console.visit import ICONS, Visit
from aibox_assets.services.progress import FileProgress, see_progress
from aibox_assets.stores.events import EventKind, FileEvent
from aibox_assets.stores.files import FileRecord, Status, Work

_TRIES = (EventKind.RETRYING, EventKind.INTERRUPTED, EventKind.FAILED)
EVENTS = 200


class Standing:
    """The part of the page that changes while a file is worked on."""

    def __init__(self, visit: Visit) -> None:
        self._visit = visit
        self._place = ui.element("div").classes("w-full console-standing")
        self._shown: object = None
        self.is_over = False
        """Whether nothing more happens by itself."""

    async def show(self, record: FileRecord) -> None:
        """As it is now; drawn anew only where something changed."""
        visit, platform = self._visit, self._visit.platform
        progress = await visit.ask(see_progress, platform, record)
        now = (record, progress)
        if self._shown == now and record.status in (Status.FINISHED, Status.FAILED):
            return
        self._shown = now
        self.is_over = record.status in (Status.FINISHED, Status.FAILED)
        usual = await visit.ask(platform.events.mean_seconds)
        events = await visit.ask(platform.events.recent, record.id, visit.viewer, EVENTS)
        failed = record.failed_work
        job = (
            await visit.ask(platform.jobs.get, f"{failed.asset}.{record.id}", visit.viewer)
            if failed
            else None
        )
        self._place.clear()
        with self._place:
            _status(visit, record, progress)
            if record.error:
                _problem(visit, record, job.trace if job else None)
            _waterfall(visit, list(record.work.values()), usual, events)


def _status(visit: Visit, record: FileRecord, progress: FileProgress) -> None:
    over = record.status in (Status.FINISHED, Status.FAILED)
    with ui.row().classes("items-center"):
        with ui.element("span").classes(f"console-state console-{record.status}"):
            ui.icon(ICONS[record.status]).props('aria-hidden="true"')
            ui.label(visit(record.status))
        if not over:
            ui.label(f"{progress.percent:.0f} %")
        if progress.seconds_left is not None:
            ui.label(visit("about {duration} left", duration=visit.duration(progress.seconds_left)))
        kind = [kind_of(visit, record.media_type)] if record.media_type else []
        about = [visit.bytes(record.size), *kind, record.user_id]
        ui.label(" · ".join(about)).classes("console-quiet")
    if not over:
        bar = ui.linear_progress(progress.percent / 100, show_value=False)
        bar.props["aria-label"] = visit("Progress")
    if progress.message and record.status is Status.STARTED:
        ui.label(progress.message).classes("console-quiet")
    if progress.waits:
        ui.label(visit.said(progress.waits)).classes("console-quiet")


def _problem(visit: Visit, record: FileRecord, trace: str | None) -> None:
    with ui.card().classes("console-error").props('role="alert"'):
        ui.label(visit.said(record.error)).classes("console-text")
        ui.label(visit.said(record.remedy)).classes("console-remedy console-text")
        if trace:
            with ui.element("details"):
                with ui.element("summary"):
                    ui.label(visit("Traceback")).classes("inline")
                ui.label(trace).classes("console-trace")


def _waterfall(
    visit: Visit, works: Sequence[Work], usual: dict[str, float], events: Sequence[FileEvent]
) -> None:
    """Waiting and working of each asset on one line of time, what failed on the way, and what it usually takes."""
    now = datetime.now(UTC)
    if not works:
        return
    given_up = any(work.state is Status.FAILED for work in works)
    busy = [
        (work.queued_at, _times(work, now)[1])
        for work in works
        if not given_up or work.state is not Status.QUEUED
    ]
    place_of = _scale(busy)
    with ui.element("div").classes("console-waterfall").props('role="group"') as chart:
        chart.props["aria-label"] = visit("Its way in time")
        for work in works:
            if given_up and work.state is Status.QUEUED:  # behind what failed it waits for nothing
                ui.label(visit(work.asset)).classes("console-quiet")
                ui.element("div").classes("console-line").props('aria-hidden="true"')
                ui.label(visit("not begun: a step before it failed")).classes("console-quiet")
                continue
            began, ended = _times(work, now)
            waited = max(0.0, (began - work.queued_at).total_seconds())
            worked = max(0.0, (ended - began).total_seconds())
            ui.label(visit(work.asset)).classes("console-quiet")
            with ui.element("div").classes("console-line").props('aria-hidden="true"'):
                spans = (
                    ("waited", work.queued_at, began, waited),
                    ("worked", began, ended, worked),
                )
                for name, start, end, seconds in spans:
                    left, width = place_of(start), max(0.0, place_of(end) - place_of(start))
                    bar = ui.element("div").classes(f"console-{name}")
                    bar.style(f"left:{left:.2%};width:{width:.2%}")
                    bar.tooltip(f"{visit(name)} {visit.duration(seconds)}")
                for event in events:
                    tried = event.asset == work.asset and event.kind in _TRIES
                    if tried and work.queued_at <= event.at <= ended:
                        mark = (
                            ui.element("div").classes("console-try").style(f"left:{place_of(event.at):.2%}")
                        )
                        mark.tooltip(f"{visit(event.kind)} {visit.moment(event.at)}")
            ui.label(_in_words(visit, work, waited, worked, usual.get(work.asset))).classes("console-quiet")
    with ui.row().classes("console-legend console-quiet").props('aria-hidden="true"'):
        for name in ("waited", "worked"):
            ui.label(visit(name)).classes(f"console-key console-key-{name}")


def _times(work: Work, now: datetime) -> tuple[datetime, datetime]:
    """When it was begun and ended. What waits to be made again has the times of the last making, before it waited."""
    started, ended = (
        at if at is not None and at >= work.queued_at else None for at in (work.started_at, work.ended_at)
    )
    return started or ended or now, ended or now


def _scale(spans: Sequence[tuple[datetime, datetime]]) -> Callable[[datetime], float]:
    """Where a moment stands on the line, 0 to 1. Time in which nothing waited or worked is left out: what was made
    again a week later would else be two strokes at the ends."""
    joined: list[list[datetime]] = []
    for start, end in sorted(spans):
        if joined and start <= joined[-1][1]:
            joined[-1][1] = max(joined[-1][1], end)
        else:
            joined.append([start, end])
    whole = sum((end - start).total_seconds() for start, end in joined)

    def place_of(moment: datetime) -> float:
        until = sum((min(max(moment, start), end) - start).total_seconds() for start, end in joined)
        return until / max(whole, 0.001)

    return place_of


def _in_words(visit: Visit, work: Work, waited: float, worked: float, usual: float | None) -> str:
    parts = [
        visit("waited {duration}", duration=visit.duration(waited)),
        visit("worked {duration}", duration=visit.duration(worked)),
    ]
    if work.seconds is not None:
        parts.append(visit("of it on this file {duration}", duration=visit.duration(work.seconds)))
    if usual is not None:
        parts.append(visit("usually {duration}", duration=visit.duration(usual)))
    if work.attempts:
        parts.append(visit("tries: {count}", count=work.attempts))
    if work.interruptions:
        parts.append(visit("interruptions: {count}", count=work.interruptions))
    return " · ".join(parts)
