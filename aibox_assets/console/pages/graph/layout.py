"""Where the nodes of a drawing stand: springs along edges, all others apart; those that have a place keep near it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

Point = tuple[float, float]
SIDE: Final = 100.0
"""Length of an edge at rest."""
_ROUNDS: Final = 120
_PAIRS: Final = 40_000_000
"""Pairs that are looked at in all rounds together: what a second of one core does."""
_GOLDEN: Final = np.pi * (3 - np.sqrt(5))


def lay_out(
    keys: Sequence[str],
    edges: Iterable[tuple[str, str]],
    known: Mapping[str, Point],
    pinned: Collection[str] = (),
) -> dict[str, Point]:
    """A place for each of *keys*. Equal arguments give equal places.

    Source: T. Fruchterman and E. Reingold, "Graph drawing by force-directed placement", 1991.

    :param known: places of before, from which it is begun. :param pinned: of these, those that stay.
    """
    if not keys:
        return {}
    at = {key: number for number, key in enumerate(keys)}
    pairs = [(at[one], at[other]) for one, other in edges if one in at and other in at and one != other]
    ends = np.array(pairs, dtype=np.int64).reshape(-1, 2)
    places = _begin(keys, ends, known)
    free = np.array([key not in pinned or key not in known for key in keys])
    rounds = int(min(_ROUNDS, max(10, _PAIRS // max(1, len(keys) ** 2))))
    for number in range(rounds):
        step = SIDE * (1 - number / rounds) * (1.0 if number else 0.5)
        force = _forces(places, ends)
        length = np.maximum(np.hypot(force[:, 0], force[:, 1]), 1e-9)
        moved = force * (np.minimum(length, step) / length)[:, None]
        places[free] += moved[free]
    return {key: (round(float(x), 1), round(float(y), 1)) for key, (x, y) in zip(keys, places, strict=True)}


def _begin(keys: Sequence[str], ends: NDArray[np.int64], known: Mapping[str, Point]) -> NDArray[np.float32]:
    """New nodes begin beside a neighbour that has a place, else on a spiral around the middle."""
    places = np.zeros((len(keys), 2), dtype=np.float32)
    placed = np.array([key in known for key in keys])
    for number, key in enumerate(keys):
        angle, away = number * _GOLDEN, SIDE * np.sqrt(number + 1)
        places[number] = known.get(key) or (away * np.cos(angle), away * np.sin(angle))
    for one, other in ends:
        for new, old in ((one, other), (other, one)):
            if placed[old] and not placed[new]:
                angle = new * _GOLDEN
                places[new] = places[old] + SIDE * np.array((np.cos(angle), np.sin(angle)))
                placed[new] = True
    return places


def _forces(places: NDArray[np.float32], ends: NDArray[np.int64]) -> NDArray[np.float32]:
    x, y = places[:, 0], places[:, 1]
    dx, dy = x[:, None] - x[None, :], y[:, None] - y[None, :]
    apart = np.float32(SIDE * SIDE) / np.maximum(dx * dx + dy * dy, np.float32(1.0))
    # Each pushes the others away, and the middle holds all, so that parts without a way between them stay near.
    force: NDArray[np.float32] = np.stack(
        [(dx * apart).sum(1), (dy * apart).sum(1)], axis=1
    ) - places * np.float32(0.05)
    if len(ends):
        along = places[ends[:, 1]] - places[ends[:, 0]]
        pull = along * (np.hypot(along[:, 0], along[:, 1]) / np.float32(SIDE))[:, None]
        np.add.at(force, ends[:, 0], pull)
        np.add.at(force, ends[:, 1], -pull)
    return force
