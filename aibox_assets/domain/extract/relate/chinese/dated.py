"""When people were born and died, organizations were founded and works came out, as Chinese sentences say it: the time
before or behind the verb, the one it is said of before, behind 由, behind the verb, or begun with a clause earlier.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from aibox_assets.domain.extract.names import has_chinese, to_simplified
from aibox_assets.domain.extract.relate.chinese.anaphors import SENTENCE, is_another_name
from aibox_assets.domain.extract.relate.chinese.titles import TITLE
from aibox_assets.domain.extract.relate.chinese.topics import goes_on_about
from aibox_assets.domain.extract.text.words_zh import known_words
from aibox_assets.domain.models import Mention, Relation

_VERBS: Final = {
    "BORN_ON": r"出生|诞生于|生于|(?<=[年月日])生(?=[，,。；、）])",
    "DIED_ON": r"逝世|去世|病逝|辞世|离世|过世|病故|遇难|牺牲|遇害|身亡|战死|阵亡|殉国|殉职|就义|圆寂|卒于|"
    r"病死|猝[死逝]|客死|枪决|处决|自[尽杀缢刎沉]|驾崩|崩逝|死[于在]|罹难|殒命|丧生|毙命|病卒|死亡|"
    r"[被遭为][^，。；]{0,16}?(?:枪杀|刺杀|杀害|射杀|击毙|处死|处斩|斩首|绞死|缢杀|毒杀|暗杀|炸死|赐死|勒死|砍死)",
    "FOUNDED_ON": r"创立|创办|创建|创设|合办|开办|办起|注册|成立|设立|组建|始建|创校|"
    r"建校|建立|创刊|开馆|发起(?=[，,。]|于)|成军|合组|共组|筹建|合并[而组]成",
    "RELEASED_ON": r"出版|发行|上映|首映|问世|面世|发表|发布|推出|上线|上市|发售|开源|开卖|开售|"
    r"印行|刊行|刊印|付梓|首播|开播|公映|创刊|首演|"
    r"连载",
    "OCCURRED_ON": r"举行|举办|召开|开幕|揭幕|登场|开打|爆发|发生|起跑|开赛|签订|签署",
}
OCCURRED_ON: Final = "OCCURRED_ON"
DATED: Final = frozenset(_VERBS)
_VERB: Final = re.compile("|".join(f"(?P<{name}>{words})" for name, words in _VERBS.items()))
_CREATED: Final = frozenset({"FOUNDED_ON", "RELEASED_ON"})
"""What somebody does to what it is said of, which may stand behind the verb."""
_PLACE_BEHIND: Final = re.compile(r"[于在]?\s*")
_AT: Final = re.compile(r"[于在]\s*$")
_DATE_BEHIND: Final = re.compile(r"[于在]?\s*")
# From the date to the verb: nobody else's clause.
_TO_VERB: Final = re.compile(r"[，,]?[^，,。；（）()]{0,30}")
_ADVERB: Final = (
    r"(?:[于在自将定]|后来|随后|晚年|最后|终于|不幸|则|又|并|也|早在|至|直到|现|首次|正式|一举|便|就)"
)
_DIRECT: Final = re.compile(
    rf"[」”’》\"\s]*(?:[（(][^（）()\n]{{0,40}}[）)])?(?:先生|女士|{TITLE}|们|一书|股份|集团|公司){{0,2}}{_ADVERB}{{0,2}}\s*"
)
_OPENS: Final = re.compile(rf"\s*{_ADVERB}{{0,2}}\s*")
# 左权在十字岭阵亡，那是1942年5月25日: the date in a clause of its own.
_THAT_WAS: Final = re.compile(
    r"[^，,。；！？\n]{0,16}[，,](?:那|这|当时|其时|时间|时|日期)(?:[是为乃]|就是|在|正是)\s*"
)
# 1月5日，首款掌机开卖: what came out stands between the date and such a verb.
_COMES_OUT: Final = re.compile("上市|上映|开[卖售播源]|问世|面世|首[映播演]|公映|上线|登陆")
_NEXT_CLAUSE: Final = re.compile(r"[，,]?\s*(?:凌晨|清晨|上午|下午|晚间?|夜里?)?[，,]?\s*")
_BY: Final = re.compile(r"[由被]")
_OBJECT: Final = re.compile(r"了?(?:的)?[^，,。；、的由]{0,10}?[《“「\"\s]*")
# Whom or what they founded is no name that is known: 1999年创立了一家公司.
_NO_OBJECT: Final = re.compile(r"[）)」”]?(?:[，,。；、]|[于在]|$)")
_OF: Final = re.compile(r"[」”’》\"]*(?:[（(][^（）()\n]{0,40}[）)])?(?:的|之[子女父母弟妹兄姐妻孙])")
_UNSTATED: Final = re.compile(
    r"没|未(?!名)|否认|不(?!幸|久)|将(?!军|领|士)|拟|计划|可能|预计|即将|如果|是否|传闻|险些|几乎|前身|原定|准备|以来"
)
_NOT_THE_EVENT: Final = re.compile(r"[者地日率社权式会物商证人](?!在)|周年|纪念|[^，。]{0,6}周年")
# 1946年突发脑溢血，病逝.
_OF_WHAT: Final = re.compile(
    r"[^，,。；]{0,16}(?:突发|患上?|病[重倒危]|中风|溢血|心脏病|车祸|遇刺|中弹|坠[机落楼]|失事|沉没)[^，,。；]{0,8}[，,]"
    r"(?:不幸|终因)?(?:不治|抢救无效|救治无效|重伤)?[，,]?[于在]?[^，,。；]{0,6}"
)
# What is announced takes place on its date.
_CALLED_OFF: Final = re.compile(
    r"没|未(?!名)|否认|不(?!久)|如果|是否|传闻|险些|几乎|原定|取消|延期|推迟|改期|以来"
)
_KILLED: Final = ("被", "遭", "为")
# 2024年巴黎奥运（于7月26日开幕）; not whose champion somebody is.
_OF_YEAR: Final = re.compile(r"(?:的|第[一二三四五六七八九十\d]+[届次])?")
_NO_YEAR: Final = re.compile(r"[男女]?[\u4e00-\u9fff]{0,3}决赛|冠军|[亚季]军|[金银铜]牌|资格|名单|得主|奖")
_NO_EVENT: Final = re.compile(r"奖|联赛|^[的至]")
_UNTIL: Final = re.compile(r"[至到—–\-~～]$")
_LATER: Final = re.compile(
    r"[^，。；\d]{0,4}(?P<day>(?P<m>1[0-2]|[1-9])月(?P<d>3[01]|[12]\d|[1-9])日)[^，。；\d]{0,12}?"
    r"(?:举行|举办|召开|开幕|揭幕|登场|开打|起跑|开赛)"
)
_SURE: Final = 0.85


@dataclass(frozen=True, slots=True)
class Kinds:
    """The types of an ontology that these rules relate. :ivar of: by relation, what it is said of."""

    of: Mapping[str, frozenset[str]]
    place: str | None


def read_dated(
    text: str, names: Sequence[Mention], dates: Sequence[Mention], kinds: Kinds
) -> Iterator[tuple[str, Relation]]:
    """The relation and what says so, for those of *names* of which *text* says one of *dates*; where who died, too."""
    if not names or not has_chinese(text):
        return
    folded = to_simplified(text)
    person = next((each.type for each in names if each.type in kinds.of.get("DIED_ON", ())), None)
    events = [each for each in names if each.type in kinds.of.get(OCCURRED_ON, ())]
    of_years = list(_of_years(folded, events, dates))
    yield from of_years
    topic: Mention | None = None
    for sentence in SENTENCE.finditer(folded):
        start, end = sentence.span()
        before, topic = topic, goes_on_about(folded, start, _inside(names, start, end), person, topic)
        own = [
            each
            for each in names
            if start <= each.char_start
            and each.char_end <= end
            and not is_another_name(folded, each.char_start)
        ]
        when = [each for each in dates if start <= each.char_start and each.char_end <= end]
        placed = when or any(each.type == kinds.place for each in own)
        verbs = list(_verbs(folded, start, end, own)) if placed and (own or before) else []
        for verb in verbs:
            name = verb.lastgroup or ""
            date = _date(folded, verb, when, verbs)
            place = _place(folded, start, verb, own, kinds) if name == "DIED_ON" else None
            # The one before the verb shows whose it is.
            with_verb = place if date is None or (place and date.char_start > verb.end()) else date
            if with_verb is None or not kinds.of.get(name) or _NOT_THE_EVENT.match(folded, verb.end()):
                continue
            mine = [each for each in own if each.type in kinds.of[name]]
            subjects = _said_of(folded, start, verb, with_verb, mine, created=name in _CREATED)
            if before is not None and name == "DIED_ON" and _goes_on(folded, start, verb, with_verb, mine):
                subjects = [before]
            for subject in subjects:
                span = min(subject.char_start, with_verb.char_start), max(verb.end(), with_verb.char_end)
                if any(each.head is subject for _, each in of_years):
                    continue
                unstated = _CALLED_OFF if name == OCCURRED_ON else _UNSTATED
                if unstated.search(folded, span[0], verb.start()):
                    continue
                if date is not None:
                    yield name, Relation(subject, date, verb.group(), *span, _SURE)
                if place is not None:
                    yield "DIED_IN", Relation(subject, place, verb.group(), *span, _SURE)


def _of_years(
    folded: str, events: Sequence[Mention], dates: Sequence[Mention]
) -> Iterator[tuple[str, Relation]]:
    """Events with their year before their names, and on which day of it they are: 2024年巴黎奥运于7月26日开幕."""
    for event in events:
        year = next(
            (each for each in dates if _OF_YEAR.fullmatch(folded, each.char_end, event.char_start)), None
        )
        if (
            year is None
            or "-" in year.name
            or _NO_EVENT.search(to_simplified(event.name))
            or _UNTIL.search(folded, 0, year.char_start)
            or known_words().cut(event.name)[0].flag.startswith("v")  # 2007年加盟甲级联赛
            or _NO_YEAR.match(folded, event.char_end)
        ):
            continue
        last = event.char_end
        if day := _LATER.match(folded, last):
            start, last = day.span("day")
            when = f"{year.name}-{int(day['m']):02}-{int(day['d']):02}"
            year = Mention(start, last, day["day"], year.type, when, year.confidence)
        yield OCCURRED_ON, Relation(event, year, "", min(event.char_start, year.char_start), last, _SURE)


def _inside(names: Sequence[Mention], start: int, end: int) -> list[Mention]:
    return [each for each in names if start <= each.char_start < end]


def _goes_on(folded: str, start: int, verb: re.Match[str], date: Mention, mine: Sequence[Mention]) -> bool:
    """Whether a sentence names nobody before the *verb*, whose clause begins with the *date* or the verb itself."""
    first = min(verb.start(), date.char_start)
    clause = max(folded.rfind("，", start, first), folded.rfind(",", start, first)) + 1
    named = any(start <= each.char_start < verb.start() for each in mine)
    return not named and _OPENS.fullmatch(folded, max(start, clause), first) is not None


def _verbs(folded: str, start: int, end: int, own: Sequence[Mention]) -> Iterator[re.Match[str]]:
    """The verbs from *start* to *end* that are no part of a name; who killed may stand within: 被马克·查普曼枪杀."""
    for verb in _VERB.finditer(folded, start, end):
        if verb.group().startswith(_KILLED) or not any(
            each.char_start < verb.end() and verb.start() < each.char_end for each in own
        ):
            yield verb


def _date(
    folded: str, verb: re.Match[str], dates: Sequence[Mention], verbs: Sequence[re.Match[str]]
) -> Mention | None:
    """Which of *dates* is said with *verb*."""
    for each in dates:
        if _DATE_BEHIND.fullmatch(folded, verb.end(), each.char_start):
            return each
    before = [each for each in dates if each.char_end <= verb.start()]
    later = next((each for each in dates if _THAT_WAS.fullmatch(folded, verb.end(), each.char_start)), None)
    if later is not None and not before:
        return later
    if (
        before
        and verb.lastgroup == "DIED_ON"
        and _OF_WHAT.fullmatch(folded, before[-1].char_end, verb.start())
    ):
        return before[-1]
    if not before or not _TO_VERB.fullmatch(folded, before[-1].char_end, verb.start()):
        return None
    # 1909年出生，1950年去世: each verb has its own.
    last = before[-1].char_end
    other = any(last <= it.start() < verb.start() and it.lastgroup != OCCURRED_ON for it in verbs)
    return None if other else before[-1]


def _said_of(
    folded: str,
    start: int,
    verb: re.Match[str],
    date: Mention,
    mine: Sequence[Mention],
    *,
    created: bool,
) -> list[Mention]:
    """What of *mine* was born, founded, …; nothing where that is not sure."""
    first, last = min(verb.start(), date.char_start), max(verb.end(), date.char_end)
    inside = [each for each in mine if first <= each.char_start and each.char_end <= verb.start()]
    if created:
        behind = next((each for each in mine if each.char_start >= last), None)
        if (
            behind is not None
            and last == verb.end()
            and _OBJECT.fullmatch(folded, verb.end(), behind.char_start)
        ):
            return [behind]
        if (
            inside
            and _COMES_OUT.fullmatch(verb.group())
            and "，" in folded[date.char_end : inside[0].char_start]
        ):
            return [inside[-1]] if _DIRECT.fullmatch(folded, inside[-1].char_end, verb.start()) else []
    elif inside:
        opens = _NEXT_CLAUSE.fullmatch(folded, date.char_end, inside[0].char_start)
        return [inside[0]] if opens and not _OF.match(folded, inside[0].char_end) else []
    clause = max(folded.rfind("，", start, first), folded.rfind(",", start, first)) + 1
    by = _BY.search(folded, max(start, clause), verb.start()) if created else None
    first = min(first, by.start()) if by else first
    before = [each for each in mine if start <= each.char_start and each.char_end <= first]
    if not before:
        return []
    if created and not _NO_OBJECT.match(folded, last):
        return []
    if _DIRECT.fullmatch(folded, before[-1].char_end, first):
        return [before[-1]]
    topic = next((each for each in before if not _OF.match(folded, each.char_end)), None)
    if topic is None or topic.char_end > clause or not _OPENS.fullmatch(folded, max(start, clause), first):
        return []
    return [topic]


def _place(
    folded: str, start: int, verb: re.Match[str], own: Sequence[Mention], kinds: Kinds
) -> Mention | None:
    """Where it was, right behind *verb* or, behind 在, before it: 在德国 | 纽伦堡."""
    left, found = verb.start(), None
    for each in reversed([each for each in own if each.type == kinds.place]):
        if (
            _PLACE_BEHIND.fullmatch(folded, verb.end(), each.char_start)
            and "于" in folded[verb.start() : each.char_start]
        ):
            return each
        if each.char_end == left:
            left, found = each.char_start, found or each
    return found if found is not None and _AT.search(folded, start, left) else None
