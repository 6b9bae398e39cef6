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
_CANDIDATES = (
    *("utf-8", "gb18030", "big5hkscs", "utf-16-le", "utf-16-be", "cp1252"),
    *("cp932", "euc_jp", "cp949"),
)
_PUBLIC_NAMES = {
    **{"big5hkscs": "big5", "cp1252": "windows-1252"},
    **{"iso2022_jp": "iso-2022-jp", "cp932": "shift_jis", "euc_jp": "euc-jp", "cp949": "euc-kr"},
}
# The most frequent characters of simplified and traditional Chinese: running text always has some.
KNOWN_ENCODINGS = "UTF-8, UTF-16, GB18030, Big5, Shift-JIS, EUC-JP, ISO-2022-JP, EUC-KR or Windows-1252"
_FREQUENT = frozenset(
    "的一是不了在人有我他这个们中来上大为和国地到以说时要就出会可也你对生能而子那得于着下自之年过发后作里"
    "這個們來為國說時會對於著過發後裡與從現開經動進種樣當學"
)
# The same of Korean syllables.
_FREQUENT_HANGUL = frozenset(
    "이다는의에을가한고하를로지은도사기자해인서대있어나들그수리일시장정아라것게으보원스제상성부전주국구비동과만여연용선공"
    "년할중되었습니합와까면설치"
)
_CHINESE = frozenset(["gb18030", "big5hkscs"])
_DOUBLE_BYTE = _CHINESE | {"cp932", "euc_jp", "cp949"}
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0e-\x1a\x7f]")
_KANA = re.compile(r"[\u3041-\u30fe]")
_HANGUL = re.compile(r"[\uac00-\ud7a3]")
_KANA_SHARE = 0.1
_ISOLATED = re.compile(r"(?<=[A-Za-z])[^\x00-\x7f](?=[A-Za-z])")
_ISOLATED_SHARE = 0.3
_ISO_2022_JP = re.compile(rb"\x1b\$[@B]")
# A score as a choice between them needs it; see the tests for what reaches it.
_TEXT_AT_ALL, _READS_WELL = 0.3, 0.7
_SURE_FROM = {"Korean": 1.3, "Japanese": 0.9}
_SURE_MARGIN, _LONG_MARGIN = 0.25, 0.08
_LONG = 30  # different characters beyond ASCII
_LETTERS_BEYOND, _LETTERS = re.compile(r"[\u00c0-\u017f]"), re.compile(r"[^\W\d_]")
_BEYOND_SHARE = 0.4
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1f\x7f]")
_ASCII = bytes(range(0x80))
_NON_ASCII = re.compile(r"[^\x00-\x7f]")


@dataclass(frozen=True, slots=True)
class DecodedText:
    """Text with the encoding that gave it, and what a person should know about the decoding.

    :ivar doubtful: it reads as well in another encoding, or not well in any: nothing should be built on it.
    """

    text: str
    encoding: str
    warnings: tuple[str, ...] = ()
    doubtful: bool = False


@dataclass(frozen=True, slots=True)
class Detection:
    """An encoding, whether it was guessed, and whether that guess is in doubt."""

    encoding: str
    guessed: bool = False
    doubtful: bool = False


def detect_encoding(data: bytes, declared: str | None = None) -> Detection | None:
    """The encoding of *data*; None for what is no text.

    :param declared: the encoding that the document itself names, tried right after strict UTF-8.
    """
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            return Detection(encoding)
    nul_share = data[:SAMPLE_BYTES].count(0) / max(1, len(data[:SAMPLE_BYTES]))
    if nul_share < 0.01 and _decodes(data, "utf-8"):
        control_share = len(_UNPRINTABLE.findall(data[:SAMPLE_BYTES].decode("latin-1")))
        if (
            data.count(b"\x1b", 0, SAMPLE_BYTES)
            and _ISO_2022_JP.search(data)
            and _decodes(data, "iso2022_jp")
        ):
            return Detection("iso2022_jp")
        if control_share > 0.05 * min(len(data), SAMPLE_BYTES):
            return None
        return Detection("utf-8", guessed=not data.isascii() and _is_weak_utf8(data))
    if declared and nul_share == 0 and _decodes(data, declared):
        return Detection(codecs.lookup(declared).name)
    return _choose(_sample(data))


def decode_text(data: bytes, declared: str | None = None) -> DecodedText | None:
    """Decode *data*; None for what is no text. A guess or a loss is told in the warnings, never silent."""
    detected = detect_encoding(data, declared)
    if detected is None:
        return None
    encoding = detected.encoding
    public = _PUBLIC_NAMES.get(encoding, encoding)
    warnings = []
    if detected.guessed:
        warnings.append(f"The encoding was guessed as {public}; save the file as UTF-8 to be sure.")
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        text = data.decode(encoding, errors="replace")
        lost = text.count("\ufffd")
        warnings.append(f"{lost} places are not valid {public} and were replaced by \ufffd.")
    return DecodedText(text.removeprefix("\ufeff"), public, tuple(warnings), detected.doubtful)


def _choose(sample: bytes) -> Detection | None:
    """The best of the candidates. In doubt where a long text reads badly, or as well in another script.

    A short text of few characters is guessed, as what our users write; only Chinese and Latin are.
    """
    scores = {encoding: _plausibility(sample, encoding) for encoding in _CANDIDATES}
    best = max(scores, key=lambda encoding: scores[encoding])
    score = scores[best]
    if score < _TEXT_AT_ALL:  # text in an encoding that we do not know has no control characters
        return None if _CONTROL.search(sample) else Detection(best, guessed=True, doubtful=True)
    rivals = [scores[other] for other in _CANDIDATES if _script(other) != _script(best)]
    is_long = len(set(_NON_ASCII.findall(sample.decode(best, errors="replace")))) >= _LONG
    if _script(best) in _SURE_FROM:
        doubtful = score < _SURE_FROM[_script(best)] or score - max(rivals) < _SURE_MARGIN
    else:
        doubtful = (
            best in _CHINESE and is_long and (score < _READS_WELL or score - max(rivals) < _LONG_MARGIN)
        )
    return Detection(best, guessed=True, doubtful=doubtful)


def _script(encoding: str) -> str:
    if encoding in _CHINESE:
        return "Chinese"
    return {"cp932": "Japanese", "euc_jp": "Japanese", "cp949": "Korean"}.get(encoding, encoding)


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
    score = total / (len(characters) + broken)
    kana = len(_KANA.findall(text)) / len(characters)
    if encoding in _CHINESE and kana > _KANA_SHARE:
        score -= 0.5  # GB 18030 has its kana where EUC-JP has them
    if _script(encoding) == "Japanese" and kana < _KANA_SHARE:
        score -= 0.5
    if encoding in _DOUBLE_BYTE and len(_ISOLATED.findall(text)) > _ISOLATED_SHARE * len(characters):
        score -= 1.5  # accented letters inside of words, taken for halves of characters
    if encoding.startswith("utf-16") and 0 not in sample and _HANGUL.search(text):
        score -= 1.5  # Korean is written with blanks, which have a NUL there
    if encoding == "cp1252" and len(_LETTERS_BEYOND.findall(text)) > _BEYOND_SHARE * len(
        _LETTERS.findall(text)
    ):
        score -= 2.0  # Cyrillic, Greek and the like; Latin writing is mostly ASCII
    return score


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
    if 0xAC00 <= code <= 0xD7A3:
        return 3.0 if character in _FREQUENT_HANGUL else 1.0 if character.encode("euc_kr", "ignore") else -0.5
    if 0x3041 <= code <= 0x30FE:
        return 1.5  # kana
    if 0xC0 <= code <= 0x17F:
        return 0.6  # accented Latin letters
    if 0xA0 <= code <= 0xBF or 0x370 <= code <= 0x45F:
        return 0.2
    return -1.0  # private use, rare blocks, C1 controls


def _is_common_han(character: str) -> bool:
    """Whether GB 2312 (level 1) or Big5 (level 1) lists the character among the common ones."""
    gb = character.encode("gb2312", errors="ignore")
    big5 = character.encode("big5", errors="ignore")
    return bool(gb and 0xB0 <= gb[0] <= 0xD7) or bool(big5 and 0xA4 <= big5[0] <= 0xC6)
