"""What a title says of its holder and of the organization that it is of, in Chinese: 东吴证券首席经济学家芦哲.

The title stands right behind the name of the organization, or of the place that it leads; what it is called decides
whether its holder leads, founded, studied there, is a member, or works there.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Final

from aibox_assets.domain.extract.names import has_chinese, to_simplified
from aibox_assets.domain.extract.relate.chinese.anaphors import without_other_names
from aibox_assets.domain.models import Mention, Relation

# 的, 前, and the part of the organization where somebody works.
_OWNED: Final = re.compile(
    r"(?:[（(][^（）()\n]{1,30}[）)])?(?:的|旗下|下属)?[」”]?"
    r"(?:现任|时任|前任|前|原|新任|首任|首位|现|候任|候任|第[一二三四五六七八九十]+任|驻[\u4e00-\u9fff]{1,4})?"
    r"(?:[\u4e00-\u9fff]{0,6}(?:部|系|科|处|室|组|学院|中心|车间|董事会|监事会|实验室|团队|事业部|青年队|一线队|委)的?)?"
)
# 中国有赞 | 任命 | 俞韬 | 为 | 首席财务官
_APPOINTS: Final = re.compile(
    r"[」”]?(?:董事会|董事局|理事会|股东大?会|会员大会|代表大会|校董会|执委会|方面)?(?:[昨今]日?|日前|近日|已|正式|宣布|决定|一致|于?[\d年月日]{2,12}|[，,]){0,3}"
    r"(?:任命|委任|聘任|聘请|推举|推选|选举|选出|提拔|擢升|委派)了?"
)
_AS: Final = re.compile(
    r"(?:同志|先生|女士|博士)?(?:[为任]|担任|出任|就任|接任)(?:公司|集团|本公司|该公司|其)?(?:新任|首任|新一?[届任]的?|第[一二三四五六七八九十]+任)?"
)
_OUTSIDE: Final = re.compile("清盘人|律师|大使|代表|法律顾问")  # they act for whom appoints them
_ALSO: Final = re.compile(r"(?:兼任?|暨|、|和)$")
_FOUNDERS: Final = re.compile(r"创始人|创办人|创立者|创办者|发起人|缔造者")
_STUDENTS: Final = re.compile(r"学生|研究生|博士生|校友|学员|毕业生")
_MEMBERS: Final = re.compile(r"会员|院士|党员|社员|议员|委员$|立委")
_NO_LEADERS: Final = re.compile(
    r"副|助理|代表(?!人)|秘书(?!长)|学务长|教务长|总务长|班长|组长|科长|处长|机长"
)
_LEADERS: Final = re.compile(
    r"长$|总裁|主席|总经理|首席(?:执行|技术|财务|运营|营运)官|^(?:CEO|CTO|CFO|COO)$|总干事|^负责人$|法定代表人|掌门人|掌舵人|"
    r"老板$|^店主$|掌柜$|董座$|首领$|首脑$|领导人$|领袖$|指挥官$|总指挥$|"
    r"主帅|主教练|总教练|总书记|^书记$|党委书记|总统|总理|首相|国王|女王|皇帝|知事|司令|总督|巡抚|刺史|太守|知府|知县|苏丹|法老|天皇|君主|总编辑?$|主编"
)
_OF_PLACES: Final = re.compile(
    r"^(?:总统|总理|首相|国王|女王|皇帝|知事|省长|市长|县长|州长|区长|镇长|乡长|村长|主席|总督|巡抚|刺史|太守|知府|知县|苏丹|法老|天皇|君主)$"
)
_HOLDS: Final = ("的", "")
# 执掌甲行的乙: not who works there.
_VERB: Final = re.compile(
    r"(?:执掌|掌管|领导|率领|创立|创办|创建|毕业于|考入|就读于|收购|击败|战胜|淘汰|不敌|批评|起诉|控制|拥有|接掌|离开|告别)$"
)
_IN_BRACKET: Final = re.compile(r"[（(][^（）()]+[）)]")
_PARTY: Final = re.compile("[党盟]$")
_SURE: Final = 0.85


def read_posts(
    text: str, names: Sequence[Mention], roles: Iterable[Relation], organization: str, place: str | None
) -> Iterator[tuple[str, Relation]]:
    """By name, the relations that *roles* give of their holders to what stands before the title."""
    folded = to_simplified(text)
    owners = {each.char_end: each for each in without_other_names(folded, names) if each.type == organization}
    places = {each.char_end: each for each in names if each.type == place}
    for known in (owners, places):  # 臺東縣長: the last character is of both
        known.update({edge - 1: each for edge, each in known.items() if folded[edge : edge + 1] == "长"})
    held = [(each.head, each.tail) for each in roles]
    of: dict[tuple[int, int], Mention | None] = {}
    for _, title in sorted(held, key=lambda it: it[1].char_start):
        before = next((edge for edge in of if _joins(folded, edge[1], title.char_start)), None)
        own = _owner(folded, title.char_start, owners)
        of[title.char_start, title.char_end] = own or (of[before] if before else None)
    for person, title in held:
        called = to_simplified(title.text)
        owner = of[title.char_start, title.char_end]
        relation = _title_says(called)
        if owner is None and relation == "LEADS" and _OF_PLACES.search(called):
            owner = places.get(title.char_start)
        if owner is None and not _OF_PLACES.search(called) and not _OUTSIDE.search(called):
            owner = _appointer(folded, person, title.char_start, owners)
        if owner is not None:
            first, last = min(person.char_start, owner.char_start), max(person.char_end, owner.char_end)
            yield relation, Relation(person, owner, title.text, first, max(last, title.char_end), _SURE)


def read_staff(
    text: str, names: Sequence[Mention], person: str, organization: str
) -> Iterator[tuple[str, Relation]]:
    """By name, the relations of people to the organization right beside their names: 美联的黄建业, 陈晨威（乐天）."""
    for one, other in pairwise(names):
        between = text[one.char_end : other.char_start]
        if (one.type, other.type) == (organization, person) and between in _HOLDS:
            if _VERB.search(to_simplified(text[max(0, one.char_start - 4) : one.char_start])):
                continue
            of, who = one, other
        elif (one.type, other.type) == (person, organization) and _IN_BRACKET.fullmatch(
            text[one.char_end : other.char_end + 1], 0
        ):
            who, of = one, other
        else:
            continue
        if has_chinese(of.text + between):
            relation = "MEMBER_OF" if _PARTY.search(to_simplified(of.text)) else "WORKS_FOR"
            yield relation, Relation(who, of, between, one.char_start, other.char_end, _SURE)


def _joins(folded: str, end: int, start: int) -> bool:
    return 0 < start - end <= 2 and _ALSO.search(folded, end, start) is not None


def _owner(folded: str, start: int, owners: dict[int, Mention]) -> Mention | None:
    """The last organization before the title that begins at *start*, with only what may stand there between."""
    near = [edge for edge in owners if edge <= start]
    if near and _OWNED.fullmatch(folded, max(near), start):
        return owners[max(near)]
    return None


def _appointer(folded: str, person: Mention, start: int, owners: dict[int, Mention]) -> Mention | None:
    """Which organization makes *person* what the title at *start* says."""
    near = [edge for edge in owners if edge <= person.char_start]
    if start < person.char_end or not near or not _AS.fullmatch(folded, person.char_end, start):
        return None
    return owners[max(near)] if _APPOINTS.fullmatch(folded, max(near), person.char_start) else None


def titles_say(roles: Iterable[Relation]) -> dict[str, set[str]]:
    """By the names of those who hold *roles* in Chinese: which relations their titles state."""
    said: dict[str, set[str]] = {}
    for each in roles:
        if has_chinese(each.tail.text):
            said.setdefault(each.head.name, set()).add(_title_says(to_simplified(each.tail.text)))
    return said


def _title_says(title: str) -> str:
    """The relation of its holder to whose title it is; in simplified characters."""
    if _FOUNDERS.search(title):
        return "FOUNDED"
    if _STUDENTS.search(title):
        return "STUDIED_AT"
    if _MEMBERS.search(title):
        return "MEMBER_OF"
    if _LEADERS.search(title) and not _NO_LEADERS.search(title):
        return "LEADS"
    return "WORKS_FOR"
