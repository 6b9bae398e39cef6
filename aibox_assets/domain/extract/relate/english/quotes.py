"""Whose words an English quotation is, where its sentence does not say: ``"We won," she said. "Now Spain must act."``

Told is what a quotation names whose speaker is said right behind it, or that goes on right behind whom the one before
it is of. What stands in the same clause as the verb of speech is read off the tree (:mod:`deeds`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from aibox_assets.domain.extract.relate.english.happened import SUBJECT
from aibox_assets.domain.extract.relate.english.whom import QUOTATION, Named
from aibox_assets.domain.extract.text.document_en import Document, Word
from aibox_assets.domain.models import Mention, Relation

# From a quotation to the verb of speech behind it, and from there to the next quotation.
_TO_VERB: Final = re.compile(r"[^\"“”.!?\n]{0,80}")
_ON: Final = re.compile(r"[^\"“”.!?\n]{0,80}\.\s*")
_SURE: Final = 0.75
_MOST_EVIDENCE: Final = 1200  # characters


@dataclass(frozen=True, slots=True)
class Speech:
    """A verb of speech.

    :ivar start: where it stands in the text. :ivar relation: what it says of speaker and what is named.
    """

    start: int
    end: int
    speaker: Mention
    relation: str


def read_quotes(
    doc: Document, named: Named, spoken: Sequence[Speech], place: str | None
) -> Iterator[tuple[str, Relation]]:
    """What the quotations of *doc* name, by the verbs of speech *spoken*. :param place: the type of places."""
    text = doc.text
    last: tuple[int, Speech] | None = None
    for found in QUOTATION.finditer(text):
        start, end = found.span()
        own = None
        if text[end - 2] in ",?!-":
            own = next(
                (it for it in spoken if end <= it.start and _TO_VERB.fullmatch(text, end, it.start)), None
            )
        if own is None and last is not None and _ON.fullmatch(text, last[0], start):
            own = last[1]
            last = (
                (end, own)
                if text[end - 2] in ".!?" and text[end : end + 2].strip()[:1] in ('"', "“")
                else None
            )
        else:
            last = (own.end, own) if own is not None else None
        if own is not None:
            yield from _told(doc, named, own, start, end, place)


def _told(
    doc: Document, named: Named, speech: Speech, start: int, end: int, place: str | None
) -> Iterator[tuple[str, Relation]]:
    span = doc.char_span(start, end)
    if span is None:
        return
    first = doc.sentence_at(min(speech.speaker.char_start, start)).start_char
    last = max(end, speech.end)
    if last - first > _MOST_EVIDENCE:
        return
    seen = {speech.speaker.name}
    for token in span.words:
        mention = named.held.get(token.i)
        if mention is None or mention.name in seen or (mention.type == place and not _is_subject(token)):
            continue
        seen.add(mention.name)
        yield speech.relation, Relation(speech.speaker, mention, "in quotation", first, last, _SURE)


def _is_subject(token: Word) -> bool:
    """Whether the clause is about *token*: its subject or object, or led by one of these ("talks with Israel")."""
    if token.dep_ == "pobj" and token.head.dep_ == "prep":
        token = token.head.head
    return token.dep_ in (*SUBJECT, "dobj")
