"""Chinese names of the tagger, mended where a word list knows better than what it was taught from: titles that follow a
person (江泽民同志), places that look like institutions (香港特别行政区), halves of countries, the weather behind a city
(沈阳小雨), money, people whose names stand side by side, names that end within a word, or are cut in two."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import Final

from aibox_assets.domain.countries import country_names
from aibox_assets.domain.extract.names import has_chinese, to_simplified
from aibox_assets.domain.extract.recognize.lexicon_zh import (
    KNOWN_LOCATIONS,
    KNOWN_ORGANIZATIONS,
    PERSON_ENDS,
    PLACE_ENDS,
    SURNAMES,
)
from aibox_assets.domain.extract.tagger.tagger import Tagged, TaggedName
from aibox_assets.domain.extract.tagger.units import is_inside
from aibox_assets.domain.models import Mention

_LONGEST_FIRST: Final = {title: -i for i, title in enumerate(sorted(PERSON_ENDS, key=len, reverse=True))}
_LONGEST: Final = max(map(len, PERSON_ENDS))
_ORGANIZATION, _OF_NO_TYPE = "Organization", "Misc"  # of the tagger's kinds
_OF_ONE: Final = 4  # characters of a Chinese person's name at most
_WEATHER: Final = re.compile(r"(?:转?(?:[雷阵]+雨|[小中大暴]+[雨雪]|雨夹雪|多云|晴|阴|雾))+$")
_MONEY: Final = re.compile(
    r"(?:日|欧|美|港|加|澳|新台|韩|人民)?(?:元|币)|英镑|法郎|(?:挪威|瑞典|丹麦)?克朗|卢布|卢比"
)
# 国立成功大学: who runs a school is a part of its name.
_SCHOOLS: Final = ("大学", "学院", "中学", "小学", "高中")
_FOUNDED_BY: Final = ("国立", "私立", "省立", "市立", "县立")
_DAY: Final = re.compile(r"[一二三四五六日]")
# 余华著有, （东野圭吾著）: the verb behind an author.
# What a name that is too long ends with: words of time and manner, or 生于.
_GOES_ON: Final = re.compile("[昨则亦曾均也既称已被仍皆又还未将都遭系][^·]?|生[于在]")
_WROTE: Final = re.compile(r"[著编译](?=有|[（）()《，,。]|$)")
# 宗庆后之女: what stands before 之 is the name.
_UNSURE: Final = 0.5
_DESCRIBED: Final = 0.8
_CHILD_OF: Final = re.compile(r"[\u4e00-\u9fff](?=之[子女妻夫父母兄弟姐妹孙])")
# 机器人制造商库卡: what follows is a company.
_COMPANY_BEFORE: Final = re.compile(r"(?:大厂|巨头|[制造产开发供应运营零售]商|厂商|品牌)[“「]?$")
_DOT: Final = re.compile(r"[·・‧•．]")


def mend_names(text: str, tagged: Tagged, people: Sequence[Mention]) -> Tagged:
    """*tagged* with its Chinese names mended; a name keeps its place among the others.

    :param people: that the rules found in *text*.
    """
    if not has_chinese(text):
        return tagged
    folded = to_simplified(text)
    countries = [match.span() for match in _countries().finditer(folded)]
    words = tagged.words
    names = [_mend(folded, _to_word_end(folded, each, words), countries) for each in tagged.names]
    names = _joined(folded, names)
    added: list[TaggedName] = []
    for i, each in enumerate(names):
        parts = list(_side_by_side(folded, each, people))
        if parts:
            names[i] = parts[0]
            added += parts[1:]
    return replace(tagged, names=(*names, *added))


@cache
def listed_label(name: str) -> str | None:
    """``GPE`` or ``ORG`` for a Chinese name of a country, a known place or a known organization, of whichever script;
    None for any other."""
    folded = to_simplified(name)
    if folded in KNOWN_ORGANIZATIONS:
        return "ORG"
    return "GPE" if folded in KNOWN_LOCATIONS or folded in _country_names() else None


@cache
def _country_names() -> frozenset[str]:
    names = {to_simplified(name) for _, _, chinese in country_names() for name in chinese if len(name) > 1}
    return frozenset(names - KNOWN_ORGANIZATIONS)  # the European Union is both


@cache
def _countries() -> re.Pattern[str]:
    return re.compile("|".join(sorted(_country_names(), key=lambda name: (-len(name), name))))


def _mend(folded: str, name: TaggedName, countries: Sequence[tuple[int, int]]) -> TaggedName:
    own = folded[name.start : name.end]
    if not has_chinese(own):
        return name
    if own in KNOWN_ORGANIZATIONS:
        return replace(name, kind="Organization")
    for start, end in countries:
        if start <= name.start and name.end <= end:
            return replace(name, start=start, end=end, kind="Location")
    if _MONEY.fullmatch(own):
        return replace(name, confidence=0.0)
    if name.kind != "Person" and (weather := _WEATHER.search(own)):
        if weather.start() == 0:
            return replace(name, confidence=0.0)
        return replace(name, end=name.start + weather.start(), kind="Location")
    if name.kind == "Person":
        if _COMPANY_BEFORE.search(folded, max(0, name.start - _OF_ONE), name.start):
            return replace(name, kind="Organization", confidence=max(name.confidence, _DESCRIBED))
        if len(own) == 2 and _CHILD_OF.match(folded, name.end):
            return replace(name, end=name.end + 1)
        if len(own) > 2 and own[-1] == "周" and _DAY.match(folded, name.end):
            return replace(name, end=name.end - 1)  # 王毅周二
        if len(own) > 2 and _GOES_ON.fullmatch(folded, name.end - 1, name.end + 1):
            return replace(name, end=name.end - 1)
        if len(own) > 2 and _WROTE.match(folded, name.end - 1):
            return replace(name, end=name.end - 1)
        title = _title_behind(folded, name)
        return replace(name, end=name.end - title) if title else name
    if name.kind == "Organization" and len(own) > 3 and own.endswith(("母公司", "子公司")):
        return replace(name, end=name.end - 3)
    if name.kind == "Organization" and own.endswith(PLACE_ENDS):
        return replace(name, kind="Location")
    if name.kind == "Organization" and own.endswith(_SCHOOLS) and folded[: name.start].endswith(_FOUNDED_BY):
        return replace(name, start=name.start - 2)
    return name


def _to_word_end(folded: str, name: TaggedName, words: Mapping[int, int]) -> TaggedName:
    """熊猫直 in 熊猫直播: an organization or a product does not end one character before its last word does."""
    whole = name.end + 1
    if (
        name.kind in (_ORGANIZATION, _OF_NO_TYPE)
        and has_chinese(folded[name.end - 1 : whole])
        and is_inside(words.get(name.end, 0))
        and not is_inside(words.get(whole, 0))
        and name.end - name.start > 2
        and name.confidence < _UNSURE
    ):
        return replace(name, end=whole)
    return name


def _joined(folded: str, names: Sequence[TaggedName]) -> list[TaggedName]:
    """*names*, where a family name alone and the name right behind it (蔡, 英文) are one person's in both places."""
    found = list(names)
    for i, each in enumerate(found[:-1]):
        following = found[i + 1]
        if (
            each.kind == following.kind == "Person"
            and each.end == following.start
            and folded[each.start : each.end] in SURNAMES
            and following.end - following.start < _OF_ONE - 1
        ):
            found[i] = found[i + 1] = replace(each, end=following.end)
    return found


def _title_behind(folded: str, name: TaggedName) -> int:
    """How many of the name's last characters belong to a title, which may end behind it."""
    inside = range(min(_LONGEST, name.end - name.start - 1), 0, -1)
    found = [
        (_LONGEST_FIRST[title], own)
        for own in inside
        for length in range(own, _LONGEST + 1)
        if (title := folded[name.end - own : name.end - own + length]) in _LONGEST_FIRST
    ]
    return max(found, default=(0, 0))[1]


def _side_by_side(folded: str, name: TaggedName, people: Sequence[Mention]) -> Iterator[TaggedName]:
    """The people in a name that is too long for one: those that the rules see, and what is left between them."""
    own = folded[name.start : name.end]
    if name.kind != "Person" or len(own) <= _OF_ONE or not has_chinese(own) or _DOT.search(own):
        return
    inside = [each for each in people if name.start <= each.char_start and each.char_end <= name.end]
    if len(inside) < 2:
        return
    at = name.start
    for each in sorted(inside, key=lambda it: it.char_start):
        if 1 < each.char_start - at <= _OF_ONE:
            yield replace(name, start=at, end=each.char_start)
        yield replace(name, start=each.char_start, end=each.char_end)
        at = each.char_end
    if 1 < name.end - at <= _OF_ONE:
        yield replace(name, start=at)
