"""What organizations are to each other and where they are, as Chinese says it: 全聯買下大潤發, 祥碩科技母公司是華碩.

The words between two names, before and behind them, say it; names that are listed are related alike.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from aibox_assets.domain.extract.names import has_chinese, to_simplified
from aibox_assets.domain.extract.relate.chinese.anaphors import SENTENCE, without_other_names
from aibox_assets.domain.models import Mention, Relation

_MOST: Final = 8  # names that are related alike
_SURE: Final = 0.85
_LISTED: Final = re.compile(r"(?:[（(][^（）()]{0,20}[）)])?(?:[、和与及跟同]|以及)")
_BRACKET: Final = re.compile(r"[（(][^（）()\n]{0,40}[）)]")
_BUYS: Final = "全资收购|收购|并购|买下|买走|购得|兼并|吞并|吸收合并|合并|拿下|入主|收编"
_STAKES: Final = "战略投资|投资|入股|参股|注资|领投|跟投|增持|认购"
_UNITS: Final = (
    r"(?:全资|控股|核心|重要|海外|独立)*(?:子公司|附属公司|分公司|孙公司|分馆|分校|分院|分支机构|附属[院校馆]|事业部|"
    r"旗下[\u4e00-\u9fff]{0,6})"
)
_WHAT: Final = r"(?:[\u4e00-\u9fff]{1,8}(?:公司|企业|厂商|巨头|平台|品牌|商|厂|集团))?[“「]?"
_SEAT: Final = (
    r"总(?:部|公司|行|社|会|店)(?:所在地)?(?:现在?|原|都|均|则|也|已)?"
    r"(?:位于|设于|设在|坐落于|坐落在|迁至|迁到|迁往|搬到|在|[是为])"
)
_SITE: Final = (
    r"(?:位于|坐落于|坐落在|坐落|座落于|座落在|地处|落户(?:于|在)?|设于|设在|位在|开在|建在|注册在|注册于|[校社馆院厂会团园店寺]址(?:设)?在|驻地在|办公地点在|主场(?:设)?在|"
    r"(?:工厂|分公司|分校|办事处|分行|门店|旗舰店|研发中心|生产基地|基地|厂|园区|校区|秘书处|办公室)(?:位于|设在|设于|开在|都在|就在|在))"
)


@dataclass(frozen=True, slots=True)
class _Way:
    """A relation said between two names in this order. :ivar turned: the second is its head.

    :ivar between: all of the words between them. :ivar behind: begins behind the second; anything where it is None.
    """

    relation: str
    turned: bool
    between: re.Pattern[str]
    behind: re.Pattern[str] | None = None


def _way(relation: str, between: str, behind: str | None = None, *, turned: bool = False) -> _Way:
    return _Way(relation, turned, re.compile(between), re.compile(behind) if behind else None)


_HOW: Final = r"[^，,。；;的被由将给向]{0,22}?"
_OF_FIRMS: Final = (
    _way(
        "ACQUIRED",
        rf"(?:{_HOW}(?<!被)(?:{_BUYS})[了过]?){_WHAT}",
        r"(?!的?(?:母公司|股东|传闻|计划|消息|可能|股|[^，,。]{1,10}业务)|\d|[一二三四五六七八九]成|[^，,。]{0,10}[%％])",
    ),
    _way("ACQUIRED", rf"{_HOW}完成[了]?对{_WHAT}", r"的(?:收购|并购)"),
    _way(
        "ACQUIRED", rf"{_HOW}将{_WHAT}", r"(?:[\u4e00-\u9fff]{0,6})(?:收入囊中|收归旗下|纳入旗下|买下|收购)"
    ),
    _way(
        "ACQUIRED",
        rf"[^，,。；;]{{0,8}}?(?:被|由|遭){_WHAT}",
        rf"[^，,。；;]{{0,14}}?(?:{_BUYS}|收入囊中|收归旗下|纳入旗下)",
        turned=True,
    ),
    _way("SUBSIDIARY_OF", r"的?(?:直接|间接|最终)?(?:母公司|控股公司)(?:[是为]|叫|系)?"),
    _way(
        "SUBSIDIARY_OF",
        r"，?(?:现在?|如今|目前|已|一直|自\S{1,8}起|原)?(?:归|隶属于?|属于?|现属|直属于?|划归|并入|转归)了?",
        r"(?!的?(?:管|辖区))",
    ),
    _way("SUBSIDIARY_OF", r"(?:，|现|目前|也|都|均|同)*(?:[是为系]|作为)", rf"的?(?:一员|成员企业|{_UNITS})"),
    _way(
        "SUBSIDIARY_OF",
        r"[^，,。；;]{0,4}(?:被|由)",
        r"(?:并入|纳入|收归)(?:了)?旗下",
    ),
    _way("SUBSIDIARY_OF", rf"(?:旗下|下属|下设|辖下|名下|所属|麾下)的?(?:{_UNITS})?{_WHAT}", turned=True),
    _way(
        "SUBSIDIARY_OF", rf"的?(?:全资|控股|核心|重要)*(?:子公司|附属公司|分公司|子品牌){_WHAT}", turned=True
    ),
    _way("INVESTED_IN", rf"{_HOW}(?:{_STAKES})[了过]?{_WHAT}", r"(?!的?(?:母公司|传闻|计划))"),
    _way(
        "INVESTED_IN",
        r"[^，,。；;]{0,6}(?:仍|现|共|合计|目前)?持有了?",
        r"[^，,。；;]{0,8}(?:股份|股权|的股|[%％]|[成]股)",
    ),
    _way(
        "INVESTED_IN",
        rf"[^，,。；;]{{0,8}}?(?:获得?|由|被|得到)了?{_WHAT}",
        rf"[^，,。；;]{{0,6}}?(?:{_STAKES})",
        turned=True,
    ),
    _way(
        "INVESTED_IN",
        r"的?(?:前|原)?(?:第?[一二三四]?大?|战略|主要|老|新|[A-Z]轮)*(?:股东|投资方|投资者|投资人)(?:[是为系有]|包括|还有)?",
        turned=True,
    ),
    _way("MEMBER_OF", r"(?:[^，,。；;]{0,10}?(?:加入|获准加入|申请并加入)了?)"),
    _way(
        "MEMBER_OF",
        r"[^，,。；;]{0,10}?(?:是|为|成为|当选为?|均为|都是)",
        r"(?:[（(][^（）()]*[）)])?的?(?:创始|正式|常任|准|新)*(?:成员|会员|理事国)",
    ),
    _way(
        "MEMBER_OF",
        r"的?(?:创始|正式|常任)*(?:成员国?|会员国?|理事国)(?:包括|[有是为]|共有|共\S{1,3}个[，：])",
        turned=True,
    ),
)
_OF_PLACES: Final = (
    _way("HEADQUARTERED_IN", rf"[^。；;]{{0,30}}?{_SEAT}[\u4e00-\u9fff]{{0,6}}?"),
    _way("LOCATED_IN", rf"[^，,。；;]{{0,12}}?{_SITE}"),
    _way("LOCATED_IN", rf"，(?:现|原|后)?{_SITE}"),
)
# 布尔诺的卢纳出版社, 澳门「钜记」, 招远的金矿设备厂“鑫海”.
_THERE: Final = re.compile(r"(?:当地)?的[“「]?|[“「]|的[\u4e00-\u9fff]{2,8}[“「]")
# Not the topic of the next clause: 华为的…; what is set up is.
_OF_TOPIC: Final = re.compile(r"[」”]?(?:的|旗下|下属|、|与|和|及|跟|同)")
_SETS_UP: Final = re.compile(
    r"成立|创立|创办|设立|组建|建立|开设|改组|改制|更名|合并|前身|母公司|子公司|总部"
)
_LEAD: Final = 4
_UNSTATED: Final = re.compile(
    r"否认|拒绝|传闻|据传|或将|有意|拟|计划|考虑|可能|未能|未|没有|并非|不是|尚待|如果|是否|会不会|谈判|洽购|竞购|终止|放弃|失败"
)


def read_firms(
    text: str, names: Sequence[Mention], organization: str, place: str | None, person: str | None
) -> Iterator[tuple[str, Relation]]:
    """What the text says of the organizations among *names*, by the names of the relations."""
    if not has_chinese(text):
        return
    folded = to_simplified(text)
    names = without_other_names(folded, names)
    for sentence in SENTENCE.finditer(folded):
        start, end = sentence.span()
        own = [each for each in names if start <= each.char_start < end]
        if len(own) < 2 or _UNSTATED.search(folded, start, end):
            continue
        for i, first in enumerate(own):
            for second in own[i + 1 : i + 4]:
                for way in _ways(first, second, organization, place, person):
                    between = _BRACKET.sub("", folded[first.char_end : second.char_start])
                    # 甲公司的王明加入了乙: he did.
                    others = (organization, person if way.relation == "MEMBER_OF" else None)
                    if not way.between.fullmatch(between) or _between(own, first, second, *others):
                        continue
                    if way.behind is not None and not way.behind.match(folded, second.char_end):
                        continue
                    about = _subject(folded, start, own[: i + 1], between) if way in _OF_PLACES else None
                    alike = (
                        _alike(folded, own, first, back=True) if about is None else [about],
                        _alike(folded, own, second, back=False),
                    )
                    for one in alike[0]:
                        for other in alike[1]:
                            head, tail = (other, one) if way.turned else (one, other)
                            yield way.relation, Relation(head, tail, between[-12:], start, end, _SURE)
                    break
        if place is not None:
            for outer, inner in pairwise(own):
                of = outer.type == place and inner.type == organization and len(outer.text) > 1
                if of and _THERE.fullmatch(folded, outer.char_end, inner.char_start):
                    yield "LOCATED_IN", Relation(inner, outer, "", start, end, _SURE)


def _subject(folded: str, start: int, names: Sequence[Mention], between: str) -> Mention | None:
    """What a clause behind a comma is about, if not the last of *names*: 荣宝斋隶属于中国出版集团，店址在琉璃厂."""
    last = names[-1]
    clause = between.rpartition("，")[2]
    if clause == between:
        return None
    firms = [each for each in names if each.type == last.type]
    if clause.startswith(("前者", "后者")):
        return firms[-2] if len(firms) > 1 and clause.startswith("前者") else last
    topic = names[0]
    begins = topic.char_start - start <= _LEAD and topic.type == last.type and topic is not last
    said = folded[topic.char_end : last.char_start]
    return topic if begins and not _OF_TOPIC.match(said) and not _SETS_UP.search(said) else None


def _ways(
    first: Mention, second: Mention, organization: str, place: str | None, person: str | None
) -> Sequence[_Way]:
    """How two names of these types may be related."""
    if first.type == organization and second.type == place:
        return _OF_PLACES
    if second.type == organization and first.type in (organization, person, place):
        return [way for way in _OF_FIRMS if first.type == organization or not way.turned]
    return ()


def _between(own: Sequence[Mention], first: Mention, second: Mention, *types: str | None) -> bool:
    """Whether another name of *types* stands between both."""
    return any(
        each.type in types and first.char_end <= each.char_start and each.char_end <= second.char_start
        for each in own
    )


def _alike(folded: str, own: Sequence[Mention], name: Mention, *, back: bool) -> list[Mention]:
    """*name* and those of its type that are listed with it, before or behind it."""
    found = [name]
    for each in reversed(own) if back else own:
        last = found[-1]
        gap = (each.char_end, last.char_start) if back else (last.char_end, each.char_start)
        if (
            len(found) < _MOST
            and each.type == name.type
            and gap[0] < gap[1]
            and _LISTED.fullmatch(folded, *gap)
        ):
            found.append(each)
    return found
