"""Who did what to whom, for every extractor that has names: in English by grammar, in Chinese by patterns."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from aibox_assets.domain.extract.relate.chinese import deeds as deeds_zh
from aibox_assets.domain.extract.relate.chinese.cues import read_chinese_cues
from aibox_assets.domain.extract.relate.english import deeds as deeds_en
from aibox_assets.domain.extract.relate.english.cues import ANY, Kinds, read_cues
from aibox_assets.domain.extract.relate.english.regions import ADJECTIVES
from aibox_assets.domain.extract.text.document_en import Document
from aibox_assets.domain.extract.type_relations import RelationTyper, TypedRelation
from aibox_assets.domain.models import Mention, Relation
from aibox_assets.domain.ontology import Ontology

_ADJECTIVE: Final = re.compile(rf"\b(?:{'|'.join(map(re.escape, sorted(ADJECTIVES)))})\b(?!-)")
_SURE: Final = 0.8
_INVESTED, _SUPPORTED = "INVESTED_IN", "SUPPORTED"
Told = list[tuple[str, Relation]]
"""Names of relations, and what says so."""


class Deeds:
    """Reads the relations of one ontology that tell what happened."""

    def __init__(self, ontology: Ontology, typer: RelationTyper) -> None:
        self._typer = typer
        self._english, self._chinese = read_cues(ontology), read_chinese_cues(ontology)
        self._anywhere = {cue.relation for cue in self._english.get(ANY, ())}
        self._kinds = Kinds(ontology.entity_type_of("PERSON"), ontology.entity_type_of("GPE"))

    def english(self, document: Document, names: Sequence[Mention]) -> Iterator[tuple[str, Relation]]:
        """By spaCy's tree of *document*; offsets are of it."""
        known = self._with_adjectives(document.text, names)
        return deeds_en.read_deeds(document, known, self._english, self._kinds)

    def chinese(self, text: str, names: Sequence[Mention]) -> Iterator[tuple[str, Relation]]:
        """By the characters of *text* between *names*."""
        return deeds_zh.read_deeds(text, names, self._chinese, self._kinds)

    def _with_adjectives(self, text: str, names: Sequence[Mention]) -> list[Mention]:
        """*names*, and the adjectives of countries, which are no names of their own: Israeli troops are Israel."""
        place, known = self._kinds.place, list(names)
        for found in _ADJECTIVE.finditer(text) if place is not None else ():
            start, end = found.span()
            if place is not None and not any(it.char_start < end and start < it.char_end for it in names):
                known.append(Mention(start, end, found.group(), place, ADJECTIVES[found.group()], _SURE))
        return sorted(known, key=lambda each: each.char_start)

    def typed(self, told: Iterable[tuple[str, Relation]]) -> list[TypedRelation]:
        """Those of *told* that the ontology allows."""
        return [typed for each in told if (typed := self._typer.check(*each)) is not None]

    def saying_most(
        self, found: Iterable[TypedRelation], beside: Iterable[TypedRelation] = ()
    ) -> list[TypedRelation]:
        """*found*; that someone was somewhere only where nothing there nor *beside* says more of the two, and of those
        that backed a company with money not that they supported it."""
        told = list(found)
        known = {_pair(each) for each in (*beside, *told) if each.relation not in self._anywhere}
        backed = {_pair(each) for each in (*beside, *told) if each.relation == _INVESTED}
        return [
            each
            for each in told
            if (each.relation not in self._anywhere or _pair(each) not in known)
            and (each.relation != _SUPPORTED or _pair(each) not in backed)
        ]


def _pair(typed: TypedRelation) -> frozenset[str]:
    return frozenset((typed.head.name, typed.tail.name))
