from __future__ import annotations

import random
from collections import deque
from itertools import pairwise

import pytest

from aibox_assets.stores.graph_walk import shortest_chains

Graph = dict[str, set[str]]


def chains(graph: Graph, start: str, end: str, max_hops: int = 8, limit: int = 1000) -> list[tuple[str, ...]]:
    def expand(keys: list[str]) -> list[tuple[str, str]]:
        return [(key, other) for key in keys for other in graph.get(key, ())]

    return shortest_chains(start, end, expand, max_hops=max_hops, limit=limit)


def every_shortest(graph: Graph, start: str, end: str, max_hops: int) -> list[tuple[str, ...]]:
    """Breadth first over whole chains, slowly."""
    waiting, found = deque([(start,)]), list[tuple[str, ...]]()
    while waiting:
        chain = waiting.popleft()
        if found and len(chain) >= len(found[0]):
            break
        for other in graph.get(chain[-1], ()):
            if other == end:
                found.append((*chain, other))
            elif other not in chain and len(chain) < max_hops:
                waiting.append((*chain, other))
    return sorted(set(found))


@pytest.mark.parametrize("seed", range(60))
def test_all_shortest_chains_are_found_and_no_others(seed: int) -> None:
    chance = random.Random(seed)
    graph: Graph = {}
    for _ in range(chance.randrange(5, 40)):
        one, two = (str(chance.randrange(14)) for _ in range(2))
        graph.setdefault(one, set()).add(two)
        graph.setdefault(two, set()).add(one)
    for hops in (1, 3, 6):
        assert chains(graph, "0", "1", hops) == every_shortest(graph, "0", "1", hops)


def test_a_limit_and_ends_that_are_one() -> None:
    graph = {"a": {"b", "c"}, "b": {"a", "d"}, "c": {"a", "d"}, "d": {"b", "c"}}
    assert chains(graph, "a", "a") == []
    assert chains(graph, "a", "nowhere") == []
    (only,) = chains(graph, "a", "d", limit=1)
    assert all(two in graph[one] for one, two in pairwise(only))
