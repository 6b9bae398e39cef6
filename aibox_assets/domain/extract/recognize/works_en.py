"""Titles of works in English, by the words beside them: "the novel Emma", "sang Carmen", "Salt Roads (Faber, 2015)"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from aibox_assets.domain.extract.text.prefilter import Prefilter
from aibox_assets.domain.models import Mention

_KIND: Final = (
    r"(?:album|song|single|novel|novella|book|film|movie|opera|operetta|musical|poem|painting|symphony|concerto|sonata|cantata|"
    r"memoirs?|documentary|ballad|sculpture|soundtrack|trilogy|biography|autobiography|essay|ballet|hymn|aria|thriller|"
    r"comedy|sitcom|portrait|mural|cookbook|handbook|textbook|monograph|anthem)"
)
_A_KIND: Final = rf"(?:(?:an?|the|his|her|their)\s(?:[\w-]+\s){{0,3}}?(?:{_KIND}|play)\b)"
_WORD: Final = r"[A-Z][\w’'-]*"
_SMALL: Final = r"(?:of|the|an?|and|for|in|on|to|at|from|with|by\sthe|de|la|du)"
_TITLE: Final = rf"(?P<title>{_WORD}(?:\s(?:{_SMALL}\s){{0,2}}{_WORD}){{0,7}})"
_LONG: Final = rf"(?P<title>{_WORD}(?:\s(?:{_SMALL}\s){{0,2}}{_WORD}){{1,7}})"
_OPEN: Final = r"[\"“‘']?"
_CLOSE: Final = r"[\"”’']?"
_NO_START: Final = (
    r"(?!(?:He|She|It|They|We|I|In|At|On|Her|His|My|Its|This|That|There|When|But|And|Mr|Mrs|Dr|By)\b)"
)
_MADE: Final = r"(?:sang|sings|sung|composed|recorded|directed|choreographed|filmed|painted|penned)"
_SHOWN: Final = r"was\s(?:first\s)?(?:performed|published|heard|premiered|staged|screened)"
_TITLES: Final = Prefilter(
    re.compile(pattern)
    for pattern in (
        rf"\b{_KIND}(?:,|\s(?:called|entitled|titled|named))?\s{_OPEN}{_TITLE}(?!['’]s)",
        rf"\b{_MADE}\s{_OPEN}{_LONG}{_CLOSE}(?=[,.;]|\s(?:in|at|for)\b)",
        rf"\b(?:wrote|author\sof|composer\sof|writer\sof|recording\sof|translated)\s{_OPEN}{_LONG}(?!['’]s)",
        rf"(?:^|(?<=[.;:!?]\s)|(?<=\n)){_NO_START}{_OPEN}{_TITLE}{_CLOSE}(?:\s\([^()\n]{{1,40}}\))?,?\s(?:(?:is|was)\s)?{_A_KIND}",
        rf"{_OPEN}{_NO_START}{_LONG}{_CLOSE}\s\((?:[A-Z][^()\d\n]{{1,30}}|own\slabel),\s[12]\d{{3}}\)",
        rf"(?:\bwhose|['’]s)\s{_OPEN}{_LONG}{_CLOSE}\s(?:{_SHOWN}|appeared|premiered|came\sout)\b",
        rf"(?:^|(?<=[.;:!?]\s)|(?<=\n)){_NO_START}{_LONG}\s{_SHOWN}\b",
        rf"{_OPEN}{_NO_START}{_LONG}{_CLOSE},?\s(?:sung|composed|choreographed)\sby\b",
    )
)
_SURE: Final = 0.7


def read_titles(text: str, work: str) -> Iterator[Mention]:
    """The titles in *text*, none twice. :param work: the type of works."""
    end = 0
    every = (found.span("title") for pattern in _TITLES.of(text) for found in pattern.finditer(text))
    for start, stop in sorted(every, key=lambda each: (each[0], -each[1])):
        if start >= end:
            end = stop
            yield Mention(start, stop, text[start:stop], work, " ".join(text[start:stop].split()), _SURE)
