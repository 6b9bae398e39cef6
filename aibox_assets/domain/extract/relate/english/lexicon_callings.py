"""How English says what people are, whoever's posts they hold, over the marks of :mod:`marked`, for :mod:`posts`."""

from __future__ import annotations

from typing import Final

from aibox_assets.domain.extract.relate.english.lexicon_posts import (
    IS,
    NO_LABEL,
    OF_BODY,
    ONE,
    PEOPLE,
    STARTS,
    STOPS,
    TITLE,
    A,
    Post,
    as_post,
)
from aibox_assets.domain.extract.relate.english.masks import ORGANIZATION as _O
from aibox_assets.domain.extract.relate.english.masks import PERSON as _P
from aibox_assets.domain.extract.relate.english.masks import PLACE as _L

_HAS: Final = r"(?:(?:has|have|had)\s)?(?:(?:also|since|now|then)\s)?"
_MADE: Final = (
    r"(?:named|appointed|elected|re-elected|reappointed|nominated|confirmed|"
    r"made|hired|chosen|chose|picked|promoted|installed|sworn\sin|"
    r"crowned|ordained|consecrated|employs|employed|engaged|recruited|retained|swore\sin|brought\sin|"
    r"(?:was|were)\ssworn\sin)"
)
_WHOSE: Final = rf"(?:(?:{_O}'s|{_L}'s|{_P}'s|its|the|an?|his|her|their|our|my)\s)?(?:(?:new|next|first)\s)?"
_AS: Final = r"(?:,\s[^.;:\n]{3,40},)?\s(?:as\s|to\sbe\s|to\s)?"
_FOLLOWED: Final = r"(?:succeeded|replaced|followed)"
_SERVES: Final = (
    r"(?:resign|retir|step|serv|work|join|start|began|begun|begin|return|"
    r"stay|continu|remain|act|train|enlist|sat|sits|took\sover|"
    r"taken\sover|takes\sover|taught|found\swork|earned\s(?:his|her)\sliving)\w*"
)
# "From the Coast", "of Grenada's north", but no other person.
_NEAR: Final = rf"[^.;:\n{_P}]"
_WHAT_FOR: Final = r"(?:\s(?:of|for|at|in|to)\s[^.,;:\n]{2,50}?)?"
_SECOND: Final = (
    r"(?:CEO|(?:chief\s|managing\s|executive\s)?(?:executive|director)|chair(?:man|woman)?|president|owner|editor|"
    r"head\scoach)"
)
_LISTED: Final = rf"{_P}(?:\s\([^()\n]{{1,40}}\))?"

CALLINGS: Final[tuple[Post, ...]] = (
    # "P was succeeded as leader of O by P", "P took over from P as conductor", "P was followed by P as dean"
    as_post(
        rf"(?P<people>{_P}\s(?:was|were|is|has\sbeen)\s{_FOLLOWED}\sas\s{A}{TITLE}{_WHAT_FOR}\sby\s{_P})"
    ),
    as_post(rf"(?P<people>{_P}\s(?:was|were|is|has\sbeen)\s{_FOLLOWED}\sby\s{_P})\sas\s{A}{TITLE}{STOPS}"),
    as_post(
        rf"(?P<people>{_P}\s{_HAS}(?:took\sover\sfrom|taken\sover\sfrom|"
        rf"takes\sover\sfrom|succeeded|replaced)\s{_P})\sas\s"
        rf"(?:its\s|the\s)?{TITLE}{STOPS}"
    ),
    as_post(rf"{ONE}\s{_HAS}(?:{_FOLLOWED}|succeeds)\s(?:{_P}'s|his|her)\s[a-z-]+\sas\s{TITLE}{STOPS}"),
    # "named P editor of O", "employs P as its chief metallurgist", "P was sworn in as president"
    as_post(rf"(?<!to\s)\b{_MADE}\s(?:the\s(?:[a-z]+\s){{1,2}})?{ONE}{_AS}{_WHOSE}{TITLE}{STOPS}"),
    as_post(
        rf"{ONE}\s(?:was|is|were|has\sbeen|had\sbeen)\s(?:[a-z]+ly\s)?{_MADE}\s(?:as\s|to\s)?{_WHOSE}{TITLE}{STOPS}"
    ),
    # "P resigned as interior minister of L", "P worked as a teacher at O", "P left O to join O as an economist"
    as_post(
        rf"{ONE}(?:,\swho|,\s[^.;:\n{_P}]{{3,60}},)?\s{_HAS}{_SERVES}\s{_NEAR}{{0,60}}?\bas\s{_WHOSE}{TITLE}{STOPS}"
    ),
    as_post(
        rf"{ONE}\s{_NEAR}{{0,60}}?\b(?:to|and)\s(?:then\s|later\s)?(?:join|"
        rf"joined|work|worked)\s{_NEAR}{{0,40}}?\bas\s{_WHOSE}{TITLE}{STOPS}"
    ),
    as_post(rf"(?=[A-Z]){STARTS}{NO_LABEL}{TITLE}\s(?:for|to)\s[^.,;:\n]{{2,40}}:\s{ONE}", whole=True),
    as_post(
        rf"{ONE}\s{_HAS}(?:handed\sin|tendered|submitted)\s(?:{_P}'s|his|her)\sresignation\sas\s{_WHOSE}{TITLE}{STOPS}"
    ),
    # "a guide called P", "two guards, P and P,", "whose founders, P and P,", "a farmer, P,"
    as_post(rf"\ban?\s{TITLE},?\s(?:called|named)\s{ONE}"),
    as_post(rf"\b(?:two|three|four)\s{TITLE},\s{PEOPLE}(?=[,.;])"),
    as_post(rf"\bwhose\s{TITLE},\s{PEOPLE}(?=[,.;])"),
    as_post(
        rf"\bwhose\s(?!author|creator)(?:[a-z-]+\sand\s)?{TITLE}(?:\ssince\s[^.,;:\n]{{4,20}})?\s(?:is|was)\s{PEOPLE}"
    ),
    as_post(rf"\ban?\s(?:{_L}\s)?{TITLE}(?:\s(?:from|of|in|for|at)\s[^.,;:\n]{{2,30}}?)?,\s{ONE}(?=[,.;])"),
    as_post(rf"\b[Tt]he\s{TITLE}\s(?:of|for|at)\s(?:the|its|his|her)\s[a-z\s-]{{3,30}},\s{ONE}(?=[,.;])"),
    as_post(rf"'s\s(?:[a-z-]+\s)?[a-z]+,\s{ONE},\s{IS}an?\s(?:{_L}\s)?{TITLE}{STOPS}"),
    as_post(rf"{TITLE}(?:\s(?:of|for|at)\s[^.,;:\n]{{2,30}}?)?,\samong\sthem\s{ONE}", needs=r"among\sthem"),
    # "P, a marine biologist who", "P, dean, and", "P, the physicist;"
    as_post(rf"{ONE},\san?\s(?:{_L}\s)?{TITLE}{STOPS}"),
    as_post(rf"{ONE}\s{IS}an?\s(?:{_L}\s)?[^.,;:\n{_P}]{{3,40}}\sand\s(?:the|an?)\s{TITLE}{STOPS}"),
    as_post(rf"{ONE},\s{TITLE}(?=\s(?:and|to|at|for|with|from|who|,\sand)\b)", whole=True),
    as_post(rf"{ONE},\sthe\s(?:{_L}\s)?{TITLE}(?=[;.])"),
    # "P, once a fitter at O", "P, until recently dean of O"
    as_post(
        rf"{ONE},\s(?:once|formerly|previously|until\s(?:recently|[a-z]+\syear))\s(?:an?\s|the\s)?{TITLE}{STOPS}",
        former=True,
    ),
    # "P, our founder and chief technology officer,", "founder and CEO P", "his uncle and trainer, P"
    as_post(
        rf"{ONE},\s(?:(?:our|its|the|an?|{_O}'s)\s)?(?:{_L}\s)?(?:[a-z-]+\s){{1,3}}and\s{TITLE}(?=[,.;)]|\s(?:of|at)\s)"
    ),
    as_post(rf"{TITLE}\sand\s{_SECOND}\s{ONE}", needs=rf"\sand\s{_SECOND}\s{_P}"),
    as_post(rf"(?:\b(?:his|her|their|its)|{_P}'s|{_O}'s)\s[a-z]+\sand\s{TITLE},?\s{ONE}(?=[,.;])"),
    # "Her sister, P, was a painter", "P, who was born in L, is the skipper"
    as_post(
        rf"(?:{STARTS}|{_P}'s\s(?:[a-z]+\s)?[a-z]+,?\s){ONE},\s(?:[^,.;:\n{_P}]{{3,60}},\s)?"
        rf"{IS}(?:an?|the|its)\s{TITLE}{STOPS}"
    ),
    as_post(rf"{ONE}\s(?!who\b){_NEAR}{{3,80}}?\sand\s(?:(?:later|now|since)\s)?{IS}an?\s{TITLE}{STOPS}"),
    as_post(rf"{ONE}\s{IS}(?:the\s)?{TITLE}\s(?:of|for|since|until|from|at|in)\s"),
    as_post(rf"{ONE}\s{IS}(?:its|their|our|the\s[a-z]+'s|{_O}'s)\s(?:first\s)?{TITLE}{STOPS}"),
    # "Directors: P (chair), P, P", "(Director: P)", "; Translator – P"
    as_post(
        rf"(?=[A-Z])(?:^|(?<=[\n;(.!?:–-]\s)|(?<=[\n(])){NO_LABEL}{TITLE}(?::|"
        rf"\s[-–])\s(?P<people>{_LISTED}(?:(?:,|;|,?\sand|\s&)\s{_LISTED})*)",
        whole=True,
    ),
    as_post(rf"(?<=\(){TITLE}:\s(?P<people>{_LISTED}(?:(?:,|,?\sand)\s{_LISTED})*)", whole=True),
    as_post(rf"(?<=[,;]\s)(?!and\b){TITLE}:\s{ONE}(?=[,.;]|\s\()", whole=True),
    as_post(rf"{ONE}\s\((?:(?:an?|the|now|then)\s)?{TITLE}(?:\)|,\s)"),
    as_post(rf"{TITLE}\s\({ONE}\)", needs=rf"\s\({_P}"),
    # "The manager, P.", "the CEO of O, P"
    as_post(rf"\b(?:[Tt]he|[Ii]ts|[Oo]ur|[Tt]heir|{_O}'s|{_L}'s)\s{TITLE}{OF_BODY},\s{ONE}(?=[,.;])"),
)
