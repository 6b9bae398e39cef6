"""Who founded which organization, in English, by what stands between their names: "Acme was set up in Oslo in 1994 by
Dr Wu and Dr Li", "Acme, founded by Wu"; also where a pronoun stands for the organization."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from aibox_assets.domain.extract.relate.english.lexicon_products import MAKERS
from aibox_assets.domain.extract.relate.english.masks import DATE, ORGANIZATION, PERSON, PLACE, mask
from aibox_assets.domain.extract.relate.english.things import MadeTypes
from aibox_assets.domain.extract.relate.english.topic import with_stand_ins
from aibox_assets.domain.extract.text.prefilter import Prefilter
from aibox_assets.domain.extract.text.unstated import is_unstated
from aibox_assets.domain.models import Mention, Relation

FOUNDED: Final = "FOUNDED"
_SURE: Final = 0.85
_NEAR: Final = 12
_FIRM: Final = rf"(?P<firm>{ORGANIZATION}++)"
_ASIDE: Final = (
    rf"(?:\s+\([^()]{{1,40}}\)|,\s+(?:of|an?|the|or|in|based|located|headquartered)\s[^.;:{DATE}]{{1,80}}?,)?"
)
_FOUND: Final = r"(?P<verb>(?:co-?)?founded|established|set\s+up)"
_WHEN: Final = rf"(?:\s+(?:in|on|at)\s+(?:the\s+)?[{DATE}{PLACE}{ORGANIZATION}]+){{0,3}}"
_BY: Final = rf"\s+by\s+(?:the\s+)?(?:[A-Z]?[a-z-]+\s+|{PLACE}+\s+){{0,3}}?{MAKERS}"
_OFTEN: Final = r"(?:(?:has|had|also|later|together|jointly|then|first)\s+){0,2}"
_PATTERNS: Final = Prefilter(
    re.compile(pattern)
    for pattern in (
        rf"{_FIRM}{_ASIDE}\s+(?:was|were|had\s+been)\s+(?:[a-z]+ly\s+)?{_FOUND}{_WHEN}{_BY}",
        rf"{_FIRM}(?:\s+\([^()]{{1,40}}\))?(?:,\s+(?:an?\s+[^.;:,]{{3,60}}?,?\s+)?|\s+(?:is|was)\s+an?\s+[^.;:,]{{3,60}}"
        rf"(?:,\s+{PLACE}+)?,?\s+){_FOUND}{_WHEN}{_BY}",
        rf"(?:^|(?<=[.;]\s))(?P<verb>Founded|Established|Set\s+up){_WHEN}{_BY},\s+(?:(?:the|The)\s+)?(?:[a-z]+\s+){{0,3}}"
        rf"{_FIRM}",
        rf"{MAKERS}(?:,(?:\s+who\b)?[^.;:]{{1,90}}?,|,[^.;:,]{{1,60}}?(?=\s+who))?(?:,?\s+who)?\s+{_OFTEN}{_FOUND}\s+"
        rf"(?:the\s+(?:[a-z-]+\s+){{0,3}})?{_FIRM}(?!['’]s)",
        rf"{_FIRM}(?:['’]s|s|,\s+whose)\s+(?P<verb>founders?|co-founders?),\s+{MAKERS}",
        rf"{_FIRM},\s+(?:which|the\s+(?:{PLACE}+\s+)?(?:[a-z-]+\s+){{1,3}}(?:(?:that|which)\s+)?){MAKERS}\s+{_OFTEN}{_FOUND}\b",
    )
)


def read_founded(
    text: str, names: Sequence[Mention], dates: Sequence[Mention], types: MadeTypes
) -> Iterator[tuple[str, Relation]]:
    """The relation and what says so."""
    marks = {types.person: PERSON, types.organization: ORGANIZATION}
    marks |= {type_: mark for type_, mark in ((types.place, PLACE), (types.date, DATE)) if type_ is not None}
    masked = mask(text, [*with_stand_ins(text, names, types.organization), *dates], marks)
    told: set[tuple[str, str]] = set()
    for pattern in _PATTERNS.of(masked.text, text):
        for found in pattern.finditer(masked.text):
            firm = masked.at.get(found.start("firm"))
            if firm is None or is_unstated(text, max(0, found.start() - _NEAR), found.end()):
                continue
            for maker in masked.inside(*found.span("makers")):
                if maker.type == types.person and (maker.name, firm.name) not in told:
                    told.add((maker.name, firm.name))
                    yield FOUNDED, Relation(maker, firm, found["verb"], found.start(), found.end(), _SURE)
