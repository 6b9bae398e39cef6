"""Ranks and offices that English shortens before a name: "Lt. Col. Jane Wu", "Sen. Wu", "Cpl Wu".

Military ranks are called as the text writes them; of offices the whole word is the usual one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

_MILITARY: Final = (
    r"(?:(?:Lt|Lieut|Maj|Brig|Wing|Flt|Sqn|Wg|Vice|Rear|Staff|Flight|Lance|Chief|L|W|F|S)\.?[ -])?"
    r"(?:Gen|Col|Maj|Capt|Cdr|Cmdr|Comdr|Adm|Lieut|Lt|Ldr|Sgt|Cpl|Brig|Pte|Pvt|Gnr|Insp|Supt|Const)"
)
_OFFICES: Final = {"Sen": "senator", "Prof": "professor", "Gov": "governor", "Rep": "rep."}
_BEFORE: Final = re.compile(rf"(?<![\w.])(?P<said>{_MILITARY}|{'|'.join(_OFFICES)})\.?\s+$")
_LONGEST: Final = 20  # characters
SHORT: Final = rf"{_MILITARY}|{'|'.join(_OFFICES)}"
"""The pattern of all of them, without their full stops."""
ABBREVIATED: Final = rf"{SHORT}|Cllr|Rev|Fr|Hon"
"""The pattern of these and of short titles that are none."""


@dataclass(frozen=True, slots=True)
class Rank:
    """:ivar start: its first character. :ivar end: the one behind its last. :ivar name: what it is called."""

    start: int
    end: int
    name: str


def rank_before(text: str, start: int) -> Rank | None:
    """The rank of the person whose name starts at *start* of *text*."""
    found = _BEFORE.search(text, max(0, start - _LONGEST), start)
    if found is None:
        return None
    said = text[found.start("said") : found.end()].rstrip()
    return Rank(
        found.start("said"), found.start("said") + len(said), _OFFICES.get(found["said"], said.lower())
    )
