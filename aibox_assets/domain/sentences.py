"""Sentences of a text by their places, and those of a passage that answer a question."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

MAX_CHARS: Final = 400
"""Of one sentence; what is longer is cut at the next blank."""
# A full stop ends a sentence before a blank, unless a single capital or a known short form stands before it.
_END = re.compile(
    r"[。！？；]+[」』”’）]*|(?<![A-Z])(?<!\b(?:Dr|Mr|Ms|St|vs|No))(?<!\bMrs)[.!?]+[\"”’)]*(?=\s|$)|\n+"
)

Span = tuple[int, int]


def sentence_spans(text: str) -> Iterator[Span]:
    """Start and end of each sentence, without the white space around it."""
    start = 0
    for found in _END.finditer(text):
        yield from _pieces(text, start, found.end())
        start = found.end()
    yield from _pieces(text, start, len(text))


def _pieces(text: str, start: int, end: int) -> Iterator[Span]:
    while end - start > MAX_CHARS:
        blank = text.rfind(" ", start + MAX_CHARS // 2, start + MAX_CHARS)
        cut = blank if blank > 0 else start + MAX_CHARS
        yield from _trimmed(text, start, cut)
        start = cut
    yield from _trimmed(text, start, end)


def _trimmed(text: str, start: int, end: int) -> Iterator[Span]:
    piece = text[start:end]
    if stripped := piece.strip():
        start += len(piece) - len(piece.lstrip())
        yield start, start + len(stripped)
