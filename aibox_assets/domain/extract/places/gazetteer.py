"""What is known of places without reading a text: which cities and regions lie in which countries and continents.

``gazetteer.txt`` (``tools/build_gazetteer.py`` makes it, from GeoNames, CC BY 4.0) has a line for each country or
region: the path to it from its continent, and the names of what lies there. It bears out, or gainsays, what a text is
taken to say; alone it says nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final

from aibox_assets.domain.extract.relate.english.regions import ADJECTIVES

FILE: Final = Path(__file__).with_name("gazetteer.txt")
_ALSO: Final = {
    "US": "United States", "U.S.": "United States", "U.S": "United States", "USA": "United States",
    "U.S.A.": "United States", "America": "United States", "United States of America": "United States",
    "UK": "United Kingdom", "U.K.": "United Kingdom", "Britain": "United Kingdom", "Great Britain": "United Kingdom",
    "Burma": "Myanmar", "Holland": "Netherlands", "UAE": "United Arab Emirates", "Korea": "South Korea",
    "Republic of Korea": "South Korea", "People's Republic of China": "China", "Republic of Ireland": "Ireland",
    "Newfoundland": "Newfoundland and Labrador", "NSW": "New South Wales", "D.C.": "District of Columbia",
    "DC": "District of Columbia", "Washington, D.C.": "Washington", "Washington D.C.": "Washington",
    "New York City": "New York City", "Russian Federation": "Russia",
}  # fmt: skip

Path_ = tuple[str, ...]


def lies_in(place: str, outer: str) -> bool | None:
    """Whether *place* lies in *outer*: None where that is not known, or where only some places of the name do."""
    outer = _called(outer)
    if outer not in _outers():
        return None
    place = _called(place)
    found = _paths().get(place)
    if found is None or place == outer:
        return None
    inside = [outer in path for path in found]
    return True if all(inside) else None if any(inside) else False


def is_known(place: str) -> bool:
    """Whether there is such a place, or an adjective of it."""
    place = _called(place)
    return place in _paths() or place in _outers()


def _called(name: str) -> str:
    name = ADJECTIVES.get(name, name)
    return _ALSO.get(name, name)


@cache
def _paths() -> Mapping[str, tuple[Path_, ...]]:
    """By the names of places: all around them, from the continent on."""
    found: dict[str, tuple[Path_, ...]] = {}
    for line in FILE.read_text(encoding="utf-8").splitlines():
        path, _, names = line.partition("\t")
        around = tuple(path.split("/"))
        for name in names.split("|"):
            found[name] = (*found.get(name, ()), around)
    return found


@cache
def _outers() -> frozenset[str]:
    return frozenset(outer for paths in _paths().values() for path in paths for outer in path)
