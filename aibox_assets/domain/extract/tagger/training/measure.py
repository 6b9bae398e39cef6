"""What the whole offline extractor finds in texts that are kept apart, and the lines of a tagger's confidences."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import numpy as np

from aibox_assets.domain.extract.naming.join import types_of
from aibox_assets.domain.extract.offline import OfflineExtractor
from aibox_assets.domain.extract.proposals.calibrate import log_odds
from aibox_assets.domain.extract.proposals.learned import ends_of
from aibox_assets.domain.extract.tagger.artifact import Line, read_artifact, write_artifact
from aibox_assets.domain.extract.tagger.labels import ENTITY_TYPES, RELATIONS
from aibox_assets.domain.extract.tagger.tagger import Tagged, Tagger, name_key
from aibox_assets.domain.extract.tagger.training.sets import Source
from aibox_assets.domain.extract.trace import Trace
from aibox_assets.domain.models import Chunk
from aibox_assets.domain.ontology import Ontology

_BATCH: Final = 32
_KINDS: Final = ENTITY_TYPES[:3]  # that are told
_STRENGTH: Final = 6.0  # of the lines before, as if so much was known already
# What sets, tagger and ontology tell apart more or less finely.
_ALIKE: Final = {"BASED_IN": "LOCATED_IN", "HEADQUARTERED_IN": "LOCATED_IN"}

Fact = tuple[int, str, int]
Vote = tuple[float, bool]


@dataclass
class Count:
    """Right, wrong and missed."""

    right: int = 0
    wrong: int = 0
    missed: int = 0

    def add(self, found: Set[object], true: Set[object]) -> None:
        """Count what was found in a text."""
        self.right += len(found & true)
        self.wrong += len(found - true)
        self.missed += len(true - found)

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall."""
        return 2 * self.right / max(1, 2 * self.right + self.wrong + self.missed)


@dataclass
class Figures:
    """Of a set, or of several. :ivar texts: how many."""

    texts: int = 0
    names: Count = field(default_factory=Count)
    relations: Count = field(default_factory=Count)


def measure(extractor: OfflineExtractor, sources: Sequence[Source], ontology: Ontology) -> dict[str, Figures]:
    """By set: exact names, and relations end to end (names, kinds and relation right)."""
    judge, figures = _Judge(sources, ontology), {each.set: Figures() for each in sources}
    for start in range(0, len(sources), _BATCH):
        part = sources[start : start + _BATCH]
        for source, trace in zip(part, extractor.trace([_chunk(each.text) for each in part]), strict=True):
            own = figures[source.set]
            own.texts += 1
            if not source.partly:
                own.names.add(judge.names(source, trace), judge.true_names(source))
            if source.related:
                own.relations.add(judge.facts(source, trace), judge.true_facts(source))
    return figures


def set_lines(folder: Path, sources: Sequence[Source], ontology: Ontology) -> None:
    """Fit the confidences of the tagger in *folder*, which are lines on its log odds, to *sources*."""
    before, judge = read_artifact(folder), _Judge(sources, ontology)
    known = ends_of(ontology)

    def read(names: Line) -> Iterator[tuple[Source, Tagged]]:
        opened = dict.fromkeys(before.sure, (1.0, 0.0))
        write_artifact(folder, before.weights(), before.description(names, opened))
        tagger = Tagger(folder, ends=known)
        return ((each, tagger.read(each.text)) for each in sources)

    votes = [
        (log_odds(name.confidence), (name.start, name.end, name.kind) in judge.true_names(source))
        for source, tagged in read((1.0, 0.0))
        for name in tagged.names
        if not source.partly and name.kind in _KINDS and ENTITY_TYPES.index(name.kind) not in source.absent
    ]
    names = _line(votes, before.names)
    related: dict[str, list[Vote]] = {}
    for source, tagged in read(names):
        if source.related:
            for relation, margin, right in judge.votes(source, tagged):
                related.setdefault(relation, []).append((margin, right))
    sure = {name: _line(related.get(name, []), line) for name, line in before.sure.items()}
    write_artifact(folder, before.weights(), before.description(names, sure))


def _line(votes: Iterable[Vote], prior: Line) -> Line:
    """Slope and offset of the most likely line, by Newton's steps."""
    given = list(votes)
    x = np.array([[value, 1.0] for value, _ in given]).reshape(-1, 2)
    y = np.array([float(right) for _, right in given])
    found = start = np.array(prior)
    for _ in range(50):
        p = 1 / (1 + np.exp(-x @ found))
        slope = x.T @ (p - y) + _STRENGTH * (found - start)
        curve = (x * (p * (1 - p))[:, None]).T @ x + _STRENGTH * np.eye(2)
        found = found - np.linalg.solve(curve, slope)
    return round(float(found[0]), 4), round(float(found[1]), 4)


class _Judge:
    """Says what is right, in the words of the sets."""

    def __init__(self, sources: Iterable[Source], ontology: Ontology) -> None:
        self._kinds = {type_: kind for kind, type_ in types_of(ontology).items()}
        self._symmetric = {each.name for each in ontology.relation_types if each.symmetric}
        self._stated: dict[str, set[str]] = {}
        for source in sources:
            stated = self._stated.setdefault(source.set, set())
            stated |= {_alike(RELATIONS[relation]) for _, relation, _ in source.relations}

    def true_names(self, source: Source) -> set[tuple[int, int, str]]:
        return {
            (a, b, ENTITY_TYPES[kind])
            for spans, kind in source.entities
            if kind < len(_KINDS)
            for a, b in spans
        }

    def names(self, source: Source, trace: Trace) -> set[tuple[int, int, str]]:
        return {
            (each.char_start, each.char_end, kind)
            for each in trace.mentions
            if (kind := self._kinds.get(each.type)) and ENTITY_TYPES.index(kind) not in source.absent
        }

    def true_facts(self, source: Source) -> set[Fact]:
        stated = [(head, RELATIONS[relation], tail) for head, relation, tail in source.relations]
        return {self._fact(*each) for each in stated if each[1] != "SAME_AS"}

    def facts(self, source: Source, trace: Trace) -> set[Fact]:
        """What is told, of the relations that the set states, and of the pairs that it speaks of."""
        ends = _Ends(source)
        return {
            self._fact(head, relation, tail)
            for each in trace.typed
            if (relation := self._called(source, each.relation))
            for head, tail in [
                [ends.of(end.text, end.name, self._kinds.get(end.type)) for end in (each.head, each.tail)]
            ]
            if source.pairs is None or {(head, tail), (tail, head)} & set(source.pairs)
        }

    def votes(self, source: Source, tagged: Tagged) -> Iterator[tuple[str, float, bool]]:
        """The tagger's relations: log odds, and whether they are right."""
        ends, true = _Ends(source), self.true_facts(source)
        for each in tagged.relations:
            if relation := self._called(source, each.relation):
                head, tail = (
                    ends.of(source.text[name.start : name.end], "", name.kind)
                    for name in (tagged.names[each.head], tagged.names[each.tail])
                )
                if source.pairs is None or {(head, tail), (tail, head)} & set(source.pairs):
                    right = self._fact(head, relation, tail) in true
                    yield each.relation, log_odds(each.confidence), right

    def _called(self, source: Source, relation: str) -> str | None:
        """What the set calls *relation*; None where it says nothing of it."""
        stated, called = self._stated[source.set], _alike(relation)
        if called == "LEADS" and called not in stated:
            called = "WORKS_FOR"
        return called if called in stated else None

    def _fact(self, head: int, relation: str, tail: int) -> Fact:
        if relation in self._symmetric and head > tail:
            head, tail = tail, head
        return head, _alike(relation), tail


class _Ends:
    """Which thing of a text a name means; a name that means none is a thing of its own."""

    def __init__(self, source: Source) -> None:
        self._things: dict[tuple[str, str], int] = {}
        for i, (spans, kind) in enumerate(source.entities):
            for a, b in spans:
                called = ENTITY_TYPES[kind] if kind < len(_KINDS) else ""
                self._things.setdefault((_key(source.text[a:b]), called), i)

    def of(self, text: str, name: str, kind: str | None) -> int:
        called = kind if kind in _KINDS else ""
        for each in (text, name):
            if (found := self._things.get((_key(each), called or ""))) is not None:
                return found
        return self._things.setdefault((_key(text), called or ""), -1 - len(self._things))


def _alike(relation: str) -> str:
    return _ALIKE.get(relation, relation)


def _key(name: str) -> str:
    return name_key(name).rstrip(". ")


def _chunk(text: str) -> Chunk:
    return Chunk("", "", 0, text, len(text) // 4, 0, len(text), None, None, (), "und")
