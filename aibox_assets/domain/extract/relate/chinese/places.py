"""Places one within the other, as Chinese names them, the largest first: 江苏镇江, 四川省资阳市雁江区.

Public sets, and with them the tagger, take such a row for one name or for several. Here the last of it is the place
that is meant; of the others it is known where it lies.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache
from itertools import pairwise
from typing import Final

from aibox_assets.domain.countries import country_names
from aibox_assets.domain.extract.gazetteer_zh import encloses, has_places, is_place, known_end
from aibox_assets.domain.extract.names import has_chinese, to_simplified
from aibox_assets.domain.extract.recognize.lexicon_zh import PROVINCES, TOWNS
from aibox_assets.domain.extract.type_relations import TypedRelation
from aibox_assets.domain.extract.words_zh import is_known, known_words
from aibox_assets.domain.models import Mention, Relation

LOCATED_IN: Final = "LOCATED_IN"
_AREA: Final = re.compile(
    r"[\u4e00-\u9fff]{2,8}?(?:特别行政区|自治区|自治州|自治县|省|市|县|州|区|旗|乡|镇)(?=[\u4e00-\u9fff]{2})"
)
_LAST_AREA: Final = re.compile(r"[\u4e00-\u9fff]{1,8}(?:省|市|县|州|区|旗|乡|镇|村|邨|里|街道|新区|岛|屯)")
# They say which part of a place is meant, or what stands there; not a place within it.
_NO_PLACE: Final = re.compile(
    r"大陆|内地|本土|境内|各地|全境|地区|特区|行政区|半岛|海峡|盆地|高原|平原|沿海|沿岸|海滨|山区|两岸|[东西南北中]部$|[东西南北]方|本岛|外海|近海|市区|郊区|城区|"
    r"共和国|王国|帝国|联邦|^.{1,3}族自治|教区|自贸区|支那|朝鲜|工业|园区|航空港|开发区|高新区|^新区|经济区|首都|同乡|故乡|家乡|老家|^乡镇|^城镇"
)
# Of which most foreign names are made in Chinese.
_FOREIGN: Final = frozenset(
    "阿埃艾安奥巴拜班邦贝本比彼宾波伯博布查茨达戴丹德登迪蒂丁杜顿多恩尔法菲费芬弗福夫盖甘冈哥戈格根圭哈海汉赫黑霍基吉加贾杰金卡凯坎康考科克库夸拉莱赖兰"
    "朗劳勒雷黎里利莉林隆卢鲁路伦罗洛马玛迈麦曼梅蒙米密明莫墨默姆穆拿纳奈瑙内尼涅宁纽努诺帕潘佩彭皮普奇乔琼日瑞萨塞赛桑森沙绍舍圣什史士斯苏索塔泰坦汤特提廷"
    "图托瓦万威韦维翁沃乌武西希锡夏香肖谢休许雪逊雅亚延扬耶叶伊易因英尤约云扎赞泽詹治朱兹佐里雄贡"
)
_BUILT: Final = re.compile(
    r"[场站厦楼馆园院校店路街队军人界语籍裔式系产宫寺庙殿塔桥旁畔里]$|中心|公司|大学|^自治|[^\u4e00-\u9fff]"
)
_AREA_END: Final = re.compile("[省市县州区镇乡]$")
_TOWN: Final = re.compile("[^的在到委政为与和及、，。；]{1,4}?(?:镇|乡|街道(?!办))(?![长政])")
_SIGHT_ENDS: Final = re.compile("[街路巷道寺庙宫观山湖岭岛湾村屯里]$")
_SIGHT: Final = 3
_SHORT: Final = 3
# What the dictionary takes for names; of places within countries and regions it has some as other words.
_NAMES: Final = ("ns", "nsf", "nr", "nz", "v", "t", "j")
_IN_PLACES: Final = frozenset({"BORN_IN", "LIVES_IN", "DIED_IN", "HEADQUARTERED_IN", "LOCATED_IN"})
_INNER: Final = ("", "的", "首都", "首府", "省会", "省會")
_SURE: Final = 0.85

Span = tuple[int, int]


def innermost(mention: Mention) -> Mention:
    """*mention* of a place, called by the last of a row of places."""
    *_, (start, end) = _places(mention.text)
    return replace(mention, name=mention.text[start:end]) if start else mention


def with_rows(text: str, names: Sequence[Mention], place: str) -> list[Mention]:
    """*names*, and the rows of known places in *text* that they have not, or not to their ends."""
    folded, kept = to_simplified(text), list(names)
    if not has_chinese(text) or len(folded) != len(text):
        return kept
    for start, end in _known_rows(folded):
        met = [each for each in kept if each.char_start < end and start < each.char_end]
        if any(each.type != place for each in met):
            continue
        start, end = min([start, *(it.char_start for it in met)]), max([end, *(it.char_end for it in met)])
        row = Mention(start, end, text[start:end], place, text[start:end], _SURE)
        kept = [*(each for each in kept if each not in met), row]
    return sorted(kept, key=lambda each: each.char_start)


def _known_rows(folded: str) -> Iterator[Span]:
    """From the first to the last of known places of which each lies in the one before."""
    start = 0
    while start <= len(folded) - 4:
        end = known_end(folded, start)
        inner = known_end(folded, end, folded[start:end]) if end is not None else None
        if end is None or inner is None:
            start += 1
            continue
        first = start
        while inner is not None:
            start, end = end, inner
            inner = known_end(folded, end, folded[start:end])
        town = _TOWN.match(folded, end) if _AREA_END.search(folded[start:end]) else None
        yield first, town.end() if town else end
        start = end


def read_places(text: str, names: Sequence[Mention], place: str) -> Iterator[tuple[str, Relation]]:
    """Which of the *names* of type *place* lie in which: those of a row, and those right beside each other."""
    places = [each for each in names if each.type == place and has_chinese(each.text)]
    last: Mention | None = None
    for each in places:
        row = [
            Mention(
                each.char_start + a,
                each.char_start + b,
                each.text[a:b],
                place,
                each.text[a:b],
                each.confidence,
            )
            for a, b in _places(each.text)
        ]
        row[-1] = replace(each, name=row[-1].text)
        if last is not None and _follows(text, last, row[0]):
            row.insert(0, last)
        for outer, inner in pairwise(row):
            yield LOCATED_IN, Relation(inner, outer, "", outer.char_start, inner.char_end, _SURE)
        last = row[-1]


def narrowed(typed: TypedRelation, text: str, names: Sequence[Mention]) -> TypedRelation:
    """*typed*, where what is in a place is in the one within it that is named next: 乌克兰的哈尔科夫."""
    tail = typed.tail
    if typed.relation not in _IN_PLACES or not has_chinese(tail.text) or len(tail.text) < 2:
        return typed
    for each in names:
        near = text[tail.char_end : each.char_start] in _INNER and each.char_start >= tail.char_end
        if (
            near
            and each.type == tail.type
            and each.name != typed.head.name
            and _may_follow(tail.text, each.text)
        ):
            return narrowed(replace(typed, tail=each), text, names)
    return typed


def _places(text: str) -> list[Span]:
    """The places in the name *text*, from the largest to the last; only one where it is no row."""
    folded, found, start = to_simplified(text), list[Span](), 0
    if not has_chinese(text) or len(folded) != len(text) or is_known(folded):
        return [(0, len(text))]
    while len(folded) - start >= 4:
        end = _outer(folded, start)
        if end is None or not _is_place(folded[end:], folded[start:end]):
            break
        found.append((start, end))
        start = end
    return [*found, (start, len(text))]


def _outer(folded: str, start: int) -> int | None:
    """Where the large place ends that begins there; None for none."""
    known = known_end(folded, start)
    if known is not None and known_end(folded, known, folded[start:known]) is not None:
        return known
    area = _AREA.match(folded, start)
    if (
        area is not None
        and not _NO_PLACE.search(area.group())
        and not area.group().startswith(_country_names())
    ):
        return area.end()
    for length in (8, 7, 6, 5, 4, 3, 2):
        if folded[start : start + length] in _outers():
            return start + length
    if _LAST_AREA.fullmatch(folded, start):
        return None
    leaf = next((end for end in range(start + 4, start + 1, -1) if is_place(folded[start:end])), None)
    if leaf is not None and _is_sight(folded[leaf:], folded[start:leaf]):
        return leaf
    first = next(iter(known_words().cut(folded[start:])), None)
    return (
        start + len(first.word) if first is not None and first.flag == "ns" and len(first.word) > 1 else None
    )


def _is_place(folded: str, outer: str) -> bool:
    """Whether what follows a large place is a place of its own, or begins with one."""
    if known_end(folded, 0, outer) is not None:
        return True
    if len(folded) < 2 or _NO_PLACE.search(folded) or _BUILT.search(folded):
        return _is_sight(folded, outer)
    if _LAST_AREA.fullmatch(folded) or _AREA.match(folded) or _outer(folded, 0):
        return True
    large = outer in _countries() or outer in PROVINCES
    words = list(known_words().cut(folded))
    if len(words) == 1 and words[0].flag in (_NAMES if large else ("ns",)):
        return folded not in _countries()
    # What no dictionary has: 芹苴, 费尔德霍芬.
    within = large or has_places(outer) or _AREA_END.search(outer) is not None
    return within and ((len(folded) <= _SHORT and not is_known(folded)) or set(folded) <= _FOREIGN)


def _is_sight(folded: str, outer: str) -> bool:
    """Whether what follows *outer* is called by a name of its own (八廓街), and not by the place (北京站, 南京路)."""
    words = list(known_words().cut(folded)) if is_known(folded) else []
    named = len(folded) >= _SIGHT and _SIGHT_ENDS.search(folded) is not None
    if not named or (words and words[0].flag != "ns"):
        return False
    return is_place(outer) or _AREA_END.search(outer) is not None


def _follows(text: str, outer: Mention, inner: Mention) -> bool:
    """Whether *inner* is named as of *outer*: 四川 | 眉山, 西里西亚的海因岑多夫; not 伦敦的香港画家."""
    between = text[outer.char_end : inner.char_start]
    if between == "的":
        return len(outer.text) > 1 and to_simplified(inner.text) not in _outers()
    return not between and _may_follow(outer.text, inner.text)


def _may_follow(outer: str, inner: str) -> bool:
    outer, inner = to_simplified(outer), to_simplified(inner)
    if encloses(outer, inner):
        return True
    known = outer in _outers() or _AREA_END.search(outer) is not None
    return known and inner not in _countries() and not _NO_PLACE.search(inner)


@cache
def _countries() -> frozenset[str]:
    names = {to_simplified(name) for _, _, chinese in country_names() for name in chinese if len(name) > 1}
    return frozenset(names) - {*PROVINCES}


@cache
def _country_names() -> tuple[str, ...]:
    return tuple(_countries())


@cache
def _outers() -> frozenset[str]:
    return _countries() | frozenset((*PROVINCES, *TOWNS))
