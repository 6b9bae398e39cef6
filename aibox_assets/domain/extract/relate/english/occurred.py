"""When events were or will be held, in English: "The Battle of Adwa was fought on 1 March 1896", "the Lagos Trade Fair,
on 3 May 2025,"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from aibox_assets.domain.extract.relate.english.masks import DATE, EVENT, mask
from aibox_assets.domain.extract.text.prefilter import Prefilter
from aibox_assets.domain.extract.text.unstated import is_unstated
from aibox_assets.domain.models import Mention, Relation

OCCURRED: Final = "OCCURRED_ON"
_SURE: Final = 0.85
_NEAR: Final = 12
_NAME: Final = rf"(?P<name>{EVENT}++)(?:\s\([^()\n]{{2,30}}\))?"
_WEEKDAY: Final = r"(?:(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day,?\s+)?"
_ON: Final = rf"\s+(?:in|on|from|between)\s+(?:the\s+)?{_WEEKDAY}(?P<day>{DATE}++)"
_FEW: Final = rf"(?:(?!\b(?:and|but|which|who|where|since|until)\b)[^.;:{DATE}{EVENT}])"
_HELD: Final = (
    r"(?P<verb>(?:was|were|is|are|be|been|first)\s+(?:first\s+)?(?:held|fought|staged|run|played|contested|hosted|opened|celebrated|"
    r"launched|inaugurated|awarded|presented)|takes?\s+place|took\s+place|taken\s+place|opens|opened|began|begins|started|starts|"
    r"ended|ends|closed|closes|kicked\s+off|kicks\s+off|returned|returns|ran|runs)"
)
_PATTERNS: Final = Prefilter(
    re.compile(pattern)
    for pattern in (
        rf"{_NAME}(?:,\s[^.;:{DATE}]{{1,60}},|,\s(?=first\b))?\s*(?:(?:will|has|had|have)\s+)?{_HELD}{_FEW}{{0,60}}?{_ON}",
        rf"{_NAME}(?P<verb>,\s+(?:on\s+|in\s+)?){_WEEKDAY}(?P<day>{DATE}++)",
        rf"\b(?P<verb>[Aa]t|opened|hosted|hosts|staged|held|organi[sz]ed|inaugurated|attended)\s+(?:the\s+|its\s+)?{_NAME}"
        rf"(?:\s+meeting)?(?:,\s+which\s+[^.;:,{DATE}{EVENT}]{{3,50}})?(?:\s+(?:in|at)\s+[^.;:,{DATE}{EVENT}]{{1,40}}?)?{_ON}",
        rf"{_NAME}\s+(?P<verb>\()(?P<day>{DATE}++)\)",
        rf"\b(?P<verb>Event):\s+{_NAME}[;,.]\s+Date:\s+(?P<day>{DATE}++)",
    )
)


def read_occurred(
    text: str, names: Sequence[Mention], dates: Sequence[Mention], event: str, date: str
) -> Iterator[tuple[str, Relation]]:
    """The relation and what says so. :param event: the type of events. :param date: that of *dates*."""
    events = [each for each in names if each.type == event]
    if not events or not dates:
        return
    masked = mask(text, [*events, *dates], {event: EVENT, date: DATE})
    told: set[tuple[str, str]] = set()
    for pattern in _PATTERNS.of(masked.text, text):
        for found in pattern.finditer(masked.text):
            head, day = masked.at.get(found.start("name")), masked.at.get(found.start("day"))
            if head is None or day is None or (head.name, day.name) in told:
                continue
            if not is_unstated(text, max(0, found.start() - _NEAR), found.end()):
                told.add((head.name, day.name))
                yield (
                    OCCURRED,
                    Relation(
                        head, day, found["verb"].strip(" ,(") or "on", found.start(), found.end(), _SURE
                    ),
                )
