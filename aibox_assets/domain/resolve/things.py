"""From links between names to things: single linkage, in order of score, that never joins what is forbidden."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Link:
    """Two names that are one thing, with how sure that is (a person's word is 1)."""

    one: str
    other: str
    score: float


def cluster(
    names: Iterable[str], links: Iterable[Link], forbidden: Collection[frozenset[str]] = ()
) -> list[frozenset[str]]:
    """The things that *links* make of *names*, each with all of its names; sorted, whatever the order of arrival.

    :param forbidden: pairs that are two things, also where links lead from one to the other: the weakest link breaks.
    """
    members = {name: {name} for name in names}
    apart: dict[str, set[str]] = {}
    for pair in forbidden:
        for name in pair:
            apart.setdefault(name, set()).update(pair - {name})
    for link in sorted(links, key=lambda link: (-link.score, *sorted((link.one, link.other)))):
        if link.one not in members or link.other not in members:
            continue
        one, other = members[link.one], members[link.other]
        if one is other or any(apart.get(name, set()) & other for name in one):
            continue
        one |= other
        for name in other:
            members[name] = one
    return sorted({frozenset(group) for group in members.values()}, key=sorted)
