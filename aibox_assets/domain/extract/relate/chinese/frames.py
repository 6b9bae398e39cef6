"""Chinese phrases that surround a name: 由 B 收购, 与 B 合作, 在 B 出生, 担任 B 的董事长."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from aibox_assets.domain.extract.recognize.lexicon_zh import TITLE_PATTERN
from aibox_assets.domain.extract.relate.chinese.anaphors import DATE
from aibox_assets.domain.models import Mention, Relation

_CONFIDENCE_FRAME: Final = 0.9  # of words around a name, that they state the relation


# Not so, or not yet so.
UNSTATED = re.compile(
    r"没有|没能|尚未|未能|并未|从未|并非|不是|否认|拒绝|不会|不再|可能|或将|考虑|打算|有意|希望|如果|若|传闻|是否|未|不(?!动产|同|少|断|锈)|"
    r"需要|应该|应当|必须|可以|能够|建议|而非|而不是"
)
# How the tail mention is brought in, when the verb stands behind it.
FRAME = re.compile(
    r"(?P<word>是由|由|被|遭|获得|获|为|受|与|和|跟|同|及|在|(?<!用)于|向|对|从|是|担任|出任|就任|升任|任|当选|成为|接任|获聘为|获任|兼任|于\S{0,10}在)\s*$"
)
_MODIFIER = re.compile(
    r"^(?:正式|宣布|已经|已|近日|日前|共同|联合|一起|展开|进行|达成|签署了?|建立了?|将|曾|也|还|又|都|则|今天|昨天)+"
)
_AFTER = re.compile(r"^[^，,。；;：:、（(）)]{1,14}")
# 由刘洋于2015年在上海创立; 与高通在手机芯片市场竞争
_WHEN_AND_WHERE = re.compile(
    r"(?:[于在][^，,。]{1,12}?(?=[于在创成收购建设投入主担])|[于在][^，,。]{1,10}?(?:市场|领域|行业|方面|业务)上?)*"
)
# 在西伯利亚南部: a part of the place, which says nothing of its own.
_PART_OF_PLACE = re.compile(
    r"(?:[东西南北中]{1,2}[部侧面端缘郊]|境内|市区|市中心|郊区|沿海|一带)(?![\u4e00-\u9fff]*[路街站])"
)
_AND = re.compile(r"\s*(?:和|与|及|以及|、)\s*")
_LIGHT_SPACE = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Sentence:
    """:ivar text: the whole folded text; mentions and offsets refer to it."""

    text: str
    start: int
    end: int
    mentions: tuple[Mention, ...]
    kinds: Mapping[str, str] = field(default_factory=dict)

    def is_date(self, mention: Mention) -> bool:
        return mention.type == self.kinds.get(DATE)

    def between(self, a: Mention, b: Mention) -> str:
        return self.text[a.char_end : b.char_start]


def frames(
    sentence: Sentence, text: str, heads: list[Mention], tail: Mention, words: str
) -> Iterator[Relation]:
    """由 B 收购, 与 B 合作, 在 B 出生, 担任 B 的董事长: the phrase surrounds the tail."""
    frame = FRAME.search(words)
    if frame is None and sentence.is_date(tail) and not words.strip():
        frame = FRAME.search("于")  # 鲁迅1881年9月25日出生
    after = _AFTER.match(sentence.text[tail.char_end : sentence.end])
    if frame is None or after is None or UNSTATED.search(words) or UNSTATED.search(after.group()):
        return
    end = _end_of_row(sentence, tail)
    if end != tail.char_end:
        after = _AFTER.match(sentence.text[end : sentence.end])
        if after is None or UNSTATED.search(after.group()):
            return
    following = [
        each.char_start
        for each in sentence.mentions
        if each.char_start >= end and sentence.text[each.char_start - 1] not in "于在"
    ]
    stop = min([end + after.end(), *following])
    core = sentence.text[end:stop]
    if not core.strip():
        return
    lead = len(core) - len(core.lstrip())
    if part := _PART_OF_PLACE.match(core, lead):
        lead = part.end()
        if lead == len(core) and words.strip() == "在":
            yield from (
                make_relation(sentence, text, head, tail, "位于", _CONFIDENCE_FRAME) for head in heads
            )
    if around := _WHEN_AND_WHERE.match(core, lead):
        lead = around.end()
    for each in sentence.mentions:
        # 与昆凌于2015年结婚
        if each.char_start == end + lead + 1 and core[lead : lead + 1] in ("于", "在"):
            lead = each.char_end - end
    title = TITLE_PATTERN.search(core)
    if title and core[lead : title.start()].strip("的") and tail.type not in sentence.kinds.values():
        return  # 任台湾世曦董事长: of a longer name that begins as the place
    if frame["word"] in ("由", "是由") and (title := TITLE_PATTERN.match(core[lead:])):
        lead += len(title.group())  # 由黄教授主持
    lead += len(found.group()) if (found := _MODIFIER.match(core.lstrip())) else 0
    if not core[lead:]:
        return
    start = tail.char_start - len(words)
    near = sentence.text[start : tail.char_start] == words
    opening = (
        own_words(text, start + frame.start("word"), tail.char_start)
        if near
        else words[frame.start("word") :]
    )
    opening = opening or "于"
    phrase = f"{opening}…{own_words(text, end + lead, stop)}"
    for head in heads:
        yield make_relation(sentence, text, head, tail, phrase, _CONFIDENCE_FRAME)


def _end_of_row(sentence: Sentence, tail: Mention) -> int:
    """Where the last of the names ends that *tail* is joined to: 甲和乙."""
    end = tail.char_end
    for each in sentence.mentions:
        if (
            each.char_start > end
            and each.type == tail.type
            and _AND.fullmatch(sentence.text[end : each.char_start])
        ):
            end = each.char_end
    return end


def own_words(text: str, start: int, end: int) -> str:
    return _LIGHT_SPACE.sub("", text[start:end])


def make_relation(
    sentence: Sentence, text: str, head: Mention, tail: Mention, phrase: str, confidence: float
) -> Relation:
    own = text[sentence.start : sentence.end]
    start = sentence.start + len(own) - len(own.lstrip())
    return Relation(head, tail, phrase, start, start + len(own.strip()), confidence)
