"""What a question is about: the things that it names, and the relations that it asks for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final

from aibox_assets.domain.ontology import RelationType
from aibox_assets.domain.words import fold_script

_LATIN = r"[^\W\u3400-\u4dbf\u4e00-\u9fff]|[.&'’-]"
_NAME = re.compile(rf"[A-Z](?:{_LATIN})*(?:\s+(?:of|de|von|van|the)?\s*[A-Z0-9](?:{_LATIN})*)*")
_QUOTED = re.compile(r"[“\"「『《]([^”\"」』》]{2,60})[”\"」』》]")
_HAN_RUN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff·]{2,}")
_HAN_SPLIT = re.compile(
    "谁|誰|什么|什麼|哪[里裡些個个年家]?|何[时時处處]?|怎[么麼样樣]|多少|几|幾|为什么|為什麼|"
    "[的了是在和与與由于於嗎吗呢有被把及或您你我他她它們们]"
)
_ASKING: Final = frozenset(
    (
        *("Who", "Whom", "Whose", "What", "When", "Where", "Which", "Why", "How", "Is", "Are", "Was", "Were"),
        *("Do", "Does", "Did", "Has", "Have", "Can", "The", "A", "An", "In", "On", "Of"),
    )
)
_WORD = re.compile(r"[^\W\d_]+")
_WHEN = re.compile(
    r"\b(?:when|(?:what|which) (?:year|date|day|month))\b"
    r"|[何啥][时時]|什[么麼]时|什麼時|哪一?[年天日月]|几[年月]|幾[年月]",
    re.IGNORECASE,
)
_DATES: Final = ("Date",)
_PREPOSITIONS: Final = frozenset({"of", "in", "for", "at", "to", "by", "with", "from", "on"})
_ENDING: Final = 4
"""Letters that a word of a question may have behind the stem of a phrase: supplies, founders."""
_GAP: Final = 3
"""Words that may stand between those of a phrase: "invested a lot in"."""


def names_in(question: str) -> list[str]:
    """What a question may name, longest first, at most four: quoted, capitalized, or between Chinese function words."""
    named = _QUOTED.findall(question)
    for found in _NAME.findall(question):
        words = found.split()
        while words and words[0] in _ASKING:
            words.pop(0)
        named.append(" ".join(words).rstrip(".'’-").removesuffix("'s").removesuffix("’s"))
    for run in _HAN_RUN.findall(question):
        named += _HAN_SPLIT.split(run)
    kept = [name for name in dict.fromkeys(named) if len(name) > 1]
    return sorted(kept, key=len, reverse=True)[:4]


def relations_asked(question: str, relations: Sequence[RelationType]) -> set[str]:
    """The names of those *relations* that the words of *question* say: "Who founded it?" asks for FOUNDED.

    Its names are better left out of *question*: the words of "Lead Bank" ask for nothing.
    """
    words = [word.casefold() for word in _WORD.findall(question)]
    said, nearly = (_said(question, words, relations, whole=whole) for whole in (True, False))
    dated = {each.name for each in nearly if each.tail_types == _DATES}
    if dated and _WHEN.search(question):
        return dated
    # A question may end before a preposition: "Who are its competitors?"
    return {each.name for each in said or nearly} - dated


def _said(
    question: str, words: Sequence[str], relations: Iterable[RelationType], *, whole: bool
) -> list[RelationType]:
    folded = fold_script(question)
    return [
        each
        for each in relations
        if any(
            _says(words, phrase.casefold().split(), whole=whole)
            for phrase in (*each.phrases_en, *each.inverse_en)
        )
        or any(fold_script(phrase) in folded for phrase in _chinese(each))
    ]


def without_relation(name: str, relations: Iterable[RelationType]) -> str:
    """What a question names within *name*: Acme in "CEO of Acme", 北風電池 in 北風電池生產; else *name*."""
    folded = fold_script(name)
    said = {fold_script(phrase) for each in relations for phrase in _chinese(each)}
    for phrase in sorted(said, key=lambda each: (-len(each), each)):
        if len(phrase) + 1 < len(name):
            if folded.endswith(phrase):
                return name[: -len(phrase)]
            if folded.startswith(phrase):
                return name[len(phrase) :]
    return name.partition(" of ")[2] or name


def _chinese(relation: RelationType) -> Iterable[str]:
    phrases = (*relation.phrases_zh, *relation.inverse_zh)
    return (phrase for phrase in phrases if _HAN_RUN.fullmatch(phrase))


def _says(words: Sequence[str], phrase: Sequence[str], *, whole: bool) -> bool:
    """Whether *words* have those of *phrase* in order: the first one in any of its forms, the others soon behind it.

    :param whole: with the preposition at its end.
    """
    if not whole and len(phrase) > 1 and phrase[-1] in _PREPOSITIONS:
        phrase = phrase[:-1]
    stem = phrase[0].rstrip("ey") if len(phrase[0]) > 3 else phrase[0]
    if len(stem) < 3:
        return False
    for place, word in enumerate(words):
        if not word.startswith(stem) or len(word) > len(stem) + _ENDING:
            continue
        behind = place
        for other in phrase[1:]:
            soon = words[behind + 1 : behind + 2 + _GAP]
            if other not in soon:
                break
            behind += 1 + soon.index(other)
        else:
            return True
    return False
