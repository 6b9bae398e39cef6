"""What English says of people without a post: who runs what, schools, families, homes; and who is a member. Over the
marks of :mod:`marked`, for :mod:`posts`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from aibox_assets.domain.extract.relate.english.masks import ORGANIZATION as _O
from aibox_assets.domain.extract.relate.english.masks import PERSON as _P
from aibox_assets.domain.extract.relate.english.masks import PLACE as _L


@dataclass(frozen=True, slots=True)
class Tie:
    """:ivar pattern: with the groups *heads* and *tails*; one that matched nothing means what the text is about.
    :ivar needs: what a text must have, which is found sooner."""

    relation: str
    pattern: re.Pattern[str]
    needs: re.Pattern[str] | None = None


def _row(mark: str) -> str:
    return rf"{mark}(?:(?:,\s|,?\sand\s)(?:(?:the\s|at\s|from\s){{0,2}}|{_P}'s\s[a-z]+\s){mark}){{0,5}}"


def _ties(relation: str, *patterns: str) -> tuple[Tie, ...]:
    return tuple(
        Tie(
            relation,
            re.compile(each),
            re.compile(needs) if (needs := each.removeprefix(_WHO)) != each else None,
        )
        for each in patterns
    )


_STARTS: Final = r"(?<!\S)(?:(?<=^)|(?<=[.!?]\s)|(?<=\n))"
_PEOPLE: Final = rf"(?P<heads>{_row(_P)})(?!'s)"
_LEANS_ON: Final = (
    "with",
    "by",
    "of",
    "to",
    "and",
    "from",
    "for",
    "married",
    "under",
    "like",
    "than",
    "late",
)
_NOT_BEHIND: Final = "".join(rf"(?<!\b{word}\s)" for word in _LEANS_ON)
# Whom the clause is about, and what else it tells of them before.
_WHO: Final = rf"{_NOT_BEHIND}{_PEOPLE}(?:\s\([^()\n]*\))?(?:[^.;:\n{_P}]|{_P}'s){{0,110}}?(?<![\w-])"
_SCHOOL: Final = rf"(?:the\s)?(?P<tails>{_row(_O)})"
_HOME: Final = rf"(?P<tails>{_L}(?:\sand\s{_L})?)"
_LED: Final = r"(?:run|led|headed|managed|chaired|presided\sover|captained)"
_LEADS: Final = (
    r"(?:runs|ran|run|leads|led|heads|headed|manages|managed|chairs|chaired|directs|has\sdirected|presides\sover|"
    r"presided\sover|has\sled|has\srun|has\sheaded|has\schaired)"
)
_ARE: Final = r"(?:is|was|are|were|has\sbeen)\s"
_BEFORE_NAME: Final = r"(?:(?:an?|the|his|her|your|its)\s(?:[\w-]+\s){1,4}?|an?\s[A-Z][a-z]+,\s)?"
_DEGREE: Final = r"(?:degree|degrees|diploma|doctorate|PhD|Ph\.D\.|DPhil|MBA|MA|BA|BSc|MSc|master's)"
_SUBJECT: Final = r"(?:\s(?!in\b|at\b|from\b)[\w']+){0,4}?"
_KIN: Final = (
    r"(?:son|daughter|brother|sister|father|mother|uncle|aunt|nephew|niece|cousin|grandson|granddaughter|grandfather|"
    r"grandmother|stepson|stepdaughter|stepfather|stepmother|half-brother|half-sister|father-in-law|mother-in-law|"
    r"son-in-law|daughter-in-law|brother-in-law|sister-in-law|twin)"
)
_CALLED: Final = r"(?:,\s|\s)(?:(?:is|was|called|named)\s)?(?:(?:the|an?)\s(?:[a-z-]+\s){1,3})?"
_SPOUSE: Final = r"(?:wife|husband|widow|widower)"
_MEMBER: Final = f"[{_O}{_L}]"
_MEMBERS: Final = _row(_MEMBER)

RUN: Final = _ties(
    "LEADS",
    # "O, run by P", "O, a French non-profit presided over by P", "O is run from L by P and P"
    rf"(?P<tails>{_O})(?:\s(?:of|in)\s{_L})?(?:,\s(?:(?:an?|the)\s(?:[\w{_L}-]+\s){{1,6}}?)?|(?:,\swhich)?\s{_ARE})"
    rf"(?:(?:now|today|jointly|currently)\s)?{_LED}\s(?:(?:from|in)\s{_L}\s|"
    rf"since\s\d{{4}}\s)?by\s{_BEFORE_NAME}{_PEOPLE}",
    # "P took the helm at O", "O under its captain P"
    rf"{_PEOPLE}\s(?:has\s|had\s)?(?:took|taken|takes|is\sat|was\sat|are\sat)"
    rf"\sthe\s(?:helm|reins)\s(?:at|of)\s(?:the\s)?(?P<tails>{_O})(?!'s)",
    rf"(?P<tails>{_O})\sunder\s(?:(?:its|their|the|{_O}'s)\s)?(?:[a-z]+\s)?"
    rf"(?:captain|coach|manager|chief\sexecutive|chairman|director|conductor|"
    rf"leader|president)\s(?P<heads>{_P})(?!'s)",
    # "his son P now runs the firm"
    rf"{_PEOPLE}\s(?:(?:now|still|also|later|then|today|jointly)\s)?{_LEADS}\s(?:the\s)?(?P<tails>{_O})"
    r"(?!'s|\s(?:to|against|by|past|into|through|away|for)\b)",
)
SCHOOLS: Final = _ties(
    "STUDIED_AT",
    rf"(?P<tails>{_O})(?:'s)?(?:,\swhose)?\s(?:[a-z]+\s)?(?:alumni|graduates|"
    rf"pupils|students)\sinclude[ds]?\s(?P<heads>[^.;\n]+)",
    rf"{_STARTS}(?P<tails>(?!))?(?:Its\s|Her\s|Notable\s|Famous\s|Former\s|"
    rf"Old\s){{1,2}}(?:alumni|graduates|pupils|students)\s"
    r"include[ds]?\s(?P<heads>[^.;\n]+)",
    rf"{_WHO}(?:graduated|graduates)(?:\sin[\w\s]{{3,30}}?)?\s(?:from|at)\s{_SCHOOL}",
    rf"{_WHO}(?:read|reads|studied|studies){_SUBJECT}\sat\s{_SCHOOL}",
    rf"{_WHO}(?:holds?|held|has|earned|took|received|gained|did|completed|"
    rf"obtained)\s(?:an?\s|{_P}'s\s)?(?:[a-z]+\s){{0,2}}?{_DEGREE}"
    rf"{_SUBJECT}(?:\sin[\w\s]{{3,30}}?)?\s(?:from|at)\s{_SCHOOL}",
    rf"{_WHO}(?:was\seducated|were\seducated|educated|qualified|trained)(?:\sas\s(?:an?\s)?[a-z]+)?\sat\s{_SCHOOL}",
    rf"{_WHO}(?:an?\s)?(?:[A-Za-z]+\s)?(?:graduate|alumnus|alumna)\sof\s{_SCHOOL}",
    rf"{_PEOPLE}\s(?:attended|dropped\sout\sof)\s{_SCHOOL}",
    rf"{_PEOPLE},?\s(?:who\s)?(?:had\s)?met\s(?:[a-z]+\s)?as\sstudents\s(?:at|of)\s{_SCHOOL}",
    rf"{_PEOPLE},\san?\s(?P<tails>{_O})\sgraduate\b",
    rf"{_STARTS}An?\s(?:[a-z]+\s)?(?:graduate|alumnus|alumna|student|old\sboy|"
    rf"product)\sof\s(?:the\s)?(?P<tails>{_O}),\s{_PEOPLE}",
    rf"(?P<tails>{_O})\s(?:graduates?|dropouts?|alumn(?:i|us|a)|students?),?\s{_PEOPLE}",
)
STAFF: Final = _ties(
    "WORKS_FOR",
    rf"{_WHO}(?:works|worked)\s(?:for|at|with)\s(?:the\s)?(?P<tails>{_row(_O)})",
    rf"{_WHO}(?:teaches|taught|lectures|lectured){_SUBJECT}\sat\s(?:the\s)?(?P<tails>{_row(_O)})",
    rf"(?P<heads>{_P})\s\((?P<tails>{_O}),\s{_L}\)",
    rf"{_PEOPLE}\s(?:(?:now|also|still|then)\s)?(?:swims|rides|rows|races|"
    rf"bowls|boxes|skates|skis|scouts|writes|reports|designs|translates|"
    rf"models)\s(?:[a-z]+\s){{0,2}}for\s(?:the\s)?(?P<tails>{_O})(?!'s)",
    rf"{_WHO}(?:joined|joins|sits\son|sat\son|serves\son|served\son)\sthe\s(?:[a-z]+\s)?"
    rf"board\sof\s(?:the\s)?(?P<tails>{_O})(?!'s)",
    rf"(?P<heads>{_P}),\sthen\s(?:at|with)\s(?:the\s)?(?P<tails>{_O})(?!'s)",
    rf"(?P<heads>{_P})'s\semployer,\s(?P<tails>{_O})",
    rf"(?P<tails>{_O})\s(?:(?:has|had)\s)?(?:also\s)?(?:hired|employs|"
    rf"employed)\s(?:the\s(?:[a-z]+\s){{1,3}})?{_PEOPLE}",
    rf"{_WHO}(?:had\sbeen|has\sbeen|was|now|formerly|once)\s(?:with|of)"
    rf"\s(?:the\s(?:[a-z]+\s){{0,2}})?(?P<tails>{_O})(?!'s)",
    rf"{_PEOPLE},?\s(?:who\s)?(?:came|comes|joined|joins)\s(?:to\sus\s|us\s)?from\s(?:the\s)?(?P<tails>{_O})(?!'s)",
    rf"(?P<heads>{_P})\sof\s(?:the\s)?(?:{_L}\s)?(?:[a-z]+\s){{1,2}}(?P<tails>{_O})(?!'s)",
    rf"{_WHO}(?:is|was)\semployed\s(?:by|at)\s(?:the\s)?(?P<tails>{_O})",
)
FAMILIES: Final = (
    *_ties(
        "FAMILY_OF",
        rf"(?P<tails>{_P}(?:\sand\s{_P})?)'s\s(?:[a-z]+\s){{0,2}}{_KIN}{_CALLED}(?P<heads>{_P})(?!'s)",
        rf"(?P<tails>{_P}(?:\sand\s{_P})?)'s\s(?:[a-z]+\s){{0,2}}{_KIN}s,?\s(?P<heads>{_row(_P)})(?!'s)",
        rf"(?P<heads>{_P}),\s(?:the\s)?(?:[a-z]+\s){{0,2}}{_KIN}\sof\s(?:the\s(?:late\s)?"
        rf"(?:[a-z]+\s){{0,2}})?(?P<tails>{_P})(?!'s)",
    ),
    *_ties(
        "FAMILY_OF",
        rf"(?P<tails>{_P}),\swhose\s(?:[a-z]+\s){{0,2}}{_KIN}{_CALLED}(?P<heads>{_P})(?!'s)",
        rf"(?P<heads>{_P}),\s(?P<tails>{_P})'s\s(?:[a-z]+\s){{0,2}}{_KIN}(?=[,.;)])",
        # "P's husband, P, and their daughter, P", "P and P have a shop; their son P"
        rf"(?P<tails>{_P}'s\s(?:[a-z]+\s){{0,2}}{_SPOUSE}{_CALLED}{_P})[^.\n{_P}]{{0,100}}\btheir\s(?:[a-z]+\s){{0,2}}"
        rf"{_KIN}s?,?\s(?P<heads>{_row(_P)})(?!'s)",
        rf"(?P<tails>{_P}\sand\s{_P})\s[^.\n{_P}]{{0,120}}\btheir\s(?:[a-z]+\s){{0,2}}{_KIN}s?,?\s(?P<heads>{_row(_P)})"
        rf"(?!'s)",
    ),
    *_ties(
        "SPOUSE_OF",
        rf"(?P<tails>{_P}),\swhose\s(?:[a-z]+\s){{0,2}}{_SPOUSE}{_CALLED}(?P<heads>{_P})(?!'s)",
        rf"(?P<heads>{_P}),\s(?P<tails>{_P})'s\s(?:[a-z]+\s){{0,2}}{_SPOUSE}(?=[,.;)])",
        rf"(?P<tails>{_P})'s\s(?:[a-z]+\s){{0,2}}{_SPOUSE}{_CALLED}(?P<heads>{_P})(?!'s)",
        rf"(?P<tails>{_P})\s(?:(?:later|first|then|is|was)\s)?married(?:\sto)?"
        rf"\s(?:(?:the|an?)\s(?:[a-z-]+\s){{1,3}}(?:from\s{_L},\s)?)?"
        rf"(?P<heads>{_P})(?!'s)",
        rf"(?P<heads>{_P}),\s(?:the\s)?{_SPOUSE}\sof\s(?:the\s(?:late\s)?(?:[a-z]+\s){{0,3}})?(?P<tails>{_P})(?!'s)",
        rf"(?P<heads>{_P})\sand\s(?P<tails>{_P}),\swho\s(?:divorced|have\sbeen\smarried|"
        rf"are\smarried|were\smarried|married)\b",
    ),
)
HOMES: Final = (
    *_ties(
        "LIVES_IN",
        rf"{_WHO}(?:lives|lived|resides|settled|grew\sup|was\sraised|was\sbrought\sup)"
        rf"\s(?:(?:alone|happily)\s)?in\s{_HOME}",
        rf"{_PEOPLE}\s(?:has\s|have\s)?(?:retired|emigrated)\sto\s{_HOME}",
        rf"{_PEOPLE}\s(?:has\s|have\s)?(?:made|makes|make)\s(?P<tails>{_L})\s(?:{_P}'s|his|her|their)\shome\b",
        rf"{_PEOPLE}\s(?:has\s|have\s)?(?:made|makes|make)\s(?:{_P}'s|his|her|their|a)\s(?:[a-z]+\s)?home\sin\s{_HOME}",
        rf"{_STARTS}(?:[A-Z][a-z]+\s)?[Rr]esident\s(?:in|of)\s(?P<tails>{_L})"
        rf"(?:\s[^,.;\n{_P}]{{3,40}})?,\s(?:the\s(?:[a-z]+\s){{1,3}})?(?P<heads>{_P})",
        rf"{_WHO}at\s{_P}'s\shome\sin\s(?P<tails>{_L})",
        rf"{_PEOPLE},\slate\sof\s(?P<tails>{_L})",
        rf"(?P<heads>{_P}),\san?\s(?:[a-z-]+\s){{1,3}}from\s(?P<tails>{_L})",
        rf"\b[Aa]n?\s(?:[a-z-]+\s){{1,3}}from\s(?P<tails>{_L}),\s(?P<heads>{_P})(?=[,.;])",
        rf"{_WHO}divides\s{_P}'s\stime\sbetween\s{_HOME}",
    ),
    *_ties(
        "BORN_IN",
        rf"{_PEOPLE}\s(?:both\s)?hails?\sfrom\s{_HOME}",
        rf"(?P<tails>{_L})-born\s(?:[a-z-]+\s){{0,3}}(?P<heads>{_P})",
        rf"{_PEOPLE},\sa\snative\sof\s{_HOME}",
        rf"{_STARTS}A\snative\sof\s(?P<tails>{_L}),\s{_PEOPLE}",
        rf"{_PEOPLE}(?:,\swho)?\s(?:came\sinto\sthe\sworld|first\ssaw\sthe\slight(?:\sof\sday)?)\sin\s(?P<tails>{_L})",
    ),
    *_ties(
        "DIED_IN",
        rf"{_PEOPLE}\s(?:lost\s(?:{_P}'s|his|her|their)\sli(?:fe|ves))\s(?:in|on|at|near)\s(?P<tails>{_L})",
        rf"{_PEOPLE}(?:,\swho)?\s(?:was|were)\s(?:[a-z]+ly\s)?(?:killed|"
        rf"murdered|assassinated|shot\sdead|executed|hanged|beheaded|stabbed\sto\sdeath)"
        rf"(?:\sby\s{_P})?\s(?:in|at|near)\s(?P<tails>{_L})",
        rf"{_WHO}(?:died|passed\saway)\s(?:[a-z]+\s)?(?:at\s{_P}'s\shome\s)?in\s(?P<tails>{_L})",
    ),
)
MEMBERS: Final = _ties(
    "MEMBER_OF",
    rf"(?P<heads>{_MEMBERS})\s(?:is|are|was|were)\s(?:an?\s|the\s)?(?:[a-z]+\s)?"
    rf"members?\sof\s(?:the\s)?(?P<tails>{_O})",
    rf"(?P<heads>{_MEMBERS})\s(?:is|are|was|were)\samong\s(?:the\s|{_O}'s\s)?members\sof\s(?:the\s)?(?P<tails>{_O})",
    rf"(?P<heads>{_MEMBERS})\sare\samong\s(?P<tails>{_O})'s\smembers",
    rf"(?P<tails>{_O})(?:,\s[^,;.\n{_O}]{{3,60}},)?\scounts\s(?P<heads>{_MEMBERS})"
    rf"(?:\s[a-z]+)?\samong\s(?:its|{_O}'s)\smembers",
    rf"(?<!\bof\s)(?<!\bof\sthe\s)(?P<tails>{_O})(?:'s|,?\swhose)\s(?:[a-z]+\s)?"
    rf"members\sinclude\s(?P<heads>(?:the\s)?{_MEMBERS})",
    rf"(?P<heads>{_MEMBERS})\s(?:[a-z]+\s)?joined\s(?:the\s)?(?P<tails>{_O})\sas\s(?:an?\s)?(?:[a-z]+\s)?members?\b",
    rf"{_WHO}(?:is|was)\s(?:also\s)?a\s(?:[a-z]+\s)?(?:member|fellow)\sof\s(?:the\s)?(?P<tails>{_O})",
    rf"{_PEOPLE}\s(?:also\s|now\s)?(?:sits|sat|serves|served)\son\s(?:the\s)?(?P<tails>{_O})(?!'s)",
    rf"(?P<heads>{_row(_P)}),\s(?:a\s)?(?:member|fellow)s?\sof\s(?:the\s)?(?P<tails>{_O})",
)
TIES: Final = (*RUN, *SCHOOLS, *STAFF, *FAMILIES, *HOMES, *MEMBERS)
