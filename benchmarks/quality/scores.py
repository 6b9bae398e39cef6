"""Right, wrong and missed; and how far confidences are from the shares that are right."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from aibox_assets.domain.extract.trace import Trace
from aibox_assets.domain.extract.type_relations import TypedRelation
from benchmarks.quality.sets import OTHER, TYPES, Fact, Gold, fact, spelling

BINS: Final = 10
# What the sets call a relation of ours: the one that is true, else the first that the set knows.
_CALLED: Final = {
    "HEADQUARTERED_IN": ("BASED_IN", "LOCATED_IN"),
    "LOCATED_IN": ("LOCATED_IN", "BASED_IN"),
    "AUTHORED": ("AUTHORED", "PRODUCES"),
    "PERFORMED": ("PERFORMED", "PRODUCES"),
    "DIRECTED": ("DIRECTED", "PRODUCES"),
    "LEADS": ("LEADS", "WORKS_FOR"),
}


@dataclass
class Score:
    """Counts, and some of the errors."""

    right: int = 0
    wrong: int = 0
    missed: int = 0
    by_kind: dict[str, Counter[str]] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)

    @property
    def precision(self) -> float:
        """Of what was found."""
        return self.right / max(1, self.right + self.wrong)

    @property
    def recall(self) -> float:
        """Of what is true."""
        return self.right / max(1, self.right + self.missed)

    @property
    def f1(self) -> float:
        """Harmonic mean of both."""
        return 2 * self.right / max(1, 2 * self.right + self.wrong + self.missed)

    def add(self, kind: str, outcome: str, error: str = "") -> None:
        """Count one thing: ``right``, ``wrong`` or ``missed``."""
        setattr(self, outcome, getattr(self, outcome) + 1)
        self.by_kind.setdefault(kind, Counter())[outcome] += 1
        if error:
            self.errors.append(f"{outcome}: {error}")


@dataclass(frozen=True, slots=True)
class Vote:
    """Something found, how sure it was, and whether it is right.

    :ivar source: what found it. :ivar kind: type or relation.
    """

    source: str
    kind: str
    confidence: float
    right: bool
    text: str


def score_names(gold: Gold, trace: Trace, score: Score) -> list[Vote]:
    """Exact spans and types, of the three types that every set knows."""
    if gold.spans is None:
        return []
    votes, found = [], set()
    for each in trace.mentions:
        if each.type in TYPES:
            span = (each.char_start, each.char_end, each.type)
            found.add(span)
            votes.append(Vote(each.source, each.type, each.confidence, span in gold.spans, gold.text))
    for start, end, kind in sorted(found | gold.spans):
        span = (start, end, kind)
        outcome = "missed" if span not in found else "right" if span in gold.spans else "wrong"
        said = f"{kind} “{gold.text[start:end]}” in “{gold.text[max(0, start - 30) : end + 30]}”"
        score.add(kind, outcome, "" if outcome == "right" else said)
    return votes


def score_relations(gold: Gold, trace: Trace, known: frozenset[str], score: Score) -> list[Vote]:
    """End to end: both names, their types and the relation; once per pair of things."""
    votes: dict[Fact, Vote] = {}
    for each in trace.typed:
        ends = [_entity(gold, end.name, end.text, end.type) for end in (each.head, each.tail)]
        relation = _called(each, known, gold, ends)
        if relation not in known:
            continue
        if gold.pairs is not None and frozenset(ends) not in gold.pairs:
            continue
        # A name that is no thing of the text is a thing of its own.
        own = [
            end if end is not None else -1 - abs(hash(name))
            for end, name in zip(ends, (each.head.name, each.tail.name), strict=True)
        ]
        said = fact(own[0], relation, own[1])
        vote = Vote(each.evidence.source, relation, each.confidence, said in gold.facts, gold.text)
        if said not in votes or votes[said].confidence < vote.confidence:
            votes[said] = vote
        if said not in gold.facts:
            where = gold.text[each.evidence.char_start : each.evidence.char_end]
            score.errors.append(
                f"wrong: {each.head.name} {each.relation} {each.tail.name} "
                f"({each.evidence.source} {each.confidence:.2f}) in “{where}”"
            )
    for said, vote in votes.items():
        score.add(said[1], "right" if vote.right else "wrong")
    for head, relation, tail in sorted(gold.facts - votes.keys()):
        names = [min(gold.entities[at][1]).partition(":")[2] for at in (head, tail)]
        score.add(relation, "missed", f"{names[0]} {relation} {names[1]} in “{gold.text[:120]}…”")
    return list(votes.values())


def calibration_error(votes: Iterable[Vote]) -> float:
    """The expected calibration error, over ten bins of equal width (Guo et al., 2017)."""
    bins: dict[int, list[Vote]] = {}
    for vote in votes:
        bins.setdefault(min(BINS - 1, int(vote.confidence * BINS)), []).append(vote)
    total = sum(map(len, bins.values()))
    return sum(abs(_share(each) - _mean(each)) * len(each) for each in bins.values()) / max(1, total)


def _share(votes: Sequence[Vote]) -> float:
    return sum(each.right for each in votes) / len(votes)


def _mean(votes: Sequence[Vote]) -> float:
    return sum(each.confidence for each in votes) / len(votes)


def _entity(gold: Gold, name: str, text: str, kind: str) -> int | None:
    kind = kind if kind in TYPES else OTHER
    spelled = {spelling(name), spelling(text)}
    return next((at for at, (of, names) in enumerate(gold.entities) if of == kind and names & spelled), None)


def _called(each: TypedRelation, known: frozenset[str], gold: Gold, ends: Sequence[int | None]) -> str:
    head, tail = ends
    names = [name for name in _CALLED.get(each.relation, (each.relation,)) if name in known]
    if head is not None and tail is not None:
        names.sort(key=lambda name: fact(head, name, tail) not in gold.facts)
    return names[0] if names else each.relation
