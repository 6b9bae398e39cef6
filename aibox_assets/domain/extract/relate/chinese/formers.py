"""Which of two that a Chinese sentence names is meant by 前者 and 后者."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Final

from aibox_assets.domain.models import Mention

# At the head of a clause, where it is what the clause speaks of.
_WORD: Final = re.compile(r"(?<=[，,；;。：:—])\s*(?:而|其中)?(?P<word>[前后]者)")
_AND: Final = re.compile(r"[」”》]?\s?[、和与及跟同]\s?[「“《]?")
# What is said of people alone, and of organizations alone.
_OF_PEOPLE: Final = re.compile(
    r"[^，,。；]{0,8}?(?:[任生]|毕业|就读|出身|籍贯|去世|病逝|逝世|自尽|遇害|说|表示|之[父母妻子女]|的(?:父|母|妻|丈夫|儿|女|兄|弟))"
)
_OF_FIRMS: Final = re.compile(
    r"[^，,。；]{0,8}?(?:总部|成立|创立|创办|旗下|生产|位于|设于|一家|供货|股|产品|的(?:老板|主席|会长|董事|总裁|创始人|工厂|子公司))"
)


def formers_meant(
    text: str, sentence: tuple[int, int], names: Sequence[Mention], kinds: Mapping[str, str]
) -> Iterator[tuple[int, Mention]]:
    """Where the words stand in *sentence* of *text*, and whom each means of *names* before it.

    :param kinds: the types of people and organizations, by these words.
    """
    pair: list[Mention] = []
    for found in _WORD.finditer(text, *sentence):
        at = found.start("word")
        if not pair:
            kind = _kind_of(text, found.end(), kinds)
            before = [each for each in names if each.char_end <= at and each.type in kind]
            before = list({each.name: each for each in before if each.type == before[-1].type}.values())
            pair = (found["word"] == "前者" and _joined(text, before)) or before[-2:]
        if found["word"] == "后者" and pair:
            yield at, pair[-1]
        elif len(pair) > 1:
            yield at, pair[0]


def _joined(text: str, names: Sequence[Mention]) -> list[Mention]:
    """The last two of *names* that are joined: 英业达与广达."""
    joined = [each for each in pairwise(names) if _AND.fullmatch(text, each[0].char_end, each[1].char_start)]
    return list(joined[-1]) if joined else []


def _kind_of(text: str, end: int, kinds: Mapping[str, str]) -> set[str]:
    """The types of what a clause may speak of that goes on at *end*."""
    person, firm = kinds.get("person"), kinds.get("organization")
    of_firms = _OF_FIRMS.match(text, end) is not None
    if not of_firms and _OF_PEOPLE.match(text, end):
        return {person} if person else set()
    return {each for each in (firm, None if of_firms else person) if each}
