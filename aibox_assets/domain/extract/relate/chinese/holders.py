"""Who else holds a Chinese title that one is known to hold: those in a row with that one (歌手容祖儿、李克勤;
编剧为吴念真与朱天文), and who takes over: 院长萧宗煌卸任后，由甄复谦接棒.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from aibox_assets.domain.models import Mention

Span = tuple[int, int]

_AND: Final = re.compile(r"\s?(?:、|，以?及|以及|[和与及])\s?")
_LISTED: Final = re.compile(r"\s?、\s?")
# 创办人分别是, 编剧：, 两位村医: several are announced.
_OF_SEVERAL: Final = re.compile(r"(?:之一)?(?:分别|现|仍|均|都)*(?:[是为系有]|[：:])\s?")
_SEVERAL: Final = re.compile(r"(?:[两二三四五六七八九十]|\d)[位名个][\u4e00-\u9fff]{0,4}$")
# 布鲁图斯、卡西乌斯等元老
_AND_OTHERS: Final = re.compile(r"等(?:多[位名]|[一二两三四五六七八九十\d]+[位名])?$")
_BEHIND: Final = re.compile(r"[」”]?\s?(?:[（(][^（）()\n]{0,30}[）)])?")

# Between the holder of a title and who takes over.
_GIVES_WAY: Final = re.compile(
    r"[^。！？；;\n]{0,40}?(?:改|现|则|遂|并|而)?(?P<by>由|提名|推举)[^，,。；、]{0,14}"
)
_TAKES_OVER: Final = re.compile(
    r"(?:[于在]?\d[\d年月日]*)?(?:接任|接替|继任|接棒|接手|接掌|继之)(?=[，,。；！]|$)"
)
# …，继任者是屈恒
_HEIR: Final = re.compile(
    r"[^。！？；;\n]{0,30}?[，,。；;](?P<by>(?:其|他的|她的)?(?:继任者|接任者|接替者|接棒者|接班人|继任人选?))(?:则|正|就)?[是为系](?:[^，,。；、]{0,10})"
)
_UNSURE: Final = re.compile("将|拟|或|可能|有望|传|未|不|否|若|如")


def in_row(
    folded: str, holder: Mention, span: Span, titles: Sequence[Span], people: Sequence[Mention]
) -> Iterator[Mention]:
    """Who of *people* is named in a row with *holder*, behind the title at *span*, and has no title of their own."""
    between = folded[span[1] : holder.char_start]
    several = _OF_SEVERAL.fullmatch(between) or _SEVERAL.search(folded, max(0, span[0] - 8), span[0])
    link, begins = _AND if several else _LISTED, {start for start, _ in titles}
    last = holder.char_end
    for each in sorted(people, key=lambda it: it.char_start):
        if each.char_start <= last:
            continue
        behind = _BEHIND.match(folded, last)
        if not link.fullmatch(folded, behind.end() if behind else last, each.char_start):
            return
        if each.char_end in begins:  # 作家余华、李明教授
            return
        last = each.char_end
        yield each


def listed_before(folded: str, start: int, people: Sequence[Mention]) -> list[Mention]:
    """Who of *people* are the others' examples before a title at *start*: 布鲁图斯、卡西乌斯等元老."""
    others = _AND_OTHERS.search(folded, max(0, start - 6), start)
    if others is None:
        return []
    found: list[Mention] = []
    last = others.start()
    for each in sorted(people, key=lambda it: -it.char_end):
        if each.char_end == last or (found and _AND.fullmatch(folded, each.char_end, last)):
            found.append(each)
            last = each.char_start
    return found if len(found) > 1 else []


def successor(
    folded: str, holder: Mention, span: Span, titles: Sequence[Span], people: Sequence[Mention]
) -> Mention | None:
    """Who of *people* takes over the title at *span* from *holder*, in the same sentence."""
    last = max(holder.char_end, span[1])
    for each in people:
        if each.char_start < last:
            continue
        told = _GIVES_WAY.fullmatch(folded, last, each.char_start)
        if told is None or not _TAKES_OVER.match(folded, each.char_end):
            told = _HEIR.fullmatch(folded, last, each.char_start)
        if told is None:
            continue
        if any(last <= start < told.start("by") for start, _ in titles):
            return None
        return None if _UNSURE.search(folded, last, each.char_start) else each
    return None
