"""Which organizations of English texts are political parties: whoever stands before one is a member of it."""

from __future__ import annotations

import re
from typing import Final

from aibox_assets.domain.models import Mention

_POLITICAL: Final = re.compile(
    r"\b(?:Party|Labou?r|Democrats?|Republicans?|Conservatives?|Liberals?|Greens?|Union)$"
)
_SHORT_PARTY: Final = re.compile(r"[A-Z]{3}")
_POLITICS: Final = re.compile(
    r"\b(?:part(?:y|ies)|minister|MPs?|parliament\w*|senat\w+|elect\w*|vote\w*|coalition|opposition|lawmakers?|"
    r"politic\w*|government|council|mayor|president|premier|chancellor)\b",
    re.IGNORECASE,
)


def is_party(text: str, name: Mention) -> bool:
    """By its name; three letters are one where the text is of politics, and else a firm or an institute."""
    if _POLITICAL.search(name.text):
        return True
    return _SHORT_PARTY.fullmatch(name.text) is not None and _POLITICS.search(text) is not None
