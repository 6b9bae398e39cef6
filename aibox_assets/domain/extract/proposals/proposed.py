"""A relation that the tagger proposes: its ends, and where a text has both."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from aibox_assets.domain.extract.names import has_chinese
from aibox_assets.domain.extract.tagger.tagger import TaggedRelation
from aibox_assets.domain.models import Mention

OF_THINGS: Final = frozenset({"PRODUCES", "USES"})
PLACED: Final = frozenset({"BASED_IN", "LOCATED_IN"})
_MOST_WORDS: Final = 60  # characters between two ends that say how they are related
_NEAR: Final = 60  # characters before a name, which may make it a part of what is described
_DESCRIBED: Final = re.compile(
    r"\ban? (?:[\w-]+ ){0,3}(?!(?:version|edition|release|copy|fork|port)\b)[\w-]+ "
    r"(?:for|of|to|with|in|from|on) (?:the )?$"
)
_ROW_ENDS: Final = re.compile(r"(?<![:：])\n(?!\s*\|)")  # not before a cell, nor behind what it is headed
_ONE: Final = re.compile(r"\ban?\s$")
_SYSTEM: Final = re.compile(
    r"\s+(?:systems?|programs?|applications?|installations?|files?|machines?|distributions?)\b"
)
_MADE_BY: Final = re.compile(r"\s+(?:written|developed|created|designed|made|released|produced)\s+by\b")
_RELATIVE: Final = re.compile(r"\s+(?:which|that)\s+[a-z]+s\b")
_WHERE: Final = re.compile(r"\b(?:in|at)\s+(?:the\s+|[A-Z][\w.-]*(?:\s[A-Z][\w.-]*){0,3},\s+)?$")

Span = tuple[int, int]


class Pair:
    """A relation that the tagger proposes, with its ends and where the text has both.

    :ivar start: of the sentence of the first end. :ivar end: of the sentence of the last.
    :ivar apart: sentences, both ends' own among them.
    """

    def __init__(
        self, text: str, sentences: Sequence[Span], each: TaggedRelation, head: Mention, tail: Mention
    ) -> None:
        self.proposed, self.relation = each, each.relation
        self.head, self.tail = head, tail
        self.first, self.last = sorted((head, tail), key=lambda it: it.char_start)
        self.start, self.end = evidence_of(text, sentences, head, tail)
        self.apart = sum(self.start <= a < self.end for a, _ in sentences)
        self.chinese = has_chinese(text[self.start : self.end])
        self.placed = each.relation in PLACED


def evidence_of(text: str, sentences: Sequence[Span], head: Mention, tail: Mention) -> Span:
    """From the beginning of the sentence of the first end to the end of that of the last."""
    first, last = min(head.char_start, tail.char_start), max(head.char_end, tail.char_end)
    start = next((a for a, b in sentences if a <= first < b), first)
    end = next((b for a, b in sentences if a < last <= b), last)
    while text[start].isspace():
        start += 1
    return start, max(end, last)


def is_misread(text: str, pair: Pair) -> bool:
    """Whether one of the ends is not meant: of another row, only where something is, or what a clause is not about."""
    return (
        _is_across_rows(text, pair)
        or (pair.relation == "ORGANIZES" and _is_only_where(text, pair.head))
        or (pair.relation in OF_THINGS and _is_of_the_described(text, pair))
    )


def _is_of_the_described(text: str, pair: Pair) -> bool:
    """Whether what stands behind the first name is about what stands before it: "a mechanism for Samba which uses", "an
    interface to Samba written by"."""
    tail = pair.tail
    if _ONE.search(text, max(0, tail.char_start - 3), tail.char_start) and _SYSTEM.match(text, tail.char_end):
        return True  # "a Linux system"
    start, end = pair.first.char_start, pair.first.char_end
    clause = (_RELATIVE if pair.first == pair.head else _MADE_BY).match(text, end)
    return clause is not None and _DESCRIBED.search(text, max(0, start - _NEAR), start) is not None


def _is_across_rows(text: str, pair: Pair) -> bool:
    """Whether the ends stand in two rows of a table."""
    first, last = pair.first.char_end, pair.last.char_start
    return text.find("|", first, last) >= 0 and _ROW_ENDS.search(text, first, last) is not None


def _is_only_where(text: str, place: Mention) -> bool:
    """Whether *place* only says where something is: "was held in Cape Town, South Africa"."""
    return _WHERE.search(text, max(0, place.char_start - _NEAR), place.char_start) is not None


def between(text: str, pair: Pair) -> str:
    """The words from the one to the other, where they are few."""
    words = " ".join(text[pair.first.char_end : pair.last.char_start].split())
    return words if len(words) <= _MOST_WORDS else "…"
