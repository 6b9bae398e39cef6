"""What people are, in Chinese: 外交部長唐家璇, 郭台銘董事長, 王小明後來擔任遠山電池總經理.

Titles are found first, by their words, in simplified form; then whose each is: of who stands right beside it, or of the
last person before the verb that takes it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from aibox_assets.domain.extract.names import has_chinese, to_simplified
from aibox_assets.domain.extract.relate.chinese.holders import in_row, listed_before, successor
from aibox_assets.domain.extract.relate.chinese.titles import Span, Titles
from aibox_assets.domain.models import Mention, Relation

# 创始人之一的, 现任总经理是, 考古学者出身的: between a title and whose it is.
_TO_NAME: Final = re.compile(
    r"(?:之一)?(?:的|出身的|(?:仍|现|便|就|则|一直|分别)?(?:[是为系](?:[^，,。；;是为系]{1,12}的)?|名?叫|名为)|[：:])?[\s「“]*"
)
# 记者：王主任, 您怎么看…
_ASKS: Final = re.compile(r"(?:记者|主持人)[：:]\s*$")
# 拟任独立董事, 自称导演; whose film it is, where the title behind a name is a verb: 由万籁鸣导演, 陈玉勋导演的《…》.
_NOT_YET: Final = re.compile(r"(?:拟任|拟聘|拟推|自称|冒充|假冒|假扮|所谓)[\u4e00-\u9fff]{0,8}$")
_MAKES: Final = re.compile(r"(?:导演|编剧|编导|指挥|翻译|设计|作曲|监制|调度)$")
_MADE_BY: Final = re.compile(r"(?:由|是)[^，,。；]{0,16}$")
_WHAT: Final = re.compile(r"(?:了?的?[《〈「“]|[了的])")
_RUMOUR: Final = re.compile(r"外传|传闻|网传|据传|谣传|盛传|误传|传出|若|如果|假如|倘")
_HEARSAY: Final = re.compile(r"的(?:消息|传闻|说法|传言|报道|可能|呼声|资格|提名|机会)")
# 孟晚舟是任正非的长女，现为…: what follows is said of her.
_RELATIVE: Final = re.compile(
    r"[」”]?[的之](?:[长次三四五幺独养义]?[子女]|儿子|女儿|孙子?女?|妻子?|前妻|丈夫|夫人|父亲?|母亲?|弟弟?|妹妹?|兄长?|哥哥|姐姐|"
    r"胞[兄弟姐妹]|[堂表][兄弟姐妹哥]|学生|弟子|徒弟|门生|侄子?女?|外甥女?|遗孀|后人|后裔|好友|老师|恩师|助手)[，,]"
)
_REMOVED: Final = re.compile(r"(?:免去|罢免|撤换|撤销|解除|免除)了?$")
_POST: Final = re.compile(r"的?(?:一职|职务|之职)")
# 院长一职由歷史研究所教授诸葛怡雯接任.
_BY_WHOM: Final = re.compile(r"(?:一职)?[，,]?(?:则|改|现|将|拟)?由")
_TAKES: Final = re.compile(r"[^，,。；;]{0,6}?(?:担任|出任|接任|兼任|继任|代理|接棒)")
_FAR: Final = 16  # characters from 由 to the name
_JOINED: Final = re.compile(r"[兼暨、]任?")
# 孙俪娅，独立策展人，; 殷琪女士（大陆工程前董事长）.
_APPOSED: Final = re.compile(
    r"(?:先生|女士|教授|博士)?[，,（(]\s*(?:[^，,。；]{1,16}(?:人|生于[^，,。；]{1,10}|年[\d月日]{0,6}出?生)[，,]\s*){0,2}"
    r"(?:现任|时任|前任|前|原|现|一[名位个])?"
)
_APPOSED_ENDS: Final = re.compile(r"[，,。；;、）)]|$")
_ALL: Final = re.compile("[都均同皆]|是[两二三四五]")
_BEHIND_NAME: Final = re.compile(r"[」”]?(?:[（(][^（）()\n]{0,40}[）)])?")
_NOT_ONE: Final = re.compile(r"[们團团學学]|之[争爭职]")
_VERB: Final = re.compile(
    r"(?:连任|履新|兼任|出任|担任过?|就任|升任|接任|继任|留任|调任|转任|现任|历任|曾任|当选为?|获任|当过|做过|卸任|辞去|辞任|离任|"
    r"(?:被|获|受)?(?:任命|委任|选举|推选|推举|选|聘任|聘)(?:为|担任)|任|现为|升为|"
    r"官[至拜]|贬为?|受封为?|封为|荣[膺任]|受聘为?|续任|充任|改任|专任|升至|擢升为?|获聘为?|获选为?|接掌|身兼|时任|获封为?|"
    r"(?:当|做|成为)[过了]?(?:一名|一位|一个)?[^，,。；;当做]{0,10}$)"
)
_COPULA: Final = re.compile(
    r"^(?:(?:於|于|在)?\S{0,12}?年)?(?:曾经?|也|亦|还|又|现|均|都|同时?|同样|则|本|原|正|乃|仍|就|更|生前|早年|后来|此前|之前|先前|以前|当时|如今|目前|现在|一直){0,2}[是为系](?!否)(?:一[名位个]|两[名位])?"
)
_NOT_TAKEN: Final = re.compile(
    r"谁|哪|何人|不(?!再)|未|没|拒|将|否|可能|拟|或(?!者)|有意|有望|建议|提名|候选|是否"
)
# 将于明年3月卸任行长: until then it is theirs.
_LEAVING: Final = re.compile(r"(?:将|拟)[^，,。；]{0,12}?(?:卸任|辞去|辞任|离任|卸下|不再担任)")
_REPLACED: Final = re.compile(r"(?:接替|取代|代替|继任|接棒)(?:[^，,。；的]{1,6}的)?$")
_PROPOSED: Final = re.compile("(?:提名|建议由?|推荐)[^，,。；]{0,10}$")
_MADE: Final = re.compile(r"(?:任命|委任|聘请|聘任|推选|推举|选举|选|提拔|擢升)了?$")
_AS: Final = re.compile(r"^(?:[为任]|担任|出任|就任|接任)(?:新任)?")
_ENDED: Final = re.compile(
    r"[，。,；;、和兼与及\s）)」”！？!?]|$|[一二三四五六七八九十\d]+(?:多|余)?[年届任]|后|一职|期间|时|等|至|长达|直|以来|之[后一职]|的|职务|多年"
)
_STOP: Final = re.compile(r"[。！？!?；;\n]")
_FIELD: Final = 60  # characters from a person to a title
_REPLACING: Final = 10  # characters of whom somebody replaces before the name: 取代病重的
_SURE: Final = 0.9


def read_roles(text: str, names: Sequence[Mention], person: str, role: str) -> Iterator[Relation]:
    """Of the people among *names* what *text* says they are: relations whose tails are of the type *role*."""
    people = [each for each in names if each.type == person]
    if not people or not has_chinese(text):
        return
    folded, told = to_simplified(text), set()
    titles = Titles(folded, names, person)
    held = list(_held(folded, people, titles))
    heirs = [
        (heir, span)
        for each, span in held
        if (heir := successor(folded, each, span, titles.spans, people)) is not None
    ]
    for each, (start, end) in sorted([*held, *heirs], key=lambda it: it[0].char_start):
        name = ("" if (each, (start, end)) in heirs else titles.past(start)) + text[start:end]
        if (each, name) not in told:
            told.add((each, name))
            tail = Mention(start, end, text[start:end], role, name, _SURE)
            first, last = _clause(folded, min(start, each.char_start), max(end, each.char_end))
            yield Relation(each, tail, "是", first, last, _SURE)


def _held(folded: str, people: Sequence[Mention], titles: Titles) -> Iterator[tuple[Mention, Span]]:
    """Each title and whose it is."""
    starts = {each.char_start: each for each in people}
    ends = {each.char_end: each for each in people}
    beside: dict[Span, Mention] = {}
    for span in reversed(titles.spans):  # 董事长、总经理: the last is beside the name
        start, end = span
        if _NOT_YET.search(folded, max(0, start - 12), start):
            continue
        at = _match_end(_TO_NAME, folded, end)
        before = None if _ASKS.search(folded, start, at) else starts.get(at)
        if before is None and (by := _BY_WHOM.match(folded, end)):
            near = [each for each in people if by.end() <= each.char_start <= by.end() + _FAR]
            sure = near and _TAKES.match(folded, near[0].char_end) and not _is_rumour(folded, start)
            before = near[0] if sure else None
        joined = next((it for it in titles.spans if it[0] == _match_end(_JOINED, folded, end) > end), None)
        if before is None and joined is not None:
            before = beside.get(joined)
        if before is not None:
            beside[span] = before
            yield before, span
            yield from ((each, span) for each in in_row(folded, before, span, titles.spans, people))
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
                (
                    each
                    for edge, each in ends.items()
                    if edge < begin and _APPOSED.fullmatch(folded, edge, begin)
                ),
                None,
            )
        joined = next(
            (it for it in titles.spans if _match_end(_JOINED, folded, it[1]) == start > it[1]), None
        )
        listed = listed_before(folded, start, people)
        if listed:
            beside[span] = listed[-1]
            yield from ((each, span) for each in listed)
        # 总统布什总理: the title is that of whom follows.
        elif after is not None and _is_deed(folded, after, span):
            continue
        elif after is not None and end not in titles.starts and not _NOT_ONE.match(folded, end):
            beside[span] = after
            yield after, span
        elif joined in beside:
            beside[span] = beside[joined]
            yield beside[joined], span
        elif (taker := _taker(folded, span, people)) is not None:
            beside[span] = taker
            yield from ((each, span) for each in _with_all(folded, taker, start, people))


def _is_deed(folded: str, person: Mention, span: Span) -> bool:
    """Whether the title behind *person* is what that one did: 由万籁鸣导演, 陈玉勋导演的《消失的情人节》."""
    start, end = span
    return _MAKES.search(folded, start, end) is not None and (
        _MADE_BY.search(folded, max(0, person.char_start - 20), person.char_start) is not None
        or _WHAT.match(folded, end) is not None
    )


def _is_rumour(folded: str, at: int) -> bool:
    """Whether the clause before *at* says that something is only said, or thought of."""
    first = max(
        (it.end() for it in _STOP.finditer(folded, max(0, at - _FIELD), at)), default=max(0, at - _FIELD)
    )
    return _RUMOUR.search(folded, first, at) is not None


def _taker(folded: str, span: Span, people: Sequence[Mention]) -> Mention | None:
    """The last person before the verb that takes the title, in its sentence."""
    start, end = span
    if not _ENDED.match(folded, end) or _HEARSAY.match(folded, end) or _is_rumour(folded, start):
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
    if _REPLACED.search(folded, max(first, taker.char_start - _REPLACING), taker.char_start):
        if len(before) < 2:
            return None
        taker = before[-2]
    if _RELATIVE.match(folded, taker.char_end) and "，" in said.replace(",", "，"):
        if len(before) < 2:
            return None
        taker = before[-2]
    if _REMOVED.search(lead) and _POST.match(folded, end):
        return taker
    if _PROPOSED.search(folded, max(first, taker.char_start - _REPLACING - 2), taker.char_start):
        return None
    if _NOT_TAKEN.search(_LEAVING.sub("卸任", clause)) or _NOT_TAKEN.search(lead):
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
