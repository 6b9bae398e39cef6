"""A file's versions, and all that happened to it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from nicegui import ui

from aibox_assets.api.dagster import PATH
from aibox_assets.console.shell import heading
from aibox_assets.console.tables import Column, Row, show_table
from aibox_assets.console.visit import Visit
from aibox_assets.stores.accounts import Role
from aibox_assets.stores.events import EventKind, FileEvent
from aibox_assets.stores.files import FileRecord, Work

EVENTS: Final = 500
_VERSIONS: Final = (EventKind.TAKEN_IN, EventKind.CHANGED, EventKind.MOVED)


async def show_versions(visit: Visit, record: FileRecord) -> None:
    """What is made of which bytes, by which run, and when the bytes changed."""
    heading(visit("What was made"), 2)
    columns = (
        Column("asset", visit("Step")),
        Column("state", visit("State")),
        Column("made", visit("Version made")),
        Column("current", visit("Is it current")),
        Column("items", visit("Count"), "right"),
        Column("at", visit("When"), kind="time"),
        Column("run", visit("Run"), kind="link"),
    )
    rows = [_made(visit, work) for work in record.work.values()]
    show_table(visit, visit("What was made"), columns, rows)
    heading(visit("Versions of the file"), 2)
    ui.label(visit("Now: {digest}", digest=record.sha256 or "–")).classes("console-digest")
    events = await visit.ask(visit.platform.events.recent, record.id, visit.viewer, EVENTS)
    _table(visit, visit("Versions"), [event for event in events if event.kind in _VERSIONS])


async def show_events(visit: Visit, file_id: str) -> None:
    """The newest first."""
    events = await visit.ask(visit.platform.events.recent, file_id, visit.viewer, EVENTS)
    _table(visit, visit("History"), events)


def run_address(visit: Visit, run_id: str | None) -> str | None:
    """Where Dagster shows a run, for those who may look there."""
    platform = visit.platform
    least = Role.EDITOR if platform.settings.dagster_editors else Role.ADMIN
    there = run_id and platform.settings.dagster_url and visit.caller.may(least, "dagster")
    return f"{PATH}/runs/{run_id}" if there else None


def _made(visit: Visit, work: Work) -> Row:
    return {
        "id": work.asset,
        "asset": visit(work.asset),
        "state": visit(work.state),
        "made": _short(work.made),
        "current": visit("yes") if work.is_current else visit("no"),
        "items": visit.number(work.items),
        "at": visit.moment(work.ended_at),
        "run": (work.made_by or "–")[:8],
        "href": run_address(visit, work.made_by),
    }


def _short(version: str | None) -> str:
    """A version's parts (bytes, splitting, recipe) by their beginnings."""
    return "–" if version is None else ".".join(part[:8] for part in version.split("."))


def _details(visit: Visit, data: Mapping[str, Any]) -> str:
    """What an event tells beside its time, its step and its run."""
    told = []
    for name, value in data.items():
        match name:
            case "items":
                told.append(visit("{count} made", count=visit.number(value)))
            case "seconds":
                told.append(visit.duration(value))
            case "run_id" | "run":
                pass
            case _:
                told += [visit.said(str(each)) for each in (value if isinstance(value, list) else [value])]
    return " · ".join(told) or "–"


def _table(visit: Visit, title: str, events: list[FileEvent]) -> None:
    columns = (
        Column("at", visit("When"), kind="time"),
        Column("what", visit("What")),
        Column("asset", visit("Step")),
        Column("said", visit("Details")),
        Column("run", visit("Run"), kind="link"),
    )
    rows = []
    for event in reversed(events):
        run = event.data.get("run_id")
        rows.append(
            {
                "id": event.seq,
                "at": visit.moment(event.at),
                "what": visit(event.kind).replace("_", " "),
                "asset": visit(event.asset) if event.asset else "–",
                "said": _details(visit, event.data),
                "run": (run or "–")[:8],
                "href": run_address(visit, run),
            }
        )
    show_table(visit, title, columns, rows)
