"""What a pattern found in a text with marks (:mod:`marked`): whether it is stated, and which relation it is."""

from __future__ import annotations

import re
from typing import Final

from aibox_assets.domain.extract.relate.english.marked import Mark, Marked
from aibox_assets.domain.extract.relate.english.masks import EVENT, PERSON
from aibox_assets.domain.extract.text.unstated import is_unstated
from aibox_assets.domain.models import Relation

_SURE: Final = 0.85
_NEAR: Final = 12
_SUPPOSED: Final = re.compile(r"\b(?:[Ii]f|[Uu]nless|[Ww]hether|[Ss]hould)\s$")
_DENIED: Final = re.compile(
    r"\bden(?:y|ies|ied|ying)\s+(?:that|being)\b|\b(?:not|un)\s?true\b|\bno\s+(?:truth|evidence)\b|"
    r"\b(?:could|can|did|do|does)\s*(?:not|n['’]t)\s+(?:show|prove|say|know|confirm|believe)\b"
)


def is_denied(text: Marked, found: re.Match[str]) -> bool:
    """Whether *text* denies, supposes or plans what was *found*."""
    begin = text.doc.sentence_at(text.origins[found.start()]).start_char
    denied = _DENIED.search(text.doc.text, begin, text.origins[found.end() - 1])
    supposed = _SUPPOSED.search(text.text, max(0, found.start() - _NEAR), found.start())
    return denied is not None or supposed is not None or is_unstated(text.text, found.start(), found.end())


def relation_of(text: Marked, head: Mark, tail: Mark, found: re.Match[str]) -> Relation:
    """What *found* says of *head* and *tail*, with evidence that shows their names as well."""
    start = min(head.name.char_start, tail.name.char_start, text.origins[found.start()])
    end = max(head.said.char_end, tail.said.char_end, text.origins[found.end() - 1] + 1)
    phrase = "".join(each for each in found[0] if not PERSON <= each <= EVENT)
    return Relation(
        head.said,
        tail.said,
        " ".join(phrase.split()) or "of",
        text.doc.sentence_at(start).start_char,
        text.doc.sentence_at(end - 1).end_char,
        _SURE,
    )
