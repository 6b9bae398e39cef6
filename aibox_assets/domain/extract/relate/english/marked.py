"""An English text with one mark for each name and for each word that stands for one, so that a pattern can say what
stands between names: "its chief executive, Jane Wu," and "Acme's chief executive, Dr Jane Wu, 41," read alike."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final

from aibox_assets.domain.extract.relate.english.bodies import Bodies
from aibox_assets.domain.extract.relate.english.masks import DATE, EVENT, ORGANIZATION, PERSON, PLACE
from aibox_assets.domain.extract.relate.english.ranks import ABBREVIATED
from aibox_assets.domain.extract.relate.english.whom import followed
from aibox_assets.domain.extract.text.document_en import Document, Word
from aibox_assets.domain.models import Mention

_OWN: Final = "'s"
_TITLED: Final = re.compile(
    rf"(?:\b(?:Mr|Mrs|Ms|Mme|Miss|Messrs|Dr|Drs|Professor|Sir|Lady|Dame|Lord|Madame|Mgr|Canon|{ABBREVIATED})\b\.?\s+)+$"
)
_LONGEST_TITLES: Final = 30  # characters
# Behind a person: an age, or letters; behind an organization: how it is also called, or its legal form.
_OF_PERSON: Final = re.compile(
    r"(?:,\s+(?:Ph\.?D|M\.?D|MBA|OBE|MBE|CBE|QC|KC|SAN|FRS|Jr|Sr)\b\.?,?(?=\s))|"
    r",\s+(?:aged\s+)?\d\d(?:,(?=\s+(?:is|was|has|had|became)\b)|(?=,\s))|"
    r"\s+\((?:\d\d|\d{4}\s?[-–]\s?\d{4})\)"
)
_OF_ORGANIZATION: Final = re.compile(
    r"(?:,?\s+(?:plc|Inc\.?|Ltd\.?|LLC|GmbH|AG|SA|AS|NV|BV)(?!\w))|\s+\([^():\n]{2,30}\)"
)


@dataclass(frozen=True, slots=True)
class NameTypes:
    """What an ontology calls people, organizations, places and, where these count, events."""

    person: str
    organization: str
    place: str | None
    event: str | None = None


@dataclass(frozen=True, slots=True)
class Mark:
    """:ivar name: as the text names it. :ivar said: where it means it; the same where that is no word for it."""

    name: Mention
    said: Mention


@dataclass(frozen=True, slots=True)
class Marked:
    """A text with marks.

    :ivar text: with marks. :ivar marks: by their places in it. :ivar origins: of each of its characters, where it
    stands in the document. :ivar held: the name that each of the document's tokens is part of.
    :ivar bodies: the organizations that words stand for.
    """

    doc: Document
    text: str
    marks: Mapping[int, Mark]
    origins: Sequence[int]
    held: Mapping[int, Mention]
    bodies: Bodies

    def among(self, start: int, end: int, type_: str) -> list[Mark]:
        """What stands from *start* to *end* for names of *type_*."""
        return [each for each in self.within(start, end) if each.name.type == type_]

    def within(self, start: int, end: int) -> list[Mark]:
        """What stands from *start* to *end* for names."""
        return [self.marks[at] for at in range(start, end) if at in self.marks]

    def word(self, start: int, end: int) -> Word | None:
        """The document's last word from *start* to *end*."""
        span = self.doc.char_span(self.origins[start], self.origins[end - 1] + 1)
        return span.words[-1] if span is not None else None


def mark(doc: Document, names: Sequence[Mention], types: NameTypes, date: str | None = None) -> Marked:
    """*doc* with marks for *names*. :param date: the type of dates among them."""
    people = followed(doc, names, types.person)
    bodies = _bodies(doc, tuple(names), types.person, types.organization)
    marks = {types.person: PERSON, types.organization: ORGANIZATION, types.place: PLACE}
    if date is not None:
        marks[date] = DATE
    if types.event is not None:
        marks[types.event] = EVENT
    spans = [
        (each.char_start, each.char_end, marks[each.type], Mark(each, each))
        for each in names
        if each.type in marks
    ]
    spans += [_stand_in(doc.words[at], PERSON, name) for at, name in people.meant.items()]
    spans += [_stand_in(doc.words[at], ORGANIZATION, name) for at, name in bodies.meant.items()]
    text: list[str] = []
    origins: list[int] = []
    placed: dict[int, Mark] = {}
    end = 0
    for start, stop, said, name in sorted(_widened(doc.text, spans), key=lambda each: (each[0], -each[1])):
        if start < end:
            continue
        text.append(doc.text[end:start])
        origins += range(end, start)
        placed[len(origins)] = name
        text.append(said)
        origins += [start] * len(said)
        end = stop
    text.append(doc.text[end:])
    origins += range(end, len(doc.text))
    return Marked(doc, "".join(text).replace("’", "'"), placed, origins, people.held, bodies)


@lru_cache(maxsize=2)  # several rules ask it of the same names
def _bodies(doc: Document, names: Sequence[Mention], person: str, organization: str) -> Bodies:
    return Bodies(doc, followed(doc, names, person).held, person, organization)


def _stand_in(word: Word, said: str, name: Mention) -> tuple[int, int, str, Mark]:
    start = word.idx
    if word.dep_ != "poss" and word.text[0].islower() and said == ORGANIZATION and word.lower_ != "it":
        start = min((child.idx for child in word.children if child.lower_ == "the"), default=start)
    own = _OWN if word.dep_ == "poss" and word.lower_ in ("its", "their", "his", "her") else ""
    end = word.idx + len(word.text)
    return start, end, said + own, Mark(name, replace(name, char_start=start, char_end=end, text=word.text))


def _widened(text: str, spans: Sequence[tuple[int, int, str, Mark]]) -> Iterator[tuple[int, int, str, Mark]]:
    """*spans* with what belongs to their names: titles, ages, legal forms."""
    for start, end, said, name in spans:
        if said == PERSON:
            titles = _TITLED.search(text, max(0, start - _LONGEST_TITLES), start)
            start = titles.start() if titles is not None else start
        behind = _OF_PERSON if said == PERSON else _OF_ORGANIZATION if said == ORGANIZATION else None
        found = behind.match(text, end) if behind is not None else None
        yield start, found.end() if found is not None else end, said, name
