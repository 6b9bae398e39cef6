"""The main language of a passage, told by counting characters; enough to choose an extractor's rules."""

from __future__ import annotations

import re

_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f]")
# Without the middle dot and the sign of length, which stand in Chinese text, too.
_KANA = re.compile(r"[\u3041-\u3096\u30a1-\u30fa\uff66-\uff9d]")
_HANGUL = re.compile(r"[\u1100-\u11ff\u3131-\u318e\uac00-\ud7a3]")
_LATIN_WORD = re.compile(r"[A-Za-z\u00c0-\u024f]+")
_OTHER_LETTER = re.compile(r"[^\W\d_A-Za-z\u00c0-\u024f\u3400-\u4dbf\u4e00-\u9fff]")
_ENGLISH = frozenset(
    [
        "a",
        "an",
        "and",
        "are",
        "as",
        "at",
        "be",
        "but",
        "by",
        "for",
        "from",
        "had",
        "has",
        "have",
        "he",
        "her",
        "his",
        "i",
        "in",
        "is",
        "it",
        "its",
        "not",
        "of",
        "on",
        "or",
        "our",
        "she",
        "that",
        "the",
        "their",
        "they",
        "this",
        "to",
        "was",
        "we",
        "were",
        "which",
        "who",
        "will",
        "with",
        "you",
    ]
)
_NOT_ENGLISH = frozenset(
    [
        "der",
        "die",
        "das",
        "und",
        "ist",
        "nicht",
        "ein",
        "eine",
        "mit",
        "le",
        "la",
        "les",
        "et",
        "est",
        "une",
        "des",
        "du",
        "dans",
        "pour",
        "el",
        "los",
        "las",
        "que",
        "y",
        "en",
        "por",
        "una",
        "il",
        "che",
        "di",
        "per",
        "o",
        "os",
        "um",
        "uma",
        "não",
        "van",
        "het",
        "een",
        "de",
    ]
)
_SAMPLE_CHARS = 5_000

LANGUAGES = ("en", "zh", "ja", "ko", "und")
"""What :func:`detect_language` tells apart."""


def detect_language(text: str) -> str:
    """``zh`` where Han characters dominate, ``ja`` and ``ko`` by their own letters, ``en`` for English.

    ``und`` where it cannot be told. A Han character is weighed like half a Latin word: Chinese words have two
    characters on average.
    """
    sample = text[:_SAMPLE_CHARS]
    han = len(_HAN.findall(sample))
    words = [word.lower() for word in _LATIN_WORD.findall(sample)]
    kana, hangul = len(_KANA.findall(sample)), len(_HANGUL.findall(sample))
    if max(kana, hangul) > 0.1 * (han + 1):
        language, letters = ("ja", kana + han) if kana >= hangul else ("ko", hangul)
        if letters / 2 >= len(words):
            return language
    elif han and han / 2 >= len(words):
        return "zh"
    if not words or len(_OTHER_LETTER.findall(sample)) > sum(map(len, words)):
        return "und"
    english = sum(word in _ENGLISH for word in words)
    foreign = sum(word in _NOT_ENGLISH for word in words)
    if english > foreign:
        return "en"
    # Names, headings and table rows have no function words; plain ASCII without foreign ones is English here.
    ascii_only = all(word.isascii() for word in words)
    return "en" if foreign == 0 and english == 0 and ascii_only else "und"
