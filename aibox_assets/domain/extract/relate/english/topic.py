"""Words of an English text that stand for an organization before them, for rules that read between names: "The company
belongs to …", "Its rivals include …", "founded it in …".

Each means what the clause before it is about: the organization that this begins with, or is alone in it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Final

from aibox_assets.domain.models import Mention

_CLAUSE: Final = re.compile(r"(?:(?<=[.!?])|;|:)\s+(?=[^\s])")
_TITLE: Final = re.compile(r"\b(?:[A-Z]|Dr|Mr|Mrs|Ms|Prof|St|Inc|Corp|Ltd|Co|vs|No)\.$")
_LONGEST_TITLE: Final = 5  # characters
_FIRM: Final = (
    r"company|firm|group|business|start-up|startup|manufacturer|maker|brewery|publisher|bank|charity|"
    r"foundation|association|society|club|school|college|university|hospital|institute|studio|practice|"
    r"brand|chain|plant|yard|museum|agency|organi[sz]ation|union|team|non-profit|airline|insurer|retailer"
)
_OTHER: Final = r"(?:new|other|former|latter|parent|same|first|second|old|combined|merged|rival|whole)\b"
_STANDS: Final = re.compile(
    rf"(?:(?:Today|Now|Since then),?\s+)?(?P<word>(?P<its>[Ii]t(?=s\s))|[Ii]t\b(?!['’]s)|"
    rf"[Tt]he\s+(?:(?!{_OTHER})[a-z]+\s+)?(?P<noun>{_FIRM})\b)"
)
_AMONG: Final = re.compile(r"(?:Among|Investors in|Members of)\s+(?P<word>it(?=s\s))")
_DONE_TO: Final = re.compile(
    r"\b(?:founded|set\s+up|established|started|opened|bought|acquired|purchased|took\s+over|"
    rf"invested\s+in|(?:into|in)|backed|sold)\s+(?P<word>it\b|the\s+(?P<noun>{_FIRM})\b)"
)
_BEGINS: Final = re.compile(
    r"(?:[^,;]{0,60},\s+)?(?:(?:The|the|A|An)\s+)?(?:(?:[A-Z]?[a-z-]+|[12]\d{3})\s+){0,4}|\w+:\s+"
)
_AND: Final = re.compile(r",?\s+(?:and|&|or)\s+(?:the\s+)?")
_OPENS: Final = re.compile(r"\s*\([\"“]?")
_ANY: Final = frozenset({"company", "firm", "group", "business"})


def with_stand_ins(text: str, names: Sequence[Mention], organization: str | None) -> list[Mention]:
    """*names*, in order, and the words that stand for those of the type *organization*.

    "Its" is read as "It", with an s behind it as behind a name.
    """
    return list(_with_stand_ins(text, tuple(names), organization))


@lru_cache(maxsize=4)  # several rules ask it of the same names
def _with_stand_ins(text: str, names: Sequence[Mention], organization: str | None) -> Sequence[Mention]:
    firms = [each for each in names if each.type == organization]
    if not firms:
        return names
    taken = [(each.char_start, each.char_end) for each in names]
    found = [
        each
        for each in _stand_ins(text, firms, names)
        if not any(start < each.char_end and each.char_start < end for start, end in taken)
    ]
    return sorted([*names, *found], key=lambda each: each.char_start)


def _stand_ins(text: str, firms: Sequence[Mention], names: Sequence[Mention]) -> Iterator[Mention]:
    topic: Mention | None = None
    only: Mention | None = None
    before = ""
    for start, end in _clauses(text):
        seen = [each for each in firms if each.char_start < start]
        word = _STANDS.match(text, start, end) or _AMONG.match(text, start, end)
        goes_on = False
        for each in (word, *_DONE_TO.finditer(text, start, end)):
            meant = _meant(each, topic, only, seen, before) if each is not None else None
            if each is not None and meant is not None:
                goes_on = goes_on or each is word
                yield replace(
                    meant, char_start=each.start("word"), char_end=each.end("word"), text=each["word"]
                )
        inside = _apart(text, [each for each in firms if start <= each.char_start < end])
        if goes_on:
            only = topic = topic or only
        elif word is not None:
            only = topic = None  # it is about what is not known
        elif inside:
            first = next(each for each in names if each.char_start >= start)
            leads = first == inside[0] and _BEGINS.fullmatch(text, start, first.char_start) is not None
            if len(inside) > 1 and _AND.fullmatch(text, inside[0].char_end, inside[1].char_start):
                leads = False  # two are spoken of
            only = inside[0] if len({each.name for each in inside}) == 1 else None
            topic = inside[0] if leads else None
        elif any(start <= each.char_start < end for each in names):
            topic = None  # it is about something else
        before = f"{before[-200:]} {text[start:end]}"


def _meant(
    found: re.Match[str], topic: Mention | None, only: Mention | None, seen: Sequence[Mention], before: str
) -> Mention | None:
    """Whom the words of *found* mean, of what the clause before is about, alone names, and of all *seen*."""
    noun = found.groupdict().get("noun")
    if noun is None:
        return topic
    if noun in _ANY:
        return only
    called = {each.name: each for each in seen if re.search(rf"\b{noun}\b", each.name, re.IGNORECASE)}
    if called:
        return next(iter(called.values())) if len(called) == 1 else None
    return topic if topic is not None and re.search(rf"\b{noun}\b", before) else None


def _apart(text: str, firms: Sequence[Mention]) -> list[Mention]:
    """*firms* without the other names of those before them: "Serum Institute of India (SII)"."""
    kept: list[Mention] = []
    for each in firms:
        if kept and _OPENS.fullmatch(text, kept[-1].char_end, each.char_start):
            continue
        kept.append(each)
    return kept


def _clauses(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    for mark in _CLAUSE.finditer(text):
        if _TITLE.search(text, max(start, mark.start() - _LONGEST_TITLE), mark.start()):
            continue
        yield start, mark.start()
        start = mark.end()
    yield start, len(text)
