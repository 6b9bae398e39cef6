"""What the rules of both languages find in one text: names by the recognizers, and relations between given names."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from aibox_assets.domain.extract.gainsaid import borne_out
from aibox_assets.domain.extract.naming.mend_en import mend_mentions
from aibox_assets.domain.extract.recognize import english as recognize_english
from aibox_assets.domain.extract.recognize.chinese import ChineseRecognizer
from aibox_assets.domain.extract.relate.chinese import by_order as relate_chinese
from aibox_assets.domain.extract.relate.chinese.anaphors import PERSON, kinds_of
from aibox_assets.domain.extract.relate.chinese.life import is_of_another
from aibox_assets.domain.extract.relate.english import by_tree as relate_english
from aibox_assets.domain.extract.relate.english.beside import beside
from aibox_assets.domain.extract.tagger.tagger import Tagged
from aibox_assets.domain.extract.telling import Said
from aibox_assets.domain.extract.text.document_en import Document
from aibox_assets.domain.extract.text.layout import SOFT_BREAK
from aibox_assets.domain.extract.text.scripts import Segment
from aibox_assets.domain.extract.text.shift import (
    gather_mention,
    shift_mention,
    shift_relation,
    spread_mention,
    spread_relation,
)
from aibox_assets.domain.extract.text.spans import inside
from aibox_assets.domain.extract.text.unstated import is_denied
from aibox_assets.domain.extract.type_relations import RelationTyper, TypedRelation
from aibox_assets.domain.models import Mention, Relation
from aibox_assets.domain.ontology import Ontology

_FOUND: Final = re.compile(r"\bfound\b")
_TO_FOUND: Final = re.compile(r"\b(?:to|will|would) found\b|\bfound(?:ed|er|s|ing)")
LEADS: Final = "LEADS"
WORKS_FOR: Final = "WORKS_FOR"


class Rules:
    """The rules for one ontology.

    :param kinds: of the tagger, by type. :param precision: of the English pipeline's names, by its labels.
    :ivar typer: gives phrases their relations.
    """

    def __init__(self, ontology: Ontology, kinds: Mapping[str, str], precision: Mapping[str, float]) -> None:
        self._ontology, self._kinds, self._precision = ontology, kinds, precision
        phrases = [
            phrase.rstrip("…")
            for each in ontology.relation_types
            for phrase in (*each.phrases_zh, *each.inverse_zh)
        ]
        self._chinese = ChineseRecognizer(ontology, phrases)
        self.typer = RelationTyper(ontology)
        self._meant = kinds_of(ontology)

    def told(
        self, text: str, names: Sequence[Mention], said: Iterable[Relation], tagged: Tagged
    ) -> list[TypedRelation]:
        """By grammar and patterns, and by what stands beside each other where these say nothing."""
        stated = [each for each in self.typed(said) if not is_denied(text, each) and not _is_find(text, each)]
        typed = borne_out(text, stated, tagged, self._ontology)
        settled = {frozenset((each.head.name, each.tail.name)) for each in typed}
        near = [each for each in beside(text, names, self.typer, self._ontology) if not is_denied(text, each)]
        return [
            *typed,
            *(each for each in near if frozenset((each.head.name, each.tail.name)) not in settled),
        ]

    def with_ties(
        self, text: str, ties: Iterable[Said], typed: Sequence[TypedRelation]
    ) -> list[TypedRelation]:
        """*typed* and those of *ties* that no sentence denies. Ties know whom a clause goes on about: what was told of
        another's birth, home or school is left out, and that somebody works for what a tie says they lead."""
        checked = [each for tie in ties if (each := self.typer.check(*tie)) and not is_denied(text, each)]
        led = {(each.head.name, each.tail.name) for each in checked if each.relation == LEADS}
        kept = [
            each
            for each in typed
            if not is_of_another(each, checked)
            and not (each.relation == WORKS_FOR and (each.head.name, each.tail.name) in led)
        ]
        settled = {frozenset((each.head.name, each.tail.name)) for each in kept}
        return [
            *kept,
            *(each for each in checked if frozenset((each.head.name, each.tail.name)) not in settled),
        ]

    def typed(self, relations: Iterable[Relation]) -> list[TypedRelation]:
        """Those of *relations* whose phrases the ontology knows, under its names."""
        typed = (self.typer.type(each) for each in relations)
        return [each for each in typed if each is not None]

    def names(
        self, parts: Sequence[Segment], documents: dict[int, Document], known: Sequence[Mention]
    ) -> list[Mention]:
        """The names in a text of *parts*.

        :param documents: of the English parts, by their place. :param known: names that its tables give.
        """
        found = {
            j: list(
                mend_mentions(
                    parts[j].text,
                    recognize_english.recognize(document, self._ontology, self._precision),
                    self._kinds,
                )
            )
            for j, document in documents.items()
        }
        places = [j for j in sorted(found) for _ in found[j]]
        settled = recognize_english.settle([each for j in sorted(found) for each in found[j]], known)
        ruled = [shift_mention(each, parts[j].start) for j, each in zip(places, settled, strict=True)]
        for part in parts:
            if part.chinese:
                joined, kept = _without_breaks(part)
                ruled += [spread_mention(each, kept) for each in self._chinese.recognize(joined)]
        return ruled

    def said(
        self, parts: Sequence[Segment], documents: dict[int, Document], names: Iterable[Mention]
    ) -> list[Relation]:
        """The relations between *names*, which need be in no order."""
        ordered = sorted(names, key=lambda each: each.char_start)
        return list(self.relations(parts, documents, ordered))

    def relations(
        self, parts: Sequence[Segment], documents: dict[int, Document], names: Sequence[Mention]
    ) -> Iterator[Relation]:
        """What the words of each part say between those of *names*, in order, that stand in it."""
        for j, part in enumerate(parts):
            if not part.chinese:
                own = [shift_mention(each, -part.start) for each in inside(names, part)]
                yield from (
                    shift_relation(each, part.start)
                    for each in relate_english.relate(documents[j], own, self._meant.get(PERSON))
                )
                continue
            joined, kept = _without_breaks(part)
            own = [
                gather_mention(each, kept)
                for each in names
                if each.char_start in kept and each.char_end - 1 in kept
            ]
            for relation in relate_chinese.relate(joined, own, self._meant):
                yield spread_relation(relation, kept)


def _without_breaks(part: Segment) -> tuple[str, Sequence[int]]:
    """The text of *part* without soft breaks, and where each kept character stands in the whole text."""
    if SOFT_BREAK not in part.text:
        return part.text, range(part.start, part.start + len(part.text))
    kept = [place for place, character in enumerate(part.text, part.start) if character != SOFT_BREAK]
    return part.text.replace(SOFT_BREAK, ""), kept


def _is_find(text: str, typed: TypedRelation) -> bool:
    """Whether what reads like founding is finding: "Acme found oil in 2012"."""
    if not typed.evidence.phrase.startswith("found"):
        return False
    start, end = typed.evidence.char_start, typed.evidence.char_end
    return _FOUND.search(text, start, end) is not None and _TO_FOUND.search(text, start, end) is None
