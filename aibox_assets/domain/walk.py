"""A walk over things and the chunks that name them: which chunks are near to all things that a question names.

A personalised PageRank: who walks begins at one of the named things, goes from a thing to a chunk that names it, from a
chunk to another thing in it, and now and then begins again. Two texts that join the named things through a third one
are so found together, though neither of them says all that is asked. Pure functions, no I/O.

Source: Page, Brin, Motwani, Winograd, The PageRank Citation Ranking, 1999, section 6.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

DAMPING: Final = 0.5
"""How often the walk goes on, instead of beginning again."""
STEPS: Final = 12
"""After which what is left to go is less than ``DAMPING ** STEPS``, a four-thousandth."""
_RANGE: Final = 5.0
"""A chunk that the walk is at less often than the first one by this factor of e is not near."""
_LEADING: Final = 3
"""Things that are told of a chunk."""


@dataclass(frozen=True, slots=True)
class Near:
    """A chunk that the walk came to.

    :ivar nearness: 1 for the chunk where the walk is most often, 0 where it hardly ever is, on a scale of logarithms.
    :ivar through: the things from which it came there, the most frequent first.
    """

    nearness: float
    through: tuple[str, ...]


def walk(named: Mapping[str, Mapping[str, int]], starts: Sequence[Collection[str]]) -> dict[str, Near]:
    """The chunks that are near to the things where the walk begins, by their ids.

    :param named: how often each chunk names each thing. :param starts: the things that each name of the question may
        mean; things that no chunk names are left out.
    """
    pairs = [(thing, chunk, count) for thing, counts in named.items() for chunk, count in counts.items()]
    begins = [held for start in starts if (held := [thing for thing in start if named.get(thing)])]
    if not pairs or not begins:
        return {}
    things = {thing: place for place, thing in enumerate(named)}
    chunks = {chunk: place for place, chunk in enumerate(dict.fromkeys(chunk for _, chunk, _ in pairs))}
    at = np.array([things[thing] for thing, _, _ in pairs])
    to = np.array([chunks[chunk] for _, chunk, _ in pairs])
    weight = np.array([1 + math.log(max(count, 1)) for _, _, count in pairs])
    outward = weight / np.bincount(at, weight)[at]
    back = weight / np.bincount(to, weight)[to]
    begin = np.zeros(len(things))
    for held in begins:
        for thing in held:
            begin[things[thing]] += 1 / (len(begins) * len(held))
    on_things: NDArray[np.floating] = begin
    on_chunks: NDArray[np.floating] = np.zeros(len(chunks))
    for _ in range(STEPS):
        came = DAMPING * np.bincount(at, back * on_chunks[to], len(things))
        on_chunks = DAMPING * np.bincount(to, outward * on_things[at], len(chunks))
        on_things = (1 - DAMPING) * begin + came
    flow = outward * on_things[at]
    leading: dict[str, list[tuple[float, str]]] = defaultdict(list)
    for (thing, chunk, _), each in zip(pairs, flow.tolist(), strict=True):
        leading[chunk].append((-each, thing))
    most = float(on_chunks.max())
    return {
        chunk: Near(
            _nearness(float(on_chunks[place]), most),
            tuple(thing for _, thing in sorted(leading[chunk])[:_LEADING]),
        )
        for chunk, place in chunks.items()
    }


def _nearness(share: float, most: float) -> float:
    return max(0.0, 1 + math.log(share / most) / _RANGE) if share > 0 else 0.0
