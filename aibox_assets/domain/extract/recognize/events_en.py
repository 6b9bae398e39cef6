"""Names of events in English by their form: "Davis Cup", "Battle of Adwa", "Third Conference on Peat", "COP26"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from aibox_assets.domain.extract.text.prefilter import Prefilter
from aibox_assets.domain.models import Mention

_LEAD: Final = (
    r"\b(?:[12]\d{3}\s+)?(?!(?:The|In|At|On|A|An|Our|This|That|His|Her|Their|Its|For|From|Last|Next|Every|Each|No|And|But|When|While|Of|To|"
    r"With|After|Before|Since|Until|During)\s)"
)
_WORD: Final = r"(?:[A-Z][\w’'&-]+|\d{1,2}(?:st|nd|rd|th))"
_OF: Final = r"(?:\s+of\s+(?:the\s+)?[A-Z]\w+)?"
_YEAR: Final = r"(?:\s(?:19|20)\d\d\b)?"
_ONE: Final = (
    r"(?:Cup|Games|Olympics|Paralympics|Championships?|Summit|Festival|Grand\s+Prix|(?:Half\s+)?Marathon|Trophy|Derby|Regatta|"
    r"Masters\s+Tournament|Biennale|Triennale|Expo|(?:Trade|Book|Art|World's)\s+Fair|Symposium|Carnival|World\s+Series)\b"
)
# Of one word more: a Fair, but not Vanity Fair.
_SEVERAL: Final = (
    r"(?:Fair|Conference|Congress|Convention|Forum|Week|Days|Classic|Open|Rally|Cross-Country|Tournament)\b"
)
_PRIZE: Final = (
    r"(?:Prize|Awards?|Medal|Oscars?)\b(?:\s+(?:in|for)\s+[A-Z]\w+(?:\s+(?:or|and)\s+[A-Z]\w+|\s+[A-Z]\w+)?)?"
)
_NATIONS: Final = r"(?:US|French|Australian(?:\s+Tennis)?|British|Canadian|Italian|Scottish|Irish|Japan)"
_FOUGHT: Final = (
    r"(?:Boer|Crimean|Korean|Vietnam|Gulf|Napoleonic|Falklands|Peninsular|Russo-Japanese|Franco-Prussian|Iraq|Opium|"
    r"[A-Z]\w+\s+Civil|Seven\s+Years['’]|Hundred\s+Years['’])"
)
_NAMED: Final = Prefilter(
    re.compile(pattern)
    for pattern in (
        rf"{_LEAD}(?:{_WORD}\s+){{1,4}}{_ONE}{_OF}{_YEAR}",
        rf"{_LEAD}(?:{_WORD}\s+){{2,4}}{_SEVERAL}{_OF}{_YEAR}",
        r"\bTour\s(?:de|of)\s(?:the\s)?[A-Z]\w+|\bGiro\sd['’]Italia\b|\bSuper\sBowl(?:\s[IVXL]+)?\b|\bEurovision\sSong\sContest\b",
        r"\b[A-Z][\w’'-]+\s(?:Fair|Expo|Week|Conference|Con|Congress)\s(?:19|20)\d\d\b",
        rf"{_LEAD}(?:{_WORD}\s+){{1,4}}{_PRIZE}",
        rf"{_LEAD}(?:{_WORD}\s+){{0,4}}(?:Conference|Congress|Symposium|Workshop|Summit)\s+on\s+[A-Z][\w-]+(?:\s+(?:and\s+)?[A-Z][\w-]+){{0,4}}",
        r"\b(?:Battle|Siege|Sack|Massacre|Congress|Feast|Coronation|Raid)\s+(?:of|on)\s+[A-Z][\w’'-]+(?:\s+[A-Z][\w’'-]+){0,2}",
        rf"\b{_NATIONS}\s+Open\b",
        r"\b(?:First|Second)\s+World\s+War\b|\bWorld\s+War\s+(?:II|I|Two|One)\b",
        rf"\b{_FOUGHT}\s+Wars?\b|\b[A-Z][a-z]+\s+(?:Revolution|Uprising|Rebellion|Mutiny)\b",
        r"\bCOP\d{1,2}\b",
    )
)
_SURE: Final = 0.85


def read_events(text: str, event: str) -> Iterator[Mention]:
    """The names of events in *text*, none twice. :param event: the type of events."""
    end = 0
    every = (found for pattern in _NAMED.of(text) for found in pattern.finditer(text))
    for found in sorted(every, key=lambda each: (each.start(), -each.end())):
        if found.start() >= end:
            end = found.end()
            name = " ".join(found.group().split())
            yield Mention(found.start(), end, found.group(), event, name, _SURE)
