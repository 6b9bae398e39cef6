"""A text as the tagger sees it: pieces for the encoder, and units (Chinese characters, other words) for names.

The encoder knows Chinese by pieces of several characters, and names may end inside of one: therefore each character
is a unit of its own, which knows its place in its piece, itself, and the word that jieba sees there. Both scripts
give the same units.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
import numpy.typing as npt

from aibox_assets.domain.encoders.pieces import Pieces
from aibox_assets.domain.extract.names import to_simplified
from aibox_assets.domain.extract.text.words_zh import known_words

_HAN: Final = "\u3005\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_UNIT: Final = re.compile(rf"[{_HAN}]|(?:(?![{_HAN}])[^\W\d_])+|\d+|\S")
_IS_HAN: Final = re.compile(rf"[{_HAN}]")
CHARACTERS: Final = 6000
SHAPES: Final = 8
PLACES: Final = 4
_TAGS: Final = {
    "nr": 1, "nrt": 1, "nrfg": 1, "ns": 2, "nt": 3, "nz": 4, "n": 5, "v": 6, "vn": 6, "m": 7, "t": 8, "j": 9,
    "eng": 10, "x": 11, "p": 12, "uj": 13, "c": 14, "d": 15, "a": 16,
}  # fmt: skip
_OTHER_TAG: Final = 17
WORDS: Final = 2 * (_OTHER_TAG + 1)


@dataclass(frozen=True, slots=True)
class Units:
    """A text in pieces and units; all lists but *ids* have one value per unit.

    :ivar ids: of the pieces, without the special ones.
    :ivar spans: in the text.
    :ivar first: the first piece that covers the unit; *last* likewise.
    :ivar places: 1 where the unit begins with its first piece, plus 2 where it ends with its last.
    :ivar shapes: of letters.
    :ivar characters: which Chinese character.
    :ivar words: the tag that jieba gives the word, and where in it the unit stands.
    """

    ids: list[int]
    spans: list[tuple[int, int]]
    first: list[int]
    last: list[int]
    places: list[int]
    shapes: list[int]
    characters: list[int]
    words: list[int]


class UnitReader:
    """Reads texts in the encoder's pieces."""

    def __init__(self, pieces: Pieces) -> None:
        self._pieces = pieces

    def read(self, text: str) -> Units:
        """*text*, whole; the caller cuts what the encoder has no room for.

        Traditional characters are read as simplified ones: the encoder saw few of them."""
        folded = to_simplified(text)
        ids, places = self._pieces.places(folded)
        offsets = [_without_space(text, start, end) for start, end in places]
        spans = [match.span() for match in _UNIT.finditer(text)] if offsets else []
        words = _words(folded)
        first, last = _cover(spans, offsets)
        return Units(
            ids,
            spans,
            first,
            last,
            [
                (offsets[a][0] >= start) + 2 * (offsets[b][1] <= end)
                for (start, end), a, b in zip(spans, first, last, strict=True)
            ],
            [_shape(text[start:end]) for start, end in spans],
            [
                1 + ord(folded[start]) % (CHARACTERS - 1) if _IS_HAN.match(text[start]) else 0
                for start, _ in spans
            ],
            [words.get(start, 0) for start, _ in spans],
        )


def shares_of(units: Units) -> npt.NDArray[np.float32]:
    """The share that each piece has in each unit, ``(units, pieces + 2)``, special pieces included."""
    first = np.array(units.first, np.int64)[:, None] + 1
    last = np.array(units.last, np.int64)[:, None] + 1
    pieces = np.arange(len(units.ids) + 2)
    inside = (first <= pieces) & (pieces <= last)
    return (inside / (last + 1 - first)).astype(np.float32)


def is_inside(word: int) -> bool:
    """Whether a unit with such a value in ``words`` follows another of the same word."""
    return word % 2 == 1


def _without_space(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start].isspace():
        start += 1
    return start, end


def _cover(
    spans: Sequence[tuple[int, int]], offsets: Sequence[tuple[int, int]]
) -> tuple[list[int], list[int]]:
    """First and last piece of each unit; empty pieces are left out where another covers it."""
    firsts, lasts = [], []
    piece = 0
    for start, end in spans:
        while piece < len(offsets) and offsets[piece][1] <= start:
            piece += 1
        piece = last = min(piece, len(offsets) - 1)
        while last + 1 < len(offsets) and offsets[last + 1][0] < end:
            last += 1
        first = piece
        while first < last and (offsets[first][1] <= start or offsets[first][1] <= offsets[first][0]):
            first += 1
        firsts.append(first)
        lasts.append(last)
    return firsts, lasts


@lru_cache(maxsize=20_000)
def _shape(unit: str) -> int:
    if _IS_HAN.match(unit):
        return 0
    if unit.isdigit():
        return 1
    if not unit[0].isalpha():
        return 7
    if unit.islower():
        return 2
    if unit.isupper():
        return 3 if len(unit) > 1 else 4
    return 5 if unit[0].isupper() else 6


def _words(folded: str) -> dict[int, int]:
    """What jieba sees at the offset of each character of *folded* that is in a Chinese sentence."""
    features: dict[int, int] = {}
    if not _IS_HAN.search(folded):
        return features
    at = 0
    for word in known_words().cut(folded):
        tag = _TAGS.get(word.flag, _OTHER_TAG)
        for i in range(len(word.word)):
            features[at + i] = 2 * tag + (i > 0)
        at += len(word.word)
    return features
