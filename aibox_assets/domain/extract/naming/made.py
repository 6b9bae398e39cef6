"""What the tagger's relations make of names of no type that a recognizer knows: what is made or used is a product, what
somebody takes part in an event."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from aibox_assets.domain.extract.naming.join import TAGGER
from aibox_assets.domain.extract.relate.english.lexicon_made import NO_NAMES
from aibox_assets.domain.extract.relate.english.works import WORK
from aibox_assets.domain.extract.tagger.tagger import Tagged, TaggedRelation
from aibox_assets.domain.models import Mention
from aibox_assets.domain.ontology import Ontology

_OF_NO_TYPE: Final = "Misc"  # of the tagger's kinds
_PRODUCT: Final = "PRODUCT"
_EVENT: Final = "EVENT"
_LEAST: Final = 0.4  # so likely somebody wrote, directed or performed what is made, for it to be no product
_TAILS: Final = {
    "PRODUCES": _PRODUCT,
    "USES": _PRODUCT,
    "PARTICIPATED_IN": _EVENT,
    "WON": _EVENT,
    "ORGANIZES": _EVENT,
    "AUTHORED": WORK,
    "DIRECTED": WORK,
    "PERFORMED": WORK,
}
_HEADS: Final = {"HELD_IN": _EVENT}


def made_names(
    text: str, tagged: Tagged, mentions: Sequence[Mention], ontology: Ontology
) -> dict[tuple[int, int], Mention]:
    """By their places in *text*: a book, an aircraft, a conference that the tagger relates with something there, and
    that is no part of *mentions*. Only such a relation makes it a name; of several the surest says what it is."""
    labels: dict[int, str] = {}
    for relation in sorted(tagged.relations, key=_speaks):
        for at, types in ((relation.head, _HEADS), (relation.tail, _TAILS)):
            if relation.relation in types:
                labels[at] = types[relation.relation]
    found = {}
    for at, label in sorted(labels.items()):
        name, type_ = tagged.names[at], _type_of(label, ontology)
        start, end = name.start, name.end
        own = text[start:end]
        taken = any(m.char_start < end and start < m.char_end for m in mentions)
        no_name = own.lower() in NO_NAMES or _is_heading(text, start, end)
        if type_ is not None and name.kind == _OF_NO_TYPE and not taken and not no_name and len(own) > 1:
            found[start, end] = Mention(
                start, end, own, type_, " ".join(own.split()), name.confidence, TAGGER
            )
    return found


def _is_heading(text: str, start: int, end: int) -> bool:
    """Whether a line is all of it, and the next one begins with its last word: "About MATE\nMATE was written by"."""
    alone = start == text.rfind("\n", 0, start) + 1
    last = re.escape(text[start:end].split()[-1])
    return alone and re.compile(rf"[ \t]*\n\s*{last}\b").match(text, end) is not None


def _type_of(label: str, ontology: Ontology) -> str | None:
    if label != WORK:
        return ontology.entity_type_of(label)
    return WORK if any(each.name == WORK for each in ontology.entity_types) else None


def _speaks(relation: TaggedRelation) -> tuple[bool, float]:
    """Which of several relations says what a name is, the last first: what is written is made, too."""
    return _TAILS.get(relation.relation) == WORK and relation.confidence >= _LEAST, relation.confidence
