"""Confidences that are shares: of what is found with 0.8, four fifths are right. Fitted, not chosen.

``calibration.json`` has lines (Platt, 1999) by what found a relation and by language, on what speaks for it: how surely
it is stated, how sure its names are, and whether the tagger sees it, too. ``python -m benchmarks.quality.fitting``
makes it, on sets that say which relations a text states; what no set knows keeps the confidence of its rule.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from aibox_assets.domain.extract.names import has_chinese
from aibox_assets.domain.extract.relate.english.regions import ADJECTIVES
from aibox_assets.domain.extract.tagger.tagger import Tagged
from aibox_assets.domain.extract.type_relations import TypedRelation
from aibox_assets.domain.models import Mention

FILE: Final = Path(__file__).with_name("calibration.json")
# What tagger and ontology call differently, or tell apart more or less finely.
_ALIKE: Final = {"BASED_IN": "LOCATED_IN", "HEADQUARTERED_IN": "LOCATED_IN"}

Line = Mapping[str, float]
Votes = Mapping[tuple[str, frozenset[str]], float]
"""How likely the tagger holds a relation between two names."""


@dataclass(frozen=True, slots=True)
class Calibration:
    """:ivar relations: a line by ``source/language``; a relation that it has no weight for stays as it is."""

    relations: Mapping[str, Line] = field(default_factory=dict)

    def of_relations(
        self, text: str, found: Iterable[TypedRelation], tagged: Tagged, names: Sequence[Mention]
    ) -> list[TypedRelation]:
        """*found*, in *text* with these *names*, with their shares of being right."""
        votes = votes_of(tagged, names)
        return [self._share(each, text, votes) for each in found]

    def _share(self, typed: TypedRelation, text: str, votes: Votes) -> TypedRelation:
        line = self.relations.get(kind_of(typed, text), {})
        if typed.relation not in line:
            return typed
        odds = sum(line.get(name, 0.0) * value for name, value in speaks_for(typed, votes).items())
        return replace(typed, sure=round(1 / (1 + math.exp(-odds)), 3))


_OF_FIRMS: Final = frozenset(
    {"ACQUIRED", "COMPETES_WITH", "FOUNDED", "INVESTED_IN", "PARTNERS_WITH", "SUBSIDIARY_OF"}
)


def kind_of(typed: TypedRelation, text: str) -> str:
    """What calibration tells apart, of a relation in *text*."""
    said = typed.evidence
    if not has_chinese(text[said.char_start : said.char_end]):
        return f"{said.source}/en"
    # Chinese news about companies is a set of its own.
    firms = typed.relation in _OF_FIRMS and typed.head.type == typed.tail.type
    return f"{said.source}/{'companies' if firms else 'zh'}"


def speaks_for(typed: TypedRelation, votes: Votes) -> dict[str, float]:
    """The values that are weighed for a relation."""
    if typed.sure is not None:
        return {"one": 1.0, "sure": log_odds(typed.sure), typed.relation: 1.0}
    vote = votes.get(_claim(typed.relation, typed.head.name, typed.tail.name))
    return {
        "one": 1.0,
        "said": log_odds(typed.evidence.confidence),
        "names": log_odds(math.sqrt(typed.head.confidence * typed.tail.confidence)),
        "voted": float(vote is not None),
        "vote": log_odds(vote) if vote is not None else 0.0,
        "within": float(typed.head.char_start <= typed.tail.char_start < typed.head.char_end),
        "adjective": float(typed.tail.text in ADJECTIVES),
        typed.relation: 1.0,
    }


def votes_of(tagged: Tagged, names: Sequence[Mention]) -> Votes:
    """What the tagger holds of the things that *names* call, at best."""
    called = {(each.char_start, each.char_end): each.name for each in names}
    votes: dict[tuple[str, frozenset[str]], float] = {}
    for each in tagged.relations:
        head, tail = (
            called.get((end.start, end.end)) for end in (tagged.names[each.head], tagged.names[each.tail])
        )
        if head is not None and tail is not None:
            claim = _claim(each.relation, head, tail)
            votes[claim] = max(votes.get(claim, 0.0), each.confidence)
    return votes


def _claim(relation: str, head: str, tail: str) -> tuple[str, frozenset[str]]:
    return _ALIKE.get(relation, relation), frozenset((head, tail))


def read_calibration(path: Path = FILE) -> Calibration:
    """The one that was fitted."""
    return Calibration(json.loads(path.read_text(encoding="utf-8"))["relations"])


def log_odds(share: float) -> float:
    """Of a share, kept away from 0 and 1."""
    share = min(max(share, 0.01), 0.99)
    return math.log(share / (1 - share))
