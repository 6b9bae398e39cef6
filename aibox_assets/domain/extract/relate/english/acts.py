"""Who did what to whom, in English, by what stands between their names: "A threw its weight behind B", "the arrest of A
by B", "Beaten by A in the first round, B …".

For verbs of several words and participles, and where the parser of :mod:`deeds` fails on names it does not know.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import combinations, product
from typing import Final

from aibox_assets.domain.extract.relate.english.happened import SUBJECT
from aibox_assets.domain.extract.relate.english.lexicon_clauses import CLAUSES, MARKS, ROW, Clause
from aibox_assets.domain.extract.relate.english.lexicon_dealings import DEALINGS
from aibox_assets.domain.extract.relate.english.lexicon_occasions import OCCASIONS
from aibox_assets.domain.extract.relate.english.marked import Mark, Marked, NameTypes, mark
from aibox_assets.domain.extract.relate.english.masks import EVENT, PERSON
from aibox_assets.domain.extract.relate.english.regions import ADJECTIVES
from aibox_assets.domain.extract.relate.english.said import is_denied, relation_of
from aibox_assets.domain.extract.relate.english.tree import noun_head
from aibox_assets.domain.extract.text.document_en import Document
from aibox_assets.domain.extract.text.prefilter import Prefilter
from aibox_assets.domain.models import Mention, Relation

Said = tuple[str, Relation]


_ALL: Final = (*CLAUSES, *DEALINGS, *OCCASIONS)
_AHEAD: Final = Prefilter([each for each in _ALL if "ones" in each.pattern.groupindex])
_EACH_OTHER: Final = Prefilter([each for each in _ALL if "others" not in each.pattern.groupindex])
_BEHIND: Final = Prefilter(
    [each for each in _ALL if "others" in each.pattern.groupindex and "ones" not in each.pattern.groupindex]
)
_ROW: Final = re.compile(rf"(?:{ROW}|{EVENT})")
# What belongs to a name, and what is told in between of the one that it is.
_ASIDE: Final = re.compile(
    rf"(?:\s\([^()\n]{{1,40}}\))?(?:,\s[^,;:.\n{MARKS}]{{2,60}},|(?:,\s(?:of|"
    rf"from)|\s(?:of|from))\s[{MARKS}],?)?(?:,?\swho(?=\s)|,(?=\s(?:was|were|is|are|has|have|had)\s))?"
)
_GOES_ON: Final = re.compile(rf"[^.;:\n{PERSON}]{{3,90}}?,?\s(?:and|but)(?:\s(?:then|later|so))?(?=\s)")
# A name that these lead is not whom a clause is about.
_UNDER: Final = re.compile(
    r"\b(?:with|by|of|to|from|for|against|under|over|like|than|on|at|in|between|into|about|near|beside)\s"
    r"(?:the\s|an?\s|[a-z]+\s(?=[A-Z]))?(?:[A-Z][a-z]+\s|[a-z]+\s)?$"
)
_DOUBTED: Final = re.compile(
    r"\b(?:rumou?rs?|rumou?red|allegations?|allegedly|speculation|hopes?|"
    r"fears?|feared|claims?|suspicions?|idea|question|whether|if|unless|"
    r"would|could|might|may|should|reports? (?:that|of)|cancel\w*|postpon\w*|"
    r"(?:called|put) off|scrapped)\b",
    re.IGNORECASE,
)
_NOT: Final = re.compile(r"\b(?:not|no|without|neither)\s(?:[a-z-]+\s){0,3}$", re.IGNORECASE)
_ANOTHER: Final = re.compile(r"\ban?\s$")
# "A beat B, as did C": C did, too.
_LIKEWISE: Final = re.compile(
    rf"[^.;:\n]{{0,60}}?[,;]\s(?:as|so|and\sso)\s(?:did|does|do|has|have|had)\s(?P<row>{ROW})"
)
_ASKED: Final = re.compile(r"[^.!?;\n]{0,200}\?")
_LEAST: Final = 2
_NEAR: Final = 12
_FAR: Final = 40


def read_acts(doc: Document, names: Sequence[Mention], types: NameTypes) -> Iterator[Said]:
    """The relation and what says so."""
    kinds = {types.person, types.organization, types.place, types.event}
    if len({each.name for each in names if each.type in kinds}) < _LEAST:
        return
    text = mark(doc, names, types)
    told: set[tuple[str, str, str]] = set()
    for relation, head, tail, found in _read(text):
        key = (relation, head.name.name, tail.name.name)
        if head.name.name == tail.name.name or key in told:
            continue
        told.add(key)
        yield relation, relation_of(text, head, tail, found)


def _read(text: Marked) -> Iterator[tuple[str, Mark, Mark, re.Match[str]]]:
    behind, each_other = _BEHIND.of(text.text, text.doc.text), _EACH_OTHER.of(text.text, text.doc.text)
    for row in _ROW.finditer(text.text):
        before = max(0, row.start() - _FAR), row.start()
        if _UNDER.search(text.text, *before) or _NOT.search(text.text, *before):
            continue
        names = text.within(*row.span())
        for start in _starts(text, row):
            for clause in behind:
                found = clause.pattern.match(text.text, start)
                if found is not None and _stands(text, found, row.start()):
                    yield from _pairs(text, clause, names, found)
            for clause in each_other if len(names) > 1 else ():
                found = clause.pattern.match(text.text, start)
                if found is not None and _stands(text, found, row.start()):
                    for one, other in combinations(names, 2):
                        yield clause.relation, one, other, found
    for clause in _AHEAD.of(text.text, text.doc.text):
        for found in clause.pattern.finditer(text.text):
            if _stands(text, found, found.start()):
                yield from _pairs(text, clause, text.within(*found.span("ones")), found)


def _starts(text: Marked, row: re.Match[str]) -> Sequence[int]:
    """Where what is told of the names of *row* may begin."""
    starts = [row.end()]
    aside = _ASIDE.match(text.text, row.end())
    if aside is not None and aside.end() > row.end():
        starts.append(aside.end())
    goes_on = _GOES_ON.match(text.text, row.end())
    if goes_on is not None and _is_subject(text, text.marks[row.start()]):
        starts.append(goes_on.end())
    return starts


def _is_subject(text: Marked, name: Mark) -> bool:
    span = text.doc.char_span(name.said.char_start, name.said.char_end)
    return span is not None and noun_head(span.root).dep_ in SUBJECT


def _pairs(
    text: Marked, clause: Clause, first: Sequence[Mark], found: re.Match[str]
) -> Iterator[tuple[str, Mark, Mark, re.Match[str]]]:
    start, end = found.span("others")
    if _ANOTHER.search(text.text, max(0, start - _NEAR), start) and text.text[end : end + 1] == " ":
        return  # "an Oregon corporation"
    second = text.within(start, end)
    likewise = _LIKEWISE.match(text.text, found.end()) if "ones" not in clause.pattern.groupindex else None
    if likewise is not None:
        first = [*first, *text.within(*likewise.span("row"))]
    heads, tails = (second, first) if clause.inverse else (first, second)
    for head, tail in product(heads, tails):
        if head.said.text not in ADJECTIVES and tail.said.text not in ADJECTIVES:
            yield clause.relation, head, tail, found


def _stands(text: Marked, found: re.Match[str], start: int) -> bool:
    """Whether what was *found* of the names at *start* is stated: not asked, doubted or denied."""
    begin = text.doc.sentence_at(text.origins[start]).start_char
    doubted = _DOUBTED.search(text.doc.text, begin, text.origins[found.end() - 1] + 1)
    if _NOT.search(text.text, max(0, found.start() - _FAR), found.start()):
        return False
    return doubted is None and not is_denied(text, found) and _ASKED.match(text.text, found.end()) is None
