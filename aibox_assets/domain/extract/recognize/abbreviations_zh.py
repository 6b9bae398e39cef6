"""Countries and cities that Chinese names by one character: 中美关系, 访华, 驻日大使, 赴京, 中方.

What stands for a place is told by the words that jieba cuts, never by characters alone (其中美国, 集中).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, Protocol

_COUNTRIES: Final = {
    "中": "中国", "美": "美国", "日": "日本", "俄": "俄罗斯", "英": "英国", "法": "法国", "德": "德国", "韩": "韩国",
    "朝": "朝鲜", "苏": "苏联", "印": "印度", "加": "加拿大", "葡": "葡萄牙", "越": "越南", "泰": "泰国", "缅": "缅甸",
    "墨": "墨西哥", "埃": "埃及", "台": "台湾", "港": "香港", "澳": "", "巴": "", "波": "", "伊": "", "蒙": "",
}  # fmt: skip
_GONE_TO: Final = _COUNTRIES | {
    "华": "中国",
    "京": "北京",
    "沪": "上海",
    "粤": "广东",
    "藏": "西藏",
    "欧": "欧洲",
}
# 中意 and the like are words of their own.
_NO_PAIRS: Final = frozenset(
    {"中意", "中台", "英德", "日中", "美德", "台中", "波波", "加印", "印加", "中波", "中巴"}
)
_TOWARDS: Final = "驻访赴来抵返离旅留援对在涉"
_NO_GOING: Final = frozenset(
    {"来日", "对日", "在日", "对台戏", "离日", "留中", "对中", "在中", "来德", "来英", "返英"}
)
_FIRSTS: Final = frozenset((*_GONE_TO, *_TOWARDS))
# What is between two sides, and tells that both characters before it are countries.
_BETWEEN: Final = (
    "两国", "双方", "关系", "之间", "贸易", "战争", "联合", "友好", "建交", "合作", "边界", "边境", "首脑", "三国",
    "交流", "协定", "条约", "谈判", "双边", "人民", "政府", "会谈", "经贸", "经济", "文化", "友谊",
    "间", "外长", "联盟", "同盟", "冲突",
)  # fmt: skip
_SIDES: Final = frozenset(f"{country}方" for country in "中美日俄英德韩朝印台港")
_PLACE_TAGS: Final = ("ns", "nz", "j", "n", "nr", "nrt", "f")
_BEFORE_PLACE: Final = frozenset("在对与和同向从由自于驻赴访抵离返")


class Word(Protocol):
    """What is needed of a word."""

    @property
    def text(self) -> str: ...
    @property
    def tag(self) -> str: ...
    @property
    def start(self) -> int: ...


def abbreviations(words: Sequence[Word]) -> Iterator[tuple[int, str]]:
    """Where a character stands for a place, and the place's name; "" where it may be one of several."""
    for at, word in enumerate(words):
        text = word.text
        if text[0] not in _FIRSTS:
            continue
        before = words[at - 1].text if at else ""
        after = words[at + 1].text if at + 1 < len(words) else ""
        if 1 < len(text) < 4 and set(text) <= _COUNTRIES.keys():
            between = after.startswith(_BETWEEN)
            if between or (word.tag in _PLACE_TAGS and len(text) == 2 and text not in _NO_PAIRS):
                yield from ((word.start + i, _COUNTRIES[each]) for i, each in enumerate(text))
        elif text in _SIDES:
            yield word.start, _COUNTRIES[text[0]]
        elif 1 < len(text) < 5 and text[0] in _TOWARDS and text[1] in _GONE_TO and text[:2] not in _NO_GOING:
            if len(text) == 2 or text[2:] in ("大使", "使馆", "大使馆", "期间", "军", "代表"):
                yield word.start + 1, _GONE_TO[text[1]]
        elif len(text) == 1 and text in _GONE_TO:
            second = after in _COUNTRIES and len(after) == 1
            third = words[at + 2].text if at + 2 < len(words) else ""
            told = second and (third.startswith(_BETWEEN) or words[at + 1].tag in ("ns", "j"))
            if told and text in _COUNTRIES and not before[-1:].isdigit():
                yield word.start, _COUNTRIES[text]
                yield words[at + 1].start, _COUNTRIES[after]
            elif word.tag in ("ns", "j") and (before in _BEFORE_PLACE or after.startswith("驻")):
                yield word.start, _GONE_TO[text]
