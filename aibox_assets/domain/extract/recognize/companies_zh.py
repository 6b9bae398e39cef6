"""Chinese companies whose names end in their trade, not in 公司: 北風電池, 港街資本.

Any noun before 電池 looks the same (固態電池), so the text must use the words as only a company is used: 北風電池
總部位於…, 任職於北風電池. What that settles holds for every occurrence in the same chunk, and in no other, so
that a chunk's result depends on its own text alone.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from aibox_assets.domain.extract.recognize import lexicon_zh as lexicon
from aibox_assets.domain.extract.recognize.found_zh import everywhere

_HAN = re.compile(r"[\u4e00-\u9fff]+$")
_ROLE = (
    r"(?:首席执行官|首席技术官|首席财务官|执行长|董事长|总裁|总经理|创始人|创办人|子公司|母公司|员工|股东|竞争对手|"
    r"总部|总公司|经办人|采购部|研发部|销售部)"
)
# Only of a company do texts say this: behind its name, and before it.
_SURE_AFTER = re.compile(
    rf"(?:的(?:前|现任|新任)?)?{_ROLE}|(?:今日|昨日|今天|昨天|日前|已|正式|也|又|再次|将)*"
    r"(?:宣布|收购|并购|投资了|入股|注资|任命|聘请|成立于|创立于|裁员|扩建)|"
    r"由[^，。；\n]{2,12}?(?:创立|创办|创建|领导)|(?:与|和|跟)[^，。；\n]{2,12}?(?:竞争|签署|签订|结盟)|"
    r"是[^，。；\n]{2,14}?的(?:子公司|供应商|股东|竞争对手)"
)
_SURE_BEFORE = re.compile(r"(?:任职于|就职于|供职于|受雇于|隶属于|以下简称[「“]?)$")
# 领导金海铜箔。 but not 领导全球电池产业。
_LED, _ENDS = re.compile(r"(?:领导|执掌|率领|创办|创立)了?$"), re.compile(r"[，。；、！？\n]|$")
# Of a company more often than of goods: enough where the name itself is no everyday word.
_LIKELY_AFTER = re.compile(
    r"(?:再次|正式)?(?:投资|生产|推出|发布|发表|位于|有权|保证|回收)|向[^，。；\n]{2,12}?(?:供应|供货|采购|购买)|"
    r"(?:与|和|跟)[^，。；\n]{2,12}?合作|是[^，。；\n]{1,14}?的(?:客户|对手|合作伙伴)"
)
_LIKELY_BEFORE = re.compile(
    r"(?:收购|并购|投资|入股|领导|加入|离开|创办|创立|创建|执掌|访问|采访)了?$|(?:由|与|向|和)$"
)
# Tags of the words that may stand right before a name.
_OPENING_TAGS = frozenset(
    {"p", "v", "vn", "c", "d", "t", "r", "title", "uj", "ul", "uz", "ug", "u", "zg", "f"}
)
_MODIFIER_TAGS = frozenset(
    {"n", "nz", "ns", "nr", "nrt", "nrfg", "nt", "j", "ng", "a", "b", "f", "s", "x", "zg", "vn", "z"}
)
_NEVER_TAGS = frozenset({"a", "b", "d", "m", "v", "vn", "f", "z"})
_MODIFIER_LENGTHS = range(2, 5)


class Word(Protocol):
    """A segmented word with its tag. :ivar known: in the dictionary."""

    @property
    def text(self) -> str: ...
    @property
    def tag(self) -> str: ...
    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...
    @property
    def known(self) -> bool: ...


@dataclass(slots=True)
class _Candidate:
    distinct: bool
    sure: int = 0
    likely: int = 0

    @property
    def accepted(self) -> bool:
        return self.sure > 0 or self.likely >= (1 if self.distinct else 2)


def companies_by_trade(folded: str, words: Sequence[Word]) -> Iterator[tuple[int, int, bool]]:
    """Start, end, and whether the use leaves no doubt, of each company named by its trade."""
    candidates: dict[str, _Candidate] = {}
    for start, end, distinct in _spans(words):
        name = folded[start:end]
        after, before = folded[end : end + 28], folded[max(0, start - 8) : start]
        candidate = candidates.setdefault(name, _Candidate(distinct))
        led = _LED.search(before) and _ENDS.match(after)
        candidate.sure += bool(led or _SURE_AFTER.match(after) or _SURE_BEFORE.search(before))
        candidate.likely += bool(_LIKELY_AFTER.match(after)) + bool(_LIKELY_BEFORE.search(before))
    accepted = {name: each for name, each in candidates.items() if each.accepted}
    for name in _without_overhang(folded, accepted):
        for start, end in everywhere(name, folded):
            yield start, end, accepted[name].sure > 0


def _without_overhang(folded: str, accepted: dict[str, _Candidate]) -> list[str]:
    """Of two names of which one ends in the other, the one that the text has more evidence for."""
    counts = Counter({name: folded.count(name) for name in accepted})
    kept: list[str] = []
    for name in sorted(accepted, key=lambda it: (-counts[it], -len(it))):
        if not any(name.endswith(other) or other.endswith(name) for other in kept):
            kept.append(name)
    return kept


def _spans(words: Sequence[Word]) -> Iterator[tuple[int, int, bool]]:
    """Every modifier and trade that might be a name: start, end, whether the modifier is no everyday word."""
    for place in range(1, len(words)):
        trade = words[place]
        if trade.text not in lexicon.TRADES:
            continue
        first, length = place, 0
        while first > 0 and words[first - 1].tag in _MODIFIER_TAGS and _HAN.match(words[first - 1].text):
            first -= 1
            length += len(words[first].text)
            if length > _MODIFIER_LENGTHS[-1]:
                break
            modifier = words[first:place]
            if length in _MODIFIER_LENGTHS and _opens(words, first) and _may_name(modifier):
                yield words[first].start, trade.end, _is_distinct(modifier)


def _opens(words: Sequence[Word], first: int) -> bool:
    if first == 0:
        return True
    before = words[first - 1]
    return before.tag in _OPENING_TAGS or not _HAN.match(before.text)


def _may_name(modifier: Sequence[Word]) -> bool:
    if any(each.text in lexicon.TRADES or each.text in lexicon.TITLES for each in modifier):
        return False
    return not all(each.tag in _NEVER_TAGS and each.known and len(each.text) > 1 for each in modifier)


def _is_distinct(modifier: Sequence[Word]) -> bool:
    """No dictionary word, or single characters that make none together."""
    if all(len(each.text) == 1 for each in modifier):
        return True
    return any(
        len(each.text) > 1 and (not each.known or each.tag in ("nr", "nrt", "nrfg", "nz", "nt"))
        for each in modifier
    )
