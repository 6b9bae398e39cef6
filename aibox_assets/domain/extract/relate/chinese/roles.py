"""What people are, in Chinese: 外交部長唐家璇, 郭台銘董事長, 王小明後來擔任遠山電池總經理.

Titles are found first, by their words, in simplified form; then whose each is: of who stands right beside it, or of the
last person before the verb that takes it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from aibox_assets.domain.extract.names import has_chinese, to_simplified
from aibox_assets.domain.extract.recognize.lexicon_zh import (
    PERSON_ENDS,
    POLITE_ENDS,
    POSTS,
    PROFESSIONS,
    TITLE_PARTS,
)
from aibox_assets.domain.extract.words_zh import known_words
from aibox_assets.domain.models import Mention, Relation


def _titles(*words: str) -> str:
    """A title of *words*, and what may stand before them."""
    return (
        r"(?:外交部?|国防部?|财政部?|内政部?|司法部?|教育部?|卫生部?|商务部?|文化部?|国务院?|参议院|众议院|"
        r"常务|代理|名誉|执行|首席|联席|助理|第一|新闻|行政|(?:神经|计算机|数据|材料|政治|社会|气候|生命|海洋|核|火箭)(?=科学家))?副?(?:"
        + "|".join(map(re.escape, sorted(words, key=lambda it: (-len(it), it))))
        + ")"
    )


TITLE: Final = _titles(*{*PERSON_ENDS, *PROFESSIONS} - POLITE_ENDS)
_ROLE: Final = re.compile(_titles(*{*PERSON_ENDS, *PROFESSIONS, *POSTS} - POLITE_ENDS))
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
)
_OWNERS: Final = re.compile(
    r"(?:公司|集团|银行|大学|学院|学校|中学|小学|医院|机构|部门|单位|企业|总部|分行|支行|大区|地区|法院|警方|政府|当局|球队|"
    r"项目部|研究院|研究所|实验室|中心|事务所|委员会|系|院|部|科|室|组|队|团|会|社|国|省|市|县|区|任|华人|友人|儿子|女儿|其|人)$"
)
_NOUNS: Final = ("n", "b", "vn", "an")
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
    r"作者|读者|家人|夫人|本人|友人|工人|老人|女人|男人|爱人|恋人|众人|他人|主人|客人|军人|华人|商人|家长|组长|对手|凶手|助手|新手|"
    r"[国省市县州区村族]人|祖师|导师|战士|将士|护士|硕士|员工)$"
)

_PAST: Final = re.compile(r"(?:前任|前|原)$")
# 创始人之一的, 现任总经理是: between a title and whose it is.
_TO_NAME: Final = re.compile(
    r"(?:之一)?(?:的|(?:仍|现|便|就|则|一直)?(?:[是为系](?:[^，,。；;是为系]{1,12}的)?|叫))?[\s「“]*"
)
# 院长一职由歷史研究所教授诸葛怡雯接任.
_BY_WHOM: Final = re.compile(r"(?:一职)?[，,]?(?:则|改|现|将|拟)?由")
_TAKES: Final = re.compile(r"[^，,。；;]{0,6}?(?:担任|出任|接任|兼任|继任|代理|接棒)")
_FAR: Final = 16  # characters from 由 to the name
_JOINED: Final = re.compile(r"[兼暨、]任?")
# 臺東縣長, 內政部長: the last character of the name is of the title, too.
_SHARED: Final = re.compile(
    "(?<=[部省市县乡镇村区里院校局署司厅处所社会团队馆店厂站台州])长(?![期大辈达者远度江城])"
)
# 孙俪娅，独立策展人，; 殷琪女士（大陆工程前董事长）.
_APPOSED: Final = re.compile(r"(?:先生|女士|教授|博士)?[，,（(]\s*(?:现任|时任|前任|前|原|现|一[名位个])?")
_APPOSED_ENDS: Final = re.compile(r"[，,。；;、）)]|$")
_ALL: Final = re.compile("[都均同皆]")
_BEHIND_NAME: Final = re.compile(r"[」”]?(?:[（(][^（）()\n]{0,40}[）)])?")
_NOT_ONE: Final = re.compile(r"[们團团學学]|之[争爭职]")
_VERB: Final = re.compile(
    r"(?:连任|履新|兼任|出任|担任过?|就任|升任|接任|继任|留任|调任|转任|现任|历任|曾任|当选为?|获任|当过|做过|卸任|辞去|辞任|离任|"
    r"(?:被|获|受)?(?:任命|委任|选举|推选|推举|选|聘任|聘)(?:为|担任)|任|现为|升为|"
    r"(?:当|做|成为)[过了]?(?:一名|一位|一个)?[^，,。；;当做]{0,10}$)"
)
_COPULA: Final = re.compile(
    r"^(?:(?:於|于|在)?\S{0,12}?年)?(?:曾经?|也|还|又|现|均|都|同|则|本|原|生前|早年|后来){0,2}[是为](?!否)(?:一[名位个]|两[名位])?"
)
_NOT_TAKEN: Final = re.compile(r"不(?!再)|未|没|拒|将|否|可能|拟|或(?!者)|有意|有望|建议|提名|候选|是否")
_REPLACED: Final = re.compile(r"(?:接替|取代|代替|继任|接棒)$")
_MADE: Final = re.compile(r"(?:任命|委任|聘请|聘任|推选|推举|选举|选|提拔|擢升)了?$")
_AS: Final = re.compile(r"^(?:[为任]|担任)(?:新任)?")
_ENDED: Final = re.compile(
    r"[，。,；;、和兼与及\s）)」”！？!?]|$|[一二三四五六七八九十\d]+(?:多|余)?[年届任]|后|一职|期间|时|等|至|长达|直|以来|之[后一职]|的|职务|多年"
)
_STOP: Final = re.compile(r"[。！？!?；;\n]")
_FIELD: Final = 60  # characters from a person to a title
_SURE: Final = 0.9

Span = tuple[int, int]


def read_roles(text: str, names: Sequence[Mention], person: str, role: str) -> Iterator[Relation]:
    """Of the people among *names* what *text* says they are: relations whose tails are of the type *role*."""
    people = [each for each in names if each.type == person]
    if not people or not has_chinese(text):
        return
    folded, told = to_simplified(text), set()
    titles = _Titles(folded, names, person)
    for each, (start, end) in sorted(_held(folded, people, titles), key=lambda it: it[0].char_start):
        name = titles.past(start) + text[start:end]
        if (each, name) not in told:
            told.add((each, name))
            tail = Mention(start, end, text[start:end], role, name, _SURE)
            first, last = _clause(folded, min(start, each.char_start), max(end, each.char_end))
            yield Relation(each, tail, "是", first, last, _SURE)


class _Titles:
    """Where titles stand, outside of *names*."""

    def __init__(self, folded: str, names: Sequence[Mention], person: str) -> None:
        self._folded = folded
        self._names = {each.char_end: each for each in names}
        self.starts = {each.char_start: each for each in names}
        taken = [each for each in names if not _ROLE.fullmatch(folded, each.char_start, each.char_end)]
        self.spans: list[Span] = []
        for found in _ROLE.finditer(folded):
            start, end = found.span()
            # 乌克兰外交部发言人: the ministry is a name of its own.
            start = max([start, *(edge for edge in self._names if _ROLE.fullmatch(folded, edge, end))])
            if not any(each.char_start <= start < each.char_end for each in taken):
                self.spans.append((self._begin(start, end), end))
        known = {end for _, end in self.spans}
        self.spans += [
            (each.char_end - 1, each.char_end + 1)
            for each in names
            if each.type != person and each.char_end + 1 not in known and _SHARED.match(folded, each.char_end)
        ]
        beside = (self._unlisted(each.char_start) for each in names if each.type == person)
        self.spans = sorted([*self.spans, *(span for span in beside if span and span[1] not in known)])

    def _unlisted(self, end: int) -> Span | None:
        """What stands before a person's name, at *end*, and is a title by its last character: 小提琴家, 拳击手."""
        after = max((edge for edge in self._names if edge <= end), default=0)
        run = _BESIDE.search(self._folded, max(after, end - _MOST_BEFORE), end)
        if run is None or not _DOER.search(run["title"]) or _NO_DOER.search(run["title"]):
            return None
        words = list(known_words().cut(run["title"]))
        nouns = all(each.flag.startswith(_NOUNS) and not each.flag.startswith(_NO_NOUNS) for each in words)
        return run.span("title") if nouns and len(run["title"]) > 1 else None

    def _begin(self, start: int, end: int) -> int:
        """Where the title begins of which the part from *start* to *end* is known."""
        after = max((edge for edge in self._names if edge <= start), default=0)
        run = _RUN.search(self._folded, max(after, start - _MOST_BEFORE), start)
        if run is None:
            return start
        of_field = self._folded[start:end] in _OF_FIELDS
        for each in reversed(list(known_words().cut(run.group()))):
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
        return start if of is None else of.char_start

    def past(self, start: int) -> str:
        """前 or 原, if the title at *start* is former: 前总统, 前微软执行长; nothing otherwise."""
        of = self._names.get(start - 1 if self._folded[:start].endswith("的") else start)
        if of is not None:
            return "前" if self._folded[: of.char_start].rstrip().endswith("前") else ""
        said = _PAST.search(self._folded, max(0, start - 2), start)
        return said.group()[0] if said else ""


def _held(folded: str, people: Sequence[Mention], titles: _Titles) -> Iterator[tuple[Mention, Span]]:
    """Each title and whose it is."""
    starts = {each.char_start: each for each in people}
    ends = {each.char_end: each for each in people}
    beside: dict[Span, Mention] = {}
    for span in reversed(titles.spans):  # 董事长、总经理: the last is beside the name
        start, end = span
        before = starts.get(_match_end(_TO_NAME, folded, end))
        if before is None and (by := _BY_WHOM.match(folded, end)):
            near = [each for each in people if by.end() <= each.char_start <= by.end() + _FAR]
            before = near[0] if near and _TAKES.match(folded, near[0].char_end) else None
        joined = next((it for it in titles.spans if it[0] == _match_end(_JOINED, folded, end) > end), None)
        if before is None and joined is not None:
            before = beside.get(joined)
        if before is not None:
            beside[span] = before
            yield before, span
    for span in titles.spans:
        start, end = span
        if span in beside:
            continue
        after = next(
            (each for edge, each in ends.items() if edge <= start == _match_end(_BEHIND_NAME, folded, edge)),
            None,
        )
        if after is None and _APPOSED_ENDS.match(folded, end):
            begin = titles.apposed_from(start)
            after = next(
                (each for edge, each in ends.items() if edge < begin == _match_end(_APPOSED, folded, edge)),
                None,
            )
        joined = next(
            (it for it in titles.spans if _match_end(_JOINED, folded, it[1]) == start > it[1]), None
        )
        # 总统布什总理: the title is that of whom follows.
        if after is not None and end not in titles.starts and not _NOT_ONE.match(folded, end):
            beside[span] = after
            yield after, span
        elif joined in beside:
            beside[span] = beside[joined]
            yield beside[joined], span
        elif (taker := _taker(folded, span, people)) is not None:
            beside[span] = taker
            yield from ((each, span) for each in _with_all(folded, taker, start, people))


def _taker(folded: str, span: Span, people: Sequence[Mention]) -> Mention | None:
    """The last person before the verb that takes the title, in its sentence."""
    start, end = span
    if not _ENDED.match(folded, end):
        return None
    first = max((it.end() for it in _STOP.finditer(folded, max(0, start - _FIELD), start)), default=0)
    before = [each for each in people if first <= each.char_start and each.char_end <= start]
    if not before:
        return None
    taker = before[-1]
    said = folded[max(first, taker.char_end) : start]
    named = _BEHIND_NAME.match(said)
    said = said[named.end() :] if named else said
    clause = said[max(said.rfind("，"), said.rfind(",")) + 1 :]
    lead = folded[max(first, taker.char_start - 6) : taker.char_start]
    if _REPLACED.search(lead):
        if len(before) < 2:
            return None
        taker = before[-2]
    if _NOT_TAKEN.search(clause) or _NOT_TAKEN.search(lead):
        return None
    if _MADE.search(lead):
        return taker if _AS.match(said) else None
    return taker if _VERB.search(clause) or _COPULA.match(clause) else None


def _with_all(folded: str, taker: Mention, start: int, people: Sequence[Mention]) -> list[Mention]:
    """*taker*, and those named in a row before, where all of them are something: 甲、乙均为."""
    found = [taker]
    if _ALL.search(folded, taker.char_end, start):
        for each in reversed([it for it in people if it.char_end < taker.char_start]):
            if folded[each.char_end : found[-1].char_start] in ("、", "和", "与", "及", "以及"):
                found.append(each)
    return found


def _match_end(pattern: re.Pattern[str], text: str, at: int) -> int:
    found = pattern.match(text, at)
    return found.end() if found else at


def _clause(folded: str, start: int, end: int) -> Span:
    """The sentence from *start* to *end*."""
    first = max(folded.rfind(mark, 0, start) for mark in "。！？\n") + 1
    ends = [at for at in (folded.find(mark, end) for mark in "。！？\n") if at >= 0]
    last = min(ends) + 1 if ends else len(folded)
    while first < start and folded[first].isspace():
        first += 1
    return first, last
