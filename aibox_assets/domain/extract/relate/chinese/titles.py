"""Where titles stand in a Chinese text, by their words: 外交部長, 独立董事, 小提琴家; with what they begin, and whether
they are of the past.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from aibox_assets.domain.extract.recognize.lexicon_zh import (
    PERSON_ENDS,
    POLITE_ENDS,
    POSTS,
    PROFESSIONS,
    TITLE_PARTS,
)
from aibox_assets.domain.extract.text.alternatives import one_of
from aibox_assets.domain.extract.text.words_zh import known_words
from aibox_assets.domain.models import Mention


def _titles(*words: str) -> str:
    """A title of *words*, and what may stand before them."""
    lead = (
        r"(?:外交部?|国防部?|财政部?|内政部?|司法部?|教育部?|卫生部?|商务部?|文化部?|国务院?|参议院|众议院|"
        r"常务|代理|名誉|执行|首席|联席|助理|第一|新闻|行政|(?:神经|计算机|数据|材料|政治|社会|气候|生命|海洋|核|火箭)(?=科学家))?副?"
    )
    return one_of(sorted(words, key=lambda it: (-len(it), it)), begun=lead)


TITLE: Final = _titles(*{*PERSON_ENDS, *PROFESSIONS} - POLITE_ENDS)
ROLE: Final = re.compile(_titles(*{*PERSON_ENDS, *PROFESSIONS, *POSTS} - POLITE_ENDS, "负责人", "老板"))
# Titles of a field, which the nouns before them say (民法学者, 结构工程师), but not whose they are.
_OF_FIELDS: Final = (
    "选手",
    "医师",
    "教员",
    "教师",
    "大师",
    "专员",
    "学者",
    "工程师",
    "经理",
    "总监",
    "顾问",
    "设计师",
    "分析师",
    "理论家",
    "运动员",
    "名家",
    "主管",
    "负责人",
    "作家",
    "向导",
    "工作者",
)
_OWNERS: Final = re.compile(
    r"(?:公司|集团|银行|大学|学院|学校|中学|小学|医院|机构|部门|单位|企业|总部|分行|支行|大区|地区|法院|警方|政府|当局|球队|"
    r"项目部|研究院|研究所|实验室|中心|事务所|委员会|系|院|部|科|室|组|队|团|会|社|国|省|市|县|区|族|任|华人|友人|儿子|女儿|其|方|人)$"
)
_NOUNS: Final = ("n", "b", "vn", "an")
_OF_WHAT: Final = ("n", "b", "j", "t", "f", "s")  # 明末农民军|首领
_NO_NOUNS: Final = ("nr", "ns", "nt")
_RUN: Final = re.compile(r"[\u4e00-\u9fff]+$")
_MOST_BEFORE: Final = 8  # characters of a title before the words that are known

# Before a name and behind another, or behind a word that cannot be of a title; what is a title by its last character.
_BESIDE: Final = re.compile(
    r"(?:^|[，。、；：:,\s的与和及由是为被让给称叫]|(?<![\u4e00-\u9fff]))(?:著名|知名|前|原|已故|旅日|当红|老|女|男)?(?P<title>[\u4e00-\u9fff]{2,6})$"
)
_DOER: Final = re.compile("[家师员长手匠官士将星工商农]$")
_NO_DOER: Final = re.compile(
    r"(?:国家|大家|人家|买家|卖家|玩家|独家|专家组|商家|厂家|老家|成员|人员|学生|医生|先生|女士|男士|人士|女生|男生|记者会|受害者|死者|患者|消费者|"
    r"作者|读者|家人|夫人|本人|友人|工人|兄长|学长|老人|女人|男人|爱人|恋人|众人|他人|主人|客人|军人|华人|商人|家长|组长|对手|凶手|助手|新手|"
    r"[国省市县州区村族]人|祖师|导师|战士|将士|护士|硕士|员工)$"
)

# 父亲是木材商。
_CALLED: Final = re.compile(r"[是为系]一?[名位个]?(?P<title>[\u4e00-\u9fff]{2,5})(?=[，。；、]|$)")

# 文艺工作者, and what a work says of who made it: 《繁花》的作者.
_NO_ROLE: Final = re.compile("[工词曲]作者$|[》〉]的作者$")
_PAST: Final = re.compile(r"(?:前任|前|原)$")
# 臺東縣長, 內政部長: the last character of the name is of the title, too.
_SHARED: Final = re.compile(
    "(?<=[部省市县乡镇村区里院校局署司厅处所社会团队馆店厂站台州])长(?![期大辈达者远度江城])"
)

Span = tuple[int, int]


class Titles:
    """Where titles stand, outside of *names*."""

    def __init__(self, folded: str, names: Sequence[Mention], person: str) -> None:
        self._folded = folded
        self._names = {each.char_end: each for each in names}
        self.starts = {each.char_start: each for each in names}
        taken = [each for each in names if not ROLE.fullmatch(folded, each.char_start, each.char_end)]
        self.spans: list[Span] = []
        for found in ROLE.finditer(folded):
            start, end = found.span()
            if _NO_ROLE.search(folded[max(0, start - 2) : end]):
                continue
            # 乌克兰外交部发言人: the ministry is a name of its own.
            inside = (edge for edge in self._names if start < edge < end)
            start = max([start, *(edge for edge in inside if ROLE.fullmatch(folded, edge, end))])
            if not any(each.char_start <= start < each.char_end for each in taken):
                self.spans.append((self._begin(start, end), end))
        known = {end for _, end in self.spans}
        self.spans += [
            (each.char_end - 1, each.char_end + 1)
            for each in names
            if each.type != person and each.char_end + 1 not in known and _SHARED.match(folded, each.char_end)
        ]
        beside = [self._unlisted(each.char_start) for each in names if each.type == person]
        beside += [self._called(found) for found in _CALLED.finditer(folded)]
        self.spans = sorted({*self.spans, *(span for span in beside if span and span[1] not in known)})

    def _unlisted(self, end: int) -> Span | None:
        """What stands before a person's name, at *end*, and is a title by its last character: 小提琴家, 拳击手."""
        after = max((edge for edge in self._names if edge <= end), default=0)
        run = _BESIDE.search(self._folded, max(after, end - _MOST_BEFORE), end)
        return None if run is None else self._called(run)

    def _called(self, run: re.Match[str]) -> Span | None:
        """What *run* says somebody is, if that is a title by its last character."""
        if not _DOER.search(run["title"]) or _NO_DOER.search(run["title"]):
            return None
        words = known_words().cut(run["title"])
        nouns = all(each.flag.startswith(_NOUNS) and not each.flag.startswith(_NO_NOUNS) for each in words)
        return run.span("title") if nouns and len(run["title"]) > 1 else None

    def _begin(self, start: int, end: int) -> int:
        """Where the title begins of which the part from *start* to *end* is known."""
        after = max((edge for edge in self._names if edge <= start), default=0)
        run = _RUN.search(self._folded, max(after, start - _MOST_BEFORE), start)
        if run is None:
            return start
        of_field = self._folded[start:end] in _OF_FIELDS
        for each in reversed(known_words().cut(run.group())):
            word, tag = each.word, each.flag
            noun = of_field and tag.startswith(_NOUNS) and not tag.startswith(_NO_NOUNS)
            if word not in TITLE_PARTS and (not noun or len(word) < 2 or _OWNERS.search(word)):
                break
            start -= len(word)
        return start

    def apposed_from(self, start: int) -> int:
        """Where the words begin that end in the title at *start*: with the name of whose it is."""
        before = start - 1 if self._folded[:start].endswith(("的", "前", "原")) else start
        of = self._names.get(before)
        if of is not None:
            return of.char_start
        clause = max(self._folded.rfind(mark, 0, start) for mark in "，,") + 1
        words = known_words().cut(self._folded[clause:start]) if 0 < start - clause <= _MOST_BEFORE else ()
        return clause if words and all(each.flag.startswith(_OF_WHAT) for each in words) else start

    def past(self, start: int) -> str:
        """前 or 原, if the title at *start* is former: 前总统, 前微软执行长; nothing otherwise."""
        of = self._names.get(start - 1 if self._folded[:start].endswith("的") else start)
        if of is None and (shared := self._names.get(start + 1)) is not None and shared.char_start < start:
            of = shared  # 前立法院長
        if of is not None:
            lead = self._folded[: of.char_start].rstrip()
            return lead[-1:] if lead.endswith(("前", "原")) else ""
        said = _PAST.search(self._folded, max(0, start - 2), start)
        return said.group()[0] if said else ""
