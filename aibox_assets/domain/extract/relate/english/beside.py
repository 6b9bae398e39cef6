"""English names that stand beside each other, and what little stands between them: "Austin, Texas", "Jane Wu of Acme",
"Sydney's Royal Hospital". No grammar is needed for these, only care about lists of names."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

from aibox_assets.domain.extract.places.whereabouts import MODIFIES
from aibox_assets.domain.extract.relate.english.frames import FrameTypes, read_frames
from aibox_assets.domain.extract.relate.english.parties import is_party
from aibox_assets.domain.extract.relate.english.posts import works_of
from aibox_assets.domain.extract.relate.english.regions import (
    ADJECTIVES,
    COUNTRIES,
    GOES_ON,
    STATES,
    is_listed_within,
)
from aibox_assets.domain.extract.type_relations import RelationTyper, TypedRelation
from aibox_assets.domain.models import Mention, Relation
from aibox_assets.domain.ontology import Ontology

# What may stand in front of a place without making another of it.
_PART: Final = r"(?:(?:the|north|south|east|west|northern|southern|eastern|western|central|nearby)\s+)*"
_IN: Final = re.compile(rf",?\s+in\s+{_PART}", re.IGNORECASE)
# "Tora Bora caves in", "the West Bank town of", "Boonah, 50 kilometres south-west of".
_SITE_IN: Final = re.compile(
    rf"\s+(?:\w+\s+)?(?:caves?|mountains?|hills?|regions?|areas?|complex|districts?|suburbs?|towns?|villages?|valley|camps?|reactor|"
    rf"residence|airport|station|port|road)\s+in\s+{_PART}",
    re.IGNORECASE,
)
_TOWN_OF: Final = re.compile(
    r"\s+(?:[a-z-]+\s+)?(?:town|city|village|port|suburb|district|province|capital|island|resort)(?:\s+of)?\s+"
)
_NEAR: Final = re.compile(
    r",?\s+(?:(?:a|some|about|around|just|\d\d?|[a-z]+)\s+){0,2}(?:kilomet(?:re|er)s|km|miles)?\s*(?:to\s+the\s+)?"
    r"(?:north|south|east|west)(?:-?(?:east|west))?(?:ern)?\s+of\s+|,?\s+(?:near|outside)\s+(?:the\s+)?",
)
_DAY: Final = re.compile(r"(?:Eve|Day|\d|Years?|Christmas|Easter|Holidays?|Prize|Medal|Trophy)$")
_FAITH: Final = re.compile(r"Christian|Hindu|Jewish|Muslim|Moslem|Islamic|Buddhist|Arab|Catholic")
_OWNS: Final = re.compile(r"['’]s?\s+|['’]s\s+own\s+")
_OF_PLACE: Final = re.compile(rf"(?:,\s+\d+)?,?\s+(?:of|from)\s+{_PART}", re.IGNORECASE)
_CROWNED: Final = re.compile(r"\b(?:King|Queen|Emperor|Empress|Tsar|Sultan|Pharaoh)\s+")
_OF_WORK: Final = re.compile(r",?\s+(?:of|from|at|with)\s+(?:the\s+)?", re.IGNORECASE)
_OPENS: Final = re.compile(r"\s*\(")
_BASED: Final = re.compile(r"-based\s+(?:[a-z-]+\s+){0,4}")
_COMMA: Final = re.compile(r",\s+")
_SPACE: Final = re.compile(r"\s+")
# Behind the second of two places: one more, so that both are of a list.
_CLOSES: Final = re.compile(r"\s*(?:[.,;:)\]]|$|\n|[-–—]|\s[a-z(])")
# Words for people, by their form or one by one; the last of a role.
_ROLE: Final = (
    r"(?:[A-Za-z-]{2,}(?:er|or|ist|ian|man|woman|ant|(?<!m)ent)|[Cc]hief|[Oo]fficial|[Cc]oach|[Cc]aptain|[Ss]tar|[Ss]ecretary|[Ee]nvoy|"
    r"[Gg]eneral|[Cc]olonel|[Kk]ing|[Qq]ueen|[Pp]rince|[Aa]ttorney|[Ll]ady|CEO|[Bb]oss|[Hh]ead|[Aa]nalyst|[Ee]xecutive|[Mm]ember|"
    r"Gov\.|Sen\.|Rep\.|Gen\.|Col\.|Lt\.|Maj\.|MP|[Hh]ero|[Dd]elegate|[Aa]lly|[Ss]enator|[Pp]rofessor|[Jj]udge|[Aa]ide|[Tt]rustee|[Cc]ounsel)"
)
_SIGNED: Final = re.compile(rf"\s*\n(?P<role>(?:[A-Za-z&-]+\s+){{0,4}}{_ROLE}(?:\s+of\s+[A-Z][a-z]+)?),\s+")
_OF_ROLE: Final = re.compile(
    rf"\b[Tt]he\s+(?P<role>(?:[a-z-]+\s+){{0,2}}{_ROLE})\s+(?:of|at|for)\s+(?:the\s+)?$"
)
_LEADS: Final = re.compile(
    r"(?:[Pp]rime [Mm]inister|[Pp]resident|[Pp]remier|[Gg]overnor|Gov\.|[Mm]ayor|[Cc]hancellor|[Kk]ing|[Qq]ueen)$"
)
# "Fair Trading Minister": what a minister is for is no organization, unless its name says so.
_PORTFOLIO: Final = re.compile(r"(?:Minister|Commissioner|Secretary)$")
_BODY: Final = re.compile(
    r"^[A-Z]{2,}$|\b(?:Government|Party|Union|Service|Police|Department|Ministry|Office|Council|Board|Association|Nations|"
    r"Commission|Corporation|Authority|League|Federation|Committee|Bureau|Agency|Army|Labo[u]?r|Treasury|Cabinet)\b"
)
_NO_LEADER: Final = re.compile(r"\b(?:[Vv]ice|[Dd]eputy|[Ff]ormer|[Aa]cting|[Ff]oreign|[Dd]efen[cs]e)\b")
_WITH_ROLE: Final = re.compile(
    rf"(?:['’]s?)?\s+(?P<role>(?:(?!(?:and|or|of|by|that|to|for|in|on|at|with|from|behind|under|over|its|their|his|her|against|said|says|is|was|has|had|will|when|after|as|former|ex)\b)[A-Za-z-]+\s+){{0,4}}{_ROLE})"
    r"(?:,|\s+(?:Mr|Mrs|Ms|Dr|Sir|General)\b\.?)?\s+"
)
_SINCE: Final = (
    r"(?:(?:until\s+(?:last\s+year|recently)|then|now|formerly|currently|at\s+that\s+time|still),?\s+)?"
)
_IS_ROLE: Final = re.compile(
    rf"(?:,\s+{_SINCE}(?:(?:the|a|an|its|who is|who was)\s+)?|"
    r"\s+(?:became|(?:was|is|has been)\s+(?:appointed|named|elected))\s+(?:(?:the|a|an)\s+)?)"
    rf"(?P<role>(?:[A-Za-z-]+\s+){{0,4}}{_ROLE})\s+(?:of|with|at|for|in)\s+(?:the\s+)?"
)
# Of others "in" may say where something happened: "met the founder of Acme in London".
_BUILDING: Final = re.compile(
    r"(?:Hospital|University|College|Cent(?:re|er)|School|Museum|Court|Airport|Church|Institute|Laborator(?:y|ies)|Prison|"
    r"Stadium|Embassy|Observatory|Hotel|Theatre|Cathedral|Mosque|Library|Academy|Clinic|Park|Zoo)$"
)
# "Acme headquarters in nearby Austin", "Acme Corp. of Austin", "Acme, an Austin software firm".
_SEAT_IN: Final = re.compile(rf"(?:['’]s?)?\s+(?:headquarters|head office|main office)\s+in\s+{_PART}")
_COMPANY: Final = re.compile(r"\b(?:AG|Co|Corp|GmbH|Inc|LLC|Ltd|PLC|plc|Bros|Company|Corporation|Trust)\.?$")
_A: Final = re.compile(r",\s+an?\s+")
_FIRM: Final = re.compile(
    r"(?:-based)?\s+(?:[a-z-]+\s+){0,4}(?:company|firm|bank|maker|manufacturer|publisher|retailer|brokerage|airline|newspaper)\b"
)
_AT: Final = re.compile(r"\b(?:at|from|near|outside)\s+(?:the\s+)?$", re.IGNORECASE)
_PARTY: Final = re.compile(r",\s+[RD]-")
_WIFE: Final = re.compile(
    r"(?:['’]s\s+|,?\s+(?:and\s+)?(?:his|her)\s+)(?:\w+\s+)?(?:wife|husband|widow),?\s+"
)
_KIN: Final = re.compile(
    r"(?:['’]s\s+|,?\s+(?:and\s+)?(?:his|her)\s+)(?:\w+\s+)?"
    r"(?:brother|sister|father|mother|son|daughter|uncle|aunt|nephew|niece|cousin|grand\w+),?\s+"
)
_PAST: Final = re.compile(r"\b(?:former|ex-|late|then|one-time)\b[^.\n]{0,25}$", re.IGNORECASE)
_INSIDE: Final = frozenset({"LIVES_IN", "LOCATED_IN", "HEADQUARTERED_IN"})
_FEW_WORDS: Final = 60  # characters
_SENTENCE: Final = re.compile(r"[^\n]*?(?:[.!?][\"”’')]*(?=\s|$)|\n|$)")


@dataclass(frozen=True, slots=True)
class _Kinds:
    person: str | None
    organization: str | None
    place: str | None
    event: str | None


def beside(
    text: str, names: Sequence[Mention], typer: RelationTyper, ontology: Ontology
) -> Iterator[TypedRelation]:
    """The relations between neighbours among *names*, which are in the order of *text*; and who or what is in a place
    of a neighbour ("Jane Wu of Austin, Texas") is in the outer one, too."""
    framed = list(_framed(text, names, typer, ontology))
    settled = {frozenset((each.head.name, each.tail.name)) for each in framed}
    near = _neighbours(text, names, typer, ontology)
    found = [*framed, *(each for each in near if frozenset((each.head.name, each.tail.name)) not in settled)]
    yield from found
    outer = {
        each.head: each for each in found if each.relation == "LOCATED_IN" and each.evidence.phrase == ","
    }
    for each in found:
        around = outer.get(each.tail)
        if around is not None and each.relation in _INSIDE:
            said = replace(
                each.evidence,
                tail=around.tail,
                char_end=max(each.evidence.char_end, around.evidence.char_end),
            )
            typed = typer.check(each.relation, said)
            if typed is not None:
                yield typed


def _framed(
    text: str, names: Sequence[Mention], typer: RelationTyper, ontology: Ontology
) -> Iterator[TypedRelation]:
    types = FrameTypes(*(ontology.entity_type_of(label) for label in ("PERSON", "ORG", "GPE")))
    for head, relation, tail, sure in read_frames(text, names, types):
        first, last = sorted((head, tail), key=lambda each: each.char_start)
        between = text[first.char_end : last.char_start]
        said = Relation(
            head, tail, between.strip() or "beside", *_sentence(text, first.char_start, last.char_end), sure
        )
        typed = typer.check(relation, said)
        if typed is not None:
            yield typed


def _neighbours(
    text: str, names: Sequence[Mention], typer: RelationTyper, ontology: Ontology
) -> Iterator[TypedRelation]:
    kinds = _Kinds(*(ontology.entity_type_of(label) for label in ("PERSON", "ORG", "GPE", "EVENT")))
    for one, other in pairwise(names):
        if not 0 < other.char_start - one.char_end <= _FEW_WORDS:
            continue
        between = text[one.char_end : other.char_start]
        if not between.replace("’", "'").isascii():
            continue
        if "\n" in between and not _is_signature(text, one, between):
            continue
        if _PAST.search(text, max(0, one.char_start - 40), one.char_start):
            continue
        for head, relation, tail, sure in _read(text, one, between, other, kinds):
            start, end = _sentence(text, one.char_start, other.char_end)
            said = Relation(head, tail, between.strip() or "beside", start, end, sure)
            typed = typer.check(relation, said)
            if typed is not None:
                yield typed
                break


def _is_signature(text: str, one: Mention, between: str) -> bool:
    """A name on a line of its own, and below it what and where: "Karen Lindqvist / Project manager, Fjord Power AS"."""
    return (
        one.char_start in (0, text.rfind("\n", 0, one.char_start) + 1)
        and _SIGNED.fullmatch(between) is not None
    )


def _read(
    text: str, one: Mention, between: str, other: Mention, kinds: _Kinds
) -> Iterator[tuple[Mention, str, Mention, float]]:
    """Head, relation, tail, and how surely that is said; the likeliest first."""
    after = text[other.char_end : other.char_end + 12]
    behind = text[other.char_end : other.char_end + _FEW_WORDS]
    pair = (one.type, other.type)
    if pair == (kinds.place, kinds.place):
        if _COMMA.fullmatch(between) and is_listed_within(one.text, other.text, after):
            yield one, "LOCATED_IN", other, 0.95
        elif _IN.fullmatch(between) and one.text.rstrip("s") not in COUNTRIES | STATES | ADJECTIVES.keys():
            yield one, "LOCATED_IN", other, 0.85
        elif _OWNS.fullmatch(between) and not MODIFIES.match(after):
            yield other, "LOCATED_IN", one, 0.85
        elif _SITE_IN.fullmatch(between):
            yield one, "LOCATED_IN", other, 0.85
        elif _TOWN_OF.fullmatch(between) and not _FAITH.fullmatch(one.text):
            yield other, "LOCATED_IN", one, 0.85
        elif (
            _NEAR.fullmatch(between)
            and one.text.rstrip("s") not in COUNTRIES | STATES | ADJECTIVES.keys()
            and not after.startswith(("'s", "’s"))
        ):
            yield one, "NEAR", other, 0.85
    elif pair == (kinds.organization, kinds.place):
        at = _AT.search(text, max(0, one.char_start - 12), one.char_start)
        if (
            _SEAT_IN.fullmatch(between)
            or (_OF_PLACE.fullmatch(between) and _COMPANY.search(one.text))
            or (_A.fullmatch(between) and _FIRM.match(behind))
        ):
            yield one, "HEADQUARTERED_IN", other, 0.85
        elif _IN.fullmatch(between) and (at or _BUILDING.search(one.text)):
            yield one, "LOCATED_IN", other, 0.8
        elif _COMMA.fullmatch(between) and not GOES_ON.match(after) and _CLOSES.match(after):
            yield one, "LOCATED_IN", other, 0.6
    elif pair == (kinds.place, kinds.organization):
        if _BASED.fullmatch(between):
            yield other, "HEADQUARTERED_IN", one, 0.9
        elif _OWNS.fullmatch(between):
            yield other, "LOCATED_IN", one, 0.85
        elif _SPACE.fullmatch(between):
            yield other, "LOCATED_IN", one, 0.75
    elif pair == (kinds.event, kinds.place):
        if _IN.fullmatch(between) and not _DAY.search(one.text):
            yield one, "HELD_IN", other, 0.85
    elif pair == (kinds.person, kinds.place):
        if between.endswith(" the ") and MODIFIES.match(after):
            return  # "head of the Estonian port authority"
        if _OF_PLACE.fullmatch(between) or _PARTY.fullmatch(between):
            rules = _CROWNED.search(text, max(0, one.char_start - 12), one.char_start)
            yield one, "LEADS" if rules or _CROWNED.match(one.text) else "LIVES_IN", other, 0.75
        elif (said := _IS_ROLE.fullmatch(between)) is not None:
            yield one, "LEADS" if _leads(said["role"]) else "LIVES_IN", other, 0.75
    elif pair == (kinds.person, kinds.organization):
        if _OWNS.fullmatch(between):
            yield one, "LEADS", other, 0.75
        elif (said := _IS_ROLE.fullmatch(between)) is not None:
            if not _is_portfolio(said["role"], other):
                yield one, _work(said["role"]), other, 0.8
        elif _OF_WORK.fullmatch(between) and not after.startswith(" communit"):
            yield one, "WORKS_FOR", other, 0.8
        elif (said := _SIGNED.fullmatch(between)) is not None:
            yield one, _work(said["role"]), other, 0.8
        elif _OPENS.fullmatch(between) and after.startswith(")"):
            # "Sophie Laurent (Institut Pasteur)"
            yield one, "MEMBER_OF" if is_party(text, other) else "WORKS_FOR", other, 0.75
    elif one.type in (kinds.place, kinds.organization) and other.type == kinds.person:
        said = _WITH_ROLE.fullmatch(between)
        if said is None and _COMMA.fullmatch(between) and after[:1] in (",", "."):
            # "The spokeswoman of Acme, Jane Wu,"; of a place only who leads it.
            of = _OF_ROLE.search(text, max(0, one.char_start - _FEW_WORDS), one.char_start)
            said = of if of is not None and (one.type != kinds.place or _leads(of["role"])) else None
        if said is not None and one.type == kinds.place:
            yield other, "LEADS" if _leads(said["role"]) else "LIVES_IN", one, 0.8
        elif one.type == kinds.place and _OWNS.fullmatch(between):
            yield other, "LIVES_IN", one, 0.7
        elif said is not None:
            if not _is_portfolio(said["role"], one):
                yield other, _work(said["role"]), one, 0.8
        elif one.type == kinds.organization and _OWNS.fullmatch(between):
            yield other, "WORKS_FOR", one, 0.8
    elif pair == (kinds.person, kinds.person):
        if _WIFE.fullmatch(between):
            yield one, "SPOUSE_OF", other, 0.9
        elif _KIN.fullmatch(between):
            yield one, "FAMILY_OF", other, 0.85


def _is_portfolio(role: str, name: Mention) -> bool:
    return _PORTFOLIO.search(role) is not None and not _BODY.search(name.text)


def _leads(role: str) -> bool:
    return _LEADS.search(role) is not None and not _NO_LEADER.search(role)


def _work(role: str) -> str:
    """What somebody of this *role* does for an organization."""
    return next(iter(works_of(role.lower())), "WORKS_FOR")


def _sentence(text: str, start: int, end: int) -> tuple[int, int]:
    before = max(text.rfind(mark, 0, start) + 2 for mark in (". ", "! ", "? ", "\n ")) if start else 0
    begin = max(before if before > 1 else 0, text.rfind("\n", 0, start) + 1)
    match = _SENTENCE.match(text, end)
    return begin, match.end() if match else end
