"""A file's text, chunk by chunk, with its names marked by type, and the words that a link led to."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from nicegui import ui

from aibox_assets.console.markup import OTHER, TYPES, Span, mark_up
from aibox_assets.console.shell import empty, heading
from aibox_assets.console.visit import Visit
from aibox_assets.domain.errors import StoreUnavailableError
from aibox_assets.domain.marks import find_names
from aibox_assets.services.graph import entities_of_chunks
from aibox_assets.stores.files import FileRecord, Status
from aibox_assets.stores.graph_records import ChunkEntity
from aibox_assets.stores.listing import StoredChunk

PART: Final = 50


@dataclass(frozen=True, slots=True)
class Words:
    """Characters of a file's parsed text that a link led to."""

    start: int
    end: int

    @classmethod
    def read(cls, text: str) -> Words | None:
        """From ``START-END``; None where that is not what it is."""
        start, _, end = text.partition("-")
        if not (start.isdecimal() and end.isdecimal()):
            return None
        return cls(int(start), int(end))


async def show_text(visit: Visit, record: FileRecord, after: int, chunk: str, words: Words | None) -> None:
    """A part of the text: from behind a chunk on, or around the one that is asked for."""
    listing = visit.platform.listing
    if chunk and after < 0:
        after = await visit.ask(listing.before_chunk, record.id, visit.viewer, chunk, PART)
    parts = await visit.ask(listing.chunks, record.id, visit.viewer, after=after, limit=PART)
    if not parts:
        if record.status is Status.FAILED:
            empty(visit("There is no text."), visit("Why it failed, and what to do, is said above."))
        else:
            empty(
                visit("There is no text yet."),
                visit("It is here when the file was split into chunks."),
            )
        return
    try:
        named = await visit.ask(
            entities_of_chunks, visit.platform, visit.viewer, [part.chunk_id for part in parts]
        )
    except StoreUnavailableError as error:  # the text is there without the graph
        named = {}
        ui.label(visit.said(error.reason)).classes("console-notice")
    _legend(visit, {each.type for found in named.values() for each in found})
    pages = [
        (visit("Part before"), max(-1, after - PART), after >= 0),
        (visit("More"), parts[-1].ordinal, len(parts) == PART),
    ]
    before: list[str] = []
    for part in parts:
        if part.heading_path and part.heading_path != before:
            heading(" › ".join(part.heading_path), 3).props('aria-level="2"')
            before = part.heading_path
        _chunk(visit, part, named.get(part.chunk_id, ()), words, chosen=part.chunk_id == chunk)
    with ui.row():
        for name, ordinal, there in pages:
            if there:
                ui.link(name, f"/files/{record.id}?{urlencode({'after': ordinal})}")
    if chunk:
        ui.run_javascript(
            "(document.querySelector('.console-words') || document.querySelector('.console-chunk.chosen'))"
            "?.scrollIntoView({block: 'center'})"
        )


def _legend(visit: Visit, types: Collection[str]) -> None:
    with ui.row().classes("console-legend"):
        for name in sorted(types):
            label = ui.label(visit.type(name)).classes("console-name")
            label.style(f"--type: {TYPES.get(name, OTHER)}")


def _chunk(
    visit: Visit, part: StoredChunk, named: Sequence[ChunkEntity], words: Words | None, *, chosen: bool
) -> None:
    with ui.element("section").classes("console-chunk" + (" chosen" if chosen else "")) as place:
        place.props(f'id="chunk-{part.ordinal}"')
        where = [visit("page {page}", page=part.page)] if part.page is not None else []
        where += [part.sheet] if part.sheet else []
        where.append(
            visit("characters {begin}–{end}", begin=f"{part.char_start:,}", end=f"{part.char_end:,}")
        )
        ui.label(f"{part.ordinal + 1} · {' · '.join(where)}").classes("console-quiet console-place")
        spans = _spans(visit, part, named, words)
        ui.html(mark_up(part.text, spans), sanitize=False).classes("console-text")


def _spans(visit: Visit, part: StoredChunk, named: Sequence[ChunkEntity], words: Words | None) -> list[Span]:
    entities = {each.key: each for each in named}
    names = [(name, each.key) for each in named for name in (each.said, each.name)]
    spans = []
    for mark in find_names(part.text, names):
        entity = entities[mark.key]
        spans.append(
            Span(
                mark.start,
                mark.end,
                "console-name",
                f"/graph?{urlencode({'key': mark.key})}",
                f"{visit.type(entity.type)}: {entity.name}",
                TYPES.get(entity.type, OTHER),
            )
        )
    if words is None:
        return spans
    start, end = words.start - part.char_start, words.end - part.char_start
    if end <= 0 or start >= len(part.text):
        return spans
    # The words are what was asked for: around the names within them they are marked piece by piece.
    start, end, pieces = max(0, start), min(len(part.text), end), list[Span]()
    at = start
    for span in spans:
        if span.start >= start and span.end <= end:
            pieces.append(Span(at, span.start, "console-words"))
            at = span.end
    pieces.append(Span(at, end, "console-words"))
    apart = [
        span
        for span in spans
        if span.end <= start or span.start >= end or (span.start >= start and span.end <= end)
    ]
    return [*apart, *(piece for piece in pieces if piece.start < piece.end)]
