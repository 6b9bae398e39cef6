"""Which of many patterns may match a text: those whose letters it has, which is found sooner than that each of them
matches nowhere."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from re import _constants as ops  # type: ignore[attr-defined]  # no public name since 3.11
from re import _parser  # type: ignore[attr-defined]
from typing import Any, Final, Generic, Protocol, TypeVar


class WithPattern(Protocol):
    """What has a pattern."""

    @property
    def pattern(self) -> re.Pattern[str]: ...


T = TypeVar("T", bound="WithPattern | re.Pattern[str]")
Need = frozenset[str]
"""Letters of which a text must have some."""
_NONE: Final = frozenset({""})
"""Every text has it."""
_EITHER_CASE: Final = "\0"
"""Before letters that a text may have as capitals, too."""
_FIRST: Final = 2  # letters by which others are looked up
_MOST_NEEDS: Final = 3
_ALWAYS: Final = 1.0
# Hardly a text has none of these.
_COMMON: Final = frozenset({
    "and", "are", "been", "for", "from", "had", "has", "have", "her", "his", "into", "its", "that", "the", "their",
    "they", "this", "was", "were", "which", "who", "with",
})  # fmt: skip
_WORD: Final = re.compile(r"[A-Za-z0-9]+")
_MARK: Final = re.compile("[\ue000-\ue00f]")  # of :mod:`masks`
_REPEATS: Final = (ops.MAX_REPEAT, ops.MIN_REPEAT, ops.POSSESSIVE_REPEAT)
_known: dict[str, set[str]] = {}
"""The letters of all needs, by their first ones."""


class Prefilter(Generic[T]):
    """Of *items*, which are patterns or have one, those that a text is worth trying for."""

    def __init__(self, items: Iterable[T]) -> None:
        self._given = tuple(items)
        self._items: Sequence[tuple[T, Sequence[Need]]] = ()
        self._with: dict[str, list[int]] = {}  # which items need these letters first

    def _read(self) -> None:
        """Read what the items need, when a first text comes: it takes longer than to compile them."""
        read, first_needed = [], dict[str, list[int]]()
        for place, item in enumerate(self._given):
            first, *others = needs_of(item) or [_NONE]
            read.append((item, others))
            for letters in first:
                first_needed.setdefault(letters, []).append(place)
        for letters in {*first_needed, *(it for _, needs in read for need in needs for it in need)}:
            case = _EITHER_CASE if letters.startswith(_EITHER_CASE) else ""
            own = letters.removeprefix(case)
            _known.setdefault(case + own[:_FIRST], set()).add(own)
        _letters_of_word.cache_clear()
        _letters_of.cache_clear()
        self._with, self._items = first_needed, read

    def of(self, text: str, source: str | None = None) -> list[T]:
        """Those that may match somewhere in *text*, in order. :param source: what *text* is but for its marks."""
        if not self._items:
            self._read()
        has = _letters_of(source or text).union(_MARK.findall(text))
        places = {place for letters in self._with.keys() & has for place in self._with[letters]}
        found = (self._items[place] for place in sorted(places))
        return [item for item, others in found if not any(map(has.isdisjoint, others))]


def needs_of(item: WithPattern | re.Pattern[str]) -> Sequence[Need]:
    """What every text has that *item* matches; first what few texts have."""
    pattern = item if isinstance(item, re.Pattern) else item.pattern
    parsed = _parser.parse(pattern.pattern, pattern.flags)
    needs = dict.fromkeys(_needs(parsed, either_case=bool(pattern.flags & re.IGNORECASE)))
    return sorted((each for each in needs if _often(each) < _ALWAYS), key=_often)[:_MOST_NEEDS]


@lru_cache(maxsize=4)  # several ask for the same texts
def _letters_of(text: str) -> frozenset[str]:
    return _NONE.union(*map(_letters_of_word, set(_WORD.findall(text))))


@lru_cache(maxsize=20_000)
def _letters_of_word(word: str) -> frozenset[str]:
    return frozenset(_within(word, "")) | frozenset(_within(word.lower(), _EITHER_CASE))


def _within(word: str, case: str) -> Iterator[str]:
    for i in range(len(word) - 1):
        for letters in _known.get(case + word[i : i + _FIRST], ()):
            if word.startswith(letters, i):
                yield case + letters


def _needs(parsed: Iterable[Any], *, either_case: bool) -> Iterator[Need]:
    letters = ""
    for op, value in (*parsed, (None, None)):
        if op is ops.LITERAL and _WORD.fullmatch(chr(value)):
            letters += chr(value)
            continue
        if len(letters) >= _FIRST:
            yield frozenset({_EITHER_CASE + letters.lower() if either_case else letters})
        letters = ""
        if op is ops.LITERAL and _MARK.match(chr(value)):
            yield frozenset({chr(value)})
        elif op is ops.IN and all(kind is ops.LITERAL and _MARK.match(chr(each)) for kind, each in value):
            yield frozenset(chr(each) for _, each in value)
        elif op is ops.SUBPATTERN:
            _, added, removed, inner = value
            either = (either_case or bool(added & re.IGNORECASE)) and not removed & re.IGNORECASE
            yield from _needs(inner, either_case=either)
        elif op is ops.ATOMIC_GROUP:
            yield from _needs(value, either_case=either_case)
        elif op in _REPEATS and value[0]:
            yield from _needs(value[2], either_case=either_case)
        elif op is ops.BRANCH:
            ways = [min(_needs(way, either_case=either_case), key=_often, default=None) for way in value[1]]
            if all(ways):
                yield frozenset[str]().union(*filter(None, ways))


def _often(need: Need) -> float:
    """How many texts have it, only to compare needs by."""
    return sum(_how_often(each.removeprefix(_EITHER_CASE)) for each in need)


def _how_often(letters: str) -> float:
    if letters in _COMMON or (len(letters) < 3 and not _MARK.match(letters)):
        return _ALWAYS
    return 0.4 ** min(len(letters), 6)
