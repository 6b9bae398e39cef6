"""What the tagger's relations make of names of no type that a recognizer knows: what is made or used is a product, what
somebody takes part in an event."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from aibox_assets.domain.extract.join import TAGGER
from aibox_assets.domain.extract.tagger.tagger import Tagged
from aibox_assets.domain.models import Mention
from aibox_assets.domain.ontology import Ontology

_OF_NO_TYPE: Final = "Misc"  # of the tagger's kinds
_PRODUCT: Final = "PRODUCT"
_EVENT: Final = "EVENT"
_TAILS: Final = {
    "PRODUCES": _PRODUCT,
    "USES": _PRODUCT,
    "PARTICIPATED_IN": _EVENT,
    "WON": _EVENT,
    "ORGANIZES": _EVENT,
}
_HEADS: Final = {"HELD_IN": _EVENT}


def made_names(
    text: str, tagged: Tagged, mentions: Sequence[Mention], ontology: Ontology
) -> dict[tuple[int, int], Mention]:
    """By their places in *text*: a book, an aircraft, a conference that the tagger relates with something there, and
    that is no part of *mentions*. Only such a relation makes it a name; of several the surest says what it is."""
    labels: dict[int, str] = {}
    for each in sorted(tagged.relations, key=lambda it: it.confidence):
        for at, types in ((each.head, _HEADS), (each.tail, _TAILS)):
            if each.relation in types:
                labels[at] = types[each.relation]
    found = {}
    for at, label in sorted(labels.items()):
        name, type_ = tagged.names[at], ontology.entity_type_of(label)
        start, end = name.start, name.end
        own = text[start:end]
        taken = any(m.char_start < end and start < m.char_end for m in mentions)
        if type_ is not None and name.kind == _OF_NO_TYPE and not taken and len(own) > 1:
            found[start, end] = Mention(
                start, end, own, type_, " ".join(own.split()), name.confidence, TAGGER
            )
    return found
