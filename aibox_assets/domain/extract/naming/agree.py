"""One name is one thing in a text: where it was taken for things of two types, the more trusted type wins."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from typing import Final

from aibox_assets.domain.extract.tagger.tagger import Tagged
from aibox_assets.domain.models import Mention, Relation

_OF_NO_TYPE: Final = "Misc"  # of the tagger's kinds
# So many times as much must speak for one type as for any other; else both stay.
_MORE: Final = 1.2
_FOUNDED: Final = re.compile(
    r"(?:was |were |been )?(?:co-?)?(?:found(?:ed|s|ing)?|establish(?:ed|es)?)(?P<by> by)?", re.I
)


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


def with_same(text: str, names: Sequence[Mention], tagged: Tagged, organization: str | None) -> list[Mention]:
    """*names*, and what is spelled like an organization among them and the tagger takes for a name of no type: "founded
    Debian", later on "led Debian"."""
    firms = {each.text: each for each in names if each.type == organization}
    same = [
        replace(firms[own], char_start=each.start, char_end=each.end)
        for each in tagged.names
        if each.kind == _OF_NO_TYPE and (own := text[each.start : each.end]) in firms
        if not any(it.char_start < each.end and each.start < it.char_end for it in names)
    ]
    return sorted([*names, *same], key=lambda each: each.char_start)


def _winner(votes: dict[str, float]) -> str | None:
    (first, most), (_, other), *__ = sorted(votes.items(), key=lambda it: -it[1])
    return first if most >= _MORE * other else None


def without_founded(
    names: Sequence[Mention], said: Iterable[Relation], person: str | None, organization: str | None
) -> list[Mention]:
    """*names*, where what is *said* to be founded is no person ("Ian Murdock founded Debian"): names of one word, which
    a tagger takes for either.
    """
    founded = set()
    for each in said:
        found = _FOUNDED.fullmatch(each.phrase)
        end = (each.head if found["by"] else each.tail) if found else None
        if end is not None and end.type == person and len(end.name.split()) == 1:
            founded.add(end.name)
    return [
        replace(each, type=organization)
        if organization is not None and each.name in founded and each.type == person
        else each
        for each in names
    ]
