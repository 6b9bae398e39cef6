"""The relations that the tagger proposes, weighed: which of them are told beside those of the rules."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import replace
from itertools import product
from typing import Final

from aibox_assets.domain.extract.naming.join import LABELS, span_of
from aibox_assets.domain.extract.proposals.candidates import names_of, relation_candidates
from aibox_assets.domain.extract.proposals.owned import is_owned
from aibox_assets.domain.extract.proposals.proposed import PLACED
from aibox_assets.domain.extract.proposals.weigh import fitted_relations, weigh
from aibox_assets.domain.extract.relate.english.regions import one_country
from aibox_assets.domain.extract.tagger.labels import RELATIONS
from aibox_assets.domain.extract.tagger.pairs import Ends
from aibox_assets.domain.extract.tagger.tagger import Tagged
from aibox_assets.domain.extract.type_relations import RelationTyper, TypedRelation
from aibox_assets.domain.models import Mention
from aibox_assets.domain.ontology import Ontology

# An organization is told to be in a place only where that is about as likely as not: read by a person, what is less
# likely was mostly wrong in news, where organizations act far from where they are.
_LEAST_SEAT: Final = 0.45
_LEAST_SEAT_UNLED: Final = 0.55  # where another sentence names the place, and not as where something is
_LEAST_OWNED: Final = 0.75
_LEAST_DEED: Final = 0.6  # of what happened few examples are known
_LEAST_MADE: Final = 0.5  # where no recognizer takes an end for a name


def ends_of(ontology: Ontology) -> dict[Ends, frozenset[str]]:
    """The tagger's relations that *ontology* has between a head and a tail of these kinds; others need not be scored.

    A name of no kind that the ontology's recognizers know may be of any of its other types.
    """
    types = {kind: ontology.entity_type_of(label) for kind, label in LABELS.items()}
    kinds = {type_: kind for kind, type_ in types.items() if type_ is not None}
    known = {each.name: each for each in ontology.relation_types}
    found: dict[Ends, set[str]] = {}
    for relation in RELATIONS:
        for each in (known[name] for name in names_of(relation) if name in known):
            for head, tail in product(each.head_types, each.tail_types):
                found.setdefault((kinds.get(head, "Misc"), kinds.get(tail, "Misc")), set()).add(relation)
    return {ends: frozenset(relations) for ends, relations in found.items()}


def tagged_relations(
    text: str,
    tagged: Tagged,
    mentions: Sequence[Mention],
    ruled: Sequence[TypedRelation],
    titles: Mapping[str, Set[str]],
    typer: RelationTyper,
    ontology: Ontology,
) -> Iterator[TypedRelation]:
    """The relations of *tagged* that are likely enough, between those of its names that stand in *mentions*; ``sure``
    is how likely.

    Of a pair of names that *ruled* relates nothing is added: rules find little, but know the words for it.

    :param titles: of people by their names, the relations that their titles state.
    """
    told, standing = [], {span_of(each) for each in mentions}
    for typed, seen in relation_candidates(text, tagged, mentions, ruled, titles, typer, ontology):
        weights = fitted_relations()[seen.language]
        chance = weigh(seen.witnesses, weights.line)
        seat = typed.relation in PLACED and typed.head.type == ontology.entity_type_of("ORG")
        least = weights.least
        if seat:
            least = max(least, _LEAST_SEAT if seen.led or seen.witnesses["named"] else _LEAST_SEAT_UNLED)
        if typed.happens and seen.language == "en":
            least = max(least, _LEAST_DEED)
        if (
            typed.relation == "SUBSIDIARY_OF"
            and seen.language == "en"
            and not is_owned(text, typed.head, typed.tail)
        ):
            least = max(least, _LEAST_OWNED)
        if not {span_of(typed.head), span_of(typed.tail)} <= standing:
            least = max(least, _LEAST_MADE)
        if chance >= least:
            told.append(replace(typed, sure=round(chance, 3)))
    yield from _in_one_country(told)


def _in_one_country(told: Sequence[TypedRelation]) -> Iterator[TypedRelation]:
    """*told*, where what would lie in several countries lies in the likeliest alone."""
    countries: dict[str, str] = {}
    for each in sorted(told, key=lambda it: -it.confidence):
        country = one_country(each.tail.name)
        if each.relation in PLACED and country is not None:
            countries.setdefault(each.head.name, country)
    for each in told:
        country = one_country(each.tail.name)
        if each.relation not in PLACED or country is None or countries[each.head.name] == country:
            yield each
