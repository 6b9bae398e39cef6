"""Shortest chains in a graph that is known by its neighbours only. Pure functions, no I/O.

The servers' own ``shortestPath`` is no use here: the embedded one looks for the shortest path first and then drops it
where the viewer may not see it, though a longer one that may be seen exists.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable

Expand = Callable[[list[str]], Iterable[tuple[str, str]]]
"""Pairs of a key of the list and a neighbour of it."""

Parents = dict[str, set[str]]


def shortest_chains(
    start: str, end: str, expand: Expand, *, max_hops: int, limit: int
) -> list[tuple[str, ...]]:
    """The shortest chains of keys from *start* to *end*, sorted; none where it takes more than *max_hops*.

    Walks from both ends in turns, always on the side with fewer open ends.
    """
    if start == end:
        return []
    parents: tuple[Parents, Parents] = ({start: set()}, {end: set()})
    fronts = [{start}, {end}]
    for _ in range(max_hops):
        side = 0 if len(fronts[0]) <= len(fronts[1]) else 1
        fronts[side] = _step(fronts[side], parents[side], expand)
        if not fronts[side]:
            return []
        if met := fronts[side] & parents[1 - side].keys():
            chains = (
                (*reversed(back), key, *ahead)
                for key in sorted(met)
                for back in _chains(key, parents[0], limit)
                for ahead in _chains(key, parents[1], limit)
            )
            return sorted(set(chains))[:limit]
    return []


def _step(front: Collection[str], parents: Parents, expand: Expand) -> set[str]:
    reached: Parents = defaultdict(set)
    for key, other in expand(sorted(front)):
        if other not in parents:
            reached[other].add(key)
    parents.update(reached)
    return set(reached)


def _chains(key: str, parents: Parents, limit: int) -> list[tuple[str, ...]]:
    """The ways back from *key*, without itself; at most *limit*."""
    chains: list[tuple[str, ...]] = [()]
    while any(parents[chain[-1] if chain else key] for chain in chains):
        chains = [
            (*chain, parent) for chain in chains for parent in sorted(parents[chain[-1] if chain else key])
        ][:limit]
    return chains
