"""Bytes to text: byte order mark, strict UTF-8, then a choice between the encodings our users have.

A general detector knows a hundred encodings and confuses the short Chinese text of one with another.
Ours weighs a handful, by how many of the characters that each would give are common ones.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from functools import lru_cache

SAMPLE_BYTES = 32_768
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark it starts with
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_CANDIDATES = ("utf-8", "gb18030", "big5hkscs", "utf-16-le", "utf-16-be", "cp1252")
_PUBLIC_NAMES = {"big5hkscs": "big5", "cp1252": "windows-1252"}
# The most frequent characters of simplified and traditional Chinese: running text always has some.
_FREQUENT = frozenset(
    "的一是不了在人有我他这个们中来上大为和国地到以说时要就出会可也你对生能而子那得于着下自之年过发后作里"
    "這個們來為國說時會對於著過發後裡與從現開經動進種樣當學"
)
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0e-\x1a\x7f]")
_ASCII = bytes(range(0x80))
_NON_ASCII = re.compile(r"[^\x00-\x7f]")


@dataclass(frozen=True, slots=True)
class DecodedText:
    """Text with the encoding that gave it, and what a person should know about the decoding."""

    text: str
    encoding: str
    warnings: tuple[str, ...] = ()


def detect_encoding(data: bytes, declared: str | None = None) -> tuple[str, bool] | None:
    """The encoding of *data*, and whether it was guessed; None for what is no text.

    :param declared: the encoding that the document itself names, tried right after strict UTF-8.
    """
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            return encoding, False
    nul_share = data[:SAMPLE_BYTES].count(0) / max(1, len(data[:SAMPLE_BYTES]))
    if nul_share < 0.01 and _decodes(data, "utf-8"):
        control_share = len(_UNPRINTABLE.findall(data[:SAMPLE_BYTES].decode("latin-1")))
        if control_share > 0.05 * min(len(data), SAMPLE_BYTES):
            return None
        return "utf-8", not data.isascii() and _is_weak_utf8(data)
    if declared and nul_share == 0 and _decodes(data, declared):
        return codecs.lookup(declared).name, False
    sample = _sample(data)
    scores = {encoding: _plausibility(sample, encoding) for encoding in _CANDIDATES}
    best = max(scores, key=lambda encoding: scores[encoding])
    return (best, True) if scores[best] >= 0.3 else None


def decode_text(data: bytes, declared: str | None = None) -> DecodedText | None:
    """Decode *data*; None for what is no text. A guess or a loss is told in the warnings, never silent."""
    detected = detect_encoding(data, declared)
    if detected is None:
        return None
    encoding, guessed = detected
    public = _PUBLIC_NAMES.get(encoding, encoding)
    warnings = []
    if guessed:
        warnings.append(f"The encoding was guessed as {public}; save the file as UTF-8 to be sure.")
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        text = data.decode(encoding, errors="replace")
        lost = text.count("\ufffd")
        warnings.append(f"{lost} places are not valid {public} and were replaced by \ufffd.")
    return DecodedText(text.removeprefix("\ufeff"), public, tuple(warnings))


def _decodes(data: bytes, encoding: str) -> bool:
    try:
        data.decode(encoding)
    except (UnicodeError, LookupError, ValueError):
        return False
    return True


def _is_weak_utf8(data: bytes) -> bool:
    """Whether so little is not ASCII that one or two characters of GB18030 may look like UTF-8 by chance.

    Theirs start at 0xB0, those of accented Latin letters end at 0xC5 in UTF-8: words like café are in no doubt.
    """
    beyond = data.translate(None, _ASCII)
    return len(beyond) <= 4 and all(0xC6 <= lead <= 0xDF for lead in beyond[::2])


def _sample(data: bytes) -> bytes:
    """The stretch around the first byte that is not ASCII, at an even offset because of UTF-16."""
    match = re.search(rb"[\x80-\xff]", data)
    start = max(0, match.start() - 1024) & ~1 if match else 0
    return data[start : start + SAMPLE_BYTES]


def _plausibility(sample: bytes, encoding: str) -> float:
    """Mean weight of the non-ASCII characters that *encoding* makes of *sample*: 1.5 sure, below 0 absurd."""
    text = sample.decode(encoding, errors="replace")
    if text.endswith("\ufffd"):  # the sample's end may cut a character
        text = text[:-1]
    broken = len(_UNPRINTABLE.findall(text))
    characters = _NON_ASCII.findall(text)
    if not characters:
        return 1.0 if broken <= 0.01 * len(text) else -5.0
    total = sum(map(_weight, characters)) - 5.0 * broken
    return total / (len(characters) + broken)


@lru_cache(maxsize=32_768)
def _weight(character: str) -> float:
    if character in _FREQUENT:
        return 3.0
    code = ord(character)
    if character == "\ufffd":
        return -3.0
    if 0x4E00 <= code <= 0x9FFF:
        return 1.0 if _is_common_han(character) else -0.5
    if 0x3000 <= code <= 0x301F or 0xFF01 <= code <= 0xFF5E or 0x2010 <= code <= 0x2026:
        return 1.0  # CJK and general punctuation, full-width forms
    if 0xC0 <= code <= 0x17F:
        return 0.6  # accented Latin letters
    if 0xA0 <= code <= 0xBF or 0x3040 <= code <= 0x30FF or 0x370 <= code <= 0x45F:
        return 0.2
    return -1.0  # private use, rare blocks, C1 controls


def _is_common_han(character: str) -> bool:
    """Whether GB 2312 (level 1) or Big5 (level 1) lists the character among the common ones."""
    gb = character.encode("gb2312", errors="ignore")
    big5 = character.encode("big5", errors="ignore")
    return bool(gb and 0xB0 <= gb[0] <= 0xD7) or bool(big5 and 0xA4 <= big5[0] <= 0xC6)
