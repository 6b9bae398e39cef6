"""The words by which the relations of an ontology tell in Chinese what happened."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from aibox_assets.domain.extract.names import to_simplified
from aibox_assets.domain.extract.relate.chinese import lexicon_deeds as words
from aibox_assets.domain.extract.relate.english.cues import ANY, Cue
from aibox_assets.domain.ontology import Ontology


@dataclass(frozen=True, slots=True)
class ChineseCues:
    """The words by which relations tell in Chinese what happened."""

    pattern: re.Pattern[str] | None
    cues: Mapping[str, tuple[Cue, ...]]
    symmetric: frozenset[str]


def read_chinese_cues(ontology: Ontology) -> ChineseCues:
    """Those of the relations of *ontology* that tell what happened; a phrase that ends in "…" brings in a clause,
    one that has it within goes on behind the name."""
    cues: dict[str, list[Cue]] = {}
    for relation in ontology.relation_types:
        if relation.happens or relation.name in words.LASTING:
            more = words.MORE.get(relation.name, ())
            for inverse, phrases in ((False, (*relation.phrases_zh, *more)), (True, relation.inverse_zh)):
                for phrase in map(to_simplified, phrases):
                    verb, around, further = phrase.partition(ANY)
                    rest = (further or ANY,) if around else ()
                    cues.setdefault(verb, []).append(Cue(relation.name, rest, inverse))
    verbs = sorted(cues, key=lambda verb: (-len(verb), verb))
    pattern = re.compile("|".join(map(re.escape, verbs))) if verbs else None
    symmetric = frozenset(each.name for each in ontology.relation_types if each.symmetric)
    return ChineseCues(pattern, {verb: tuple(found) for verb, found in cues.items()}, symmetric)
