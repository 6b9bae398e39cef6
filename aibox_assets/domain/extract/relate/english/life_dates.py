"""When people were born and died, and when organizations were founded, in English sentences whose names stand apart or
are pronouns: "Jane Wu, who had run it, was killed in Rome in 1944", "He opened it in 1931"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from aibox_assets.domain.extract.relate.english.dated import FOUNDED_PATTERNS
from aibox_assets.domain.extract.relate.english.marked import Mark, Marked, NameTypes, mark
from aibox_assets.domain.extract.relate.english.masks import DATE, PERSON
from aibox_assets.domain.extract.relate.lives import BORN, DIED
from aibox_assets.domain.extract.text.document_en import Document
from aibox_assets.domain.extract.text.prefilter import Prefilter
from aibox_assets.domain.extract.text.unstated import is_unstated
from aibox_assets.domain.models import Mention, Relation

FOUNDED: Final = "FOUNDED_ON"
_SURE: Final = 0.85
_NEAR: Final = 12
_FEW: Final = 2
_NO_OTHER: Final = rf"[^.;:\n{PERSON}{DATE}]"
_NO_DATE: Final = rf"[^.;:\n{DATE}]"
_ON: Final = rf"(?:,?\s(?:in|on|about|around)\s(?:the\s)?|,\s|\s)(?P<day>{DATE})"
_PEOPLE: Final = (
    rf"(?<!\bof\s)(?<!née\s)(?P<people>{PERSON}(?:(?:,|,?\sand)\s(?:(?:his|her|{PERSON}'s)\s[a-z]+\s)?"
    rf"{PERSON}){{0,3}})"
)
_ASIDE: Final = rf"(?:,\s{_NO_OTHER}{{2,60}},|\s\([^()\n]{{1,40}}\))?"
_WHO: Final = r"(?:,?\s(?:who\s)?|\sand\s)"
_KILLED: Final = (
    r"(?:killed|murdered|executed|assassinated|hanged|beheaded|guillotined|lynched|slain|poisoned|strangled|drowned|"
    r"shot\sdead|shot|stabbed\sto\sdeath|beaten\sto\sdeath|burned\sat\sthe\sstake|put\sto\sdeath)"
)
_DIES: Final = (
    r"(?:(?:had\s|has\s)?(?:died|perished|drowned|passed\saway|was\sdrowned|met\sthe\sguillotine|committed\ssuicide|"
    rf"(?:took|lost)\s(?:his|her|{PERSON}'s)\s(?:own\s)?life|fell(?=\s(?:at|near|in)\s[A-Z\ue000-\ue005])))"
)
_SLAYS: Final = (
    r"(?:killed|murdered|assassinated|poisoned|strangled|executed|hanged|shot\sdead|"
    r"shot(?=[^.;:\n]{2,60}\sdead\b))"
)
_WHOM: Final = rf"(?:{PERSON}'s\s)?(?:[a-z][a-z\s-]{{1,30}},?\s)?(?:[A-Z][a-z]+\s)?"
_DIED: Final = Prefilter(
    re.compile(pattern)
    for pattern in (
        rf"{_PEOPLE}{_ASIDE}{_WHO}(?:was|were)\s(?:[a-z]+ly\s)?{_KILLED}(?:\sby\s{PERSON})?{_NO_DATE}{{0,80}}?{_ON}",
        rf"{_PEOPLE}{_ASIDE}{_WHO}{_DIES}{_NO_OTHER}{{0,80}}?{_ON}",
        rf"(?P<people>{PERSON}){_NO_OTHER}{{3,120}}?,?\s(?:and|until\s(?:he|"
        rf"she)|before\s(?:he|she))\s{_DIES}{_NO_OTHER}{{0,60}}?{_ON}",
        rf"{PERSON}\s{_SLAYS}\s{_WHOM}(?P<people>{PERSON}){_NO_OTHER}{{0,80}}?{_ON}",
        rf"\b(?:[Ii]n|[Oo]n)\s(?P<day>{DATE}),?\s(?P<people>{PERSON})\s(?:was|were)\s{_KILLED}",
        rf"\b(?:[Ii]n|[Oo]n)\s(?P<day>{DATE}),?\s[^.;:\n{DATE}]{{3,40}}?\s{_SLAYS}\s{_WHOM}(?P<people>{PERSON})",
    )
)
_BORN: Final = Prefilter(
    re.compile(pattern)
    for pattern in (
        rf"{_PEOPLE}(?:\s\([^()\n]{{1,40}}\))?{_WHO}(?:(?:was|were)\s)?(?:born|"
        rf"came\sinto\sthe\sworld)\s{_NO_OTHER}{{0,60}}?(?:in|on|about|around)"
        rf"\s"
        rf"(?P<day>{DATE})",
        rf"(?P<people>{PERSON}),\s(?:b\.|born)\s(?P<day>{DATE})",
    )
)
_SAYS: Final = re.compile(
    r"\b(?:born|b\.|died|killed|murdered|executed|assassinated|hanged|"
    r"beheaded|guillotin\w+|lynched|slain|poisoned|strangled|"
    r"drowned|dead|death|perished|passed|suicide|fell|shot|found\w*|establish\w*|"
    r"set\sup|start\w*|open\w*|form\w*|launch\w*|"
    r"incorporated|spun)\b"
)


def read_life_dates(
    doc: Document, names: Sequence[Mention], dates: Sequence[Mention], types: NameTypes, date: str
) -> Iterator[tuple[str, Relation]]:
    """The relation and what says so. :param date: the type of *dates*."""
    if not dates or _SAYS.search(doc.text) is None:
        return
    everything = sorted([*names, *dates], key=lambda each: each.char_start)
    text = mark(doc, everything, types, date)
    told: set[tuple[str, str]] = set()
    for relation, patterns, group, type_ in (
        (DIED, _DIED, "people", types.person),
        (BORN, _BORN, "people", types.person),
        (FOUNDED, FOUNDED_PATTERNS, "name", types.organization),
    ):
        for pattern in patterns.of(text.text, text.doc.text):
            for found in pattern.finditer(text.text):
                for head in text.among(*found.span(group), type_):
                    known = (relation, head.name.name) in told or (
                        type_ == types.organization and _is_open(head, names)
                    )
                    if not known and not _is_unstated(text, found):
                        told.add((relation, head.name.name))
                        yield relation, _relation(text, head, text.marks[found.start("day")], found)


def _is_open(head: Mark, names: Sequence[Mention]) -> bool:
    """Whether a word means *head* where several before it are of its type: "The company was founded in 2019"."""
    if head.said == head.name:
        return False
    before = {
        each.name for each in names if each.type == head.name.type and each.char_start < head.said.char_start
    }
    return len(before) > _FEW


def _is_unstated(text: Marked, found: re.Match[str]) -> bool:
    return is_unstated(text.text, max(0, found.start() - _NEAR), found.end())


def _relation(text: Marked, head: Mark, day: Mark, found: re.Match[str]) -> Relation:
    start = min(head.name.char_start, text.origins[found.start()])
    end = text.origins[found.end() - 1] + 1
    phrase = "".join(each for each in found[0] if not PERSON <= each <= DATE)
    return Relation(
        head.name,
        day.name,
        " ".join(phrase.split()),
        text.doc.sentence_at(start).start_char,
        text.doc.sentence_at(end - 1).end_char,
        _SURE,
    )
