"""A file: how it stands and why, its way as a waterfall, its text with chunks, names and triples."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

from fastapi import Request, Response
from nicegui import ui

from aibox_assets.console.shell import empty, enter, frame, show_error
from aibox_assets.console.visit import Visit
from aibox_assets.domain.errors import AIBoxError
from aibox_assets.services.actions import Wish, act_on_all
from aibox_assets.services.graph import Stated, stated_by
from aibox_assets.services.progress import FileProgress, see_progress
from aibox_assets.stores.accounts import Role
from aibox_assets.stores.asked import Asked, JobKind
from aibox_assets.stores.events import FileEvent
from aibox_assets.stores.files import CHUNKS, KG_TRIPLES, FileRecord, Status, Work
from aibox_assets.stores.listing import FileFilter, StoredChunk

LOOK_SECONDS: Final = 1.5
PART: Final = 50
TRIPLES: Final = 200
EVENTS: Final = 200


@ui.page("/files/{file_id}")
async def file_page(request: Request, file_id: str, chunk: str = "", after: int = -1) -> Response | None:
    """Everything about one file."""
    visit = await enter(request)
    if isinstance(visit, Response):
        return visit
    platform = visit.platform
    record = await visit.ask(platform.listing.get, file_id, visit.viewer)
    title = record.display_path if record else visit("File")
    with frame(visit, "/", title):
        if record is None:
            empty(visit, visit("There is no such file that you can see."), visit("It may have been removed."))
            return None
        ui.label(title).classes("text-xl console-text").props('role="heading" aria-level="1"')
        status = ui.element("div").classes("w-full")
        with ui.row():
            ui.link(visit("The original"), f"/api/v1/files/{file_id}/content")
            if visit.caller.may(Role.EDITOR, "files"):
                _actions(visit, file_id)
        with ui.tabs().props("no-caps align=left") as tabs:
            text_tab = ui.tab("text", label=visit("Text"))
            ui.tab("triples", label=visit("Triples"))
            ui.tab("history", label=visit("History"))
        with ui.tab_panels(tabs, value=text_tab).classes("w-full bg-transparent"):
            with ui.tab_panel("text"):
                text = ui.element("div").classes("w-full")
            with ui.tab_panel("triples"):
                triples = ui.element("div").classes("w-full")
            with ui.tab_panel("history"):
                history = ui.element("div").classes("w-full")
    made: dict[str, str | None] = {}

    async def look() -> None:
        """How it stands now; what was made meanwhile is shown without loading the page again."""
        found = await visit.ask(platform.listing.get, file_id, visit.viewer)
        status.clear()
        with status:
            if found is None:
                ui.label(visit("The file was removed."))
                return
            _status(visit, found, await visit.ask(see_progress, platform, found))
        now = {asset: work.made for asset, work in found.work.items()} | {"state": str(found.status)}
        if now.get(CHUNKS) != made.get(CHUNKS) or not made:
            parts = await visit.ask(platform.listing.chunks, file_id, visit.viewer, after=after, limit=PART)
            text.clear()
            with text:
                _text(visit, file_id, parts, chunk)
        if now.get(KG_TRIPLES) != made.get(KG_TRIPLES) or not made:
            triples.clear()
            with triples:
                await _triples(visit, file_id)
        if now != made:
            events = await visit.ask(platform.events.recent, file_id, visit.viewer, EVENTS)
            history.clear()
            with history:
                _history(visit, events)
        made.update(now)

    await look()
    ui.timer(LOOK_SECONDS, look, immediate=False)
    return None


def _actions(visit: Visit, file_id: str) -> None:
    for kind, name in (
        (JobKind.RETRY, "Try again"),
        (JobKind.CANCEL, "Cancel"),
        (JobKind.REGENERATE, "Make again"),
    ):

        async def do(kind: JobKind = kind) -> None:
            asked = Asked(visit.caller.account, kind)
            try:
                # By a filter, which names only what this person may change: a file that is shared is only shown.
                done = await visit.ask(
                    act_on_all,
                    visit.platform,
                    visit.viewer,
                    FileFilter(ids=(file_id,)),
                    Wish(kind),
                    asked,
                    dry_run=False,
                )
            except AIBoxError as error:
                ui.notify(str(error), type="negative")
                return
            ui.notify(visit("Asked for.") if done.changed else visit("There is nothing to do."))

        ui.button(visit(name), on_click=do).props("flat dense no-caps")


def _status(visit: Visit, record: FileRecord, progress: FileProgress) -> None:
    with ui.row().classes("items-center"):
        ui.label(visit(record.status)).classes(f"console-state console-{record.status}")
        ui.label(f"{progress.percent:.0f} %")
        if progress.seconds_left is not None:
            ui.label(visit("about {seconds} s left", seconds=visit.number(progress.seconds_left)))
        ui.label(f"{visit.bytes(record.size)} · {record.media_type or '–'} · {record.user_id}").classes(
            "console-quiet"
        )
    if record.status is not Status.FINISHED:
        ui.linear_progress(progress.percent / 100, show_value=False).props(
            f'aria-label="{visit("Progress")}"'
        )
    if progress.waits:
        ui.label(progress.waits).classes("console-quiet")
    if record.error:
        with ui.card().classes("console-error").props('role="alert"'):
            ui.label(record.error)
            ui.label(record.remedy or "").classes("console-remedy")
    _waterfall(visit, list(record.work.values()))


def _waterfall(visit: Visit, works: Sequence[Work]) -> None:
    """Waiting and working of each asset on one line of time."""
    now = datetime.now(UTC)
    if not works:
        return
    first = min(work.queued_at for work in works)
    last = max(work.ended_at or now for work in works)
    whole = max((last - first).total_seconds(), 0.001)
    with (
        ui.element("div")
        .classes("console-waterfall")
        .props(f'role="img" aria-label="{visit("Its way in time")}"')
    ):
        for work in works:
            began, ended = work.started_at or work.ended_at or now, work.ended_at or now
            waited = (began - work.queued_at).total_seconds()
            worked = max((ended - began).total_seconds(), 0.0)
            ui.label(visit(work.asset)).classes("console-quiet")
            with ui.element("div").classes("console-line"):
                left = (work.queued_at - first).total_seconds() / whole * 100
                for name, seconds in (("waited", waited), ("worked", worked)):
                    width = max(0.0, seconds) / whole * 100
                    bar = (
                        ui.element("div")
                        .classes(f"console-{name}")
                        .style(f"left:{left:.2f}%;width:{width:.2f}%")
                    )
                    bar.tooltip(f"{visit(name)} {seconds:,.1f} s")
                    left += width
            attempts = f" · {visit('{count} tries', count=work.attempts)}" if work.attempts else ""
            ui.label(f"{waited:,.1f} + {worked:,.1f} s{attempts}").classes("console-quiet")


def _text(visit: Visit, file_id: str, chunks: Sequence[StoredChunk], chosen: str) -> None:
    if not chunks:
        empty(visit, visit("There is no text yet."), visit("It is here when the file was split into chunks."))
        return
    heading: list[str] = []
    for chunk in chunks:
        if chunk.heading_path and chunk.heading_path != heading:
            heading = chunk.heading_path
            ui.label(" › ".join(heading)).classes("font-medium q-mt-md")
        with ui.element("section").classes(
            "console-chunk" + (" chosen" if chunk.chunk_id == chosen else "")
        ) as part:
            part.props(f'id="chunk-{chunk.ordinal}"')
            place = [visit("page {page}", page=chunk.page)] if chunk.page is not None else []
            place += [chunk.sheet] if chunk.sheet else []
            place.append(f"{chunk.char_start:,}–{chunk.char_end:,}")
            ui.label(f"{chunk.ordinal + 1} · {' · '.join(place)}").classes("console-quiet console-place")
            ui.label(chunk.text).classes("console-text")
    if len(chunks) == PART:
        ui.link(visit("More"), f"/files/{file_id}?after={chunks[-1].ordinal}")


async def _triples(visit: Visit, file_id: str) -> None:
    try:
        page = await visit.ask(stated_by, visit.platform, visit.viewer, file_id, TRIPLES)
    except AIBoxError as error:
        show_error(visit, error)
        return
    if not page.items:
        empty(
            visit,
            visit("No triples."),
            visit("Its text says nothing that the ontology knows, or is not read yet."),
        )
        return
    for each in page.items:
        triple(visit, each)


def triple(visit: Visit, stated: Stated) -> None:
    """A relation with the words that say so, each end leading into the graph."""
    relation = stated.relation
    with ui.element("article").classes("console-triple"):
        with ui.row().classes("items-center"):
            ui.link(relation.head, f"/graph?key={relation.head_key}").tooltip(relation.head_type)
            ui.label(relation.relation).classes("console-relation")
            ui.link(relation.tail, f"/graph?key={relation.tail_key}").tooltip(relation.tail_type)
            ui.label(f"{relation.confidence:.0%}").classes("console-quiet")
        ui.link(relation.evidence, f"/files/{relation.file_id}?chunk={relation.chunk_id}").classes(
            "console-text console-evidence"
        )


def _history(visit: Visit, events: Sequence[FileEvent]) -> None:
    columns = [
        {"name": name, "label": label, "field": name, "align": "left"}
        for name, label in (("at", visit("When")), ("what", visit("What")), ("said", visit("Details")))
    ]
    rows = [
        {
            "id": event.seq,
            "at": visit.moment(event.at),
            "what": f"{event.asset or ''} {event.kind}".strip(),
            "said": ", ".join(f"{name}: {value}" for name, value in event.data.items()),
        }
        for event in reversed(events)
    ]
    ui.table(columns=columns, rows=rows, row_key="id").classes("w-full").props("flat dense wrap-cells")
