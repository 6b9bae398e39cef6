"""What rules and tagger take for names in one text, joined: which of them stand."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from aibox_assets.domain.extract.names import has_chinese
from aibox_assets.domain.extract.naming.mend_zh import listed_label
from aibox_assets.domain.extract.proposals.weigh import (
    Around,
    Candidate,
    choose,
    fitted_weights,
    likelihood,
    witnesses,
)
from aibox_assets.domain.extract.recognize.chinese import LISTED
from aibox_assets.domain.extract.relate.english.regions import (
    ADJECTIVES,
)
from aibox_assets.domain.extract.tagger.tagger import Tagged
from aibox_assets.domain.extract.tagger.units import is_inside
from aibox_assets.domain.extract.type_relations import TypedRelation
from aibox_assets.domain.models import Mention
from aibox_assets.domain.ontology import Ontology

TAGGER: Final = "tagger"
BOTH: Final = "tagger and rules"
# Kinds of the tagger, as the recognizers' labels that an ontology gives its types for.
LABELS: Final = {"Person": "PERSON", "Organization": "ORG", "Location": "GPE"}
# A relation of the rules is a witness of its ends where the tagger leaves this much room for names there.
_LEAST_ROOM: Final = 0.3
# So likely a name must be right, to stand.
LEAST: Final = 0.3
# Of a longer name as a rule, as of Software in the Public Interest.
_NO_ORGANIZATIONS: Final = frozenset(
    {"Free Software", "Hardware", "Internet", "Open Source", "Software", "Web"}
)
# Of a longer name: "University at Buffalo", "New York".
_BEGINNINGS: Final = frozenset(
    {"College", "Institute", "Los", "New", "Republic", "San", "Santa", "University"}
)
_GOES_ON: Final = re.compile(r"\s+(?:(?:at|of)\s+(?:the\s+)?)?[A-Z]|\s+of[\"”]?\s*(?:[,|\n]|$)")
# So likely it must be where a relation of the rules bears out its limits, unless a list or its form makes it known;
# and so sure the tagger of another name for that to stand instead.
_LEAST_BORNE_OUT: Final = 0.2
_KNOWN: Final = 0.85
_SURER: Final = 0.75
_SURER_OF_LONGER: Final = 0.5
_EVENT: Final = "EVENT"
# How likely what a list names is that, whatever the tagger says.
_ON_A_LIST: Final = 0.5


def supported_ends(relations: Iterable[TypedRelation], tagged: Tagged) -> list[Mention]:
    """The ends of those *relations* of the rules whose ends the tagger takes for possible names: a rule that finds
    a relation between two names is a second witness of their limits."""
    return [
        end
        for each in relations
        if min(_room(*span_of(end), tagged.named) for end in (each.head, each.tail)) >= _LEAST_ROOM
        for end in (each.head, each.tail)
    ]


@dataclass(frozen=True, slots=True)
class Proposal:
    """What was found in one text; all offsets are of it.

    :ivar supported: those of *rules* whose limits a relation bears out.
    """

    text: str
    rules: Sequence[Mention]
    supported: Sequence[Mention]
    tagged: Tagged


def join_names(proposal: Proposal, ontology: Ontology) -> list[Mention]:
    """The mentions that stand, in order and without overlaps."""
    rules, types = proposal.rules, types_of(ontology)
    weighed = []
    borne_out = {span_of(each) for each in proposal.supported}
    for each in name_candidates(proposal, ontology):
        chance = likelihood(each, fitted_weights())
        label = listed_label(each.mention.text)
        if label is not None and each.mention.type == ontology.entity_type_of(label):
            chance = max(chance, _ON_A_LIST)
        # Two names and what relates them: such limits stand before any others, but for a surer and longer name's
        # (田文雄 in 岸田文雄).
        stands = (
            each.mention.source != TAGGER
            and span_of(each.mention) in borne_out
            and (chance >= _LEAST_BORNE_OUT or each.mention.confidence >= _KNOWN)
            and not _against_surer(each.mention, types, proposal.tagged)
        )
        first = chance + 1 if stands else chance
        if first < LEAST:
            continue
        weighed.append((replace(each.mention, confidence=round(chance, 3)), first))
    known = types.values()
    weighed += [(each, each.confidence) for each in rules if each.source == LISTED]
    standing = choose(weighed, LEAST)
    others = [each for each in rules if each.type not in known]
    # 北京冬奥会: the event's place is a part of its name.
    event, place = ontology.entity_type_of(_EVENT), ontology.entity_type_of("GPE")
    standing = [
        each
        for each in standing
        if each.type != place
        or not has_chinese(each.text)
        or not any(
            it.type == event and it.char_start == each.char_start and it.char_end > each.char_end
            for it in others
        )
    ]
    standing += [each for each in others if not any(_overlap(each, other) for other in standing)]
    return sorted(standing, key=lambda each: each.char_start)


def name_candidates(proposal: Proposal, ontology: Ontology) -> list[Candidate]:
    """What tagger and rules propose, with what speaks for each; what no other witness is needed for is left out."""
    text, tagged = proposal.text, proposal.tagged
    types = types_of(ontology)
    kinds = {type_: kind for kind, type_ in types.items()}
    ruled = [each for each in proposal.rules if each.type in kinds and each.source != LISTED]
    of_rules = {(*span_of(each), each.type): each for each in ruled}
    of_tagger = {
        (each.start, each.end, types[each.kind]): each for each in tagged.names if each.kind in types
    }
    borne_out = {span_of(each) for each in proposal.supported}
    words = tagged.words
    spelled = Counter((text[start:end], type_) for start, end, type_ in of_tagger)
    found = []
    for start, end, type_ in {**of_tagger, **of_rules}:
        own = text[start:end]
        if own in ADJECTIVES and kinds[type_] != "Location":
            continue
        if kinds[type_] == "Organization" and (own in _NO_ORGANIZATIONS or _is_described(own)):
            continue
        if own in _BEGINNINGS and _GOES_ON.match(text, end):
            continue
        name, rule = of_tagger.get((start, end, type_)), of_rules.get((start, end, type_))
        across = [each for each in ruled if each.char_start < end and start < each.char_end]
        around = Around(
            tagged=name is not None,
            likelihood=name.confidence if name else tagged.chance(start, end, kinds[type_]),
            room=_room(start, end, tagged.named),
            confidence=rule.confidence if rule else None,
            other_type=any(span_of(each) == (start, end) and each.type != type_ for each in across),
            other_limits=rule is None and any(span_of(each) != (start, end) for each in across),
            crossed=name is None and any(a < end and start < b for a, b, _ in of_tagger),
            supported=(start, end) in borne_out,
            again=spelled[own, type_] - (name is not None),
            cuts=(_is_cut(words, start), _is_cut(words, end)),
            length=len(own) if has_chinese(own) else 0,
        )
        mention = rule or Mention(start, end, own, type_, _canonical(own), 0.0, TAGGER)
        if kinds[type_] == "Location" and mention.name in ADJECTIVES:
            mention = replace(mention, name=ADJECTIVES[mention.name])
        if name is not None and rule is not None:
            mention = replace(mention, source=BOTH)
        found.append(Candidate(mention, witnesses(LABELS[kinds[type_]], around)))
    return found


def _is_described(own: str) -> bool:
    """Whether it has no name: "Estonian port authority"."""
    first, *rest = own.split()
    return first in ADJECTIVES and len(rest) > 1 and all(word.islower() for word in rest)


def _against_surer(mention: Mention, types: Mapping[str, str], tagged: Tagged) -> bool:
    """Whether the tagger is sure of another name there: of other limits, or of another type. It need be less sure of a
    longer one."""
    start, end = span_of(mention)
    return any(
        each.start < end
        and start < each.end
        and (each.start, each.end, types[each.kind]) != (start, end, mention.type)
        and each.confidence >= (_SURER_OF_LONGER if each.start <= start and end <= each.end else _SURER)
        for each in tagged.names
        if each.kind in types
    )


def _is_cut(words: Mapping[int, int], place: int) -> bool:
    """Whether a word of the dictionary began before *place* and goes on there."""
    return is_inside(words.get(place, 0))


def types_of(ontology: Ontology) -> dict[str, str]:
    """What *ontology* calls the kinds of the tagger that it has a type for."""
    types = {kind: ontology.entity_type_of(label) for kind, label in LABELS.items()}
    return {kind: type_ for kind, type_ in types.items() if type_ is not None}


def _room(start: int, end: int, named: Mapping[int, float]) -> float:
    """How likely the units from *start* to *end* belong to names, on average."""
    chances = [named[place] for place in range(start, end) if place in named]
    return sum(chances) / len(chances) if chances else 0.0


def _canonical(text: str) -> str:
    return " ".join(text.split())


def _overlap(one: Mention, other: Mention) -> bool:
    return one.char_start < other.char_end and other.char_start < one.char_end


def span_of(mention: Mention) -> tuple[int, int]:
    return mention.char_start, mention.char_end
