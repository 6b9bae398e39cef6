"""What rules and tagger found in one text, joined: which names stand, and which relations."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

from aibox_assets.domain.extract.names import has_chinese
from aibox_assets.domain.extract.tagger.labels import RELATIONS
from aibox_assets.domain.extract.tagger.tagger import Tagged, TaggedName
from aibox_assets.domain.extract.type_relations import RelationTyper, TypedRelation
from aibox_assets.domain.models import Mention, Relation
from aibox_assets.domain.ontology import Ontology

TAGGER: Final = "tagger"
BOTH: Final = "tagger and rules"
# Kinds of the tagger, as the recognizers' labels that an ontology gives its types for.
_LABELS: Final = {"Person": "PERSON", "Organization": "ORG", "Location": "GPE"}
# A name of the rules alone stands where the tagger leaves this much room for a name there.
_LEAST_ROOM: Final = 0.3
# From here on the tagger is sure of a name and its limits; below, a rule that sees other limits decides.
_SURE: Final = 0.5
# So sure it must be of a name that no rule sees at all.
_LIKELY: Final = 0.4
# And so sure of a kind without a type, to say that a rule is wrong.
_OF_NO_TYPE: Final = 0.7
# What the ontology calls a relation of the tagger, first the one that is tried first.
_RELATIONS: Final = {"BASED_IN": ("HEADQUARTERED_IN", "LOCATED_IN")}
# Learned from Chinese news alone, between companies; elsewhere the tagger only guesses at them.
_OF_CHINESE_NEWS: Final = frozenset({"PARTNERS_WITH", "COMPETES_WITH", "ACQUIRED", "INVESTED_IN"})
# Between companies of Chinese news: how likely the tagger must hold a relation that a pattern finds.
_VOTED: Final = {"ACQUIRED": 0.1, "INVESTED_IN": 0.3, "SUBSIDIARY_OF": 0.3}
_SENTENCE: Final = re.compile(r"(?:[^。！？!?\n.]|\.(?!\s))*(?:[。！？!?\n.]+[」』”’\"]?|$)")
_MOST_EVIDENCE: Final = 1500  # characters, more than a chunk has as a rule
_MOST_WORDS: Final = 60  # characters between two ends that say how they are related
# Not so, or not known to be so; in the sentence that names both ends.
_UNSTATED: Final = re.compile(
    r"\b(?:not|never|neither|nor|no longer|den(?:y|ies|ied)|refus\w+|fail\w* to|reject\w*|rumou?r\w*|alleged\w*|"
    r"might|may|could|would|if|whether|unless|plans? to|considers?|considering)\b|n['’]t\b|"
    r"没有|未能|并未|从未|并非|不是|否认|拒绝|不会|不再|可能|或将|考虑|打算|有意|希望|如果|传闻|是否|"
    r"\b[Ff]ormer(?:ly)?\b|\bex-|前任|前[^，,。]{1,6}(?:长|長|总裁|總裁|主席|总理|總理|总统|總統)|"
    r"沒有|並未|從未|並非|否認|拒絕|不會|不再|或將|考慮|傳聞"
)


def ends_of(ontology: Ontology) -> frozenset[tuple[str, str]]:
    """The kinds of head and tail between which *ontology* has a relation that the tagger knows; other pairs need not be
    scored.

    A name of no kind that the ontology's recognizers know may be of any of its other types.
    """
    types = {kind: ontology.entity_type_of(label) for kind, label in _LABELS.items()}
    kinds = {type_: kind for kind, type_ in types.items() if type_ is not None}
    learned = {name for each in RELATIONS for name in _RELATIONS.get(each, (each,))}
    return frozenset(
        (kinds.get(head, "Misc"), kinds.get(tail, "Misc"))
        for relation in ontology.relation_types
        if relation.name in learned
        for head in relation.head_types
        for tail in relation.tail_types
    )


def supported_ends(relations: Iterable[TypedRelation], tagged: Tagged) -> list[Mention]:
    """The ends of those *relations* of the rules whose ends the tagger takes for possible names: a rule that finds
    a relation between two names is a second witness of their limits."""
    return [
        end
        for each in relations
        if min(_room(each.head, tagged.named), _room(each.tail, tagged.named)) >= _LEAST_ROOM
        for end in (each.head, each.tail)
    ]


def join_names(
    text: str, rules: Sequence[Mention], supported: Sequence[Mention], tagged: Tagged, ontology: Ontology
) -> list[Mention]:
    """The mentions of *text* that stand, in order and without overlaps; offsets as in *tagged*.

    :param supported: those of *rules* that stand whatever the tagger's limits are.
    """
    learned = [
        Mention(
            each.start,
            each.end,
            text[each.start : each.end],
            kind,
            _canonical(text[each.start : each.end]),
            round(each.confidence, 3),
            TAGGER,
        )
        for each in tagged.names
        if (kind := ontology.entity_type_of(_LABELS.get(each.kind, ""))) is not None
    ]
    known = {ontology.entity_type_of(label) for label in _LABELS.values()}
    preferred = {_span(each) for each in supported}
    # Names that the tagger is sure to be of a kind that has no type: works, dates, nationalities.
    elsewise = [each for each in tagged.names if each.kind not in _LABELS and each.confidence >= _OF_NO_TYPE]
    standing: list[Mention] = []
    for own in learned:
        rivals = [each for each in rules if _overlap(each, own)]
        same = next((each for each in rivals if _span(each) == _span(own)), None)
        if same is not None and (same.type == own.type or _span(own) in preferred):
            agreed = same.type == own.type
            sure = 1 - (1 - own.confidence) * (1 - same.confidence) if agreed else same.confidence
            standing.append(replace(same, confidence=round(sure, 3), source=BOTH if agreed else same.source))
        elif any(_span(each) in preferred for each in rivals):
            continue
        elif own.confidence >= (_LIKELY if not rivals else _SURE):
            standing.append(own)
    for each in rules:
        if any(_overlap(each, other) for other in standing):
            continue
        if each.type not in known or (
            _room(each, tagged.named) >= _LEAST_ROOM
            and not any(_overlaps_name(each, other) for other in elsewise)
        ):
            standing.append(each)
    return sorted(standing, key=lambda each: each.char_start)


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
        if each.relation not in _VOTED or {each.head.type, each.tail.type} != {organization}:
            return True
        if not has_chinese(text[each.evidence.char_start : each.evidence.char_end]):
            return True
        return (each.relation, each.head.char_start, each.tail.char_start) in votes

    return [each for each in ruled if stands(each)]


def tagged_relations(
    text: str,
    tagged: Tagged,
    mentions: Sequence[Mention],
    ruled: Sequence[TypedRelation],
    typer: RelationTyper,
    ontology: Ontology,
) -> Iterator[TypedRelation]:
    """The relations of *tagged* that are sure enough, between those of its names that stand in *mentions*.

    Of a pair of names that *ruled* relates nothing is added: rules find little, but know the words for it.
    """
    settled = {frozenset((each.head.name, each.tail.name)) for each in ruled}
    standing = {_span(each): each for each in mentions}
    organization = ontology.entity_type_of("ORG")
    sentences = [match.span() for match in _SENTENCE.finditer(text) if match.group()]
    for each in tagged.relations:
        if not each.told:
            continue
        ends = [tagged.names[each.head], tagged.names[each.tail]]
        head, tail = (standing.get((end.start, end.end)) for end in ends)
        if head is None or tail is None or frozenset((head.name, tail.name)) in settled:
            continue
        start, end = _evidence(text, sentences, head, tail)
        foreign = not has_chinese(text[start:end]) or (head.type, tail.type) != (organization, organization)
        if each.relation in _OF_CHINESE_NEWS and foreign:
            continue
        # In the news it takes ministers, players and envoys for leaders of their countries; rules know the words.
        if each.relation == "LEADS" and tail.type != organization:
            continue
        if end - start > _MOST_EVIDENCE:
            continue
        if any(is_unstated(text, a, b) for a, b in sentences if _names_one(a, b, head, tail)):
            continue
        relation = Relation(head, tail, _between(text, head, tail), start, end, each.confidence, TAGGER)
        for name in _RELATIONS.get(each.relation, (each.relation,)):
            if ontology.allows(head.type, name, tail.type):
                typed = typer.check(name, relation)
                if typed is not None:
                    # It takes the names into account already.
                    yield replace(typed, sure=round(each.confidence, 3))
                break


def is_unstated(text: str, start: int, end: int) -> bool:
    """Whether the words from *start* to *end* deny, suppose, plan, or call former what they say."""
    return _UNSTATED.search(text, start, end) is not None


def _evidence(
    text: str, sentences: Sequence[tuple[int, int]], head: Mention, tail: Mention
) -> tuple[int, int]:
    """From the beginning of the sentence of the first end to the end of that of the last."""
    first, last = min(head.char_start, tail.char_start), max(head.char_end, tail.char_end)
    start = next((a for a, b in sentences if a <= first < b), first)
    end = next((b for a, b in sentences if a < last <= b), last)
    while text[start].isspace():
        start += 1
    return start, max(end, last)


def _start(tagged: Tagged, name: int) -> int:
    return tagged.names[name].start


def _names_one(start: int, end: int, *ends: Mention) -> bool:
    """Whether one of *ends* stands in the sentence."""
    return any(start <= each.char_start < end for each in ends)


def _between(text: str, head: Mention, tail: Mention) -> str:
    """The words from the one to the other, where they are few."""
    first, last = sorted((head, tail), key=lambda each: each.char_start)
    words = " ".join(text[first.char_end : last.char_start].split())
    return words if len(words) <= _MOST_WORDS else "…"


def _room(mention: Mention, named: Mapping[int, float]) -> float:
    """How likely the units of *mention* belong to names, on average."""
    chances = [named[place] for place in range(mention.char_start, mention.char_end) if place in named]
    return sum(chances) / len(chances) if chances else 0.0


def _canonical(text: str) -> str:
    return " ".join(text.split())


def _overlap(one: Mention, other: Mention) -> bool:
    return one.char_start < other.char_end and other.char_start < one.char_end


def _overlaps_name(mention: Mention, name: TaggedName) -> bool:
    return mention.char_start < name.end and name.start < mention.char_end


def _span(mention: Mention) -> tuple[int, int]:
    return mention.char_start, mention.char_end
