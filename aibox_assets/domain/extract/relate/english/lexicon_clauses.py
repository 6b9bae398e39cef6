"""The constructions in which English says who did what to whom, over the marks of :mod:`marked`, for :mod:`acts`: the
clause, its passive, participles before and behind it, and nouns ("the arrest of … by …")."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from aibox_assets.domain.extract.relate.english.lexicon_acts import VERBS, Verb
from aibox_assets.domain.extract.relate.english.masks import EVENT, ORGANIZATION, PERSON, PLACE

MARKS: Final = f"{PERSON}{ORGANIZATION}{PLACE}{EVENT}"
_ONE: Final = f"[{PERSON}{ORGANIZATION}{PLACE}]"
_LAST: Final = (
    rf",?\sand\s(?:the\s(?:{PLACE}\s)?(?:[a-z-]+\s){{0,2}}?|(?:his|her|its|their|{_ONE}'s)\s(?:[a-z-]+\s){{1,2}}?|"
    r"[a-z]+(?:er|or|ist|man|ian)\s)?"
)


def row(name: str) -> str:
    """One name, or several of which the last is joined by "and"."""
    return rf"{name}(?:(?:,\s(?:the\s)?{name}){{0,5}}{_LAST}{name})?"


ROW: Final = rf"(?:{row(PERSON)}|{row(ORGANIZATION)}|{row(PLACE)})"
_NO_KIND: Final = (
    r"(?!(?:of|in|on|at|to|for|from|by|with|and|or|but|that|who|which|"
    r"as|than|after|before|over|about|into|not|is|are|was|were|"
    r"has|had|have|said|says|when|while|if|no|nor|neither)\b)"
)
_WORD: Final = r"(?:[A-Za-z][\w-]*(?:'(?!s\b)\w+)?|[A-Z][a-z]{0,3}\.)"
_APPOSED: Final = (
    rf"(?:the|its|his|her|their|{_ONE}'s)\s(?:[a-z-]+\s){{0,2}}[a-z-]+,\s(?={PERSON}(?:[,.;]|$))"
)
KIND: Final = rf"(?:{_APPOSED}|the\s{PLACE}\s(?:[a-z-]+\s){{1,2}}|(?:{_NO_KIND}{_WORD}\s|{_ONE}'s\s){{0,5}}?)"
OFTEN: Final = (
    r"(?:(?:has|have|had|also|later|then|now|again|once|even|both|all|twice|"
    r"already|just|in\sturn|[a-z]{2,}ly)\s){0,3}"
)
_BE: Final = (
    r"(?:is|are|was|were|(?:has|have|had)\sbeen|is\sbeing|was\sbeing|were\sbeing|"
    r"being)\s(?:[a-z]+ly\s|later\s|also\s|again\s)?"
)
_FEW: Final = rf"(?:\s[^.,;:\n{MARKS}]{{1,40}}?)?"
_STARTS: Final = r"(?<!\S)(?:(?<=^)|(?<=[.;:!?]\s)|(?<=\n)|(?<=[.!?][\"”]\s))"
# "The murder in May by A", not "the murder of B with a recommendation by A"
_WHEN: Final = (
    rf"(?:\s(?:in|on|at|during|near|outside|last|this|yesterday|today|there)\b[^.,;:\n{MARKS}]{{0,30}}?)?"
)
_GOES_ON: Final = r"[^.;:\n]{0,70}?,\s"
_NOT_WHOSE: Final = r"(?!'s)"
_REAL: Final = r"(?!planned|proposed|possible|alleged|failed|no\b)"


@dataclass(frozen=True, slots=True)
class Noun:
    """:ivar nouns: what somebody's deed is called. :ivar to: the prepositions that lead to whom it is done."""

    relation: str
    nouns: str
    to: str


NOUNS: Final = (
    Noun("DEFEATED", r"defeat|victory|win|triumph|rout", r"of|over|against"),
    Noun(
        "PLAYED_AGAINST",
        r"match|game|test|fixture|friendly|final|semi-final|tie|bout|duel|draw|qualifier",
        r"against|with|v|versus",
    ),
    Noun("MET_WITH", r"meeting|talks|summit|discussions|audience|consultations|lunch|dinner", r"with"),
    Noun(
        "ATTACKED",
        r"raid|invasion|bombing|bombardment|shelling|air\s?strikes?|offensive|siege|sack|ambush|occupation",
        r"on|against|of|in",
    ),
    Noun("ACCUSED", r"lawsuit|suit|complaint|accusations?|charges|case|claim|allegations", r"against"),
    Noun(
        "CRITICIZED",
        r"criticism|condemnation|rebuke|denunciation|attack\sin\sprint|review\spanning",
        r"of|to",
    ),
    Noun("SUPPORTED", r"praise|support|endorsement|backing|defen[cs]e", r"for|of"),
    Noun("URGED", r"appeal|plea|warning|ultimatum|request", r"to"),
    Noun("ARRESTED", r"arrest|detention|capture|imprisonment|jailing", r"of"),
    Noun("KILLED", r"murder|killing|assassination", r"of"),
    Noun("APPOINTED", r"appointment|nomination|re-election|reappointment", r"of"),
    Noun("LEFT", r"resignation|departure|exit|withdrawal|retirement|dismissal|expulsion|secession", r"from"),
    Noun("VISITED", r"visit|trip|journey|tour|pilgrimage|travels", r"to|of"),
)


@dataclass(frozen=True, slots=True)
class Clause:
    """:ivar pattern: with the group *others*, and the group *ones* where it does not begin right behind these; without
    *others* it tells what those of a row do with each other. :ivar inverse: whether the others are the heads."""

    relation: str
    pattern: re.Pattern[str]
    inverse: bool = False


def clause(relation: str, pattern: str, *, inverse: bool = False) -> Clause:
    return Clause(relation, re.compile(pattern), inverse)


def others(names: str = ROW) -> str:
    return rf"\s{KIND}(?P<others>{names})"


def ones(names: str = ROW) -> str:
    return rf"{KIND}(?P<ones>{names})"


_OTHERS: Final = others() + _NOT_WHOSE
_ONES: Final = ones() + _NOT_WHOSE


_DONE_BY: Final = rf"(?:\s{_BE}|,\s(?:[a-z]+ly\s)?)"
_WENT_ON: Final = rf"\s[^.;:\n{MARKS}]{{3,60}}?(?:,|\safter|\sbefore|\sby|\swithout\sever)\s"


def _of_verb(verb: Verb) -> Iterator[Clause]:
    then = verb.then or _NOT_WHOSE
    # "A has beaten B"
    yield clause(verb.relation, rf"\s{OFTEN}(?:{verb.does}){others()}{then}", inverse=verb.inverse)
    if verb.done:
        # "A was beaten by B", "Beaten in the final by B, A"
        by = rf"(?i:{verb.done}){_FEW}\sby{_OTHERS}"
        yield clause(verb.relation, rf"{_DONE_BY}{by}", inverse=not verb.inverse)
        yield clause(
            verb.relation,
            rf"{_STARTS}(?:Though\s|Having\sbeen\s|[A-Z][a-z]+ly\s)?{by}{_GOES_ON}{_ONES}",
            inverse=not verb.inverse,
        )
    if verb.doing:
        # "After beating B, A", "A went through, beating B"
        yield clause(
            verb.relation,
            rf"{_STARTS}(?:(?:After|Before|On|By|While)\s)?(?i:{verb.doing}){_OTHERS}{_GOES_ON}{_ONES}",
            inverse=verb.inverse,
        )
        yield clause(
            verb.relation,
            rf"{_WENT_ON}(?:{verb.doing}){others()}{then}",
            inverse=verb.inverse,
        )


def _of_noun(noun: Noun) -> Iterator[Clause]:
    to = rf"(?:{noun.nouns})(?:\s(?:in|at|near)\s{PLACE})?\s(?:{noun.to}){_OTHERS}"
    # "A's arrest of B", "the arrest of B by A", "the arrest by A of B"
    yield clause(noun.relation, rf"'s?\s(?:{_REAL}[\w-]+\s){{0,3}}?{to}")
    yield clause(noun.relation, rf"\b[Tt]he\s(?:{_REAL}[\w-]+\s){{0,3}}?{to}{_WHEN}\sby\s{_ONES}")
    yield clause(
        noun.relation,
        rf"\b[Tt]he\s(?:{_REAL}[\w-]+\s){{0,3}}?(?:{noun.nouns})\sby\s{_ONES}\s(?:{noun.to}){_OTHERS}",
    )


CLAUSES: Final = (
    *(each for verb in VERBS for each in _of_verb(verb)),
    *(each for noun in NOUNS for each in _of_noun(noun)),
)
