"""What rules tell of companies in Chinese text, and the tagger gainsays."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from aibox_assets.domain.extract.names import has_chinese
from aibox_assets.domain.extract.naming.mend_en import LOCATION, PERSON
from aibox_assets.domain.extract.tagger.tagger import Tagged
from aibox_assets.domain.extract.type_relations import TypedRelation
from aibox_assets.domain.ontology import Ontology

# Between companies of Chinese news: how likely the tagger must hold a relation that a pattern finds.
_VOTED: Final = {"ACQUIRED": 0.1, "INVESTED_IN": 0.3, "SUBSIDIARY_OF": 0.3}
# What one company is to another, in so many words: B为A的股东.
_SAID: Final = re.compile(r"(?:为|為|是).*…的?(?:股东|股東|子公司|母公司)")
_BOUGHT: Final = re.compile(r"^(?!.*[拟擬择擇将將]).*(?:收购|收購|并购|併購)了")
_OF_COMPANIES: Final = frozenset({"MEMBER_OF", "PRODUCES", "SUPPLIES", "SUBSIDIARY_OF"})
_COMPANY: Final = re.compile(r"公司|集团|集團|企业|企業|厂|廠")
_CLAUSE_MARKS: Final = "，,。；;！!？?\n"


def borne_out(
    text: str, ruled: Sequence[TypedRelation], tagged: Tagged, ontology: Ontology
) -> list[TypedRelation]:
    """Those of *ruled* that the tagger does not gainsay: Chinese news names several companies in a sentence, and which
    of them a verb is about is more than a pattern sees. There the tagger must hold the relation for possible, too."""
    organization = ontology.entity_type_of("ORG")
    votes = {
        (each.relation, _start(tagged, each.head), _start(tagged, each.tail))
        for each in tagged.relations
        if each.confidence >= _VOTED.get(each.relation, 0.0)
    }

    def stands(each: TypedRelation) -> bool:
        between = each.evidence.phrase
        # In Chinese manuals software does such things to software.
        foreign = not has_chinese(each.head.text + each.tail.text)
        founded = each.relation == "FOUNDED" and each.head.type == organization
        if (
            foreign
            and (founded or each.relation in _OF_COMPANIES)
            and has_chinese(between)
            and not _COMPANY.search(between)
        ):
            return False
        if each.relation not in _VOTED or {each.head.type, each.tail.type} != {organization}:
            return True
        if not has_chinese(text[each.evidence.char_start : each.evidence.char_end]):
            return True
        if (each.relation, each.head.char_start, each.tail.char_start) in votes:
            return True
        return _SAID.fullmatch(between) is not None or (
            _BOUGHT.search(between) is not None and _is_alone(text, each, tagged)
        )

    return [each for each in ruled if stands(each)]


def _is_alone(text: str, typed: TypedRelation, tagged: Tagged) -> bool:
    """Whether the clause of *typed* names nothing else, which its verb might be about."""
    first, last = sorted((typed.head, typed.tail), key=lambda each: each.char_start)
    start = max(text.rfind(mark, 0, first.char_start) for mark in _CLAUSE_MARKS) + 1
    ends = [at for mark in _CLAUSE_MARKS if (at := text.find(mark, last.char_end)) >= 0]
    end = min(ends, default=len(text))
    named = {
        text[each.start : each.end]
        for each in tagged.names
        if start <= each.start < end and each.kind not in (PERSON, LOCATION)
    }
    return len(named | {first.text, last.text}) == 2


def _start(tagged: Tagged, name: int) -> int:
    return tagged.names[name].start
