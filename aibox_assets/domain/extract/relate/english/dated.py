"""When organizations were founded and works and products came out, in English, by what stands between name and date:
"Acme, set up in Oslo in 1994", "The school opened in 1911", "Emma, published by Murray in 1815"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from aibox_assets.domain.extract.relate.english.masks import DATE, ORGANIZATION, PERSON, PLACE, Masked, mask
from aibox_assets.domain.extract.relate.english.things import MadeTypes
from aibox_assets.domain.extract.relate.english.topic import with_stand_ins
from aibox_assets.domain.extract.text.prefilter import Prefilter
from aibox_assets.domain.extract.text.unstated import is_unstated
from aibox_assets.domain.models import Mention, Relation

FOUNDED: Final = "FOUNDED_ON"
RELEASED: Final = "RELEASED_ON"
_THING: Final = "\ue004"
_SURE: Final = 0.85
_NEAR: Final = 12
_ON: Final = rf"\s+(?:in|on)\s+(?:the\s+)?(?P<day>{DATE}++)"
_AT: Final = rf"(?:\s+(?:in|at)\s+[^.;:,{DATE}]{{1,30}}?)?"
_FEW: Final = (
    rf"(?:(?!,\s+(?:[a-z]+ed|bought|sold|the|which|who)\b|\band\s+(?:was|is|has)\b)[^.;:{DATE}]){{0,80}}?"
)
_FOUND: Final = (
    r"(?:founded|co-founded|established|set\s+up|formed|incorporated|opened|inaugurated|started|registered|"
    r"spun\s+(?:off|out)|created|chartered)"
)
_ASIDE: Final = (
    rf"(?:\s+\([^()]{{1,40}}\)|,\s+(?:of|an?|the|or|in|based|located|headquartered)\s[^.;:{DATE}]{{1,80}}?,)?"
)
_NO_OBJECT: Final = rf"(?!\s+(?:(?:it|the|an?|its|his|her|their)\b|[A-Z{ORGANIZATION}]))"
FOUNDED_PATTERNS: Final = Prefilter(
    re.compile(pattern)
    for pattern in (
        rf"(?P<name>{ORGANIZATION}++){_ASIDE}\s+(?:was|were|had\s+been)\s+(?:first\s+|originally\s+)?(?P<verb>{_FOUND}){_FEW}{_ON}",
        rf"(?P<name>{ORGANIZATION}++)(?:\s+\([^()]{{1,40}}\))?,\s+(?:which\s+was\s+|an?\s+(?:{PLACE}+\s+)?(?:[a-z-]+\s+){{1,3}})?"
        rf"(?P<verb>{_FOUND}){_NO_OBJECT}{_FEW}{_ON}",
        rf"(?P<name>{ORGANIZATION}++)\s+(?P<verb>opened(?:\s+its\s+doors)?|came\s+into\s+being){_ON}",
        rf"(?P<name>{ORGANIZATION}++),?\s+(?:is|was)\s+an?\s+[^.;:{DATE}]{{5,90}}?(?P<verb>{_FOUND}){_ON}",
        rf"(?P<name>{ORGANIZATION}++),?\s+[^.;:{DATE}]{{0,60}}?since\s+its\s+(?P<verb>foundation|formation|founding)"
        rf"\s+in\s+(?P<day>{DATE}++)",
        rf"(?:^|(?<=[.;]\s))(?P<verb>Founded|Established|Set\s+up|Formed)\s+(?:in|on)\s+(?P<day>{DATE}++){_FEW},\s+"
        rf"(?:(?:the|The)\s+)?(?:[a-z]+\s+){{0,3}}(?P<name>{ORGANIZATION}++)",
        rf"(?P<name>{ORGANIZATION}++),?\s+(?:(?:an?|the)\s+)?(?:[a-z-]+\s+){{0,3}}?[a-z]*(?P<verb>maker|merchant|brewer|baker|"
        rf"printer|builder|bookseller)s?\s+(?:[^.;:,]{{0,40}}\s+)?since\s+(?P<day>{DATE}++)",
        rf"(?P<verb>founded|set\s+up|established|started)\s+(?:the\s+(?:[a-z-]+\s+){{0,3}})?(?P<name>{ORGANIZATION}++)"
        rf"(?:\s+(?:in|at)\s+[^.;:,{DATE}]{{1,30}})?{_ON}",
        rf"(?P<name>{ORGANIZATION}++),?\s+(?:which|that|the\s+(?:{PLACE}+\s+)?(?:[a-z-]+\s+){{1,3}}(?:that|which)?)\s*"
        rf"[^.;:,{DATE}]{{3,50}}\s+(?:had\s+)?(?P<verb>founded|set\s+up|established|opened|started|launched){_ON}",
        # "Founded in Brno in 1923, O", "in 2006 to start O", "In 2014 the three founded O"
        rf"(?:^|(?<=[.;!?]\s)|(?<=\n))(?P<verb>Founded|Established|Set\s+up|Formed|Opened){_AT}{_ON}(?:\s+by\s+[^.;:,]{{3,40}})?,\s+"
        rf"(?:the\s+)?(?P<name>{ORGANIZATION}++)",
        rf"\bin\s+(?P<day>{DATE}++)\s+to\s+(?P<verb>form|found|set\s+up|start|establish|create)\s+(?P<name>{ORGANIZATION}++)",
        rf"\b[Ii]n\s+(?P<day>{DATE}++),?\s+(?:the\s+[a-z]+|{PERSON}[{PERSON}\s,and]*)\s+(?P<verb>co-founded|founded|set\s+up|established|started)"
        rf"\s+(?P<name>{ORGANIZATION}++)",
        rf"(?P<name>{ORGANIZATION}++)(?:,\s[^.;:,{DATE}]{{3,40}},)?\s+(?P<verb>goes\s+back|dates\s+back|dates|traces\s+its\s+(?:roots|history|"
        rf"origins)\s+back)\s+(?:to|from)\s+(?P<day>{DATE}++)",
        rf"(?P<verb>[Ee]stablished|[Ff]ounded|[Ee]st\.?)\s+(?:in\s+)?(?P<day>{DATE}++):\s+(?P<name>{ORGANIZATION}++)",
        rf"(?P<name>{ORGANIZATION}++)(?:,\s+|\s+\()(?P<verb>est\.?|established|founded)\s+(?:in\s+)?(?P<day>{DATE}++)",
        rf"(?P<verb>spun\s+off|spun\s+out|hived\s+off)\s+(?P<name>{ORGANIZATION}++){_ON}",
        rf"{PERSON}\s+(?:(?:had|first)\s+)?(?P<verb>opened|started|launched|co-founded|founded|created|registered)\s+"
        rf"(?:the\s+(?:[a-z-]+\s+){{0,3}})?(?P<name>{ORGANIZATION}++)(?:\s+with\s+[^.;:,{DATE}]{{3,30}})?{_AT}{_ON}",
        rf"(?P<name>{ORGANIZATION}++),\s+(?:which|that)\s+[^.;:,{DATE}]{{3,50}}\s+(?P<verb>started|opened|began|launched){_AT}{_ON}",
        rf"(?P<name>{ORGANIZATION}++)(?:\s+in\s+{PLACE}+)?,\s+[^.;:,{DATE}]{{3,60}},\s+(?P<verb>opened){_ON}",
    )
)
_OUT: Final = (
    r"(?:released|published|launched|unveiled|introduced|issued|premiered|appeared|came\s+out|come\s+out|brought\s+out|shipped|"
    r"went\s+on\s+sale|screened|recorded|first\s+(?:performed|heard|shown|staged|aired|broadcast)|published)"
)
_RELEASED: Final = Prefilter(
    re.compile(pattern)
    for pattern in (
        rf"(?P<name>{_THING}++)[\"”]?(?:,?\s+which|,)?\s+(?:(?:was|were|is|has|had|(?:will|to|has|had)\s+be(?:en)?)\s+)?(?:(?:first|originally)\s+)?"
        rf"(?P<verb>{_OUT})(?:(?!\b(?:and|but|which|who|where)\b)[^.;:{DATE}]){{0,60}}?{_ON}",
        rf"(?P<name>{_THING}++)[\"”]?,?\s+(?:is|was)?\s*(?:an?|the)\s+[^.;:{DATE}]{{5,90}}?,?\s+(?P<verb>{_OUT})"
        rf"(?:(?!\b(?:and|but|which|who|where)\b)[^.;:{DATE}]){{0,40}}?{_ON}",
        rf"(?P<verb>released|published|launched|unveiled|introduced|brought\s+out)\s+(?:the\s+|its\s+|an?\s+|his\s+|her\s+)?"
        rf"(?:(?!and\b)[\w-]+,?\s+){{0,5}}?(?P<name>{_THING}++)[\"”]?,?(?:\s+(?!and\b|but\b)\w+){{0,4}}?{_ON}",
    )
)


def read_dated(
    text: str, names: Sequence[Mention], things: Sequence[Mention], dates: Sequence[Mention], types: MadeTypes
) -> Iterator[tuple[str, Relation]]:
    """The relation and what says so. :param things: the works and products that *text* tells of."""
    if types.date is None or not dates:
        return
    marks = {types.organization: ORGANIZATION, types.date: DATE, types.person: PERSON}
    if types.place is not None:
        marks[types.place] = PLACE
    firms = mask(text, [*with_stand_ins(text, names, types.organization), *dates], marks)
    yield from _read(text, firms, FOUNDED_PATTERNS, FOUNDED)
    if things:
        marks = {types.date: DATE} | {each.type: _THING for each in things}
        yield from _read(text, mask(text, [*things, *dates], marks), _RELEASED, RELEASED)


def _read(
    text: str, masked: Masked, patterns: Prefilter[re.Pattern[str]], name: str
) -> Iterator[tuple[str, Relation]]:
    told: set[str] = set()
    for pattern in patterns.of(masked.text, text):
        for found in pattern.finditer(masked.text):
            head, day = masked.at.get(found.start("name")), masked.at.get(found.start("day"))
            if head is None or day is None or head.name in told:
                continue
            if not is_unstated(text, max(0, found.start() - _NEAR), found.end()):
                told.add(head.name)
                yield name, Relation(head, day, found["verb"], found.start(), found.end(), _SURE)
