"""How the Chinese name of a place falls apart into places of which each lies in the one before: 江苏|镇江, 沙田|马料水,
伦敦|克拉里奇酒店.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache, lru_cache
from typing import Final

from aibox_assets.domain.countries import country_names
from aibox_assets.domain.extract.names import has_chinese, to_simplified
from aibox_assets.domain.extract.places.gazetteer_zh import encloses, has_places, is_place, known_end
from aibox_assets.domain.extract.recognize.lexicon_zh import PROVINCES, TOWNS
from aibox_assets.domain.extract.text.words_zh import is_known, known_words

Span = tuple[int, int]

_AREA: Final = re.compile(
    r"[\u4e00-\u9fff]{2,8}?(?:特别行政区|自治区|自治州|自治县|省|市|县|州|区|旗|乡|镇)(?=[\u4e00-\u9fff]{2})"
)
_LAST_AREA: Final = re.compile(r"[\u4e00-\u9fff]{1,8}(?:省|市|县|州|区|旗|乡|镇|村|邨|里|街道|新区|岛|屯)")
# They say which part of a place is meant, or what stands there; not a place within it.
NO_PLACE: Final = re.compile(
    r"大陆|内地|本土|境内|各地|全境|地区|特区|行政区|半岛|海峡|盆地|高原|平原|沿海|沿岸|海滨|山区|两岸|[东西南北中]部$|[东西南北]方|本岛|外海|近海|市区|郊区|城区|"
    r"共和国|王国|帝国|联邦|^.{1,3}族自治|教区|自贸区|支那|朝鲜|工业|园区|航空港|开发区|高新区|^新区|经济区|主峰|首都|同乡|故乡|家乡|老家|^乡镇|^城镇"
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
AREA_END: Final = re.compile("[省市县州区镇乡]$")
_SIGHT_ENDS: Final = re.compile("[街路巷道寺庙宫观山湖岭岛湾村屯里]$")
_VILLAGES: Final = ("村", "邨")
_PARTS: Final = re.compile(r"^.[省市县州区镇乡村岛港河江湖山路]$|[道铁墓窟站线局厂祠堂城车中上下内外]$")
_REST: Final = re.compile("[乡里路河家镇村街区县市站州线段]")  # of the word before
_SIGHT: Final = 3
_SHORT: Final = 3
# What the dictionary takes for names; of places within countries and regions it has some as other words.
_NAMES: Final = ("ns", "nsf", "nr", "nz", "v", "t", "j")

# What stands or lies in a place and is called by a word before it, but for words that anything is called by.
_SITE: Final = re.compile(
    r"(?:大?酒店|大?饭店|大厦|医院|歌?剧院|大?戏院|球场|体育[场馆]|广场|公寓|别墅|山庄|宅邸|宫|寺|庙|灯?塔|大?桥|国际机场|机场|公园|纪念馆|博物馆|"
    r"藏书楼|大?教堂|故居|书院|大?[路街道巷弄]|胡同|[邨村]|[湖山岛港洞池亭园庄坑谷坪坡岭沟湾滩寨]|水库|市场|工业园区|租界|部落|遗址|别馆|宴会厅|大厅)$"
)
_COMMON_SITE: Final = re.compile(
    r"国际|国家|国立|市立|县立|人民|中央|第[一二三四五六七八九十]|[东西南北中]$|^[大小新老]|现代|历史|科学|自然|流行|文化|运动|长江|黄河|珠江"
)
_COMMON: Final = ("n", "vn", "v", "b", "f", "s", "a", "m")


@lru_cache(maxsize=512)  # a name occurs again
def places_in(text: str) -> Sequence[Span]:
    """The places in the name *text*, from the largest to the last; only one where it is no row."""
    folded, found, start = to_simplified(text), list[Span](), 0
    if not has_chinese(text) or len(folded) != len(text):
        return [(0, len(text))]
    if is_known(folded) and not _is_known_row(folded):
        return [(0, len(text))]
    while len(folded) - start >= 4:
        end = _outer(folded, start)
        if end is None or not _is_place(folded[end:], folded[start:end]):
            break
        found.append((start, end))
        start = end
    return [*found, (start, len(text))]


def _is_known_row(folded: str) -> bool:
    """Whether a name that a dictionary has is a country and what is known to lie in it: 英国|伦敦."""
    country = next((end for end in range(2, len(folded) - 1) if folded[:end] in countries()), None)
    return country is not None and encloses(folded[:country], folded[country:])


def _outer(folded: str, start: int) -> int | None:
    """Where the large place ends that begins there; None for none."""
    known = known_end(folded, start)
    if known is not None and known_end(folded, known, folded[start:known]) is not None:
        return known
    area = _AREA.match(folded, start)
    if (
        area is not None
        and not NO_PLACE.search(area.group())
        and not area.group().startswith(_country_names())
    ):
        return area.end()
    for length in (8, 7, 6, 5, 4, 3, 2):
        if folded[start : start + length] in outers():
            return start + length
    if _LAST_AREA.fullmatch(folded, start) and not folded.endswith(_VILLAGES):
        return None
    leaf = next((end for end in range(start + 4, start + 1, -1) if is_place(folded[start:end])), None)
    if leaf is not None and leaf < len(folded):
        outer, inner = folded[start:leaf], folded[leaf:]
        if _is_sight(inner, outer) or _is_called(inner, outer) or _is_unknown(inner, outer):
            return leaf
    first = next(iter(known_words().cut(folded[start:])), None)
    return (
        start + len(first.word) if first is not None and first.flag == "ns" and len(first.word) > 1 else None
    )


def _is_place(folded: str, outer: str) -> bool:
    """Whether what follows a large place is a place of its own, or begins with one."""
    if known_end(folded, 0, outer) is not None:
        return True
    # 香港仔 | 黄竹坑, 吴家 | 隧道
    if is_known(outer + folded[:1]) or (len(folded) <= _SHORT and _REST.match(folded)):
        return False
    if len(folded) < 2 or NO_PLACE.search(folded) or _BUILT.search(folded):
        return _is_sight(folded, outer) or _is_called(folded, outer)
    if _LAST_AREA.fullmatch(folded) or _AREA.match(folded) or _outer(folded, 0):
        return True
    large = outer in countries() or outer in PROVINCES or outer in TOWNS
    words = known_words().cut(folded)
    if len(words) == 1 and words[0].flag in (_NAMES if large else ("ns",)):
        return folded not in countries()
    # What no dictionary has: 芹苴, 费尔德霍芬.
    within = large or has_places(outer) or AREA_END.search(outer) is not None
    if within and ((len(folded) <= _SHORT and not is_known(folded)) or set(folded) <= _FOREIGN):
        return True
    return _is_called(folded, outer) or _is_unknown(folded, outer)


def _is_unknown(folded: str, outer: str) -> bool:
    """Whether what follows *outer* is a short word of no dictionary: 沙田马料水; not 赫尔|辛堡, 大岭|山镇."""
    foreign = set(outer) <= _FOREIGN and outer not in outers()
    part = _PARTS.search(folded) is not None or _REST.match(folded) is not None
    return (
        not foreign
        and not part
        and 1 < len(folded) <= _SHORT
        and not is_known(folded)
        and not NO_PLACE.search(folded)
    )


def _may_begin_foreign(outer: str) -> bool:
    """Whether *outer* may be but the beginning of a foreign name: 赫尔|辛堡; not 米兰."""
    if outer in outers() or not set(outer) <= _FOREIGN:
        return False
    return [each.flag for each in known_words().cut(outer)] != ["ns"]


def _is_called(folded: str, outer: str) -> bool:
    """Whether what follows *outer* is built or lies there and has a name of its own: 伦敦|克拉里奇|酒店."""
    built = _SITE.search(folded)
    if built is None or built.start() < len("兰心") or is_known(folded) or _REST.match(folded):
        return False
    if _may_begin_foreign(outer) or (set(outer + folded[:-1]) <= _FOREIGN and len(built.group()) == 1):
        return False
    own = folded[: built.start()]
    if set(own) <= _FOREIGN:
        return True
    words = known_words().cut(own)
    if _COMMON_SITE.search(own) or any(len(each.word) > 1 and each.flag in _COMMON for each in words):
        return False
    return not is_known(own) or words[0].flag in _NAMES


def _is_sight(folded: str, outer: str) -> bool:
    """Whether what follows *outer* is called by a name of its own (八廓街), and not by the place (北京站, 南京路)."""
    words = known_words().cut(folded) if is_known(folded) else []
    named = len(folded) >= _SIGHT and _SIGHT_ENDS.search(folded) is not None
    if not named or (words and words[0].flag != "ns"):
        return False
    return is_place(outer) or AREA_END.search(outer) is not None


@cache
def countries() -> frozenset[str]:
    names = {to_simplified(name) for _, _, chinese in country_names() for name in chinese if len(name) > 1}
    return frozenset(names) - {*PROVINCES}


@cache
def _country_names() -> tuple[str, ...]:
    return tuple(countries())


@cache
def outers() -> frozenset[str]:
    return countries() | frozenset((*PROVINCES, *TOWNS))
