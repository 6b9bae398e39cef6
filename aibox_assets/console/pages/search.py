"""Search: passages as one types, each with its place and its names, what is like it, and the answer on demand."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, time
from typing import Final
from urllib.parse import urlencode

from fastapi import Request, Response
from nicegui import ui

from aibox_assets.console.kinds import KINDS, kind_choices
from aibox_assets.console.markup import OTHER, TYPES, Markup, Span, mark_up, tag
from aibox_assets.console.pages.answer import AnswerView, link_to, place_of
from aibox_assets.console.shell import PATIENCE, empty, enter, frame, heading, show_error
from aibox_assets.console.visit import Visit
from aibox_assets.domain.errors import AIBoxError
from aibox_assets.domain.filters import Filters
from aibox_assets.domain.passages import FoundPassage
from aibox_assets.services.graph import entities_of_chunks
from aibox_assets.services.search import more_like, search
from aibox_assets.stores.graph_records import ChunkEntity

HITS: Final = 20
NAMES: Final = 8
"""Of a hit, the most mentioned."""
LIKELY: Final = 0.5
"""A score of which one can say that the passage answers; it is a probability."""
PAUSE_MS: Final = 50
"""After the last key before a search; while one is under way the next waits for its end."""
LANGUAGES: Final = {"": "Any language", "en": "English", "zh": "Chinese"}


@dataclass(frozen=True, slots=True)
class Sought:
    """What is looked for, as the address says it. *like*: a chunk, instead of a question. *answer*: to be answered."""

    q: str = ""
    like: str = ""
    owner: str = ""
    kind: str = ""
    language: str = ""
    since: str = ""
    answer: str = ""

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
    answer: str = "",
) -> Response | None:
    """Search by a question, or for what is like a passage."""
    visit = await enter(request)
    if isinstance(visit, Response):
        return visit
    kind, language = kind if kind in KINDS else "", language if language in LANGUAGES else ""
    sought = Sought(q.strip(), like, owner.strip(), kind, language, since, answer)
    with frame(visit, "/search", visit("Search")):
        heading(visit("Search"))
        with ui.row().classes("w-full items-center"):
            box = ui.input(visit("A question or words, English or Chinese"), value=q)
            box.props(
                f"outlined autofocus input-class=console-first clearable debounce={PAUSE_MS} maxlength=1000"
            ).classes("grow")
            ui.button(
                visit("Answer this"), icon="question_answer", on_click=lambda: change(answered="yes")
            ).props("outline no-caps")
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
        said, hits = AnswerView(visit), _Hits(visit)
    wanted: Sought | None = sought
    asking = False

    async def ask() -> None:
        nonlocal wanted, asking
        if asking:  # what is asked meanwhile follows, and of several the last
            return
        asking = True
        try:
            while wanted is not None:
                now, wanted = wanted, None
                await hits.show(now)
        finally:
            asking = False

    async def change(answered: str = "") -> None:
        nonlocal wanted
        wanted = Sought(
            str(box.value or "").strip(),
            "",
            str(whose.value or "").strip(),
            kinds.value or "",
            tongue.value or "",
            str(day.value or ""),
            answered,
        )
        ui.run_javascript(f"history.replaceState(null, '', {json.dumps(wanted.address)})")
        if wanted.q and answered:
            said.begin(wanted.q, wanted.filters(visit))
        else:
            said.clear()
        await ask()

    async def begin() -> None:
        if sought.q and sought.answer:  # what is found stands below it, and need not move then
            await said.begin(sought.q, sought.filters(visit))
        await ask()

    for field in (box, whose, kinds, tongue, day):
        field.on_value_change(lambda: change())
    ui.timer(0, begin, once=True)  # the page is there before the answer
    return None


class _Hits:
    """The place of what was found; it stands until the next is there."""

    def __init__(self, visit: Visit) -> None:
        self._visit = visit
        self._said = ui.label().classes("console-quiet").props('role="status"')
        self._hits = ui.html(sanitize=False).classes("w-full console-hits")
        self._otherwise = ui.column().classes("w-full")

    async def show(self, sought: Sought) -> None:
        """Ask, and show what was found, else why there is nothing."""
        visit, filters = self._visit, sought.filters(self._visit)
        found: Sequence[FoundPassage] = ()
        problem: AIBoxError | None = None
        if sought.q or sought.like:
            self._said.set_text(visit("Searching …"))
            self._said.classes("console-later")
        try:
            if sought.like:
                found = await visit.ask(more_like, visit.platform, visit.viewer, sought.like, filters, HITS)
            elif sought.q:
                found = await visit.ask(search, visit.platform, visit.viewer, sought.q, filters, HITS)
        except AIBoxError as error:
            problem = error
        self._said.set_text(_in_short(visit, sought, found))
        self._said.classes(remove="console-later")
        self._hits.set_content("".join(_hit(visit, each) for each in found))
        self._otherwise.clear()
        with self._otherwise:
            if problem is not None:
                show_error(visit, problem)
            elif not sought.q and not sought.like:
                about = visit("Words are found too, in either Chinese script.")
                empty(visit("Ask what your files say."), about)
            elif not found:
                empty(visit("Nothing in your files fits."), visit("Try other words, or fewer."))
        if found:
            await self._name(found)

    async def _name(self, found: Sequence[FoundPassage]) -> None:
        """The names in the hits, which are there before them; hits are hits without the graph."""
        visit = self._visit
        chunks = [chunk for each in found for chunk in each.passage.chunk_ids]
        with suppress(AIBoxError):
            named = await visit.ask(entities_of_chunks, visit.platform, visit.viewer, chunks)
            ui.run_javascript(
                _NAME.replace(
                    "NAMES", json.dumps({each.chunk_id: _names(visit, each, named) for each in found})
                )
            )


def _in_short(visit: Visit, sought: Sought, found: Sequence[FoundPassage]) -> str:
    """What was found, and what the percentages beside it say."""
    if not found:
        return ""
    if sought.like:
        return visit("What is like this passage:")
    count = visit("{count} passages", count=visit.number(len(found)))
    if max(each.score for each in found) < LIKELY:
        return visit.sentences(count, visit("None is likely to answer; these come nearest."))
    return visit.sentences(count, visit("The percentage says how likely each answers."))


def _hit(visit: Visit, found: FoundPassage) -> Markup:
    passage = found.passage
    where = " · ".join([*place_of(visit, passage), passage.owner])
    title = tag(
        "div",
        tag(
            "a",
            passage.path,
            href=link_to(found, passage.char_start, passage.char_end),
            css="font-medium console-text console-walk",
        ),
        tag("span", where, css="console-quiet console-place"),
        tag(
            "span",
            f"{found.score:.0%}",
            css="console-quiet console-score",
            title=visit("How likely it answers"),
        ),
        css="row items-center console-hit-title",
    )
    path = " › ".join(passage.heading_path)
    heads = tag("div", path, css="console-quiet console-place console-text") if path else ""
    snippet = found.snippet
    spans = [Span(start, end) for start, end in snippet.matches]
    before = "…\u00a0" if snippet.start else ""
    said = snippet.text.rstrip()
    behind = "\u00a0…" if passage.text[snippet.start + len(said) :].strip() else ""
    text = tag("div", before, mark_up(said, spans), behind, css="console-text")
    copies = [
        tag("a", visit("also in {path}", path=copy.path), href=f"/files/{copy.file_id}", css="console-place")
        for copy in found.copies[:3]
    ]
    through = visit("through {names}", names=", ".join(found.through)) if found.through else ""
    joined = [tag("span", through, css="console-quiet console-place")] if through else []
    like = tag("a", visit("More like this"), href=Sought(like=found.chunk_id).address, css="console-place")
    names = tag("span", css="console-names", key=found.chunk_id)
    ways = tag("div", *joined, like, *copies, names, css="row items-center console-legend")
    return tag("article", title, heads, text, ways, css="console-hit column")


def _names(visit: Visit, found: FoundPassage, named: Mapping[str, Sequence[ChunkEntity]]) -> Markup:
    """What is named most in a hit."""
    shown: dict[str, ChunkEntity] = {}
    entities = [entity for chunk in found.passage.chunk_ids for entity in named.get(chunk, ())]
    for entity in sorted(entities, key=lambda entity: -entity.count):
        shown.setdefault(entity.key, entity)
    return Markup(
        "".join(
            tag(
                "a",
                entity.name,
                href=f"/graph?{urlencode({'key': entity.key})}",
                css="console-name",
                title=visit.type(entity.type),
                colour=TYPES.get(entity.type, OTHER),
            )
            for entity in list(shown.values())[:NAMES]
        )
    )


_NAME: Final = """{
  const names = NAMES;
  for (const each of document.querySelectorAll(".console-hits .console-names")) {
    each.innerHTML = names[each.dataset.key] || "";
  }
}"""
