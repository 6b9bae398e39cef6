"""What people are, in Chinese: 外交部長唐家璇, 郭台銘董事長, 王小明任總經理.

Characters alone are asked, in simplified form; what stands right beside a person's name is theirs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from aibox_assets.domain.extract.names import has_chinese, to_simplified
from aibox_assets.domain.extract.recognize.lexicon_zh import PERSON_ENDS, POLITE_ENDS, PROFESSIONS
from aibox_assets.domain.models import Mention, Relation

_TITLES: Final = sorted({*PERSON_ENDS, *PROFESSIONS} - POLITE_ENDS, key=lambda it: (-len(it), it))
TITLE: Final = (
    r"(?:外交部?|国防部?|财政部?|内政部?|司法部?|教育部?|卫生部?|商务部?|文化部?|国务院?|参议院|众议院|"
    r"常务|代理|名誉|执行|首席|联席|助理|第一|新闻|行政|(?:神经|计算机|数据|材料|政治|社会|气候|生命|海洋|核|火箭)(?=科学家))?副?(?:"
    + "|".join(map(re.escape, _TITLES))
    + ")"
)
_BEFORE: Final = re.compile(rf"(?P<past>前任|前|原|已故)?(?P<role>{TITLE})[是为]?[\s「“]*$")
_AFTER: Final = re.compile(rf"[」”]?(?P<role>{TITLE})(?![们團团学們])")
_TAKES: Final = re.compile(
    r"[」”]?(?:[（(][^（）()\n]{0,40}[）)])?(?:(?:於|于|在)?\S{0,12}?年)?(?:(?:接替|取代|代替)[^，。,；;\n]{2,12}?)?(?P<past>曾)?(?:也|还|又|再度|再次|正式|已|亦)?(?:连任|履新|兼任|出任|担任|就任|升任|接任|现任|当选为?|获任|(?:被|获)?(?:任命|委任|选举|推选|推举|选|聘任|聘)为|任|是)(?:一[名位个])?"
    rf"(?P<of>[^，。,；;\n]{{0,24}}?)的?(?P<role>{TITLE})(?=[，。,；;、和兼\s]|$)"
)
# 王强毕业于清华大学，现任远大集团总经理: with nobody else between.
_LATER: Final = re.compile(
    rf"[^。！？\n；;]{{1,40}}?[，,](?:(?:现任|现为)|(?P<past>曾任|曾担任|历任))[^，。,；;\n]{{0,24}}?的?(?P<role>{TITLE})(?=[，。,；;、和兼\s]|$)"
)
_ROLE: Final = re.compile(TITLE)
_REPLACED: Final = re.compile(r"(?:接替|取代|代替|继任|接棒)$")
_MADE: Final = re.compile(r"(?:任命|委任|聘请|聘任|推选|选举|选|提拔|擢升)了?$")
_AS: Final = re.compile(rf"[为任](?P<role>{TITLE})")
_ALSO: Final = re.compile(rf"[兼暨]任?(?P<role>{TITLE})")
_ALSO_BEFORE: Final = re.compile(rf"(?P<role>{TITLE})[兼暨]$")
_NOT_TAKEN: Final = re.compile(r"不|未|拒|将|否|可能")
_LONGEST: Final = 14  # characters before a name
_FIELD: Final = 48  # characters behind it
_SURE: Final = 0.9


def read_roles(text: str, names: Sequence[Mention], person: str, role: str) -> Iterator[Relation]:
    """Of the people among *names* what *text* says they are: relations whose tails are of the type *role*."""
    people = [each for each in names if each.type == person]
    if not people or not has_chinese(text):
        return
    folded = to_simplified(text)
    starts = {each.char_start: each for each in names}
    ends = {each.char_end: each for each in names}
    for each in people:
        told = set()
        between = [other.char_start for other in people if other.char_start >= each.char_end]
        for found in _found(folded, each, starts, min(between, default=len(folded))):
            for start, end in _with_joined(folded, *found.span("role")):
                # 乌克兰外交部发言人: the ministry is a name of its own.
                start = max([start, *(edge for edge in ends if _ROLE.fullmatch(folded, edge, end))])
                past = "前" if found.groupdict().get("past") or _is_past(folded, start, ends) else ""
                name = past + text[start:end]
                if name in told:
                    continue
                told.add(name)
                tail = Mention(start, end, text[start:end], role, name, _SURE)
                first, last = _clause(folded, min(start, each.char_start), max(end, each.char_end))
                yield Relation(each, tail, "是", first, last, _SURE)


def _with_joined(folded: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """创始人兼首席执行官: each of the roles around the one from *start* to *end*."""
    yield start, end
    if joined := _ALSO.match(folded, end):
        yield joined.span("role")
    if joined := _ALSO_BEFORE.search(folded, max(0, start - _LONGEST), start):
        yield joined.span("role")


def _found(folded: str, each: Mention, starts: dict[int, Mention], following: int) -> Iterator[re.Match[str]]:
    """Where it says what *each* is. :param following: where the next person stands."""
    before = folded[max(0, each.char_start - _LONGEST) : each.char_start]
    found = _BEFORE.search(folded[: each.char_start], each.char_start - len(before))
    if found is not None:
        yield found
    found = _AFTER.match(folded, each.char_end)
    # 总统布什总理: the title is that of whom follows.
    if found is not None and found.end() not in starts:
        yield found
    # 接替乙出任总理: it is not 乙 who takes it.
    replaced = _REPLACED.search(folded, max(0, each.char_start - _LONGEST), each.char_start)
    for pattern, most in () if replaced else ((_TAKES, len(folded)), (_LATER, following)):
        found = pattern.match(folded, each.char_end, min(each.char_end + _FIELD, most))
        if found is not None and not _NOT_TAKEN.search(found.group()):
            yield found
    if _MADE.search(folded, max(0, each.char_start - _LONGEST), each.char_start):
        found = _AS.match(folded, each.char_end)
        if found is not None:
            yield found


def _is_past(folded: str, start: int, ends: dict[int, Mention]) -> bool:
    """前微软执行长: the name between belongs to the role."""
    of = ends.get(start - 1 if folded[:start].endswith("的") else start)
    return of is not None and folded[: of.char_start].endswith("前")


def _clause(folded: str, start: int, end: int) -> tuple[int, int]:
    """The sentence from *start* to *end*."""
    first = max(folded.rfind(mark, 0, start) for mark in "。！？\n") + 1
    ends = [at for at in (folded.find(mark, end) for mark in "。！？\n") if at >= 0]
    last = min(ends) + 1 if ends else len(folded)
    while first < start and folded[first].isspace():
        first += 1
    return first, last
