"""Words for the full-text index and for its queries: one segmentation for both sides, so that they meet.

Latin script comes out folded (case, accents, width) and split at punctuation, with codes once more in one
piece: ``AX-4471`` gives ``ax``, ``4471``, ``ax4471``. Chinese comes out in simplified characters, as jieba's
words and as pairs of neighbours: names that no dictionary holds are found by their pairs. Stemming and stop
words are left to the database.
"""

from __future__ import annotations

import logging
import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from typing import Any

MAX_WORD = 64
"""Characters of the longest word; more is cut on both sides (base64, hashes of hashes)."""

HAN = "\u3005\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
"""Chinese characters, as the inside of a pattern's brackets."""
_TOKEN = re.compile(rf"(?P<han>[{HAN}]+)|(?:(?![{HAN}])[^\W_])+(?:[-_./'’:@&+#,](?:(?![{HAN}])[^\W_])+)*")
_HAN_CHARACTER = re.compile(f"[{HAN}]")
# Of its characters a traditional text has about a third that simplified ones do without; less is a quotation.
_TRADITIONAL_SHARE = 20
_PART = re.compile(r"[^\W_]+")
_MARKS = re.compile("[\u0300-\u036f\u00ad\u200b-\u200f\u2060\ufeff]+")


def fold_script(text: str) -> str:
    """*text* with traditional Chinese characters made simplified, one by one: the length stays the same.

    Where the right choice hangs on the phrase (乾 in 乾燥 and in 乾坤) all variants fall together, which is
    what a search wants and a reader does not: never show the result.
    """
    return text.translate(_simplified())


def fold_phrases(text: str) -> str:
    """Traditional Chinese in simplified characters and in the words of the mainland, phrase by phrase.

    The two standards differ in words as well (伺服器, 服务器). Simplified text stays as it is: words that both have
    with two meanings (程序) would be replaced, and are then found worse. The length may change: for models, never for
    offsets.
    """
    han = _HAN_CHARACTER.findall(text)
    traditional = sum(map(_simplified().__contains__, map(ord, han)))
    return _mainland().convert(text) if traditional * _TRADITIONAL_SHARE > len(han) else text


def segment_words(text: str) -> list[str]:
    """The words of *text* in order, with repetitions; lower case letters and digits only."""
    return list(_words(_fold(text)))


def cut_words(text: str) -> list[str]:
    """The words of *text* in order, folded, to look them up; each Chinese character is in one of them."""
    words: list[str] = []
    for token in _TOKEN.finditer(_fold(text)):
        run = token.group()
        words += _jieba().cut(run, HMM=False) if token["han"] else _words(run)
    return words


def word_borders(text: str) -> frozenset[int]:
    """Where words of *text* begin and end; Chinese ones as jieba's dictionary has them."""
    borders, place = {0}, 0
    for word in _jieba().cut(fold_script(text), HMM=False):
        place += len(word)
        borders.add(place)
    return frozenset(borders)


def word_frequency(word: str) -> int:
    """How often jieba's texts hold a Chinese word; 0 for one that it does not know."""
    return int(_jieba().dt.FREQ.get(word, 0))


def _fold(text: str) -> str:
    """Case, accents, width, invisible characters and Chinese script folded."""
    if text.isascii():
        return text.lower()
    plain = _MARKS.sub("", unicodedata.normalize("NFKD", text))
    return fold_script(unicodedata.normalize("NFKC", plain).casefold())


def _words(text: str) -> Iterator[str]:
    for token in _TOKEN.finditer(text):
        run = token.group()
        if token["han"]:
            yield from _han_words(run)
            continue
        if run.isalnum():
            yield run[:MAX_WORD]
            continue
        parts = _PART.findall(run)
        yield from (part[:MAX_WORD] for part in parts)
        if len(joined := "".join(parts)) <= MAX_WORD:
            yield joined


def _han_words(run: str) -> Iterator[str]:
    """jieba's words of *run*, the short ones inside long ones too, then the pairs that are not among them."""
    # Without the HMM: its guesses at new words depend on the neighbours, so the same name would be cut
    # differently in a query and in a text. The pairs find such names instead.
    words = list(_jieba().cut_for_search(run, HMM=False))
    yield from words
    known = set(words)
    yield from (pair for a, b in pairwise(run) if (pair := a + b) not in known)


@cache
def _jieba() -> Any:
    """jieba, loaded at the first Chinese text only (1.5 s, 100 MB)."""
    import jieba

    jieba.setLogLevel(logging.WARNING)
    jieba.initialize()
    return jieba


@cache
def _mainland() -> Any:
    """OpenCC's way from Taiwan's standard to the mainland's, with phrases."""
    from opencc import OpenCC

    return OpenCC("tw2sp")


@cache
def _simplified() -> dict[int, str]:
    """Code point → simplified character, where they differ: OpenCC's ``t2s``, asked once per character."""
    from opencc import OpenCC

    blocks = ((0x3400, 0x4DC0), (0x4E00, 0xA000), (0xF900, 0xFB00), (0x20000, 0x2A6E0))
    han = [chr(point) for start, end in blocks for point in range(start, end)]
    # Line breaks keep OpenCC from reading neighbours as a phrase.
    folded = OpenCC("t2s").convert("\n".join(han)).split("\n")
    return {ord(old): new for old, new in zip(han, folded, strict=True) if old != new and len(new) == 1}
