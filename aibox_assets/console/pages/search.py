"""Search: passages as one types, each with its place and its names, and what is like it."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, time
from typing import Final
from urllib.parse import urlencode

from fastapi import Request, Response
from nicegui import ui

from aibox_assets.console.kinds import KINDS, kind_choices
from aibox_assets.console.markup import OTHER, TYPES, Span, mark_up
from aibox_assets.console.shell import PATIENCE, empty, enter, frame, heading, show_error
from aibox_assets.console.visit import Visit
from aibox_assets.domain.errors import AIBoxError, StoreUnavailableError
from aibox_assets.domain.filters import Filters
from aibox_assets.domain.passages import FoundPassage, Passage
from aibox_assets.services.graph import entities_of_chunks
from aibox_assets.services.search import more_like, search
from aibox_assets.stores.graph_records import ChunkEntity

HITS: Final = 20
NAMES: Final = 8
"""Of a hit, the most mentioned."""
PAUSE_MS: Final = 150
"""After the last key before a search."""
LANGUAGES: Final = {"": "Any language", "en": "English", "zh": "Chinese"}


@dataclass(frozen=True, slots=True)
class Sought:
    """What is looked for, as the address says it. *like*: a chunk, instead of a question."""

    q: str = ""
    like: str = ""
    owner: str = ""
    kind: str = ""
    language: str = ""
    since: str = ""

    @property
    def address(self) -> str:
        """The page in this state."""
        given = {name: value for name in self.__slots__ if (value := getattr(self, name))}
        return "/search" + (f"?{urlencode(given)}" if given else "")

    def filters(self, visit: Visit) -> Filters:
        """What the answer is narrowed to; a day begins in the reader's zone."""
        try:
            day = (
                datetime.combine(datetime.fromisoformat(self.since), time(), visit.zone)
                if self.since
                else None
            )
        except ValueError:
            day = None
        return Filters(
            owner=self.owner or None,
            media_types=[self.kind] if self.kind else None,
            languages=[self.language] if self.language else None,
            since=day,
        )


@ui.page("/search", response_timeout=PATIENCE)
async def search_page(
    request: Request,
    q: str = "",
    like: str = "",
    owner: str = "",
    kind: str = "",
    language: str = "",
    since: str = "",
) -> Response | None:
    """Search by a question, or for what is like a passage."""
    visit = await enter(request)
    if isinstance(visit, Response):
        return visit
    kind, language = kind if kind in KINDS else "", language if language in LANGUAGES else ""
    sought = Sought(q.strip(), like, owner.strip(), kind, language, since)
    with frame(visit, "/search", visit("Search")):
        heading(visit("Search"))
        with ui.row().classes("w-full items-center"):
            box = ui.input(visit("A question or words, English or Chinese"), value=q)
            box.props(
                f"outlined autofocus input-class=console-first clearable debounce={PAUSE_MS} maxlength=1000"
            ).classes("grow")
        with ui.row().classes("w-full items-center"):
            whose = ui.input(visit("Owner"), value=owner).props(
                f"outlined dense clearable debounce={PAUSE_MS}"
            )
            kinds = ui.select(kind_choices(visit), value=kind, label=visit("Kind"))
            languages = {each: visit(name) for each, name in LANGUAGES.items()}
            tongue = ui.select(languages, value=language, label=visit("Language"))
            day = ui.input(visit("Changed since"), value=since).props(
                "type=date stack-label outlined dense clearable"
            )
            for select in (kinds, tongue):
                select.props("outlined dense").classes("console-field")
        answer = ui.column().classes("w-full").props('aria-live="polite"')
    asked = 0

    async def ask() -> None:
        nonlocal asked
        asked += 1
        mine = asked
        wanted = Sought(
            str(box.value or "").strip(),
            "",
            str(whose.value or "").strip(),
            kinds.value or "",
            tongue.value or "",
            str(day.value or ""),
        )
        ui.run_javascript(f"history.replaceState(null, '', {json.dumps(wanted.address)})")
        await _show(visit, answer, wanted, lambda: mine == asked)

    for field in (box, whose, kinds, tongue, day):
        field.on_value_change(ask)

    async def begin() -> None:
        await _show(visit, answer, sought, lambda: asked == 0)

    ui.timer(0, begin, once=True)  # the page is there before the answer
    return None


async def _show(visit: Visit, answer: ui.column, sought: Sought, still_asked: Callable[[], bool]) -> None:
    """Fill in the answer, unless something else is asked meanwhile."""
    filters = sought.filters(visit)
    found: Sequence[FoundPassage] = ()
    problem: AIBoxError | None = None
    if sought.q or sought.like:
        answer.clear()
        with answer:
            ui.label(visit("Searching …")).classes("console-quiet console-later").props('role="status"')
    try:
        if sought.like:
            found = await visit.ask(more_like, visit.platform, visit.viewer, sought.like, filters, HITS)
        elif sought.q:
            found = await visit.ask(search, visit.platform, visit.viewer, sought.q, filters, HITS)
    except AIBoxError as error:
        problem = error
    if not still_asked():
        return
    answer.clear()
    with answer:
        if problem is not None:
            show_error(visit, problem)
        elif not sought.q and not sought.like:
            empty(
                visit,
                visit("Ask what your files say."),
                visit("Words are found too, in either Chinese script."),
            )
        elif not found:
            empty(visit, visit("Nothing in your files fits."), visit("Try other words, or fewer."))
    if not found:
        return
    names: dict[str, list[ChunkEntity]] = {}
    with suppress(StoreUnavailableError):  # hits are hits without the graph
        chunks = [chunk for each in found for chunk in each.passage.chunk_ids]
        names = await visit.ask(entities_of_chunks, visit.platform, visit.viewer, chunks)
    if not still_asked():
        return
    with answer:
        if sought.like:
            ui.label(visit("What is like this passage:")).classes("console-quiet")
        for each in found:
            _hit(visit, each, [entity for chunk in each.passage.chunk_ids for entity in names.get(chunk, ())])


def _hit(visit: Visit, found: FoundPassage, entities: Sequence[ChunkEntity]) -> None:
    passage = found.passage
    words = {"chunk": found.chunk_id, "words": f"{passage.char_start}-{passage.char_end}"}
    with ui.element("article").classes("console-hit column"):
        with ui.row().classes("items-center w-full console-hit-title"):
            link = ui.link(passage.path, f"/files/{passage.file_id}?{urlencode(words)}")
            link.classes("font-medium console-text console-walk")
            ui.label(" · ".join([*places_of(visit, passage), passage.owner])).classes(
                "console-quiet console-place"
            )
            ui.space()
            score = ui.label(f"{found.score:.0%}").classes("console-quiet")
            score.tooltip(visit("How likely it answers"))
        if passage.heading_path:
            ui.label(" › ".join(passage.heading_path)).classes("console-quiet console-place console-text")
        spans = [Span(start, end) for start, end in found.snippet.matches]
        ui.html(mark_up(found.snippet.text, spans), sanitize=False).classes("console-text")
        with ui.row().classes("items-center console-legend"):
            shown: dict[str, ChunkEntity] = {}
            for entity in sorted(entities, key=lambda entity: -entity.count):
                shown.setdefault(entity.key, entity)
            for entity in list(shown.values())[:NAMES]:
                name = ui.link(entity.name, f"/graph?{urlencode({'key': entity.key})}").classes(
                    "console-name"
                )
                name.style(f"--type: {TYPES.get(entity.type, OTHER)}").props["title"] = visit.type(
                    entity.type
                )
            for copy in found.copies[:3]:
                also = visit("also in {path}", path=copy.path)
                ui.link(also, f"/files/{copy.file_id}").classes("console-place")
            like = ui.link(visit("More like this"), Sought(like=found.chunk_id).address)
            like.classes("console-place")


def places_of(visit: Visit, passage: Passage) -> list[str]:
    """Where a passage stands in its file, as far as the file has pages or sheets; the link leads to the words."""
    page = [visit("page {page}", page=passage.page)] if passage.page is not None else []
    return page + ([passage.sheet] if passage.sheet else [])
