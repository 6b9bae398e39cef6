"""The words by which an ontology's relations tell in English what happened, ready to be looked up in a text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from aibox_assets.domain.extract.type_relations import english_forms
from aibox_assets.domain.ontology import Ontology

ANY: Final = "…"
"""In an ontology's phrase: whatever verb or noun leads the rest."""
THAT: Final = ("that",)
"""The rest of a phrase that brings in a clause."""


@dataclass(frozen=True, slots=True)
class Kinds:
    """What an ontology calls people and places, if it has them."""

    person: str | None
    place: str | None


@dataclass(frozen=True, slots=True)
class Cue:
    """A word that tells a deed.

    :ivar rest: the words between it and whom it is done to. :ivar inverse: its subject is the relation's tail.
    :ivar anything: any word does.
    """

    relation: str
    rest: tuple[str, ...]
    inverse: bool = False
    anything: bool = False


Cues = Mapping[str, tuple[Cue, ...]]


def read_cues(ontology: Ontology) -> Cues:
    """The phrases of the relations that tell what happened, by their first words in all forms."""
    cues: dict[str, list[Cue]] = {}
    for relation in ontology.relation_types:
        if not relation.happens:
            continue
        for inverse, phrases in ((False, relation.phrases_en), (True, relation.inverse_en)):
            for phrase in phrases:
                for form in sorted(english_forms(phrase.lower())):
                    first, *rest = form.split()
                    cue = Cue(relation.name, tuple(rest), inverse, first == ANY)
                    if cue not in cues.setdefault(first, []):
                        cues[first].append(cue)
    return {word: tuple(found) for word, found in cues.items()}
