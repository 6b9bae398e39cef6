"""What English says of events and who takes part, of journeys and talk, and of whose lawyer or successor somebody is,
over the marks of :mod:`marked`, for :mod:`acts`."""

from __future__ import annotations

from typing import Final

from aibox_assets.domain.extract.relate.english.lexicon_acts import HIS
from aibox_assets.domain.extract.relate.english.lexicon_clauses import (
    KIND,
    MARKS,
    OFTEN,
    ROW,
    Clause,
    clause,
    ones,
    others,
    row,
)
from aibox_assets.domain.extract.relate.english.masks import EVENT, ORGANIZATION, PERSON, PLACE

_BODY: Final = f"[{PERSON}{ORGANIZATION}]"
_SIDE: Final = f"[{ORGANIZATION}{PLACE}]"
_ANY: Final = f"[{PERSON}{ORGANIZATION}{PLACE}]"
_ANYTHING: Final = f"[{MARKS}]"
_NOT_WHOSE: Final = r"(?!'s)"
_ARE: Final = r"(?:is|are|was|were|remains?|has\sbeen|have\sbeen)"
_NO: Final = r"(?!(?:in|at|of|on|to|for|from|by|with|and|but|or|part|place)\b)"
_NTH: Final = rf"(?:(?:the|an?|{HIS})\s)?(?:{_NO}[a-z-]+\s){{0,3}}?"
_EVENTS: Final = (
    # "won his fourth E title", "took the E"
    clause(
        "WON",
        rf"\s{OFTEN}(?:won|wins|took|takes|claimed|captured|lifted|lifts|"
        rf"retained|regained|clinched|secured|landed|bagged|scooped|collected|"
        rf"carried\soff|picked\sup|received|receives|accepted)\s{_NTH}(?P<others>{EVENT})"
        rf"(?!'s|\s(?:match|game|semi-final|round|place|spot|berth|"
        rf"ticket|debut|by\sstorm)\b)",
    ),
    clause(
        "WON",
        rf"\s(?:was|were|has\sbeen|have\sbeen|is|are)\s(?:(?:jointly|also|"
        rf"again)\s)?awarded\s{_NTH}(?P<others>{EVENT})(?!'s)",
    ),
    clause("WON", rf"\s{OFTEN}(?:shared|shares)\s{_NTH}(?P<others>{EVENT})(?!'s)"),
    clause(
        "WON",
        rf"(?:\s(?:was|were)\scrowned|\s{_ARE}|,)\s(?:the\s)?(?:[a-z]+\s){{0,2}}?(?P<others>{EVENT})"
        rf"\s(?:winners?|champions?|laureates?|holders?|medallists?)\b",
    ),
    clause(
        "WON",
        rf"(?:\s{_ARE}|,)\s(?:the\s|an?\s|joint\s|[a-z]+-time\s)*(?:winners?|"
        rf"holders?|champions?)\sof\s{_NTH}(?P<others>{EVENT})(?!'s)",
    ),
    clause(
        "WON", rf"'s\s(?:[a-z]+\s){{0,2}}?(?:triumph|victory|win)\s(?:in|at)\s{_NTH}(?P<others>{EVENT})(?!'s)"
    ),
    clause("WON", rf"\s(?:winners?|champions?|laureates?),?\s{KIND}(?P<others>{ROW})(?!'s)", inverse=True),
    clause(
        "WON",
        rf"(?:\stitle)?(?:\sof\s\d{{4}}|\sfor\s\d{{4}})?\s{OFTEN}(?:went|"
        rf"goes|was\sawarded|was\sgiven|was\spresented|fell)\sto\s{KIND}(?P<others>{ROW})"
        rf"(?!'s)",
        inverse=True,
    ),
    clause(
        "WON",
        rf"(?:\sof\s\d{{4}}|\sfor\s\d{{4}})?\s(?:was|were|is|has\sbeen)\s(?:(?:jointly|"
        rf"again|last)\s)?(?:won|shared|taken|claimed|retained)\sby\s{KIND}(?P<others>{ROW})"
        rf"(?!'s)",
        inverse=True,
    ),
    clause(
        "WON",
        rf"(?:,\s(?:which|that)\s)(?P<others>{ROW})\s(?:had\s|has\s)?(?:won|took|lifted|claimed)\b",
        inverse=True,
    ),
    clause(
        "ORGANIZES",
        rf"(?:,\s(?:which|that)\s)(?P<others>{ROW})\s(?:had\s|has\s)?(?:hosts?|"
        rf"hosted|organi[sz]e[sd]?|stages?|staged|sponsors?|sponsored)\b",
        inverse=True,
    ),
    clause(
        "ORGANIZES",
        rf"\s{OFTEN}(?:hosts|hosted|organi[sz]ed|organi[sz]es|staged|stages|"
        rf"sponsored|sponsors|is\sholding|are\sholding|is\shosting)\s{_NTH}(?P<others>{EVENT})"
        rf"(?!'s)",
    ),
    clause(
        "PARTICIPATED_IN",
        rf"\s{OFTEN}(?:entered|attended|attends|competed\sin|competes\sin|"
        rf"(?:take|takes|took|taken)\spart\sin|contested|sailed\sin|rode\sin|"
        rf"raced\sin)\s{_NTH}(?P<others>{EVENT})(?!'s)",
    ),
    clause(
        "PARTICIPATED_IN",
        rf"\s{OFTEN}(?:had|has|have|gave|gives|delivered|presented|showed|"
        rf"exhibited|spoke|speaks|played|competed|competes|marched|performed|"
        rf"appeared|"
        rf"ran|read|sang|sat|finished|starred|raced|swam|fought|debuted|"
        rf"unveiled|came|addressed|opened|avoided|compared|met)\s"
        rf"(?:(?!(?:and|but|which|that)\b)[^\s.;:{EVENT}]+\s){{0,8}}?at\s{_NTH}(?P<others>{EVENT})(?!'s)",
    ),
    clause(
        "PARTICIPATED_IN",
        rf"\s[^.;:\n{EVENT}]{{3,80}}?\sin\sthe\s(?:[a-z-]+\s){{0,2}}?(?:final|"
        rf"semi-finals?|quarter-finals?|round|rounds|stage|heats?)\sof\s{_NTH}(?P<others>{EVENT})"
        rf"(?!'s)",
    ),
    clause(
        "PARTICIPATED_IN",
        rf"\s[^.;:\n{EVENT}]{{3,60}}?\sin\s{_NTH}(?P<others>{EVENT})\s(?:final|semi-finals?|quarter-finals?)\b",
    ),
    clause(
        "HELD_IN",
        rf"(?:\s(?:was|were|is|are)\s(?:to\sbe\s)?(?:held|staged|hosted|run|"
        rf"fought)|\s(?:will\sbe|was)\s(?:held|run|staged)|\s(?:opened|opens|"
        rf"finished|ended|began|met|ran|runs|went))\s(?:[a-z]+\s)?(?:in|at|"
        rf"to)\s{KIND}(?P<others>{PLACE}(?:\sand\s(?:in\s)?{PLACE})?)(?!'s)",
    ),
    clause(
        "WON",
        rf"\b(?:[Ww]inner|[Cc]hampion|[Hh]older)\sof\s{_NTH}(?P<others>{EVENT})"
        rf"(?:,|:|\s(?:was|is))\s{KIND}(?P<ones>{ROW}){_NOT_WHOSE}",
    ),
    clause(
        "WON",
        rf"\b(?:gave|awarded|handed|presented)\s(?:the\s)?(?P<others>{EVENT})"
        rf"\sto\s{KIND}(?P<ones>{ROW}){_NOT_WHOSE}",
    ),
    clause(
        "ORGANIZES",
        rf"\b(?:[Ss]ponsored|[Oo]rgani[sz]ed|[Hh]osted|[Ss]taged)\s(?:jointly\s)?"
        rf"by\s{KIND}(?P<ones>{ROW}),\s(?:the\s|an?\s)?(?P<others>{EVENT})",
    ),
    clause(
        "PARTICIPATED_IN",
        rf"\b(?:those|guests|speakers|participants)\s(?:attending|at|of)\s(?:the\s)?"
        rf"(?P<others>{EVENT})\s(?:were|are|include|included)\s{KIND}(?P<ones>{ROW})",
    ),
)
_TALK: Final = (
    clause(
        "SPOKE_ABOUT",
        rf"\s{OFTEN}(?:briefed\s{KIND}{_BODY}\s(?:about|"
        rf"on)|(?:told|reminded)\s{KIND}{_BODY}\s(?:about|"
        rf"of))"
        rf"{others(_ANYTHING)}{_NOT_WHOSE}",
    ),
    clause(
        "SPOKE_ABOUT",
        rf"\s{OFTEN}(?:spoke|speaks|talked|talks|commented|lectured|reported|"
        rf"wrote)\s(?:[a-z]+ly\s)?(?:about|on|of){others(_ANYTHING)}{_NOT_WHOSE}",
    ),
    clause(
        "SPOKE_ABOUT",
        rf"'s\s(?:[a-z]+\s){{0,2}}?(?:remarks|comments|statement|speech|report|"
        rf"lecture|article|obituary|interview|piece)\s(?:about|on){others(_ANYTHING)}{_NOT_WHOSE}",
    ),
    clause(
        "MET_WITH",
        r"(?:,\swho)?\s(?:have\s|had\s)?(?:met(?=[.,;]|\s(?:in|at|on|as|for|again|twice|briefly|yesterday|today)\b)"
        r"|sat\sdown\b|compared\snotes|held\s(?:[a-z]+\s)?talks|conferred|"
        r"dined\stogether|"
        r"came\stogether|had\s(?:lunch|dinner|talks|coffee))",
    ),
    clause(
        "SPOKE_TO",
        rf"\b[Ii]n\san\sinterview\s(?:with|for){others(_BODY)}"
        rf"(?:,[^.;:,{MARKS}]{{3,30}})?,\s{ones()}{_NOT_WHOSE}",
    ),
    clause(
        "SPOKE_TO",
        rf"\b[Ii]n\san?\s(?:[a-z]+\s)?(?:call|phone\scall|conversation|letter|"
        rf"telegram|message)\s(?:with|to){others(_BODY)}"
        rf",\s{ones()}{_NOT_WHOSE}",
    ),
    clause(
        "MET_WITH",
        rf"\b(?:[Mm]eeting|[Tt]alks|[Ss]ummit)\sbetween\s{KIND}(?P<ones>{_ANY})"
        rf"\sand\s{KIND}(?P<others>{_ANY}){_NOT_WHOSE}",
    ),
)
_WHERE: Final = rf"(?P<others>{row(PLACE)})(?!'s|,\s{PLACE}|\s(?:power|office|school|university)\b)"
_PART: Final = (
    r"(?:the\s)?(?:(?:southern|northern|eastern|western|central|nearby|neighbouring|"
    r"(?:town|city|island|village)\sof)\s)?"
)
_HOW: Final = r"(?:(?:back|home|on|by\s[a-z]+|late|early|overnight|straight|secretly|with\s[A-Za-z]+)\s){0,2}"
_JOURNEYS: Final = (
    clause(
        "VISITED",
        rf"\s{OFTEN}(?:went|travelled|traveled|flew|drove|journeyed|returned|"
        rf"travels|flies|headed|paid\san?\s(?:[a-z]+\s)?visit|"
        rf"made\san?\s(?:[a-z-]+\s){{0,2}}?(?:visit|trip|journey)|(?:is|"
        rf"was)\son\san?\s(?:[a-z-]+\s){{0,3}}?(?:visit|trip))\s{_HOW}to\s{_PART}{_WHERE}",
    ),
    clause(
        "VISITED", rf"\s{OFTEN}(?:set\sfoot|touched\sdown|landed|arrived)\s{_HOW}(?:in|at)\s{_PART}{_WHERE}"
    ),
    clause(
        "VISITED",
        rf"\s{OFTEN}(?:inspected|toured|visited|accompanied\s(?:[a-z]+\s){{1,3}}(?:on\s[a-z\s]{{3,20}}\s)?"
        rf"to)\s{_PART}{_WHERE}",
    ),
)
_WORK: Final = r"(?:lawyer|attorney|solicitor|barrister|counsel|agent|advocate)"
_PEOPLE: Final = (
    clause(
        "PLAYED_AGAINST",
        r"\s(?:drew|shared\sthe\spoints|played\s(?:out\s)?(?:to\s)?an?\s(?:[\w-]+\s)?"
        r"draw|contested\sthe\sfinal)\b",
    ),
    clause("KILLED", rf"(?P<ones>{PERSON}),\s(?P<others>{PERSON})'s\s(?:assassin|killer|murderer)(?=[,.;])"),
    clause(
        "KILLED",
        rf"\b(?:found|convicted)\s{KIND}(?P<ones>{PERSON})\s(?:guilty\s)?"
        rf"of\s(?:the\s)?(?:murder(?:ing)?|manslaughter|killing)(?:\sof)?"
        rf"{others(PERSON)}{_NOT_WHOSE}",
    ),
    clause(
        "KILLED",
        rf"\b(?:assassin|killer|murderer)\sof\s{KIND}(?P<others>{PERSON}),\s{KIND}(?P<ones>{PERSON})(?=[,.;])",
    ),
    clause(
        "SUCCEEDED",
        rf"\b[Tt]he\ssuccessor\s(?:to|of)\s{KIND}(?P<others>{PERSON})(?:\sas\s[^.;,\n]{{3,40}}?)?"
        rf"\s(?:is|was|will\sbe)\s{KIND}(?P<ones>{PERSON})",
    ),
    clause(
        "SUCCEEDED",
        rf"(?P<ones>{PERSON})\s[^.;:\n{PERSON}]{{2,60}}?\sin\s(?:place|succession)"
        rf"\s(?:of|to)\s(?P<others>{PERSON})",
    ),
    clause(
        "REPRESENTS",
        rf"\b(?:[Cc]ounsel|[Ll]awyers?|[Aa]ttorney|[Ss]olicitors?|[Bb]arrister)"
        rf"\sfor\s{KIND}(?P<others>{_BODY})(?::|,|\sis|\swas)"
        rf"\s{KIND}(?P<ones>{ROW}){_NOT_WHOSE}",
    ),
    clause(
        "REPRESENTS",
        rf"(?P<others>{_BODY})(?:'s|,\swhose)\s(?:[a-z]+\s){{0,2}}?{_WORK},?\s(?:(?:is|"
        rf"was)\s)?{KIND}(?P<ones>{PERSON}){_NOT_WHOSE}",
    ),
    clause(
        "REPRESENTS",
        rf"(?P<ones>{_BODY}),\s(?:an?\s|the\s)?(?:[a-z]+\s)?"
        rf"(?<!general\s){_WORK}\s(?:for|of)\s{KIND}(?P<others>{_BODY}){_NOT_WHOSE}",
    ),
    clause(
        "PLAYED_AGAINST",
        rf"(?<={_SIDE})\s(?:plays?|played|faces?|faced|hosts?|hosted)\s(?:the\s)?(?P<others>{_SIDE})"
        r"(?=[.,;]|\s(?:in|at|on|tonight|today|tomorrow|again|next|last)\b)",
    ),
    clause(
        "PLAYED_AGAINST",
        rf"(?P<ones>{_SIDE})(?:(?<=^.)|(?<=\n.)|(?<=[.;]\s.))\s(?P<goals>\d{{1,3}})"
        rf",\s(?P<others>{_SIDE})\s(?P=goals)(?=[:.;,(\n\s]|"
        rf"$)",
    ),
    clause(
        "PLAYED_AGAINST",
        rf"\b(?:match|game|friendly|test|derby|fixture|leg|final|semi-final|"
        rf"qualifiers?|tie)s?\sbetween\s(?P<ones>{_ANY})"
        rf"\sand\s(?:the\s)?(?P<others>{_ANY}){_NOT_WHOSE}",
    ),
)
OCCASIONS: Final[tuple[Clause, ...]] = (*_EVENTS, *_TALK, *_JOURNEYS, *_PEOPLE)
