"""An English text in which the characters of known names are marks of their types, so that a pattern can ask for "an
organization" or "a date"; all else stands where it stood."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from aibox_assets.domain.models import Mention

PERSON: Final = "\ue000"
ORGANIZATION: Final = "\ue001"
PLACE: Final = "\ue002"
DATE: Final = "\ue003"
EVENT: Final = "\ue005"


@dataclass(frozen=True, slots=True)
class Masked:
    """:ivar text: with marks for names. :ivar at: the name that starts at a character."""

    text: str
    at: Mapping[int, Mention]

    def inside(self, start: int, end: int) -> list[Mention]:
        """The names that start there, in order."""
        return [self.at[place] for place in range(start, end) if place in self.at]


def mask(text: str, names: Iterable[Mention], marks: Mapping[str, str]) -> Masked:
    """*text* with the *marks* of types for the characters of *names* of these types; of two that overlap the first."""
    characters: list[str] = list(text)
    at: dict[int, Mention] = {}
    end = 0
    for each in sorted(names, key=lambda it: (it.char_start, -it.char_end)):
        if each.type in marks and each.char_start >= end:
            end = each.char_end
            at[each.char_start] = each
            characters[each.char_start : end] = marks[each.type] * (end - each.char_start)
    return Masked("".join(characters), at)


def row(name: str, most: int = 4) -> str:
    """The pattern of *name*, or of several that commas and "and" join."""
    return rf"{name}(?:(?:,|,?\s+and|\s+&)\s+(?:the\s+)?{name}){{0,{most}}}"


def any_of(marks: Sequence[str]) -> str:
    """The pattern of a name of one of the types of *marks*."""
    return f"[{''.join(marks)}]++"
