"""The words of a question, each with what may stand for it in a text of the other language."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from aibox_assets.domain.translation.cedict import FUNCTION_WORDS, MAX_PHRASE, Phrase, content_words
from aibox_assets.domain.words import HAN, cut_words

if TYPE_CHECKING:
    from aibox_assets.domain.translation.dictionary import Dictionary

OTHER: Final = {"en": "zh", "zh": "en"}
"""The language that a question of a language is translated to."""
MOST_WORDS: Final = 500
"""Words of all translations together; the question's words beyond them are not translated."""

NAME_CHARS: Final = 3
"""Of an unknown name at least; unknown words of two characters are mostly none."""

_GRAMMAR: Final = frozenset(
    "的了是在和与由于以为对从到把被将及或有没不也都就还谁哪何几多少什么这那每各最更太很吗呢后前中上下里内外时"
    "年月日个名位支次条件种第一二两三四五六七八九十"
)
"""Characters of words that are no part of a name."""

_HAN_WORD: Final = re.compile(f"[{HAN}]{{2,}}")


@dataclass(frozen=True, slots=True)
class TranslatedWord:
    """A word of a question in the other language.

    :ivar phrases: the words of each translation, as :func:`~aibox_assets.domain.words.segment_words` gives words;
        any translation stands for the question's word.
    """

    phrases: tuple[Phrase, ...]


@dataclass(frozen=True, slots=True)
class Translation:
    """A question's words in another language. :ivar language: that one."""

    language: str
    words: tuple[TranslatedWord, ...]


def translate_question(question: str, language: str) -> Translation | None:
    """The words of a question in English or Chinese as a text in the other one may hold them; None where none may.

    Numbers, Latin words and Chinese names that the dictionary does not know stand for themselves; other Chinese words
    that it does not know are left out.

    :raises ConfigurationError: the dictionary cannot be had.
    """
    if language not in OTHER:
        return None
    translate = _to_chinese if language == "en" else _to_english
    words = _bounded(translate(question, _dictionary()))
    return Translation(OTHER[language], tuple(words)) if words else None


def _to_english(question: str, dictionary: Dictionary) -> list[TranslatedWord]:
    cut = cut_words(question)
    words = [word for word in dict.fromkeys(cut) if word not in FUNCTION_WORDS]
    parts = {part for word in words if _HAN_WORD.fullmatch(word) for part in _parts(word)}
    known = dictionary.english(parts)
    translated = []
    for word in words:
        if not re.match(f"[{HAN}]", word):
            translated.append(TranslatedWord(((word,),)))
        elif _HAN_WORD.fullmatch(word):
            translated += [TranslatedWord(tuple(known[part])) for part in _longest(word, known)]
    return translated + [
        TranslatedWord((_pairs(name),)) for name in dict.fromkeys(_unknown_names(cut, known))
    ]


def _unknown_names(words: Sequence[str], known: Mapping[str, object]) -> list[str]:
    """Names in Chinese that the dictionary does not know: words beside each other of which it knows no part."""
    names = [""]
    for word in words:
        of_a_name = re.match(f"[{HAN}]", word) and word not in FUNCTION_WORDS and not set(word) <= _GRAMMAR
        if of_a_name and not _longest(word, known):
            names[-1] += word
        else:
            names.append("")
    return [name for name in names if len(name) >= NAME_CHARS]


def _to_chinese(question: str, dictionary: Dictionary) -> list[TranslatedWord]:
    from aibox_assets.domain.translation.dictionary import stem

    words = content_words(question)
    stems = [stem(word) for word in words]
    runs = {" ".join(stems[i : i + size]) for i in range(len(stems)) for size in range(1, MAX_PHRASE + 1)}
    known = dictionary.chinese(runs)
    translated: dict[tuple[Phrase, ...], None] = {}
    start = 0
    while start < len(words):
        size = next((n for n in range(MAX_PHRASE, 1, -1) if " ".join(stems[start : start + n]) in known), 1)
        chinese = known.get(" ".join(stems[start : start + size]), [])
        translated[(*map(_pairs, chinese), tuple(words[start : start + size]))] = None
        start += size
    return [TranslatedWord(phrases) for phrases in translated]


def _parts(word: str) -> list[str]:
    return [word[i:j] for i in range(len(word)) for j in range(i + 2, len(word) + 1)]


def _longest(word: str, known: Mapping[str, object]) -> list[str]:
    """The entries that *word* consists of, the longest first from the left."""
    found, start = [], 0
    while start < len(word) - 1:
        ends = range(len(word), start + 1, -1)
        end = next((end for end in ends if word[start:end] in known), None)
        found += [] if end is None else [word[start:end]]
        start = start + 1 if end is None else end
    return found


def _pairs(word: str) -> Phrase:
    """What the index has of a Chinese word in any text that holds it."""
    return tuple(a + b for a, b in pairwise(word)) if len(word) > 1 else (word,)


def _bounded(translated: Sequence[TranslatedWord]) -> list[TranslatedWord]:
    count, kept = 0, []
    for each in translated:
        count += sum(map(len, each.phrases))
        if count <= MOST_WORDS:
            kept.append(each)
    return kept


@cache
def _dictionary() -> Dictionary:
    from aibox_assets.domain.translation.dictionary import open_dictionary  # for those alone who search

    return open_dictionary()
