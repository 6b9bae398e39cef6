"""When a relation holds, where the words around its ends say that it is over or is yet to come."""

from __future__ import annotations

import re
from typing import Final

from aibox_assets.domain.extract.type_relations import TypedRelation
from aibox_assets.domain.models import FUTURE, PAST

_BEFORE: Final = 40  # characters before the first end in which a title stands
_FORMER: Final = re.compile(
    r"\b(?:former|formerly|onetime|one-time|previously)\b|\bex-|前任|前(?=[^，,。]{0,6}(?:长|長|总裁|總裁|主席|总理|總理|总统|總統|员|員))|"
    r"曾(?:任|是|为|為|担任|擔任|经|經)|原(?=(?:董事|总|總|副|校|院|局|部))",
    re.IGNORECASE,
)
_WILL: Final = re.compile(
    r"\b(?:will|shall|(?:is|are) (?:going |due |set |expected |scheduled )?to)\b|['’]ll\b|"
    r"即将|即將|将(?![军领近士軍領])|將(?![军领近士軍領])",
    re.IGNORECASE,
)
_BREAK: Final = re.compile(r"[,;:()!?，；：。！？（）]|\.\s")
_WORD: Final = re.compile(r"\w+")


def tense_of(text: str, typed: TypedRelation) -> str:
    """``PAST`` where *text* calls the relation former, ``FUTURE`` where it says that it will be, or nothing.

    "Jane Wu, former chief executive of Acme, lives in Paris": the words tell of what follows them in their clause.
    """
    if typed.happens:
        return ""
    first, last = sorted((typed.head, typed.tail), key=lambda each: each.char_start)
    start, end = first.char_end, last.char_start
    if _reaches(_FORMER, text, start, end) or _is_former_title(text, typed):
        return PAST
    # A tagger guesses at pairs, whatever the words between them; 将 right before a name brings in an object.
    read = typed.evidence.source == "rules" and text[end - 1] not in "将將"
    return FUTURE if read and _reaches(_WILL, text, start, end) else ""


def _reaches(word: re.Pattern[str], text: str, start: int, end: int) -> bool:
    """Whether *word* stands between *start* and *end*, and nothing parts it from *end*."""
    return any(_BREAK.search(text, each.end(), end) is None for each in word.finditer(text, start, end))


def _is_former_title(text: str, typed: TypedRelation) -> bool:
    """ "Former Acme engineer Jane Wu", "former president Jane Wu of Acme", not "former president Jane Wu joined …"."""
    first = min(typed.head, typed.tail, key=lambda each: each.char_start)
    begin = max(typed.evidence.char_start, first.char_start - _BEFORE)
    said = _WORD.search(typed.evidence.phrase)
    for each in _FORMER.finditer(text, begin, first.char_start):
        title = text[each.end() : first.char_start]
        if _BREAK.search(title) is None and (
            (first is typed.tail and not title.strip())
            or (said is not None and said[0] in _WORD.findall(title))
        ):
            return True
    return False
