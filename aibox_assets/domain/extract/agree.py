"""One name is one thing in a text: where it was taken for things of two types, the more trusted type wins."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Final

from aibox_assets.domain.models import Mention

# So many times as much must speak for one type as for any other; else both stay.
_MORE: Final = 1.2


def agree(names: Sequence[Mention], types: Collection[str]) -> list[Mention]:
    """*names*, where those that are spelled alike, and of one of *types*, are of one type.

    What speaks for a type is how sure each of its names is, all together.
    """
    votes: dict[str, dict[str, float]] = {}
    for each in names:
        if each.type in types:
            of = votes.setdefault(each.name, {})
            of[each.type] = of.get(each.type, 0.0) + each.confidence
    settled = {name: _winner(of) for name, of in votes.items() if len(of) > 1}
    return [
        replace(each, type=settled[each.name] or each.type)
        if each.type in types and each.name in settled
        else each
        for each in names
    ]


def _winner(votes: dict[str, float]) -> str | None:
    (first, most), (_, other), *__ = sorted(votes.items(), key=lambda it: -it[1])
    return first if most >= _MORE * other else None
