"""Search: passages as one types, each with its place, and what is like it."""

from __future__ import annotations

from html import escape
from typing import Final
from urllib.parse import urlencode

from fastapi import Request, Response
from nicegui import ui

from aibox_assets.console.shell import empty, enter, frame, show_error
from aibox_assets.console.visit import Visit
from aibox_assets.domain.errors import AIBoxError
from aibox_assets.domain.filters import Filters
from aibox_assets.domain.passages import FoundPassage, Passage
from aibox_assets.domain.snippets import Snippet
from aibox_assets.services.search import more_like, search

HITS: Final = 20
PAUSE_MS: Final = 250
"""After the last key before a search."""


@ui.page("/search")
async def search_page(request: Request, q: str = "", owner: str = "", like: str = "") -> Response | None:
    """Search by a question, or for what is like a passage."""
    visit = await enter(request)
    if isinstance(visit, Response):
        return visit
    with frame(visit, "/search", visit("Search")):
        with ui.row().classes("w-full items-center"):
            box = ui.input(visit("A question or words, English or Chinese"), value=q)
            box.props(f"outlined autofocus clearable debounce={PAUSE_MS} maxlength=1000").classes("grow")
            whose = ui.input(visit("Owner"), value=owner).props(f"outlined clearable debounce={PAUSE_MS}")
        answer = ui.column().classes("w-full").props('aria-live="polite"')

    async def ask() -> None:
        query, of = str(box.value or "").strip(), str(whose.value or "").strip()
        state = {name: value for name, value in (("q", query), ("owner", of)) if value}
        ui.run_javascript(
            f"history.replaceState(null, '', '/search' + {('?' + urlencode(state) if state else '')!r})"
        )
        await _show(visit, answer, query, Filters(owner=of or None), "")

    box.on_value_change(ask)
    whose.on_value_change(ask)
    await _show(visit, answer, q.strip(), Filters(owner=owner or None), like)
    return None


async def _show(visit: Visit, answer: ui.column, query: str, filters: Filters, like: str) -> None:
    try:
        if like:
            found = await visit.ask(more_like, visit.platform, visit.viewer, like, filters, HITS)
        elif query:
            found = await visit.ask(search, visit.platform, visit.viewer, query, filters, HITS)
        else:
            answer.clear()
            with answer:
                empty(
                    visit,
                    visit("Ask what your files say."),
                    visit("Words are found too, in either Chinese script."),
                )
            return
    except AIBoxError as error:
        answer.clear()
        with answer:
            show_error(visit, error)
        return
    answer.clear()
    with answer:
        if not found:
            empty(visit, visit("Nothing in your files fits."), visit("Try other words, or fewer."))
        for each in found:
            _hit(visit, each)


def _hit(visit: Visit, found: FoundPassage) -> None:
    passage = found.passage
    with ui.element("article").classes("console-hit column"):
        with ui.row().classes("items-center w-full no-wrap"):
            ui.link(passage.path, f"/files/{passage.file_id}?chunk={found.chunk_id}").classes("font-medium")
            ui.label(place_of(visit, passage)).classes("console-quiet console-place")
            ui.space()
            ui.label(f"{found.score:.0%}").classes("console-quiet").tooltip(visit("How likely it answers"))
        if passage.heading_path:
            ui.label(" › ".join(passage.heading_path)).classes("console-quiet console-place")
        ui.html(marked(found.snippet), sanitize=False).classes("console-text")
        ui.link(visit("More like this"), f"/search?{urlencode({'like': found.chunk_id})}").classes(
            "console-place"
        )


def place_of(visit: Visit, passage: Passage) -> str:
    """Where a passage stands in its file."""
    parts = [visit("page {page}", page=passage.page)] if passage.page is not None else []
    parts += [passage.sheet] if passage.sheet else []
    return " · ".join([*parts, f"{passage.char_start:,}–{passage.char_end:,}"])


def marked(snippet: Snippet) -> str:
    """A snippet as HTML with its matching words marked; the document's own text is never markup."""
    shown, at = [], 0
    for start, end in snippet.matches:
        shown += [escape(snippet.text[at:start]), "<mark>", escape(snippet.text[start:end]), "</mark>"]
        at = end
    return "".join([*shown, escape(snippet.text[at:])])
