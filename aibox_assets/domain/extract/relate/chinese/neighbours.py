"""Which places lie beside which, as Chinese descriptions list it: 车城乡西濒台湾海峡，北邻枋山乡, 老挝北与中国相邻."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from aibox_assets.domain.extract.names import has_chinese, to_simplified
from aibox_assets.domain.extract.relate.chinese.anaphors import SENTENCE
from aibox_assets.domain.models import Mention, Relation

NEAR: Final = "NEAR"
_MAYBE: Final = re.compile("[邻濒滨临靠壤界望隔连接倚]")
_SIDE: Final = "(?:[东西南北]{1,2}[部面端侧岸]?|三面|四面)"
# Right before the name of what lies beside; joint: words behind the name must say so.
_LEAD: Final = re.compile(
    rf"(?:(?P<joint>{_SIDE}?[与和同])|{_SIDE}(?:邻[近接]?|接壤?|连接?|濒临?|滨|临|靠近?|紧[靠邻]|毗[邻连]|倚)着?)$"
)
_BORDERS: Final = re.compile(
    r"(?:[两三四五六七八九十]?[省国县市区]{1,2}|地区|边境|等[两三四五六七八九十]?[国地省县市]?)?(?:直接)?"
    r"(?:接壤|毗[邻连]|相[邻接]|为邻|比邻|隔[^，,。；海湖]{0,4}相望|[一仅][^，,。；]{0,3}之隔)"
)
_AND: Final = re.compile("[、和与及]|以及")
# Not the place itself is meant: 南邻中国大使馆.
_OTHER: Final = re.compile("[的籍人军方]|大?使")
# What is only where something is: 位于义安区，北靠长江.
_WHERE: Final = re.compile("(?:在|于|到|从|自|至|离|距)$")
_COMMA: Final = re.compile("[，,、；]")
_UNSTATED: Final = re.compile("没|未|不(?![足到远])|计划|拟|将|是否|如果")
_WINDOW: Final = 8  # characters of the words before a name, and from what is described to them
_SURE: Final = 0.85


def read_neighbours(text: str, names: Sequence[Mention], place: str) -> Iterator[tuple[str, Relation]]:
    """Which of the *names* of type *place* lie beside what each sentence describes."""
    if not has_chinese(text):
        return
    folded = to_simplified(text)
    for sentence in SENTENCE.finditer(folded):
        start, end = sentence.span()
        own = [each for each in names if each.type == place and start <= each.char_start < end]
        if len(own) < 2 or not _MAYBE.search(folded, start, end) or _UNSTATED.search(folded, start, end):
            continue
        for head, tail in _beside(folded, start, own):
            yield NEAR, Relation(head, tail, "", start, end, _SURE)


def _beside(folded: str, start: int, own: Sequence[Mention]) -> Iterator[tuple[Mention, Mention]]:
    topic = next(
        (
            _row(folded, own[i:])[0]
            for i, it in enumerate(own)
            if not _led_by(_WHERE, folded, start, it.char_start)
        ),
        None,
    )
    tails: list[Mention] = []
    for at, each in enumerate(own):
        lead = _led_by(_LEAD, folded, start, each.char_start)
        row = _row(folded, own[at:])
        if at == 0 or lead is None or _OTHER.match(folded, row[-1].char_end) or each in tails:
            continue
        if lead["joint"] and not _BORDERS.match(folded, row[-1].char_end):
            continue
        before = own[at - 1]
        said = folded[before.char_end : lead.start()]
        near = before not in tails and len(said) <= _WINDOW and not _COMMA.search(said)
        head = before if near else topic
        if head is not None and head.char_end <= lead.start():
            tails += row
            yield from ((head, tail) for tail in row if tail.name != head.name)


def _led_by(pattern: re.Pattern[str], folded: str, start: int, at: int) -> re.Match[str] | None:
    return pattern.search(folded, max(start, at - _WINDOW), at)


def _row(folded: str, names: Sequence[Mention]) -> list[Mention]:
    """The first of *names*, or the one within it, and those joined to it."""
    at = 0
    while at + 1 < len(names) and names[at].char_end == names[at + 1].char_start:  # 德国 | 弗莱拉辛
        at += 1
    row = [names[at]]
    for each in names[at + 1 :]:
        if not _AND.fullmatch(folded, row[-1].char_end, each.char_start):
            break
        row.append(each)
    return row
