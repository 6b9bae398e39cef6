"""Whether a text bears out that one thing lies in another: texts name many places, and most of them are where somebody
else is. What is asked here needs no grammar; the answers are witnesses that are weighed, or rule a guess out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from aibox_assets.domain.extract.places.gazetteer import lies_in
from aibox_assets.domain.extract.relate.english.regions import ADJECTIVES, STATES, one_country
from aibox_assets.domain.extract.relate.english.within import country_in
from aibox_assets.domain.models import Mention

# Words that lead a place, and what may stand between ("in the far north of", "in central"); "north of" leads to what
# lies outside, and a comma to a place only behind a name.
_LED: Final = re.compile(
    r"(?:\b(?i:(?P<word>in|at|near|across|throughout|around|inside|within|"
    r"(?<!north )(?<!south )(?<!east )(?<!west )of)\s+"
    r"(?:(?:the|far|north|south|east|west|(?:north|south|east|west)[a-z-]*ern|central|nearby|mainland)[\s-]+)*"
    r"(?:(?:north|south|east|west|parts|heart|centre|center)\s+of\s+(?:the\s+)?)?)"
    r"|[A-Z][\w.'-]*,\s+)$"
)
MODIFIES: Final = re.compile(
    r"\s+(?!(?:and|or|but|in|who|which|that|to|at|on|for|with|by|as|is|was|are|were|has|have|had|will|can|after|before|during|"
    r"since|until|while|when|where|last|this|next|early|late|today|yesterday|from|over)\b)[a-z]+"
)
"""What stands behind a place that only says whose something is: "of US airstrikes"."""
# They act wherever a text has them, and are in none of its countries.
_OF_MANY: Final = frozenset({
    "APEC", "ASEAN", "Al Qaeda", "BBC", "CNN", "Commonwealth", "EU", "European Union", "IMF", "Interpol",
    "International Monetary Fund", "NATO", "OECD", "OPEC", "Organisation for Economic Cooperation and Development",
    "Red Cross", "Reuters", "UN", "UNESCO", "UNICEF", "United Nations", "WHO", "WTO", "World Bank",
    "World Health Organization", "World Trade Organization",
})  # fmt: skip
_KNOWN: Final = 0.95  # how likely it is what the gazetteer says
_BEFORE: Final = 40  # characters
# Offices that every country has: whose one is meant, is told by what the text spoke of before.
_OFFICE: Final = re.compile(
    r"(?:(?:Federal|Royal|National|State|Supreme|High|Upper|Lower|Interim|Central|Foreign|Defen[cs]e|Interior|Home|Health|Justice|"
    r"Finance|Labou?r|Prime|Air|Special|Commonwealth|Department|of|and|the|Affairs)\s+)*"
    r"(?:Government|Opposition|Parliament|Senate|Congress|House|Council|Cabinet|Army|Navy|Force|Forces|Police|Ministry|Minister|"
    r"Commission|Court|Treasury|Defen[cs]e|Justice|State|Health|Affairs|Interior|Finance)"
)


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """What a text says of one thing in another.

    :ivar led: a word of place leads the outer one. :ivar others: how many other countries, or states, the text names.
    """

    led: bool
    others: int


class Places:
    """The places that one text names."""

    def __init__(self, text: str, mentions: Sequence[Mention]) -> None:
        self._text = text
        self._mentions: dict[str, list[Mention]] = {}
        for each in mentions:
            self._mentions.setdefault(each.name, []).append(each)
        self._states = STATES & self._mentions.keys()
        self._countries = {known for name in self._mentions if (known := one_country(name))}

    def look(self, tail: Mention, start: int, end: int) -> Whereabouts:
        """How *tail* stands from *start* to *end*, where the other end stands, too."""
        near = [each for each in self._mentions.get(tail.name, [tail]) if start <= each.char_start < end]
        if tail.name in STATES:
            others = len(self._states - {tail.name})
        else:
            others = len(self._countries - {one_country(tail.name)})
        return Whereabouts(any(map(self._is_led, near)), others)

    def _is_led(self, place: Mention) -> bool:
        if place.text in ADJECTIVES or place.text.removesuffix("s") in ADJECTIVES:
            return False
        found = _LED.search(self._text, max(0, place.char_start - _BEFORE), place.char_start)
        if found is None:
            return False
        return not (found["word"] == "of" and MODIFIES.match(self._text, place.char_end))


class Held:
    """What the tagger holds of one text's things and places.

    :param pairs: names of what lies somewhere, and of where, with how likely it does.
    """

    def __init__(self, pairs: Iterable[tuple[str, str, float]]) -> None:
        self._likely: dict[tuple[str, str], float] = {}
        for head, tail, likely in pairs:
            self._likely[head, tail] = max(likely, self._likely.get((head, tail), 0.0))
        self._inner: dict[str, float] = {}
        self._outer: dict[str, dict[str, float]] = {}
        for (head, tail), likely in self._likely.items():
            self._inner[tail] = self._inner.get(tail, 0.0) + likely
            self._outer.setdefault(head, {})[tail] = likely

    def through(self, head: str, tail: str) -> float:
        """How likely *head* lies in a third place that lies in *tail*, at best."""
        around = self._outer.get(head, {})
        return max(
            (min(likely, self._within(place, tail)) for place, likely in around.items() if place != tail),
            default=0.0,
        )

    def others(self, head: str, tail: str) -> float:
        """How much else the tagger takes to lie in *tail*, beside *head*."""
        return self._inner.get(tail, 0.0) - self._likely.get((head, tail), 0.0)

    def _within(self, place: str, outer: str) -> float:
        known, likely = lies_in(place, outer), self._likely.get((place, outer), 0.0)
        return max(likely, _KNOWN) if known else likely * (1.0 if known is None else 1 - _KNOWN)


def is_office(name: str) -> bool:
    """Whether *name* is of an office, without a word that says whose."""
    return _OFFICE.fullmatch(name) is not None


def acts_abroad(name: str, country: str) -> bool:
    """Whether an organization of such a *name* is not in *country*, whatever it does there: one of another country by
    its name, or of many."""
    country_ = one_country(country)
    own = country_in(name)
    return country_ is not None and (name in _OF_MANY or (own is not None and own != country_))


def is_named_after(name: str, place: str) -> bool:
    """Whether the words of *name* have those of *place* among them: "London South Bank University"."""
    return f" {place.removesuffix(' City')} " in f" {name} "
