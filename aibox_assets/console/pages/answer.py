"""The answer to a question: what a language model writes, the sentences of the files, and what the graph says."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

from nicegui import background_tasks, ui

from aibox_assets.console.markup import Markup, link_to_words, tag
from aibox_assets.console.pages.file.triples import triple
from aibox_assets.console.shell import empty, heading, show_error
from aibox_assets.console.visit import Visit
from aibox_assets.domain.answers import AnswerSentence
from aibox_assets.domain.errors import AIBoxError
from aibox_assets.domain.filters import Filters
from aibox_assets.domain.passages import FoundPassage, Passage
from aibox_assets.services.ask import Answer, ask


class AnswerView:
    """The place of an answer; nothing stands there until one is asked for."""

    def __init__(self, visit: Visit) -> None:
        self._visit = visit
        self._place = ui.column().classes("w-full")
        self._asked = 0

    def clear(self) -> None:
        """Take away what answers another question, or will."""
        self._asked += 1
        self._place.clear()

    def begin(self, question: str, filters: Filters) -> asyncio.Task[None]:
        """Ask, and show what was answered, else why there is nothing; other questions need not wait for it."""
        self.clear()
        return background_tasks.create(self._show(question, filters, self._asked))

    async def _show(self, question: str, filters: Filters, asked: int) -> None:
        visit = self._visit
        with self._place:
            ui.label(visit("Looking for the answer …")).classes("console-quiet").props('role="status"')
            try:
                answer = await visit.ask(ask, visit.platform, visit.viewer, question, filters)
            except AIBoxError as error:
                if asked == self._asked:
                    self._place.clear()
                    show_error(visit, error)
                return
            if asked == self._asked:
                self._place.clear()
                self._fill(answer)

    def _fill(self, answer: Answer) -> None:
        visit = self._visit
        if not answer.passages:
            empty(visit("Nothing in your files answers this."), visit("Try other words, or fewer."))
        if answer.written:
            heading(visit("The answer"), 2)
            _put(written(answer))
        if answer.sentences:
            heading(visit("In your files"), 2)
            _put(_sentence(visit, each) for each in answer.sentences)
        if answer.relations:
            heading(visit("In the graph"), 2)
            _put(triple(visit, each) for each in answer.relations)
        for note in answer.notes:
            ui.label(visit.said(note)).classes("console-remedy")
        if answer.passages:
            heading(visit("Passages"), 2)


def place_of(visit: Visit, passage: Passage) -> list[str]:
    """Where a passage stands in its file, as far as the file has pages or sheets; the link leads to the words."""
    page = [visit("page {page}", page=passage.page)] if passage.page is not None else []
    return page + ([passage.sheet] if passage.sheet else [])


def link_to(found: FoundPassage, start: int, end: int) -> str:
    """The address of characters *start* to *end* of the file that a passage stands in."""
    return link_to_words(found.passage.file_id, found.chunk_id, start, end)


def _put(shown: Iterable[Markup]) -> None:
    ui.html(Markup("".join(shown)), sanitize=False).classes("w-full")


def written(answer: Answer) -> Iterable[Markup]:
    """Each sentence of the language model with links to the passages that say so."""
    for sentence in answer.written or ():
        links = []
        for place in sentence.passages:
            found = answer.passages[place]
            words = link_to(found, found.passage.char_start, found.passage.char_end)
            links.append(
                tag("a", f"[{place + 1}]", href=words, title=found.passage.path, css="console-place")
            )
        yield tag("p", sentence.text, Markup(" "), *links, css="console-text console-sentence")


def _sentence(visit: Visit, sentence: AnswerSentence) -> Markup:
    passage = sentence.passage.passage
    where = " · ".join([passage.path, *place_of(visit, passage), f"{sentence.score:.0%}"])
    return tag(
        "article",
        tag(
            "a",
            tag("div", sentence.text, css="console-text console-sentence"),
            tag("div", where, css="console-quiet console-place"),
            href=link_to(sentence.passage, sentence.char_start, sentence.char_end),
            css="console-evidence",
        ),
        css="console-triple",
    )
