"""Organizations and places whose English names say where they are: "Victorian Law Institute", "Bank of China".

The name of a country or state, or an adjective of one, leads the name or ends it behind "of". What is called after a
country but lies elsewhere is told by what it is (embassies), and counts as said of nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from aibox_assets.domain.extract.relate.english.regions import ADJECTIVES, COUNTRIES, STATES, one_country
from aibox_assets.domain.models import Mention, Relation

IN_ITS_NAME: Final = "in its name"
"""What is said where a name alone says it."""
LOCATED_IN: Final = "LOCATED_IN"
# What is said to be in a country only where its name says what it is there.
_KINDS: Final = re.compile(
    r"\b(?:Government|Parliament|Senate|Congress|Cabinet|Army|Navy|Air Force|Defen[cs]e Force|Armed Forces|Police|"
    r"Ministry|Department|Office|Bureau|Agency|Authority|Commission|Court|Council|Board|Bank|Institute|Institution|"
    r"Academy|University|College|School|Hospital|Services?|Centre|Center|Union|Association|Federation|Society|Party|"
    r"Museum|Library|Corporation|Airlines|Airways|Railways|Broadcasting|Post|Chamber of Commerce|Stock Exchange|"
    r"Foundation|Assembly|Treasury|Guard|Legislature|"
    r"government|parliament|army|navy|police|military|ministry|intelligence)\b"
)
_ELSEWHERE: Final = re.compile(
    r"\b(?:Embassy|Consulate|High Commission|Mission|Legation|Commerce in|Open|Studies)\b"
)
_OF: Final = re.compile(r"\bof (?:the )?(?P<place>[A-Z][\w. ]+)$")
_MOST_WORDS: Final = 3
_SURE: Final = 0.85


def read_within(names: Sequence[Mention], organization: str, place: str) -> Iterator[tuple[str, Relation]]:
    """What the *names* of type *organization* say of the *place* where they are."""
    for each in names:
        if each.type != organization or _ELSEWHERE.search(each.text) or not _KINDS.search(each.text):
            continue
        found = _place(each.text)
        if found is not None:
            start, end, name = found
            at = each.char_start
            tail = Mention(at + start, at + end, each.text[start:end], place, name, each.confidence)
            yield LOCATED_IN, Relation(each, tail, IN_ITS_NAME, at, each.char_end, _SURE)


def country_in(name: str) -> str | None:
    """The country that an organization's *name* says it is of: "Indian Parliament"; None where it says none."""
    found = _place(name)
    return one_country(found[2]) if found is not None else None


def _place(name: str) -> tuple[int, int, str] | None:
    """Where the place stands in *name*, and what it is called."""
    start = 4 if name.startswith(("The ", "the ")) else 0
    words = name[start:].split(" ")
    for count in range(min(_MOST_WORDS, len(words) - 1), 0, -1):
        said = " ".join(words[:count])
        if said in COUNTRIES or said in STATES or said in ADJECTIVES:
            return start, start + len(said), one_country(said) or ADJECTIVES.get(said, said)
    found = _OF.search(name)
    if found is not None and found["place"] in COUNTRIES | STATES:
        return *found.span("place"), found["place"]
    return None
