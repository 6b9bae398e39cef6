"""Mentions of one text → its entities, the ordered pairs of them, and the relations of these."""

from __future__ import annotations

from collections.abc import Collection, Container, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import permutations
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from aibox_assets.domain.extract.tagger.labels import ENTITY_TYPES, RELATIONS

MOST_ENTITIES: Final = 40  # of one text; pairs grow with the square
_FARTHEST: Final = 11
_TILE: Final = 128  # pairs at once: what they take, 1 KiB for each relation, stays in the processor's cache

Floats = npt.NDArray[np.float32]
Integers = npt.NDArray[np.int64]
Ends = tuple[str, str]
"""The kinds of a head and a tail."""


@dataclass(frozen=True, slots=True)
class Place:
    """A mention by its units. :ivar name: as names are compared here. :ivar last: inclusive."""

    name: str
    kind: str
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Group:
    """Mentions of one entity, as far as one text tells. :ivar members: indices of its mentions."""

    kind: str
    members: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """One text, as the network read it.

    :ivar states: of its pieces with the special ones, ``(pieces + 2, hidden)``.
    :ivar attention: of the last layer, ``(heads, pieces + 2, pieces + 2)``.
    :ivar units: states of its units.
    :ivar first: the first piece of each unit.
    """

    states: Floats
    attention: Floats
    units: Floats
    first: Sequence[int]


def group_mentions(places: Sequence[Place]) -> list[Group]:
    """Mentions with the same name and kind; a person's single name joins the only longer one that has it."""
    names: dict[tuple[str, str], list[int]] = {}
    for i, place in enumerate(places):
        names.setdefault((place.name, place.kind), []).append(i)
    longer: dict[str, set[tuple[str, str]]] = {}
    for name, kind in names:
        words = name.split()
        if kind == "Person" and len(words) > 1:
            for word in (words[0], words[-1]):
                longer.setdefault(word, set()).add((name, kind))
    for name, kind in list(names):
        whole = longer.get(name, set())
        if kind == "Person" and len(whole) == 1:
            names[next(iter(whole))].extend(names.pop((name, kind)))
    groups = [Group(kind, tuple(sorted(members))) for (_, kind), members in names.items()]
    return sorted(groups, key=lambda each: each.members[0])[:MOST_ENTITIES]


def describe_groups(
    reading: Reading, places: Sequence[Place], groups: Sequence[Group], kinds: Floats
) -> tuple[Floats, Floats]:
    """Vectors of the entities, and what their mentions attend to.

    :param kinds: the network's vectors of the kinds of names.
    """
    vectors, looks = [], []
    for group in groups:
        firsts = [places[i].first for i in group.members]
        lasts = [places[i].last for i in group.members]
        kind = kinds[ENTITY_TYPES.index(group.kind)]
        vectors.append(
            np.concatenate([_soft_maximum(reading.units[firsts]), _soft_maximum(reading.units[lasts]), kind])
        )
        looks.append(reading.attention[:, [reading.first[i] + 1 for i in firsts]].mean((0, 1)))
    return np.stack(vectors), np.stack(looks)


def all_pairs(groups: Sequence[Group], ends: Container[Ends] | None) -> tuple[Integers, Integers]:
    """Heads and tails of the ordered pairs whose kinds are in *ends*; of all where it is None."""
    pairs = [
        (head, tail)
        for head, tail in permutations(range(len(groups)), 2)
        if ends is None or (groups[head].kind, groups[tail].kind) in ends
    ]
    heads, tails = np.array(pairs, np.int64).reshape(-1, 2).T
    return heads, tails


def distances_of(
    places: Sequence[Place], groups: Sequence[Group], heads: Integers, tails: Integers
) -> Integers:
    """Of the closest mentions of each pair, in steps that grow."""
    firsts = np.array([places[i].first for group in groups for i in group.members], np.int64)
    starts = np.cumsum([0, *(len(group.members) for group in groups[:-1])])
    gaps = np.abs(firsts[:, None] - firsts[None])
    closest = np.minimum.reduceat(np.minimum.reduceat(gaps, starts, 0), starts, 1)[heads, tails]
    steps: Integers = np.minimum(_FARTHEST, (np.log2(closest + 1) * 1.4).astype(np.int64))
    return steps


class PairScorer:
    """The trained head for relations (``PairHead`` of the network).

    :param pairs: session of ONNX Runtime, with the graph for pairs. :param relations: with that for relations.
    :param weights: of the tagger.
    :param ends: relations that may be between a head and a tail of these kinds; None for all.
    """

    def __init__(
        self,
        pairs: Any,
        relations: Any,
        weights: Mapping[str, Floats],
        ends: Mapping[Ends, Collection[str]] | None,
    ) -> None:
        self._pairs, self._relations, self._kinds = pairs, relations, weights["pairs.kind.weight"]
        known = RELATIONS[: len(weights["pairs.both.bias"])]
        self._asked = {
            kinds: np.array([i for i, name in enumerate(known) if i == 0 or name in asked], np.int64)
            for kinds, asked in (ends or {}).items()
        }
        self._all = np.arange(len(known)) if ends is None else None

    def score(
        self, reading: Reading, places: Sequence[Place], groups: Sequence[Group]
    ) -> tuple[Integers, Integers, Floats]:
        """Heads, tails and logits of the ordered pairs of *groups* that may be related; of relations that are not
        between their kinds the logits are -∞.
        """
        heads, tails = all_pairs(groups, self._asked if self._all is None else None)
        if not len(heads):
            return heads, tails, np.zeros((0, len(RELATIONS)), np.float32)
        vectors, looks = describe_groups(reading, places, groups, self._kinds)
        # What both ends look at does not depend on which is the head.
        unordered = np.minimum(heads, tails) * len(groups) + np.maximum(heads, tails)
        pairs, both = np.unique(unordered, return_inverse=True)
        one, other = pairs // len(groups), pairs % len(groups)
        given = {
            "states": reading.states,
            "looks": looks,
            "vectors": vectors,
            "one": one,
            "other": other,
            "steps": distances_of(places, groups, one, other),
            "heads": heads,
            "tails": tails,
            "both": both,
        }
        of_heads, of_tails, apart = self._pairs.run(None, given)
        logits = np.full((len(heads), len(RELATIONS)), -np.inf, np.float32)
        for asked, rows in self._batches(groups, heads, tails):
            given = {"heads": of_heads[rows], "tails": of_tails[rows], "relations": asked}
            here = np.ix_(rows, asked)
            logits[here] = apart[here] + self._relations.run(None, given)[0]
        return heads, tails, logits

    def _batches(
        self, groups: Sequence[Group], heads: Integers, tails: Integers
    ) -> Iterator[tuple[Integers, Integers]]:
        """Indices of the relations to ask for, the threshold first, and of which pairs."""
        alike: dict[Ends, list[int]] = {}
        for row, (head, tail) in enumerate(zip(heads.tolist(), tails.tolist(), strict=True)):
            alike.setdefault((groups[head].kind, groups[tail].kind), []).append(row)
        for kinds, rows in alike.items():
            asked = self._asked[kinds] if self._all is None else self._all
            for start in range(0, len(rows), _TILE):
                yield asked, np.array(rows[start : start + _TILE], np.int64)


def _soft_maximum(rows: Floats) -> Floats:
    if len(rows) == 1:
        only: Floats = rows[0]
        return only
    top = rows.max(0)
    soft: Floats = top + np.log(np.exp(rows - top).mean(0))
    return soft
