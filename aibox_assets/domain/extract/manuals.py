"""Manuals of software, where products act: Debian is "the leader", IPv6 "uses" DHCPv6, and TeX was "created".

What tagger and rules know of people and companies there takes programs, protocols and commands for either. So in such
text less is told: what people are and where, who founded what; and of companies only what a word of business bears out.
The tagger is believed of places alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Set
from typing import Final

from aibox_assets.domain.extract.names import has_chinese
from aibox_assets.domain.extract.naming.join import TAGGER
from aibox_assets.domain.extract.places.gazetteer import is_known, lies_in
from aibox_assets.domain.extract.relate.english.regions import STATES
from aibox_assets.domain.extract.text.manual_words import is_manual, may_be_manual, names_software
from aibox_assets.domain.extract.type_relations import TypedRelation
from aibox_assets.domain.models import Mention
from aibox_assets.domain.ontology import Ontology

_BUSINESS: Final = re.compile(
    r"\b(?:compan(?:y|ies)|corporations?|Inc|Corp|Ltd|GmbH|LLC|acqui(?:re|sition)\w*|bought|buys?|subsidiar\w+|"
    r"invest\w*|market|revenue|firms?|suppliers?)\b|"
    "公司|收购|收購|企业|企業|集团|集團|股份|投资|投資|并购|併購|厂商|廠商|供应商|供應商"
)
_CREATED: Final = re.compile(r"\b(?:creat|set|start|buil[dt])|创建|創建|建立|成立", re.IGNORECASE)
_BODY: Final = re.compile(
    r"\b(?:Project|Foundation|Company|Corporation|Corp|Inc|Ltd|GmbH|Institute|Association|Group|Society|Team)\b|"
    "公司|基金会|基金會|项目|項目|计划|計劃|协会|協會|集团|集團|团队|團隊",
    re.IGNORECASE,
)
_APART: Final = re.compile(r"\n|[.!?]\s")
_NOUNS: Final = re.compile(
    r"(?:\s(?!(?:in|of|near|at|is|was|lies)\b)[a-z]+)+\s"
)  # "Massachusetts state plane US feet"
_COMMA: Final = re.compile(r",\s+")
_BEGINNING: Final = re.compile(r"(?:^|\n|[.!?]\s)[\s\d–—-]*$")  # also of a signature: "--SM, Germany"
_STATE: Final = re.compile(r"[A-Z]{2,3}")  # NY, NSW
_MEMBER: Final = re.compile(r"\bmembers?\b|\bjoin|成员|成員|会员|會員|委员|委員|加入", re.IGNORECASE)
# Of people and of companies; programs, which are taken for either, write, create and use as well.
_MADE_BY: Final = re.compile(r"(?:writ|wrote|develop|design|program|releas|publish|invent|creat|start|work$)")
_MADE_BY_FIRM: Final = re.compile(r"(?:develop|releas|publish|work$|project$|product$)")
_USES: Final = re.compile(r"(?:us(?:e|es|ed)|adopt|deploy|rel(?:y|i)|depend|chosen)")
_FOUNDED: Final = frozenset({"FOUNDED", "FOUNDED_ON"})
_NEVER: Final = frozenset(
    {"SPOKE_ABOUT", "ACTIVE_IN"}
)  # what is spoken about is a program; what acts, a conference
_BRACKET: Final = re.compile(r"\s*[（(]\s*")
_BEHIND: Final = 8  # characters behind a name, which may say what it is: "the Debian project"


class Manuals:
    """What stands of the relations of a manual, in one ontology."""

    def __init__(self, ontology: Ontology) -> None:
        self._person, self._place = (ontology.entity_type_of(label) for label in ("PERSON", "GPE"))
        self._organization = ontology.entity_type_of("ORG")
        # Whatever is neither somebody, somewhere, nor of words and days.
        other = {
            ontology.entity_type_of(label)
            for label in ("PERSON", "ORG", "GPE", "ROLE", "WHOLE_DATE", "EVENT")
        }
        self._things = {each.name for each in ontology.entity_types} - other

    def borne_out(self, text: str, found: Iterable[TypedRelation]) -> list[TypedRelation]:
        """*found* in *text*; of a manual only what stands there."""
        told = list(found)
        if not told or not is_manual(text):
            return [each for each in told if not self._is_stray(text, each)]
        return [each for each in told if self._stands(text, each) and not self._is_of_another(each, told)]

    def _is_stray(self, text: str, each: TypedRelation) -> bool:
        """Whether the tagger relates something, in what may be of a manual, with a thing of another sentence."""
        return (
            each.evidence.source == TAGGER
            and each.tail.type in self._things
            and not has_chinese(each.tail.text)
            and _is_apart(text, each)
            and may_be_manual(text)
        )

    def _stands(self, text: str, each: TypedRelation) -> bool:
        ends = (each.head, each.tail)
        types = {end.type for end in ends}
        if each.relation in _NEVER or any(_is_cut(text, end) for end in ends):
            return False
        if self._person in types and not self._is_of_a_person(text, each, types):
            return False
        if types <= {self._organization, *self._things}:
            if _is_made(each, _MADE_BY_FIRM):
                return True
            said = each.evidence
            return _BUSINESS.search(text, said.char_start, said.char_end) is not None
        if each.evidence.source == TAGGER and self._place not in types:
            return False
        if types & self._things and self._place in types:
            return False
        if each.happens and types == {self._organization, self._place}:
            return False
        if each.relation in _FOUNDED and _CREATED.search(each.evidence.phrase):
            body = each.tail if each.relation == "FOUNDED" else each.head
            return _BODY.search(text, body.char_start, body.char_end + _BEHIND) is not None
        if any(end.type == self._place and not _is_place(end) for end in ends):
            return False
        if each.head.type == self._organization and self._place in types and is_known(each.head.name):
            return False  # "Addison Wesley, Reading, MA": a town
        first, second = sorted(ends, key=lambda end: end.char_start)
        apart = each.evidence.source == TAGGER and _is_apart(text, each)
        if self._place in types and lies_in(each.head.name, each.tail.name):
            return not apart and not _NOUNS.fullmatch(text, first.char_end, second.char_start)
        backward = first == each.tail and each.head.type == self._organization
        if apart or (each.evidence.source == TAGGER and backward):
            return False
        return not (
            types <= {self._place, self._organization}
            and _begins(text, first)
            and _COMMA.fullmatch(text, first.char_end, second.char_start)
        )

    def _is_of_a_person(self, text: str, each: TypedRelation, types: Set[str]) -> bool:
        """Whether people are told of that are no programs, and what people do: who "uses" a product is one itself."""
        people = [end for end in (each.head, each.tail) if end.type == self._person]
        if any(_may_be_a_program(end) or _is_to_be_filled_in(text, end) for end in people):
            return False
        if types & self._things and each.relation != "AUTHORED" and not _is_made(each, _MADE_BY):
            return False
        if each.relation == "WORKS_FOR" and len(each.tail.name.split()) == 1:
            # Initials, or a name by which one is known: "Taro Minowa (Higepon)".
            return _BRACKET.fullmatch(text, each.head.char_end, each.tail.char_start) is None
        said = each.evidence
        return (
            each.relation != "MEMBER_OF" or _MEMBER.search(text, said.char_start, said.char_end) is not None
        )

    def _is_of_another(self, each: TypedRelation, told: Iterable[TypedRelation]) -> bool:
        """Whether the tagger places an organization where the text places one that stands nearer: "the GNU website, or
        write to the Free Software Foundation, Boston, USA"."""
        if each.evidence.source != TAGGER or each.head.type != self._organization:
            return False
        return any(
            other.head.type == self._organization
            and other.tail == each.tail
            and each.head.char_end <= other.head.char_start < each.tail.char_start
            for other in told
        )


def _is_apart(text: str, each: TypedRelation) -> bool:
    """Whether its ends stand in two sentences or lines."""
    first, second = sorted((each.head, each.tail), key=lambda end: end.char_start)
    return _APART.search(text, first.char_end, second.char_start) is not None


def _is_made(each: TypedRelation, by: re.Pattern[str]) -> bool:
    """Whether a verb says who wrote or uses a program."""
    said = {"PRODUCES": by, "USES": _USES}.get(each.relation)
    return (
        said is not None and each.evidence.source != TAGGER and said.match(each.evidence.phrase) is not None
    )


def _may_be_a_program(person: Mention) -> bool:
    """Whether a name of one word is all that is known of a person, or a word of software is in it: "User Interface"."""
    name = person.name
    return name.isascii() and (len(name.split()) == 1 or names_software(name))


def _is_to_be_filled_in(text: str, person: Mention) -> bool:
    """Whether a name stands for another: "<signature of Ty Coon>"."""
    return re.search(rf"<[^<>\n]*\b{re.escape(person.text)}\b[^<>\n]*>", text) is not None


def _is_cut(text: str, name: Mention) -> bool:
    """Whether *name* is a part of a word: the "3" of "3ware"."""
    return name.name.isascii() and text[name.char_end : name.char_end + 1].isalnum()


def _is_place(name: Mention) -> bool:
    """Whether *name* is known for one; "Availability: Unix, Windows" is none."""
    own = name.name
    return not own.isascii() or own in STATES or _STATE.fullmatch(own) is not None or is_known(own)


def _begins(text: str, name: Mention) -> bool:
    """Whether a line or sentence begins with *name*: "Springer, New York" is a publisher as often as a place."""
    return _BEGINNING.search(text, max(0, name.char_start - _BEHIND), name.char_start) is not None
