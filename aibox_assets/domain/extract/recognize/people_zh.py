"""People in Chinese texts: by their family names and titles, and foreign ones by the dots in their names."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from aibox_assets.domain.extract.recognize import lexicon_zh as lexicon
from aibox_assets.domain.extract.recognize.found_zh import HAN, Found, Word, everywhere

_DOTS = frozenset("·・‧•．")
_NAME_PART = re.compile(r"(?:[\u4e00-\u9fff]+|[A-Z])$")
_NO_GIVEN_NAME = frozenset({"title", "x", "p", "v", "uj", "c", "d"})


def people_everywhere(folded: str, people: Iterable[Found]) -> Iterator[Found]:
    """A person known by a title once is the same person wherever the chunk has the name."""
    known = list(people)
    yield from known
    for name in {folded[each.start : each.end] for each in known if each.source == "title"}:
        for start, end in everywhere(name, folded):
            yield Found(start, end, "PERSON", "title")


def foreign_people(words: list[Word]) -> Iterator[Found]:
    """乔治·华盛顿, 藤子·F·不二雄: Han words joined by middle dots, with initials between them."""
    first = 0
    while first < len(words):
        last = first
        if first + 2 < len(words) and words[first + 1].text in _DOTS and HAN.match(words[first].text):
            while (
                last + 2 < len(words)
                and words[last + 1].text in _DOTS
                and _NAME_PART.match(words[last + 2].text)
            ):
                last += 2
            while not HAN.match(words[last].text):  # an initial ends no name
                last -= 2
        if last > first:
            yield Found(words[first].start, words[last].end, "PERSON", "known")
        first = last + 1


def people(words: list[Word]) -> Iterator[Found]:
    """蔡英文, 马云: a family name and what may be given, as the dictionary has it or beside a title."""
    for place, word in enumerate(words):
        if word.tag in ("nr", "nrfg") and _is_full_name(word.text):
            beside = _beside_title(words, place, place)
            yield Found(
                word.start, word.end, "PERSON", "title" if beside else "dictionary" if word.known else "guess"
            )
        elif word.text in lexicon.AMBIGUOUS_ORGANIZATIONS and _beside_title(words, place, place):
            yield Found(word.start, word.end, "ORG", "title")
        elif (
            word.text[0] in lexicon.SURNAMES
            and place + 1 < len(words)
            and not (word.known and len(word.text) > 1)
        ):
            following = words[place + 1]
            name = word.text + following.text
            both = word.tag.startswith("nr") and following.tag.startswith("nr")
            named = _beside_title(words, place, place + 1) and following.tag not in _NO_GIVEN_NAME
            if _is_full_name(name) and (both or named):
                yield Found(word.start, following.end, "PERSON", "title")


def _beside_title(words: list[Word], first: int, last: int) -> bool:
    before = first > 0 and words[first - 1].tag == "title"
    after = [word for word in words[last + 1 : last + 3] if word.text != "的"][:1]
    told = last + 1 < len(words) and words[last + 1].text in lexicon.PERSON_VERBS
    return before or told or (bool(after) and after[0].tag == "title")


def _is_full_name(text: str) -> bool:
    if text in lexicon.NO_NAMES or not HAN.match(text):
        return False
    if text.startswith(lexicon.DOUBLE_SURNAMES):
        return 3 <= len(text) <= 4
    return 2 <= len(text) <= 3 and text[0] in lexicon.SURNAMES
