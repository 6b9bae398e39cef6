"""What the graph says to a question: the relations of the things that it names, those that it asks for first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from aibox_assets.domain.questions import names_in, relations_asked, without_relation
from aibox_assets.domain.viewer import Viewer
from aibox_assets.resources.platform import Platform
from aibox_assets.services.graph import find_relations
from aibox_assets.stores.graph_records import GraphRelation

_LOOKED_AT: Final = 40
"""Relations of a name, the surest; and as many are compared with a question."""
_SURE: Final = 0.03
"""Of a relation's confidence, beside the cosine of its words to the question."""


@dataclass(frozen=True, slots=True)
class Told:
    """What the graph says.

    :ivar relations: each once, the likeliest answer first.
    :ivar asked: what the question asks for, once for each file that states it.
    """

    relations: tuple[GraphRelation, ...] = ()
    asked: tuple[GraphRelation, ...] = ()


def ask_graph(platform: Platform, viewer: Viewer, question: str) -> Told:
    """What the graph says of the things that *question* names, as far as the viewer sees it.

    :raises StoreUnavailableError: the graph does not answer.
    """
    types = platform.models.ontology.relation_types
    found = (_known(platform, viewer, name) for name in names_in(question))
    names = [name for name in dict.fromkeys(found) if name]
    rest = question
    for name in names:
        rest = rest.replace(name, " ")
    asked = relations_asked(rest, types)
    stated = [
        relation
        for name in names
        for of in ([asked] if asked else []) + [()]
        for relation in find_relations(platform, viewer, name, _LOOKED_AT, of)
    ]
    same: dict[tuple[str, str, str], list[GraphRelation]] = {}
    for relation in stated:
        same.setdefault((relation.head_key, relation.relation, relation.tail_key), []).append(relation)
    told = tuple(each for each in stated if each.relation in asked)
    if not told:
        return Told(tuple(_nearest(platform, question, [each[0] for each in same.values()][:_LOOKED_AT])))
    # What most files state comes first.
    ranked = sorted(
        same.values(),
        key=lambda stating: (
            stating[0].relation not in asked,
            -len({each.file_id for each in stating}),
            -stating[0].confidence,
        ),
    )
    return Told(tuple(stating[0] for stating in ranked), told)


def _known(platform: Platform, viewer: Viewer, name: str) -> str:
    """What of *name* the graph knows; "" where it is nothing."""
    shorter = without_relation(name, platform.models.ontology.relation_types)
    return next(
        (each for each in dict.fromkeys((name, shorter)) if platform.graph.named(viewer, each, 1)), ""
    )


def _nearest(platform: Platform, question: str, relations: Sequence[GraphRelation]) -> list[GraphRelation]:
    """*relations*, the most like the question first."""
    space = platform.active_space
    if space is None:
        return list(relations)
    meant = platform.models.embed_query(question, space)
    # The cosines to one question are within 0.1 of each other, so confidence decides where they hardly differ.
    alike = [
        float(platform.models.embed_query(_words(each), space) @ meant) + _SURE * each.confidence
        for each in relations
    ]
    return [relations[place] for place in sorted(range(len(relations)), key=lambda place: -alike[place])]


def _words(relation: GraphRelation) -> str:
    return f"{relation.head} {relation.relation.lower().replace('_', ' ')} {relation.tail}"
