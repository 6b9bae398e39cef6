"""Which of two firms owns the other, by the words of English that stand between and around them."""

from __future__ import annotations

import re
from typing import Final

from aibox_assets.domain.models import Mention

# Manuals name one thing with another, and few of them own each other: a word of owning stands beside, or it is surer.
_OWNING: Final = re.compile(
    r"\b(?:subsidiar\w+|units?|divisions?|owned|owns|owner|parent|arm|part of|brand|belong\w*|branch|affiliate\w*|"
    r"acquired|bought|merged|department|imprint|label|spun)\b",
    re.IGNORECASE,
)
_CLAUSE_ENDS: Final = re.compile(r";|[.!?](?=\s)|\n")
# What the first of two was, for the second to own it; and what the first did, to own the second.
_BOUGHT_BY: Final = re.compile(
    r"\b(?:acquired|bought|purchased|owned|taken over|absorbed)\b[^;]*\bby\b|\b(?:sold|spun off)\b[^;]*\bto\b"
)
_BUYS: Final = re.compile(
    r"(?:,? which)? (?:also |later |has |had |then |now ){0,2}(?:acquired|bought|purchased|owns?|owned|took over)"
    r"(?: (?!by\b)[a-z-]+){0,3} "
)


def is_owned(text: str, one: Mention, other: Mention) -> bool:
    """Whether the clause that names both has a word of owning."""
    first, last = sorted((one, other), key=lambda each: each.char_start)
    start = max((each.end() for each in _CLAUSE_ENDS.finditer(text, 0, first.char_start)), default=0)
    end = _CLAUSE_ENDS.search(text, last.char_end)
    return _OWNING.search(text, start, end.start() if end is not None else len(text)) is not None


def is_turned(text: str, part: Mention, owner: Mention) -> bool:
    """Whether the words between say that *part* owns *owner*: "HP's business was sold to Acme" makes HP no part's owner
    that Acme would be."""
    if part.char_start > owner.char_start:
        return _BOUGHT_BY.search(text, owner.char_end, part.char_start) is not None
    return _BUYS.fullmatch(text, part.char_end, owner.char_start) is not None
