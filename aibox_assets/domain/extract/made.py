"""What people and organizations made, as the tagger sees it: names of no type that a recognizer knows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from aibox_assets.domain.extract.join import TAGGER
from aibox_assets.domain.extract.tagger.tagger import Tagged
from aibox_assets.domain.models import Mention
from aibox_assets.domain.ontology import Ontology

_OF_NO_TYPE: Final = "Misc"  # of the tagger's kinds
_PRODUCT: Final = "PRODUCT"


def made_names(
    text: str, tagged: Tagged, mentions: Sequence[Mention], ontology: Ontology
) -> dict[tuple[int, int], Mention]:
    """By their places in *text*: a book, a film, an aircraft that the tagger holds for made by somebody there, and that
    is no part of *mentions*. Only such a relation makes it a name."""
    product = ontology.entity_type_of(_PRODUCT)
    made = {each.tail for each in tagged.relations if each.relation == "PRODUCES"}
    found = {}
    for each in (tagged.names[at] for at in sorted(made)):
        own = text[each.start : each.end]
        taken = any(m.char_start < each.end and each.start < m.char_end for m in mentions)
        if product is not None and each.kind == _OF_NO_TYPE and not taken and len(own) > 1:
            name = " ".join(own.split())
            found[each.start, each.end] = Mention(
                each.start, each.end, own, product, name, each.confidence, TAGGER
            )
    return found
