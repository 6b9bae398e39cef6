"""Where names stand in a text: for marking them, where only is known that they are in it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Mark:
    """Characters *start* to *end* of a text are a name of the entity *key*."""

    start: int
    end: int
    key: str


def find_names(text: str, names: Iterable[tuple[str, str]]) -> list[Mark]:
    """The places of names, in order and apart from each other; of two that overlap the longer one.

    :param names: each with the key of its entity. A name in letters with spaces between stands between other characters
        than letters and digits; one in Chinese stands anywhere.
    """
    keys = {name: key for name, key in names if name}
    if not keys:
        return []
    pattern = "|".join(_bounded(name) for name in sorted(keys, key=lambda name: (-len(name), name)))
    return [Mark(found.start(), found.end(), keys[found[0]]) for found in re.finditer(pattern, text)]


def _bounded(name: str) -> str:
    before = r"(?<![^\W_])" if _is_spaced(name[0]) else ""
    after = r"(?![^\W_])" if _is_spaced(name[-1]) else ""
    return f"{before}{re.escape(name)}{after}"


def _is_spaced(character: str) -> bool:
    """Whether words of such characters have spaces between them."""
    return character.isalnum() and ord(character) < 0x2E80
