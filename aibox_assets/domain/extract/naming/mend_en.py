"""The limits of English names, mended where spelling says more than tagger and grammar saw: the full stop of an
abbreviation belongs to it (N.Y., Acme Inc.), letters behind an apostrophe do (Hawai'i), an article or a preposition at
an end does not."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Final

from aibox_assets.domain.extract.places.gazetteer import is_known
from aibox_assets.domain.extract.relate.english.regions import ADJECTIVES, STATES
from aibox_assets.domain.extract.tagger.tagger import Tagged, TaggedName
from aibox_assets.domain.models import Mention

PERSON: Final = "Person"
ORGANIZATION: Final = "Organization"
LOCATION: Final = "Location"
_MISC: Final = "Misc"
_ABBREVIATED_STATES: Final = frozenset(state[:-1] for state in STATES if state.endswith("."))
_STATE_BEHIND: Final = re.compile(r",\s?$")
# Not letters of one name alone: "Plan B." ends a sentence.
_ABBREVIATED: Final = re.compile(r"(?:[A-Z]\.)+[A-Z]|(?:.*\s)?(?:Inc|Corp|Ltd|Bros|Jr|Sr)")
_ARTICLE: Final = re.compile(r"the\s+(?=[A-Z])")
# "Acme Inc. of Wakefield", "Helios from Roche": the name ends before.
_LEGAL_OF: Final = re.compile(r"(?<=\b(?:Ltd|Inc|LLC|PLC))\.?(?=\s+of\s)|\s+from\s+(?=[A-Z])")
_TICKER: Final = re.compile(r"\((?:[A-Z][A-Za-z]{1,9}|[A-Z]{2,6} [A-Z]{2,6}):\s?$")
_PREPOSITION: Final = re.compile(r"\s+(?:of|on|for|in|at|by|to|from|with|and)$")
# A Senate Committee on Veterans Affairs is not the Senate Committee.
_BODY: Final = re.compile(
    r".*\b(?:Committee|Commission|Council|Department|Ministry|Office|Institute|Center|Centre|Board|Bureau|Association|"
    r"Society|School|Court|Union|Foundation|Agency|Conference|Federation|University) (?:of|on|for)"
)
_MORE_OF_IT: Final = re.compile(r"(?:\s+(?:(?:and|of|the)\s+)*[A-Z][\w'-]*)+")
# Hawai'i; not Acme's, nor isn't.
_GOES_ON: Final = re.compile(r"['’](?!(?:s|S|t|d|m|re|ve|ll)\b)[a-z]+")
# Bytemark.co.uk, LinuxFr.org: of an organization that is called by its address.
_DOMAIN: Final = re.compile(r"(?:\.(?:com?|org|net|info|edu|gov|io|uk|de|fr|jp|cn|au|nz))+(?![\w/@-]|\.\w)")
# Peggy Say of Batavia, Jane Wu KC.
_PERSON_OF: Final = re.compile(r"\s+of\s|,?\s+(?:KC|QC|OBE|MBE|CBE|FRS|FBA|MEP)$")
_AGENCIES: Final = frozenset({
    "AFP", "ANSA", "AP", "CTK", "DPA", "EFE", "INTERFAX", "IRNA", "ITAR-TASS", "Interfax", "KYODO", "Kyodo", "PTI",
    "REUTERS", "Reuters", "TANJUG", "TASS", "Tanjug", "UPI", "XINHUA", "Xinhua", "YONHAP", "Yonhap", "dpa",
})  # fmt: skip
# Movements that are taken for places or people, since they are where their people are.
_MOVEMENTS: Final = frozenset({"Taliban", "Hamas", "Hezbollah", "Al Qaeda", "Al-Qaeda", "Islamic Jihad"})
# Times and titles.
_NO_NAMES: Final = frozenset({
    "ACDT", "ACST", "AEDT", "AEST", "AWST", "BA", "BSc", "Baron", "CET", "Count", "Dr", "Duchess", "Duke", "EDT",
    "EST", "Earl", "GMT", "Hi", "Lord", "MBA", "MSc", "Miss", "Mr", "Mrs", "Ms", "PDT", "PST", "Ph.D", "PhD", "UTC",
})  # fmt: skip
_PARTY: Final = re.compile(r"[DRI]-[A-Z][\w.]*")
"""Of a member of a parliament: D-Calif."""

# NY 10598
_POSTCODE: Final = re.compile(r"(?<=\b[A-Z]{2})\s+\d{5}(?:-\d{4})?$")
_OVER: Final = {PERSON: _PERSON_OF, ORGANIZATION: _LEGAL_OF, LOCATION: _POSTCODE}
"""Where a name of a kind is over, whatever was taken for more of it."""

# What stands before a name of somebody, and is no part of it.
_TITLED: Final = re.compile(
    r"(?:(?:Abbess|Abbot|Advocate|Alhaji|Archduke|Archduchess|Baroness|Canon|Cllr|Constable|Councillor|Countess|Earl|"
    r"Emir|Frau|Garda|Herr|Marchesa|Mlle|Mme|Nurse|Pan|Pani|Pte\.?|Reb|Senhor|Senhora|Sgt\.?)\s+)+(?=\w)"
)
Name = tuple[int, int, str]


def mend_limits(text: str, name: Name) -> Name | None:
    """Start, end and kind of a name as they should be; None for what is no name."""
    start, end, kind = name
    own = text[start:end]
    if "\n" in own:
        # What a line break parts is no one name; who a line begins with is whom it is about.
        place = own.rindex("\n") + 1 if kind == PERSON else 0
        start, end = start + place, end if kind == PERSON else start + own.index("\n")
        own = text[start:end]
        if not own.strip():
            return None
    if kind == PERSON and (titled := _TITLED.match(own)):
        start, own = start + titled.end(), own[titled.end() :]
    if not own.isascii():
        return start, end, kind
    if own in _NO_NAMES or _PARTY.fullmatch(own) or _TICKER.search(text, max(0, start - 16), start):
        return None
    if article := _ARTICLE.match(own):
        start += article.end()
    over = _OVER.get(kind)
    if over is not None and (of := over.search(own)):
        end -= len(own) - of.start()
    elif preposition := _PREPOSITION.search(own):
        more = _MORE_OF_IT.match(text, end) if _BODY.fullmatch(own) else None
        end = more.end() if more else end - len(preposition.group())
    if goes_on := _GOES_ON.match(text, end - own.endswith(("'", "’"))):
        end = goes_on.end()
    if kind == ORGANIZATION and (domain := _DOMAIN.match(text, end)):
        end = domain.end()
    own = text[start:end]
    if own in _NO_NAMES:
        return None
    state = own in _ABBREVIATED_STATES and _STATE_BEHIND.search(text, max(0, start - 2), start)
    if text.startswith(".", end) and (state or _ABBREVIATED.fullmatch(own)):
        end += 1
    if state:
        kind = LOCATION
    elif own in _AGENCIES or own in _MOVEMENTS:
        kind = ORGANIZATION
    return start, end, kind


# What is invested in, or bought from its owners, is a company, if it is no place that is known.
_OF_FIRMS: Final = re.compile(
    r"\b(?:invest(?:s|ed|ing|ments?)? in|stakes? in|acquir(?:e|es|ed|ing)|acquisition of|partner(?:s|ed|ing)? with|"
    r"merg(?:es?|ed|ing) with|subsidiary of|shares (?:in|of)|takeover of|competes? with|"
    r"(?:co-?)?found(?:ed|ers? of)(?: the)?) $"
)
_MAY_BE_FIRMS: Final = ("Location", "Misc")
_SAID: Final = 0.6
_BEFORE: Final = 24  # characters


def _is_firm(text: str, start: int, end: int, kind: str) -> bool:
    before = text[max(0, start - _BEFORE) : start]
    return kind in _MAY_BE_FIRMS and _OF_FIRMS.search(before) is not None and not is_known(text[start:end])


def mend_tagged(text: str, tagged: Tagged) -> Tagged:
    """*tagged* with its English names mended; each keeps its place, since relations tell their ends by it."""

    def mend(each: TaggedName) -> TaggedName:
        mended = mend_limits(text, (each.start, each.end, each.kind))
        if mended is None:
            return replace(each, confidence=0.0)
        start, end, kind = mended
        if _is_firm(text, start, end, kind):
            return replace(
                each, start=start, end=end, kind=ORGANIZATION, confidence=max(each.confidence, _SAID)
            )
        if kind == _MISC and text[start:end] in ADJECTIVES:
            kind = LOCATION
        if (start, end, kind) == (each.start, each.end, each.kind):
            return each
        return replace(each, start=start, end=end, kind=kind)

    return replace(tagged, names=tuple(mend(each) for each in tagged.names))


def mend_mentions(text: str, mentions: Iterable[Mention], kinds: Mapping[str, str]) -> Iterator[Mention]:
    """*mentions* mended likewise.

    :param kinds: what an ontology calls a person, an organization and a location.
    """
    types = {type_: kind for kind, type_ in kinds.items()}
    for each in mentions:
        before = (each.char_start, each.char_end, types.get(each.type, ""))
        after = mend_limits(text, before)
        if after is not None and _is_firm(text, *after):
            after = (after[0], after[1], ORGANIZATION)
        if after == before:
            yield each
        elif after is not None:
            start, end, kind = after
            own = text[start:end]
            name = " ".join(own.split())
            yield replace(
                each, char_start=start, char_end=end, text=own, name=name, type=kinds.get(kind, each.type)
            )
