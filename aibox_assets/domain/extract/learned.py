"""The relations that the tagger proposes, weighed: which of them are told beside those of the rules."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import replace
from typing import Final

from aibox_assets.domain.extract.business_zh import may_be_business
from aibox_assets.domain.extract.gazetteer import lies_in
from aibox_assets.domain.extract.join import LABELS, TAGGER, span_of
from aibox_assets.domain.extract.made import made_names
from aibox_assets.domain.extract.names import has_chinese
from aibox_assets.domain.extract.relate.regions_en import (
    ADJECTIVES,
    COUNTRIES,
    STATES,
    is_elsewhere,
    one_country,
)
from aibox_assets.domain.extract.tagger.labels import RELATIONS
from aibox_assets.domain.extract.tagger.tagger import Tagged, TaggedRelation
from aibox_assets.domain.extract.type_relations import RelationTyper, TypedRelation
from aibox_assets.domain.extract.unstated import is_unstated
from aibox_assets.domain.extract.weigh import (
    Seen,
    fitted_relations,
    relation_witnesses,
    weigh,
)
from aibox_assets.domain.extract.whereabouts import (
    Held,
    Places,
    Whereabouts,
    acts_abroad,
    is_named_after,
    is_office,
)
from aibox_assets.domain.models import Mention, Relation
from aibox_assets.domain.ontology import Ontology

# What the ontology calls a relation of the tagger, first the one that is tried first.
_RELATIONS: Final = {"BASED_IN": ("HEADQUARTERED_IN", "LOCATED_IN")}
# Learned from Chinese news alone, between companies; elsewhere the tagger only guesses at them.
_OF_CHINESE_NEWS: Final = frozenset({"PARTNERS_WITH", "COMPETES_WITH", "ACQUIRED", "INVESTED_IN"})
# Two ends that are only named together, so that neither is of the other.
_LISTED: Final = re.compile(r"\s*(?:,?\s*(?:and|or|&)\s+(?:the\s+)?|和|与|與|及|以及|、)\s*")
_SENTENCE: Final = re.compile(r"(?:[^。！？!?\n.]|\.(?!\s))*(?:[。！？!?\n.]+[」』”’\"]?|$)")
# Chinese says where the head office is; what it does not call so is where something of the organization is.
_SEAT: Final = re.compile("[总總](?:部|公司|行|社|会|會|院|局|店)|本部")
_COMMA: Final = re.compile("[，,]")
_MOST_EVIDENCE: Final = 1500  # characters, more than a chunk has as a rule
_MOST_WORDS: Final = 60  # characters between two ends that say how they are related
_PLACED: Final = frozenset({"BASED_IN", "LOCATED_IN"})
# An organization is told to be in a place only where that is about as likely as not: read by a person, what is less
# likely was mostly wrong in news, where organizations act far from where they are.
_LEAST_SEAT: Final = 0.45
_LEAST_SEAT_UNLED: Final = 0.5  # where another sentence names the place, and not as where something is
# Manuals name one thing with another, and few of them own each other: a word of owning stands beside, or it is surer.
_OWNING: Final = re.compile(
    r"\b(?:subsidiar\w+|units?|divisions?|owned|owns|owner|parent|arm|part of|brand|belong\w*|branch|affiliate\w*|"
    r"acquired|bought|merged|department|imprint|label|spun)\b",
    re.IGNORECASE,
)
_LEAST_OWNED: Final = 0.75
_LEAST_MADE: Final = 0.5  # where no recognizer takes what is made for a name
_LASTING: Final = frozenset({*_PLACED, "PRODUCES"})
_OF_PEOPLE: Final = frozenset({"BORN_IN", "LIVES_IN"})
# "The company is based in Berlin": which of those named before, a sentence without a name does not say.
_UNNAMED: Final = re.compile(
    r"\s*(?:(?:The|This|Its) (?:[a-z]+ )?"
    r"(?:company|firm|group|bank|maker|club|team|organi[sz]ation|agency|subsidiary)\b|It )"
)


def ends_of(ontology: Ontology) -> frozenset[tuple[str, str]]:
    """The kinds of head and tail between which *ontology* has a relation that the tagger knows; other pairs need not be
    scored.

    A name of no kind that the ontology's recognizers know may be of any of its other types.
    """
    types = {kind: ontology.entity_type_of(label) for kind, label in LABELS.items()}
    kinds = {type_: kind for kind, type_ in types.items() if type_ is not None}
    learned = {name for each in RELATIONS for name in _RELATIONS.get(each, (each,))}
    return frozenset(
        (kinds.get(head, "Misc"), kinds.get(tail, "Misc"))
        for relation in ontology.relation_types
        if relation.name in learned
        for head in relation.head_types
        for tail in relation.tail_types
    )


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
        seat = typed.relation in _PLACED and typed.head.type == ontology.entity_type_of("ORG")
        least = weights.least
        if seat:
            least = max(least, _LEAST_SEAT if seen.led or seen.witnesses["named"] else _LEAST_SEAT_UNLED)
        if (
            typed.relation == "SUBSIDIARY_OF"
            and seen.language == "en"
            and not _is_owned(text, typed.evidence)
        ):
            least = max(least, _LEAST_OWNED)
        if typed.relation == "PRODUCES" and span_of(typed.tail) not in standing:
            least = max(least, _LEAST_MADE)
        if chance >= least:
            told.append(replace(typed, sure=round(chance, 3)))
    yield from _in_one_country(told)


def _is_owned(text: str, said: Relation) -> bool:
    return _OWNING.search(text, said.char_start, said.char_end) is not None


def _in_one_country(told: Sequence[TypedRelation]) -> Iterator[TypedRelation]:
    """*told*, where what would lie in several countries lies in the likeliest alone."""
    countries: dict[str, str] = {}
    for each in sorted(told, key=lambda it: -it.confidence):
        country = one_country(each.tail.name)
        if each.relation in _PLACED and country is not None:
            countries.setdefault(each.head.name, country)
    for each in told:
        country = one_country(each.tail.name)
        if each.relation not in _PLACED or country is None or countries[each.head.name] == country:
            yield each


def relation_candidates(
    text: str,
    tagged: Tagged,
    mentions: Sequence[Mention],
    ruled: Sequence[TypedRelation],
    titles: Mapping[str, Set[str]],
    typer: RelationTyper,
    ontology: Ontology,
) -> Iterator[tuple[TypedRelation, Seen]]:
    """All that :func:`tagged_relations` weighs, with what speaks for each."""
    settled = {frozenset((each.head.name, each.tail.name)) for each in ruled}
    standing = {span_of(each): each for each in mentions} | made_names(text, tagged, mentions, ontology)
    organization = ontology.entity_type_of("ORG")
    sentences = [match.span() for match in _SENTENCE.finditer(text) if match.group()]
    seats = {each.tail.name: each for each in ruled if each.relation == "HEADQUARTERED_IN"}
    founded = {each.tail.name for each in ruled if each.relation == "FOUNDED"}
    lived_in = {each.tail.name for each in ruled if each.relation in _OF_PEOPLE}
    rivals = Counter((each.head, each.relation) for each in tagged.relations)
    places, location = Places(text, mentions), ontology.entity_type_of("GPE")
    held = Held(
        (standing[ends[0]].name, standing[ends[1]].name, each.confidence)
        for each in tagged.relations
        if each.relation in _PLACED
        for ends in [_spans(tagged, each)]
        if ends[0] in standing and ends[1] in standing
    )
    for each in tagged.relations:
        ends = [tagged.names[each.head], tagged.names[each.tail]]
        head, tail = (standing.get((end.start, end.end)) for end in ends)
        if head is None or tail is None or frozenset((head.name, tail.name)) in settled:
            continue
        if tail.char_start and text[tail.char_start - 1] in "@/":
            continue  # of an address
        start, end = _evidence(text, sentences, head, tail)
        both = head.type == tail.type == organization
        foreign = not has_chinese(text[start:end]) or not both
        if each.relation in _OF_CHINESE_NEWS and foreign:
            continue
        first, second = sorted((head, tail), key=lambda it: it.char_start)
        together = _LISTED.fullmatch(text, first.char_end, second.char_start)
        if together and not ontology.relation(_RELATIONS.get(each.relation, (each.relation,))[0]).symmetric:
            continue
        # In the news it takes ministers, players and envoys for leaders of their countries; rules know the words.
        if each.relation == "LEADS" and tail.type != organization:
            continue
        if end - start > _MOST_EVIDENCE:
            continue
        seat = each.relation in _PLACED and head.type == organization
        known = lies_in(head.name, tail.name) if each.relation in _PLACED and head.type == location else None
        unknown = each.relation in _PLACED and not known
        if unknown and (is_office(head.name) or is_elsewhere(head.name, tail.name)):
            continue
        # "Jane, a researcher at Acme, was born in Ireland" says nothing of where Acme is.
        if seat and (tail.name in lived_in or acts_abroad(head.name, tail.name)):
            continue
        # "Acme bought Beta, which is based in Berlin" says nothing of where Acme is.
        other = seats.get(tail.name) if seat else None
        if other is not None and other.evidence.char_start <= start and end <= other.evidence.char_end:
            continue
        # Sentences, both ends' own among them.
        apart = sum(start <= a < end for a, _ in sentences)
        if each.relation in _LASTING:
            # What would be, or is not, elsewhere in a sentence does not move a place, nor unmake a book.
            if apart == 1 and is_unstated(text, first.char_start, second.char_end):
                continue
        elif any(is_unstated(text, *each) for each in _saying(text, sentences, head, tail, each.relation)):
            continue
        own = next((a for a, b in sentences if a <= tail.char_start < b), 0)
        if each.relation in _PLACED and head.char_end <= own and _UNNAMED.match(text, own):
            before = {m.name for m in mentions if m.type == head.type and m.char_end <= own}
            if len(before) > 1:
                continue
        if not foreign and (apart > 1 or not may_be_business(head.text, tail.text, text[start:end])):
            continue
        if each.relation == "SUBSIDIARY_OF" and apart > 1:
            continue
        # Who founded it, its own sentence says by a rule.
        if apart > 1 and each.relation == "FOUNDED" and has_chinese(tail.text) and tail.name in founded:
            continue
        where = places.look(tail, *((start, end) if apart == 1 else (0, len(text))))
        if (
            each.relation in _PLACED
            and head.type == location
            and not known
            and not _is_placed(tail, where, apart)
        ):
            continue
        relation = Relation(head, tail, _between(text, head, tail), start, end, each.confidence, TAGGER)
        named_so = _RELATIONS.get(each.relation, (each.relation,))
        if has_chinese(text[start:end]) and not _SEAT.search(text, start, end):
            named_so = named_so[-1:]
        for name in named_so:
            if ontology.allows(head.type, name, tail.type):
                typed = typer.check(name, relation)
                if typed is not None:
                    # Chinese news about companies is a set of its own.
                    chinese = "companies" if both else "zh"
                    language = chinese if has_chinese(text[start:end]) else "en"
                    names = head.confidence * tail.confidence
                    seen = relation_witnesses(
                        name,
                        likely=each.confidence,
                        names=names,
                        sentences=apart,
                        rivals=rivals[each.head, each.relation] - 1,
                        country=head.name in COUNTRIES,
                        adjective=tail.text in ADJECTIVES,
                        known=known,
                        through=held.through(head.name, tail.name) if each.relation in _PLACED else 0.0,
                        others=held.others(head.name, tail.name) if each.relation in _PLACED else 0.0,
                        named=seat and is_named_after(head.name, tail.name),
                        titles=titles.get(head.name, frozenset()),
                    )
                    yield typed, Seen(language, seen, where.led or apart == 1)
                break


def _is_placed(tail: Mention, where: Whereabouts, sentences: int) -> bool:
    """Whether a place may be taken for one in *tail*: where the text names several countries, only by what the sentence
    says; and not where *tail* only acts ("the US says")."""
    if where.led:
        return sentences == 1 or not where.others or tail.name not in COUNTRIES | STATES
    return not where.others and tail.text in ADJECTIVES


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


def _spans(tagged: Tagged, relation: TaggedRelation) -> tuple[tuple[int, int], tuple[int, int]]:
    head, tail = tagged.names[relation.head], tagged.names[relation.tail]
    return (head.start, head.end), (tail.start, tail.end)


def _saying(
    text: str, sentences: Sequence[tuple[int, int]], head: Mention, tail: Mention, relation: str
) -> Iterator[tuple[int, int]]:
    """What says how both are related: the sentences that name one of them; in Chinese, where these go on and on, from
    clause to clause, but for what companies do to each other, which is denied later on."""
    first, last = sorted((head, tail), key=lambda each: each.char_start)
    for start, end in sentences:
        if not _names_one(start, end, head, tail):
            continue
        if has_chinese(text[start:end]) and relation not in _OF_CHINESE_NEWS:
            begins = [
                found.end() for found in _COMMA.finditer(text, start, end) if found.end() <= first.char_start
            ]
            ends = [
                found.start() for found in _COMMA.finditer(text, start, end) if found.start() >= last.char_end
            ]
            yield max(begins, default=start), min(ends, default=end)
        else:
            yield start, end


def _names_one(start: int, end: int, *ends: Mention) -> bool:
    """Whether one of *ends* stands in the sentence."""
    return any(start <= each.char_start < end for each in ends)


def _between(text: str, head: Mention, tail: Mention) -> str:
    """The words from the one to the other, where they are few."""
    first, last = sorted((head, tail), key=lambda each: each.char_start)
    words = " ".join(text[first.char_end : last.char_start].split())
    return words if len(words) <= _MOST_WORDS else "…"
