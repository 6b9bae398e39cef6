"""Chinese NER: jieba's tags, with rules for what they miss (organizations by suffix, people by title).

Works on text folded to simplified characters of the same length, so offsets hold for the original.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import Final

from aibox_assets.domain.extract.names import to_simplified
from aibox_assets.domain.extract.recognize import lexicon_zh as lexicon
from aibox_assets.domain.extract.recognize.abbreviations_zh import abbreviations
from aibox_assets.domain.extract.recognize.companies_zh import companies_by_trade
from aibox_assets.domain.extract.recognize.found_zh import HAN, Found, Word, everywhere
from aibox_assets.domain.extract.recognize.people_zh import foreign_people, people, people_everywhere
from aibox_assets.domain.extract.recognize.suffixes_zh import by_suffix
from aibox_assets.domain.extract.text.words_zh import Words, known_words, words_with
from aibox_assets.domain.models import Mention
from aibox_assets.domain.ontology import Ontology

_NAME_DOT = re.compile(r"(?<=[\u3400-\u9fff])\s?[・‧•．]\s?(?=[\u3400-\u9fff])")
# Works (《红楼梦》), names in Latin letters inside the text.
_WORK = re.compile(r"《([^《》\n]{1,40})》")
_LATIN = re.compile(
    r"(?<![A-Za-z])[a-z]?[A-Z][A-Za-z0-9&'’+\-\u00c0-\u024f]*(?:\.[A-Za-z]+)*"
    r"(?: [A-Z0-9][A-Za-z0-9&'’+\-\u00c0-\u024f]*(?:\.\d+(?:[+-][A-Za-z0-9]+)*)*)*\.?(?<![\s.])"
)
# Codes of rooms, contracts and types of material name no product of their own.
_CODE = re.compile(r"[A-Z]{1,3}-?\d[\d\-]*")
# 静和大学: a single character before 和 is no name of its own, so 和 belongs to the institution's.
_INNER_AND = re.compile(
    r"(?:^|[^\u4e00-\u9fff]|[向对跟与和于在由从的是任陪了到见])"
    r"(?P<name>(?![我你他她它们者])[\u4e00-\u9fff]和(?:大学(?!生)|学院|医院|集团|银行|公司))"
)
# 电芯与电网展在汉堡举行: what ends in 展 and is held somewhere, from the start of its clause.
_FAIR = re.compile(
    r"(?:^|[^\u4e00-\u9fff])(?P<name>(?![这本该此])[\u4e00-\u9fff]{2,11}(?:展|大会|论坛|峰会))"
    r"(?=将?[在于][\u4e00-\u9fff]{2,8}(?:举行|举办|召开|开幕|登场))"
)
# 极光三号: numbered models, where the text says that someone makes them.
_MODEL = re.compile(
    r"(?:生产|推出|发布|发表|研发|开发|发射)了?(?P<name>[\u4e00-\u9fff]{2,4}?[一二三四五六七八九十\d]{1,3}号)"
)
# 理想L9
_NUMBERED = re.compile(
    r"(?:生产|推出|发布|发表|研发|开发)了?(?P<name>(?:(?!的)[\u4e00-\u9fff]){2,4}[A-Z]{1,3}\d{1,4}[A-Za-z]{0,5}(?![A-Za-z\d]))"
)
_MAKES = re.compile(
    rf"(?:推出|发布|发表|研发|开发|生产|制造|上市|发售|新款|产品|车型|{lexicon.PRODUCT_NOUN})了?(?:的|新款|新一代|全新)*\s*$"
)
# OceanBase数据库, 量子芯片“太章”
_PRODUCT_WORDS = frozenset(("系统", "操作系统", "平台", "软件", "芯片", "处理器", "模型", "大模型", "数据库"))
_PRODUCT_AFTER = re.compile(
    rf"\s?{lexicon.PRODUCT_NOUN}|[于在]?[\d年月日]{{2,11}}(?:正式)?(?:发布|上市|问世|发售|面世|推出)"
)
_QUOTED = re.compile(rf"{lexicon.PRODUCT_NOUN}[“「](?P<name>[^“”「」，。\n]{{1,12}})[”」]")
_PERSON_AFTER = re.compile(r"^\s*(?:先生|女士|博士|教授)")
_TITLE_BEFORE = re.compile(f"(?:{lexicon.TITLE_PATTERN.pattern})\\s*$")
# By what speaks for the mention; the order follows the hand-checked share of right ones, the distances are set.
LISTED: Final = "word list"  # the source of what needs no other witness
_CONFIDENCE = {
    "listed": 0.9,
    "known": 0.9,
    "suffix": 0.85,
    "title": 0.9,
    "company": 0.9,
    "trade": 0.75,
    "dictionary": 0.85,
    "model": 0.75,
    "latin": 0.7,
    "guess": 0.65,
}


class ChineseRecognizer:
    """Cuts words by a dictionary of its own, so that nothing else in the process is changed.

    :param phrases: what relations are called; as words they keep names whole (创立|了鸿海).
    """

    def __init__(self, ontology: Ontology, phrases: Iterable[str]) -> None:
        self._ontology = ontology
        added = []
        for phrase in sorted({to_simplified(phrase) for phrase in phrases}):
            if len(phrase) > 1 and HAN.match(phrase):
                added.append((phrase, "v"))
                if not phrase.endswith(("于", "在", "有")):
                    added.append((f"{phrase}了", "v"))
        added += [(title, "title") for title in lexicon.TITLES]
        added += [(suffix, "n") for suffix in (*lexicon.ORGANIZATION_SUFFIXES, *lexicon.EVENT_SUFFIXES)]
        added += [(name, "nt") for name in sorted(lexicon.KNOWN_ORGANIZATIONS)]
        added += [(name, "ns") for name in sorted(lexicon.KNOWN_LOCATIONS)]
        self._added = added

    @cached_property
    def _tagger(self) -> Words:
        # 130 MB, for whoever has Chinese texts.
        return words_with(self._added)

    def recognize(self, text: str) -> list[Mention]:
        """The mentions in *text*, in its own (unfolded) spelling; they do not overlap."""
        folded = to_simplified(text)
        words = list(self._words(folded))
        listed = [Found(at, at + 1, "GPE", "listed", name) for at, name in abbreviations(words)]
        found = [
            *listed,
            *_by_shape(folded),
            *by_suffix(words),
            *_by_trade(folded, words),
            *people_everywhere(folded, people(words)),
            *foreign_people(words),
            *_products(words),
            *(each for each in self._by_dictionary(words) if not _pairs(each, listed)),
        ]
        mentions = []
        for each in _without_overlaps(found):
            entity_type = self._ontology.entity_type_of(each.label)
            if entity_type is not None:
                own = text[each.start : each.end]
                mentions.append(
                    Mention(
                        each.start,
                        each.end,
                        own,
                        entity_type,
                        each.name or _NAME_DOT.sub("·", " ".join(own.split())),
                        _CONFIDENCE[each.source],
                        LISTED if each.source == "listed" else "rules",
                    )
                )
        return mentions

    def _words(self, folded: str) -> Iterator[Word]:
        start, known = 0, known_words().counts
        for text, tag in self._tagger.cut(folded):
            yield Word(text, tag, start, bool(known.get(text)))
            start += len(text)

    def _by_dictionary(self, words: list[Word]) -> Iterator[Found]:
        for place, word in enumerate(words):
            if len(word.text) > 4 and word.text.endswith(lexicon.PLACE_ENDS) and word.tag.startswith("n"):
                yield Found(word.start, word.end, "GPE", "known")
            elif word.tag == "nt" and len(word.text) > 1:
                yield Found(word.start, word.end, "ORG", "known")
            elif word.text in lexicon.KNOWN_LOCATIONS:
                yield Found(word.start, _with_suffix(words, place), "GPE", "known")
            elif len(word.text) > 2 and word.text[-1] in "河湖" and word.tag.startswith("n"):
                yield Found(word.start, word.end, "LOC", "suffix")
            elif word.tag == "ns" and _is_place(word):
                following = words[place + 1] if place + 1 < len(words) else None
                if following is not None and following.text in lexicon.TRADES:
                    continue  # 北风电池: part of a name, or else of no weight
                yield Found(word.start, _with_suffix(words, place), "GPE", "dictionary")


def _with_suffix(words: list[Word], place: int) -> int:
    """Where the place ends: 新北|市."""
    following = words[place + 1 : place + 2]
    return (
        following[0].end if following and following[0].text in lexicon.LOCATION_SUFFIXES else words[place].end
    )


def _pairs(found: Found, listed: Iterable[Found]) -> bool:
    """Whether *found* is a pair of what is listed one by one (中美)."""
    return found.end - found.start < 4 and any(found.start <= each.start < found.end for each in listed)


def _by_trade(folded: str, words: list[Word]) -> Iterator[Found]:
    for start, end, sure in companies_by_trade(folded, words):
        yield Found(start, end, "ORG", "company" if sure else "trade")


def _is_place(word: Word) -> bool:
    return (
        word.text not in lexicon.NO_LOCATIONS
        and len(word.text) > 1
        and (word.known or (len(word.text) > 2 and word.text[-1] in lexicon.LOCATION_SUFFIXES))
    )


def _by_shape(folded: str) -> Iterator[Found]:
    for match in _WORK.finditer(folded):
        yield Found(match.start(1), match.end(1), "WORK_OF_ART", "known")
    for name in {match["name"] for match in _FAIR.finditer(folded)}:
        for start, end in everywhere(name, folded):
            yield Found(start, end, "EVENT", "suffix")
    for match in _QUOTED.finditer(folded):
        yield Found(match.start("name"), match.end("name"), "PRODUCT", "model")
    for match in _INNER_AND.finditer(folded):
        yield Found(match.start("name"), match.end("name"), "ORG", "suffix")
    for name in {match["name"] for model in (_MODEL, _NUMBERED) for match in model.finditer(folded)}:
        for start, end in everywhere(name, folded):
            yield Found(start, end, "PRODUCT", "model")
    for match in _LATIN.finditer(folded):
        before, after = (
            folded[max(0, match.start() - 16) : match.start()],
            folded[match.end() : match.end() + 16],
        )
        start, name = match.start(), match.group()
        first = name.split(" ")[0]
        if first in lexicon.NOT_ORGANIZATIONS and " " in name:  # "CEO Tim Cook"
            start, name, before = start + len(first) + 1, name[len(first) + 1 :], "CEO"
        if name in lexicon.NOT_ORGANIZATIONS or len(name) < 2 or re.fullmatch(r"[\d\W]+", name):
            continue
        people = 2 <= len(name.split(" ")) <= 3 and name.replace(" ", "").isalpha()
        if people and (_TITLE_BEFORE.search(before) or _PERSON_AFTER.match(after)):
            yield Found(start, match.end(), "PERSON", "latin")
        elif _CODE.fullmatch(name) and not _MAKES.search(before):
            continue
        elif _MAKES.search(before) or _PRODUCT_AFTER.match(after) or re.search(r"\d$", name):
            yield Found(start, match.end(), "PRODUCT", "latin")
        else:
            yield Found(start, match.end(), "ORG", "latin")


def _products(words: list[Word]) -> Iterator[Found]:
    """采用了鸿蒙系统: a word of no dictionary before what products are called, behind a verb."""
    for verb, own, noun in zip(words, words[1:], words[2:], strict=False):
        if (
            verb.tag in ("v", "ul")
            and noun.text in _PRODUCT_WORDS
            and HAN.match(own.text)
            and len(own.text) > 1
            and (not own.known or own.tag in ("nz", "nr", "nrt"))
        ):
            yield Found(own.start, noun.end, "PRODUCT", "model")


def _without_overlaps(found: Iterable[Found]) -> list[Found]:
    """The longer wins over the shorter inside it, the surer of two alike."""
    kept: list[Found] = []
    for each in sorted(found, key=lambda it: (it.start - it.end, -_CONFIDENCE[it.source], it.start)):
        if all(each.end <= other.start or each.start >= other.end for other in kept):
            kept.append(each)
    return sorted(kept, key=lambda it: it.start)
