"""What is known of places by their Chinese names: which lie in which.

``places_zh.txt`` (``tools/build_places_zh.py`` makes it, from GeoNames, CC BY 4.0, and cpca, MIT) has a line for each
country, province and prefecture: the path to it, and what lies there; "=" joins a place's official name and its short
one. All names are in simplified characters.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final

FILE: Final = Path(__file__).with_name("places_zh.txt")
_LONGEST: Final = 15  # characters of an official name
_SHORTEST: Final = 2


def encloses(outer: str, inner: str) -> bool:
    """Whether *inner* is known to lie in *outer*."""
    known = _around().get(inner)
    return known is not None and inner != outer and any(outer in outers for outers in known)


def has_places(name: str) -> bool:
    """Whether places are known to lie in *name*."""
    return name in _outers()


def is_place(name: str) -> bool:
    """Whether there is a place of the *name*."""
    return name in _around() or name in _outers()


def known_end(folded: str, start: int, outer: str = "") -> int | None:
    """Where the longest known place ends that begins at *start*: one in *outer*, or, without it, one that has places
    within."""
    longest = _LONGEST if outer else _longest_outers().get(folded[start : start + _SHORTEST], 0)
    for length in range(min(longest, len(folded) - start), _SHORTEST - 1, -1):
        name = folded[start : start + length]
        if encloses(outer, name) if outer else has_places(name):
            return start + length
    return None


def outer_starts(folded: str) -> list[int]:
    """Where a known place may begin that has places within."""
    known = _longest_outers()
    return [i for i in range(len(folded) - 1) if folded[i : i + _SHORTEST] in known]


@cache
def _around() -> Mapping[str, tuple[frozenset[str], ...]]:
    """By the names of places: for each place of the name all that it lies in."""
    found: dict[str, tuple[frozenset[str], ...]] = {}
    for line in FILE.read_text(encoding="utf-8").splitlines():
        path, _, names = line.partition("\t")
        outers = frozenset(form for each in path.split("/") for form in each.split("="))
        for form in (form for each in names.split() for form in each.split("=")):
            found[form] = (*found.get(form, ()), outers)
    return found


@cache
def _outers() -> frozenset[str]:
    return frozenset(outer for found in _around().values() for outers in found for outer in outers)


@cache
def _longest_outers() -> Mapping[str, int]:
    """By their first characters, how long the longest of the places is in which others lie."""
    found: dict[str, int] = {}
    for name in _outers():
        found[name[:_SHORTEST]] = max(len(name), found.get(name[:_SHORTEST], 0))
    return found
