"""CC-CEDICT's file: its entries as Chinese words with short English translations, each as words to compare.

What explains a word instead of translating it is left out: classifiers, pronunciations, notes in brackets, long
descriptions. An entry that points at another one (an abbreviation, a variant) has that one's translations, too.
The format: https://cc-cedict.org/wiki/format:syntax
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from importlib.resources import files
from typing import Final

from aibox_assets.domain.words import HAN, fold_script, segment_words

Phrase = tuple[str, ...]
"""Folded words that translate something together."""

MAX_PHRASE: Final = 4
"""Words of the longest translation; more describe."""

FUNCTION_WORDS: Final = frozenset((files(__package__) / "function_words.txt").read_text("utf-8").split())
"""Words of grammar and of questions, which translate nothing, and those that a dictionary describes with."""

_LINE: Final = re.compile(r"(?P<traditional>\S+) (?P<simplified>\S+) \[[^\]]*\] /(?P<glosses>.+)/\s*")
_BRACKETS: Final = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
_POINTS_AT: Final = re.compile(
    rf"(?:\w+ )?(?:variant of|see also|see|abbr\. for|also written|same as|equivalent to|short for|used in)\b"
    rf"[^{HAN}]*(?P<first>[{HAN}]+)(?:\|(?P<simplified>[{HAN}]+))?"
)
_HAN_WORD: Final = re.compile(rf"\S*[{HAN}]\S*")
# Ends of words in American and in British spelling. Where a rule makes no word (terror, terrour), nothing is found.
_SPELLINGS: Final = (
    (re.compile(r"(?<=[^cst])or$"), "our"),
    (re.compile(r"(?<=(?:cen|hea|.me|.li))ter$"), "tre"),
    (re.compile(r"(?<=(?:def|off|lic))ense$"), "ence"),
    (re.compile(r"(?<=al)og$"), "ogue"),
    (re.compile(r"(?<=...)iz(?=(?:e|ed|er|ing|ation)$)"), "is"),
    (re.compile(r"(?<=aly)z(?=(?:e|ed|er|ing)$)"), "s"),
)
_JOINT: Final = re.compile("[-'’./]")


def read_entries(lines: Iterable[str]) -> dict[str, list[Phrase]]:
    """Chinese words, folded as the index folds them, with their translations; lines of another form are left out."""
    translations: dict[str, dict[Phrase, None]] = {}
    others: dict[str, list[str]] = {}
    for line in lines:
        if (entry := _LINE.fullmatch(line)) is None:
            continue
        word = fold_script(entry["simplified"].casefold())
        known = translations.setdefault(word, {})
        for gloss in map(_without_brackets, entry["glosses"].split("/")):
            if (other := _POINTS_AT.match(gloss)) is not None:
                others.setdefault(word, []).append(fold_script(other["simplified"] or other["first"]))
            elif not gloss.startswith("CL:"):
                known |= dict.fromkeys(_phrases(gloss))
    for word, pointed in others.items():
        translations[word] |= _of_all(pointed, translations)
    return {word: [*phrases, *_other_spellings(phrases)] for word, phrases in translations.items() if phrases}


def content_words(text: str) -> list[str]:
    """The words of an English text that say something, folded, in order."""
    return [word for word in segment_words(_JOINT.sub(" ", text)) if word not in FUNCTION_WORDS]


def _phrases(gloss: str) -> list[Phrase]:
    """The translations in a gloss, which separates them by commas and semicolons."""
    plain = _HAN_WORD.sub(" ", gloss).removeprefix("surname ")
    found = (tuple(dict.fromkeys(content_words(part))) for part in re.split("[;,]", plain))
    return [phrase for phrase in found if 0 < len(phrase) <= MAX_PHRASE]


def _other_spellings(phrases: Mapping[Phrase, None]) -> list[Phrase]:
    """British spellings of what the dictionary has in American ones."""
    spelled = (tuple(map(_in_british, phrase)) for phrase in phrases)
    return [phrase for phrase in dict.fromkeys(spelled) if phrase not in phrases]


def _in_british(word: str) -> str:
    for american, british in _SPELLINGS:
        word = american.sub(british, word)
    return word


def _of_all(words: Iterable[str], translations: Mapping[str, Mapping[Phrase, None]]) -> dict[Phrase, None]:
    return {phrase: None for word in words for phrase in translations.get(word, {})}


def _without_brackets(gloss: str) -> str:
    """*gloss* without its notes, also those within notes."""
    return _BRACKETS.sub(" ", _BRACKETS.sub(" ", gloss)).strip()
