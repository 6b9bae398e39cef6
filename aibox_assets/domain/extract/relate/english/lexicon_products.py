"""What English says between a maker and the name of what is made, for :mod:`products`."""

from __future__ import annotations

import re
from typing import Final

from aibox_assets.domain.extract.relate.english.masks import DATE, ORGANIZATION, PERSON, PLACE, any_of, row

_FIRM: Final = any_of((ORGANIZATION,))
_MAKER: Final = any_of((PERSON, ORGANIZATION))
_TITLE: Final = r"(?:(?:Dr|Prof|Professor|Mr|Mrs|Ms|Sir)\.?\s+)?"
MAKERS: Final = rf"(?P<makers>{row(_TITLE + _MAKER)})"
FIRMS: Final = rf"(?P<makers>{row(_FIRM, 2)})"
_WORD: Final = r"(?:[A-Z][\w+’'&/-]*|\d[\w-]*[A-Za-z]\w*|[a-z]++[A-Z]\w*)"
_MORE: Final = r"(?:\s(?:[A-Z][\w+’'&/-]*|\d[\w.-]*\w|\d))"
NAME: Final = rf"(?:{_WORD}{_MORE}{{0,4}}|{_FIRM})"
_NO: Final = (
    r"(?:in|of|for|at|on|by|with|from|to|and|or|that|which|who|as|than|when|whether|into|under|was|is|are|has|but|"
    r"because|while|so|after|before|if|not|no|it|they|he|she|their|its)"
)
_KIND: Final = rf"(?:(?!{_NO}\b)[a-z][a-z-]*\s+)"
_THE: Final = r"(?:(?:the|an?|its|their|his|her|our|both)\s+)?"
_ALONE: Final = rf"(?![\w{PERSON}{PLACE}])(?!\s[{PERSON}{PLACE}{ORGANIZATION}])"
THINGS: Final = rf"{_THE}{_KIND}{{0,4}}(?P<things>{row(NAME)}){_ALONE}"
_SUBJECT: Final = (
    rf"(?P<things>{row(NAME)})(?:\s+\([^()]{{1,40}}\))?(?:\s+(?:[a-z]+\s+)?(?:suite|kernel|library|bus|drone|browser|"
    r"toolkit|editor|database|engine|server|line|range|pump|bee|package|fork|project|software|language|format|protocol))?"
)
# Behind a maker: "Acme, a firm in Oslo," "Acme (AC)", "Jane Wu, who".
_ASIDE: Final = (
    r"(?:\s+\([^()]{1,40}\))?(?:,(?:\s+(?:who|which)\b)?[^.;:]{1,90}?,)?(?:,?\s+(?:who|which))?"
    rf"(?:\s+(?:of|in|at)\s+{PLACE}+(?:,\s+{PLACE}+,)?)?"
)
_OFTEN: Final = r"(?:(?:has|have|had|also|now|later|jointly|itself|first|still|since|then|once|both)\s+){0,3}"
_DOES: Final = (
    r"(?P<verb>develops?|developed|manufactures?|manufactured|produces?|maintains?|maintained|publishes|published|"
    r"invented|devised|designs?|designed|brews?|brewed|brought\s+out|programmed|wrote|writes|written|co-wrote|"
    r"released|bred|drew)"
)
_FIRM_DOES: Final = r"(?P<verb>sells?|makes?|builds?|markets?|bakes?|assembles?|distributes?|made|built)"
_DONE: Final = (
    r"(?P<verb>developed|manufactured|produced|maintained|published|invented|devised|designed|brewed|programmed|"
    r"written|co-written|bred|made|sold|built|released|looked\s+after|drawn|compiled)"
)
_BEGUN: Final = r"(?P<verb>started|begun|created|launched|introduced|announced|unveiled)"
_WHEN: Final = (
    rf"(?:\s+(?:(?:first|originally|jointly|initially)|(?:in|on|since|from)\s+(?:\d{{4}}\s+)?[{DATE}{PLACE}]*(?:\s+on)?|"
    rf"at\s+(?:the\s+)?{_FIRM}(?:\s+in\s+{PLACE}+)?)){{0,3}}"
)
_IS: Final = (
    r"\s+(?:is|are|was|were|has\s+been|have\s+been|had\s+been)\s+"
    r"(?:(?:now|first|originally|jointly|also|still)\s+)?"
)
_BY: Final = rf"\s+by\s+(?:the\s+)?{_KIND}{{0,4}}{MAKERS}"
_BEGINS: Final = r"(?<!\w)(?:(?<!\S)|(?<=\s['‘“\"]))"
_THING_NOUN: Final = (
    r"(?:product|products|project|brands?|model|invention|creation|work|make|label|program|programme)"
)


MADE: Final = tuple(
    re.compile(pattern)
    for pattern in (
        rf"{MAKERS}{_ASIDE}\s+{_OFTEN}{_DOES}\s+{THINGS}",
        rf"{FIRMS}{_ASIDE}\s+{_OFTEN}{_FIRM_DOES}\s+{THINGS}(?!\s+to\b)",
        rf"{_FIRM}['’]s?\s+(?:plant|factory|works|mill)\b".replace(_FIRM, FIRMS)
        + rf"(?:\s+(?:in|at)\s+{PLACE}+)?\s+{_FIRM_DOES}\s+{THINGS}",
        rf"{_BEGINS}{_SUBJECT}{_IS}(?:[a-z]+ed\s+and\s+)?{_DONE}(?:\s+and\s+[a-z]+ed)?{_WHEN}{_BY}",
        rf"{_BEGINS}{_SUBJECT},?\s+(?:now\s+|originally\s+)?{_DONE}{_WHEN}{_BY}",
        rf"{_BEGINS}{_SUBJECT}(?:,|\s+is|\s+are|\s+was)\s+(?:(?:an?|the)\s+)?{_KIND}{{0,3}}(?P<verb>{_THING_NOUN})\s+of\s+"
        rf"(?:the\s+)?{MAKERS}",
        rf"{_BEGINS}{_SUBJECT},\s+(?:which|(?:an?|the)\s+{_KIND}{{1,3}}(?:that|which))\s+(?:the\s+{_KIND}{{1,2}})?{MAKERS}\s+"
        rf"{_OFTEN}{_DOES}",
        rf"{MAKERS},?\s+(?:(?:was|is)\s+)?(?:(?:the|an?|co-)\s*)?(?:[A-Z]?[a-z-]+\s+|{PLACE}+\s+){{0,3}}?"
        rf"(?P<verb>makers?|developers?|creators?|inventors?|publishers?|manufacturers?|designers?|authors?)\s+of\s+{THINGS}",
        rf"{MAKERS},\s+(?:the|an?)\s+(?:{PLACE}+\s+)?{_KIND}{{1,3}}(?P<verb>behind)\s+{THINGS}",
        rf"{FIRMS}(?:['’]s?|s)\s+{_KIND}{{0,2}}(?P<verb>products|brands|models|labels|titles)\s+(?:include|are)\s+{THINGS}",
        rf"{FIRMS}{_ASIDE}\s+{_OFTEN}(?:sells?|makes?|packs|markets|produces|distributes|bottles|brews)\s+[^.;]{{1,50}}?\s+"
        rf"(?P<verb>under\s+the\s+(?:name|names|brand|brands|label|brand\s+name)|as)\s+(?:of\s+)?(?P<things>{row(NAME)})",
        rf"{FIRMS}{_ASIDE}\s+{_OFTEN}(?:sells?|makes?|packs|markets|produces|distributes|bottles|brews)\s+[^.;]{{1,50}}?\s+"
        rf"(?P<verb>under)\s+the\s+(?P<things>{NAME})\s+(?:label|brand|name|mark)\b",
        rf"{FIRMS}(?:['’]s|s)\s+(?:[a-z]+\s+){{1,3}}(?P<verb>is|are)\s+(?:sold|marketed|known)\s+(?:as|under\s+the\s+name)\s+"
        rf"(?P<things>{NAME})",
        rf"{FIRMS}['’]s?\s+(?P<verb>)(?:(?!{_NO}\b)[a-z-]+\s+){{0,2}}?(?P<things>(?:{_WORD}\s)?(?:[A-Z]*\d[\w-]*|[A-Za-z]+\d[\w-]*))\b",
        rf"[Tt]he\s+{_KIND}{{0,3}}(?P<things>{_WORD}(?:\s[A-Z]\w*){{0,2}}\s\d\w*)(?:\s+{_KIND}{{0,1}}[a-z]+)?\s+(?P<verb>from)\s+{FIRMS}",
    )
)
BEGUN: Final = tuple(
    re.compile(pattern)
    for pattern in (
        rf"{_BEGINS}{_SUBJECT}{_IS}{_BEGUN}{_WHEN}{_BY}",
        rf"{_BEGINS}{_SUBJECT},\s+which\s+{MAKERS}\s+{_OFTEN}{_BEGUN}",
        rf"{MAKERS}{_ASIDE}\s+{_OFTEN}(?P<verb>created|launched|introduced|unveiled|built)\s+{THINGS}",
        rf"{_BEGINS}{_SUBJECT}\s+is\s+an?\s+(?:[\w-]+\s+){{1,4}}(?P<verb>by)\s+{MAKERS}",
        rf"{_BEGINS}{_SUBJECT},\s+(?P<verb>by)\s+{MAKERS},",
        rf"{_BEGINS}{_SUBJECT},?\s+(?:(?:is|was)\s+)?(?P<verb>directed)\s+by\s+{MAKERS}",
        rf"{MAKERS}{_ASIDE}\s+{_OFTEN}(?P<verb>directed)\s+(?:the\s+{_KIND}{{0,2}}(?:film|movie|documentary|play|opera),?\s+)"
        rf"(?P<things>{NAME})",
        rf"{MAKERS}{_ASIDE}\s+{_OFTEN}(?P<verb>sang|recorded)\s+(?:(?:the|his|her|their)\s+{_KIND}{{1,3}})?(?P<things>{NAME})",
    )
)
"""For things that are no organizations, too: these are also started and launched."""
