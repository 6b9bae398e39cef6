"""Where people were born, live and studied, and what they founded, as Chinese says it.

By the words on both sides of the name of the place, the school or the firm; the person is the last one before.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from aibox_assets.domain.extract.names import has_chinese, to_simplified
from aibox_assets.domain.extract.relate.chinese.anaphors import SENTENCE, without_other_names
from aibox_assets.domain.extract.relate.chinese.titles import TITLE
from aibox_assets.domain.extract.type_relations import TypedRelation
from aibox_assets.domain.models import Mention, Relation

# What is said of one where it is said: a seat.
_OF_ONE: Final = {
    "LOCATED_IN": ("LOCATED_IN", "HEADQUARTERED_IN"),
    "HEADQUARTERED_IN": ("LOCATED_IN", "HEADQUARTERED_IN"),
}
_LIVES_OF: Final = frozenset({"BORN_IN", "LIVES_IN", "STUDIED_AT"})
_SURE: Final = 0.85
_SCHOOL: Final = re.compile(
    r"大学|学院|学校|中学|小学|书院|军校|学堂|画院|高中|[附一二三四五六七八九十]中|师范|研究所|研究院|分校|校区|系$|专科|音院|美院|理工|财校|"
    r"(?:清华|北大|复旦|哈佛|牛津|剑桥|耶鲁|斯坦福|伯克利)$"
)
_TO_SCHOOL: Final = re.compile(
    r"(?:毕业(?:于|自)|就读于?|就学于|求学于|考[入进上取到]了?|保送|升入|留学于?|肄业于|结业于|[读念]的[是为]|改[读念]|[入进]读|先入|早年入|"
    r"深造于|进修于|受业于|负笈|转读)(?:了)?$"
)
_AT_SCHOOL: Final = re.compile(
    r"(?:在|从|自|于|到|去|入|赴|再转|转至|先后在|都在|同在|由|获|获得|取得|拿到|拿了|又拿了|得)$"
)
_STUDIES: Final = re.compile(
    r"(?:[的]?[\u4e00-\u9fff]{0,8}?(?:系|专业|学院|班|所))?(?:一口气|随[^，。]{1,8})?"
    r"(?:本科|硕士|博士|研究生|第?[一二三四五六七八九十\d]+[期届])*(?:毕业|肄业|就读|求学|深造|进修|读书|念书|[读念学]完|攻读|修读|留学|"
    r"学习|休学|辍学|退学|上学|[读念](?![者头])|拿到[^，。]{0,6}(?:学位|学士|硕士|博士)|(?:取得|获得?|拿)[^，。]{0,10}(?:学位|学士|硕士|博士)|"
    r"的?(?:[\u4e00-\u9fff]{0,6})(?:学士|硕士|博士|MBA|EMBA|法学博士)(?:学位)?|的?(?:校友|学员|毕业生|高材生|选调生|研究生))"
)
_BORN: Final = re.compile(
    r"(?:出生于|出生在|诞生于|诞生在|降生于|降生在|生于|生在|都生在|出身(?!于(?:\S{0,4})(?:家庭|世家)))$"
)
_TO_HOME: Final = re.compile(
    r"(?:居住在|居住于|住在|住进了?|现居|旅居|定居(?:于|在)?|移居|迁居|移民|家住|家在|寓居|侨居|长居|客居|隐居(?:于|在)?|搬[到去进至回]了?|"
    r"安家(?:于|在)?|安在了?|安到了?|嫁到了?|落户)$"
)
_AT_HOME: Final = re.compile(r"(?:在|于|随家人在|却在|都在)$")
_LIVES: Final = re.compile(
    r"(?:[\u4e00-\u9fff]{0,4}?(?:长大|成长|定居|居住|度过了?(?:大半生|余生|晚年|童年)))"
)
_FOUNDING: Final = (
    "共同创立|共同创办|共同创建|联合创立|联合创办|联合创建|合伙创办|一手创办|一手创立|一手打造|参与创办|发起成立|创立|创办|创建|"
    "开设|开办|合办|合伙办|办起|办|设立|成立|建立|组建|打造"
)
_FOUNDS: Final = re.compile(
    rf"(?:{_FOUNDING})[了过]?(?:一家|这家|名为|[\u4e00-\u9fff]{{0,10}}(?:公司|品牌|企业|机构|工作室|厂|店|组织|乐团|学校))?[“「《]?$"
)
_FOUNDED_BY: Final = re.compile(
    rf"[^，。；;]{{0,24}}?(?:{_FOUNDING}|创设|始创)(?![^，。]{{0,4}}(?:作品|歌曲))"
)
_BY: Final = re.compile(r"由[^，。；;由]*$")
_LISTED: Final = re.compile(
    rf"(?:[（(][^（）()]{{0,20}}[）)])?(?:[、和与及跟同]|以及|[和与、]?[妻丈][子夫]|[和与]?[\u4e00-\u9fff]{{0,3}}[弟妹兄姐]){{1,2}}[\u4e00-\u9fff]{{0,4}}(?:{TITLE})?"
)
_OBJECT: Final = re.compile(
    r"(?:原名|本名|又名|笔名|艺名|曾用名|嫁给|娶了?|接替|取代|拜|师从|随|给|向|对|把|将|被|替|跟)$"
)
_OF: Final = re.compile(r"的(?!人)|之[父母妻女子弟妹兄]|[^，。]{0,3}[说称]")


@dataclass(frozen=True, slots=True)
class _Way:
    """How a relation is said. :ivar lead: ends before the name. :ivar follow: begins behind it; None for anything."""

    relation: str
    lead: re.Pattern[str]
    follow: re.Pattern[str] | None = None


_OF_SCHOOLS: Final = (_Way("STUDIED_AT", _TO_SCHOOL), _Way("STUDIED_AT", _AT_SCHOOL, _STUDIES))
_OF_PLACES: Final = (
    _Way("BORN_IN", _BORN),
    _Way("LIVES_IN", _TO_HOME),
    _Way("LIVES_IN", _AT_HOME, _LIVES),
)


def read_life(
    text: str, names: Sequence[Mention], person: str, organization: str | None, place: str | None
) -> Iterator[tuple[str, Relation]]:
    """What the text says of the lives of the people among *names* (他 for one of them, too), by the names of the
    relations."""
    if not has_chinese(text) or not any(each.type == person for each in names):
        return
    folded, names = to_simplified(text), without_other_names(to_simplified(text), names)
    for sentence in SENTENCE.finditer(folded):
        start, end = sentence.span()
        own = [each for each in names if start <= each.char_start < end]
        people = [each for each in own if each.type == person]
        for each in own:
            said = ""
            if each.type == organization and _SCHOOL.search(to_simplified(each.text)):
                said = _way(folded, start, each, own, _OF_SCHOOLS)
            elif each.type == place:
                said = _way(folded, start, each, own, _OF_PLACES)
            for holder in _whose(folded, start, each.char_start, people) if said else ():
                yield said, _relation(holder, each, start, end)
            if each.type == organization:
                for founder in _founders(folded, start, end, each, own, people):
                    yield "FOUNDED", _relation(founder, each, start, end)


def is_of_another(typed: TypedRelation, told: Iterable[TypedRelation]) -> bool:
    """Whether *told* has somebody else, and not *typed*'s head, in the same words about a birth, a home or a school,
    or about a seat."""
    if not has_chinese(typed.tail.text):
        return False
    if typed.relation in _OF_ONE:
        return _is_told_of_another(typed, told)
    if typed.relation not in _LIVES_OF:
        return False
    same = [each for each in told if each.relation == typed.relation and each.tail.name == typed.tail.name]
    return bool(same) and all(each.head.name != typed.head.name for each in same)


def _is_told_of_another(typed: TypedRelation, told: Iterable[TypedRelation]) -> bool:
    """Whether *told* says of another, where *typed*'s tail is named, that its seat is there."""
    same = [each for each in told if each.relation in _OF_ONE[typed.relation]]
    of_tail = [each for each in same if each.tail.char_start == typed.tail.char_start]
    of_tail = [each for each in of_tail if each.head.type == typed.head.type]
    return bool(of_tail) and all(each.head.name != typed.head.name for each in of_tail)


def _relation(head: Mention, tail: Mention, start: int, end: int) -> Relation:
    return Relation(head, tail, "", min(start, head.char_start), end, _SURE)


def _way(folded: str, start: int, name: Mention, names: Sequence[Mention], ways: Sequence[_Way]) -> str:
    """The relation that the words around *name* say; nothing where they say none."""
    left = name.char_start
    for each in reversed(names):  # 烏克蘭的 | 哈爾科夫
        if (each.type != name.type and each.char_end == left) or (
            each.char_end < left and folded[each.char_end : left] == "的" and len(each.text) > 1
        ):
            left = each.char_start
    lead = folded[max(start, left - 16) : left]
    for way in ways:
        if way.lead.search(lead) and (way.follow is None or way.follow.match(folded, name.char_end)):
            return way.relation
    return ""


def is_narrowed(text: str, place: Mention, names: Sequence[Mention]) -> bool:
    """Whether a place within *place* is named next, which is meant: 皖南的宏村."""
    return len(place.text) > 1 and any(
        each.type == place.type and text[place.char_end : each.char_start] == "的"
        for each in names
        if each.char_start > place.char_end
    )


def _whose(folded: str, start: int, before: int, people: Sequence[Mention]) -> list[Mention]:
    """The last people before, who are no objects of what is said before, and those named with them."""
    found: list[Mention] = []
    for each in reversed([it for it in people if it.char_end <= before]):
        if not found:
            lead = folded[max(start, each.char_start - 4) : each.char_start]
            if _OBJECT.search(lead) or _OF.match(folded, each.char_end):
                continue
            found.append(each)
        elif _LISTED.fullmatch(folded, each.char_end, found[-1].char_start):
            found.append(each)
        else:
            break
    return found


def _founders(
    folded: str, start: int, end: int, firm: Mention, names: Sequence[Mention], people: Sequence[Mention]
) -> list[Mention]:
    """Who founded *firm*: 由甲、乙创立, 甲与乙创办了…."""
    lead = folded[start : firm.char_start]
    if _FOUNDS.search(lead):
        others = [each for each in names if each.type == firm.type and each.char_end <= firm.char_start]
        found = _whose(folded, start, firm.char_start, people)
        if found and not any(
            each.char_start > found[0].char_end
            and "，" not in folded[each.char_end : firm.char_start]
            and folded[each.char_end] in "、和与"
            for each in others
        ):
            return found
    if folded[firm.char_end : firm.char_end + 1] == "的" and any(
        each.type == firm.type and each.char_end <= firm.char_start for each in names
    ):  # 北光系统是北风电池的子公司，由…创立: the first one was
        return []
    following = [each for each in people if each.char_start >= firm.char_end]
    nearest = [
        each
        for each in names
        if each.type == firm.type
        and each.char_start >= firm.char_end
        and folded[each.char_end : each.char_end + 1] != "的"
    ]
    by: list[Mention] = []
    for each in following:
        between = folded[firm.char_end : each.char_start]
        if (
            nearest
            and nearest[0].char_start < each.char_start
            and "由" in folded[nearest[0].char_end : each.char_start]
        ):
            break
        if _BY.search(between) and (not by or len(folded[by[-1].char_end : each.char_start]) < 12):
            by.append(each)
    if by and _FOUNDED_BY.match(folded, by[-1].char_end, end):
        return by
    return []
