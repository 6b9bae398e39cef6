"""Countries and regions by all of their names: in English and Chinese, short, official, and the adjectives.

``American``, ``U.S.`` and ``美国`` are one place: texts say where something is by any of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from importlib.resources import files


def country_names() -> Iterator[tuple[list[str], list[str], list[str]]]:
    """For each country its English names (the first stands for all), its adjectives and its Chinese names."""
    for line in _file().splitlines():
        if line and not line.startswith("#"):
            english, adjectives, chinese = (
                [name.strip() for name in part.split(",") if name.strip()] for part in line.split("|")
            )
            yield english, adjectives, chinese


@cache
def _file() -> str:
    return files("aibox_assets.domain").joinpath("countries.txt").read_text("utf-8")
