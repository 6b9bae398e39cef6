"""Words of a Chinese text, and the names that are found among them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

HAN = re.compile(r"[\u4e00-\u9fff]+$")


class Word(NamedTuple):
    text: str
    tag: str
    start: int
    known: bool

    @property
    def end(self) -> int:
        return self.start + len(self.text)


@dataclass(frozen=True, slots=True)
class Found:
    start: int
    end: int
    label: str
    source: str
    name: str = ""  # where it is not the text's own


def everywhere(name: str, folded: str) -> Iterator[tuple[int, int]]:
    """Start and end of each occurrence of *name*."""
    start = folded.find(name)
    while start >= 0:
        end = start + len(name)
        yield start, end
        start = folded.find(name, end)
