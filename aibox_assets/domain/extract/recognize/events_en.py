"""Names of events in English by their last words: "Davis Cup", "Commonwealth Games", "Australian Grand Prix"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from aibox_assets.domain.models import Mention

_NAMED: Final = re.compile(
    r"\b(?!(?:The|In|At|On|A|An|Our|This|His|Her|Their|Its)\s)(?:[A-Z][\w’'-]+\s+){1,3}"
    r"(?:Cup|Games|Olympics|Championships?|Summit|Festival|Grand\s+Prix|Marathon|Trophy|Masters\s+Tournament|Biennale)\b"
    r"(?:\s+of\s+(?:the\s+)?[A-Z]\w+)?"
    r"|\b(?:US|French|Australian(?:\s+Tennis)?|British|Canadian|Italian)\s+Open\b"
    r"|\b(?:First|Second)\s+World\s+War\b|\bWorld\s+War\s+(?:II|I|Two|One)\b"
)
_SURE: Final = 0.85


def read_events(text: str, event: str) -> Iterator[Mention]:
    """The names of events in *text*. :param event: the type of events."""
    for found in _NAMED.finditer(text):
        name = " ".join(found.group().split())
        yield Mention(found.start(), found.end(), found.group(), event, name, _SURE)
