"""Who is related to whom by birth or marriage, as Chinese says it: 张大千的二哥张善孖, 朱棣是朱元璋的第四子.

A word of kinship stands between two people, behind the second, or at the head of a clause that goes on about somebody.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import Final

from aibox_assets.domain.extract.names import has_chinese, to_simplified
from aibox_assets.domain.extract.relate.chinese.titles import TITLE
from aibox_assets.domain.models import Mention, Relation

FAMILY_OF: Final = "FAMILY_OF"
SPOUSE_OF: Final = "SPOUSE_OF"
_SPOUSE: Final = "妻子|丈夫|太太|夫人|老婆|老公|遗孀|前妻|前夫|发妻|未亡人|元配|原配|爱人|配偶|妻|夫"
_FAMILY: Final = (
    "第[一二三四五六七八九十]+[子女]|儿子|女儿|[长次三四五幼独么养继义庶嫡小大二]+[子女](?!士|儿|友|性)|[大小二三]?(?:儿子|女儿)|之[子女孙]|孙子|孙女|长孙|外孙女?|"
    "(?:胞|堂|表|亲|大|二|三|小|长)?(?:哥哥|弟弟|姐姐|妹妹|哥|弟|姐|妹|兄|兄长)|兄长|胞[兄弟姐妹]|堂[兄弟姐妹]|表[兄弟姐妹哥]|"
    "父亲|母亲|生父|生母|养父|养母|继父|继母|岳父|岳母|公公|婆婆|女婿|儿媳|媳妇|长媳|妹夫|姐夫|妹婿|连襟|外甥女?|侄子|侄女|侄儿|叔叔|叔父|伯父|"
    "舅舅|舅父|姑姑|姑妈|姨妈|祖父|祖母|爷爷|奶奶|外公|外婆|外祖父|外祖母|曾孙|玄孙|先祖|父|母"
)
_KIN: Final = rf"(?:(?P<spouse>{_SPOUSE})|(?P<family>{_FAMILY}))"
_WHO: Final = rf"[\u4e00-\u9fff]{{0,4}}{TITLE}|学生|革命者|女星|明星|[\u4e00-\u9fff]{{1,10}}的(?:{TITLE})?"
_TITLES: Final = rf"(?:(?:{_WHO})[、，]?)?[\s「“]*"
_BRACKET: Final = r"(?:[（(][^（）()\n]{0,30}[）)])?"
# 张大千的二哥 | 张善孖
_BETWEEN: Final = re.compile(rf"{_BRACKET}(?:的|之|其|他的|她的)?{_KIN}(?:[、是为]|名叫|叫)?{_TITLES}")
# 朱棣 | 是 | 朱元璋 | 的第四子
_IS: Final = re.compile(
    rf"(?:{_BRACKET}[，,]?(?:也|又|同时|乃|原)?(?:是|为|系|乃)?|[，,])(?:[\u4e00-\u9fff]{{0,8}}(?:{TITLE})|已故)?"
)
_BEHIND: Final = re.compile(rf"[的之]?{_KIN}(?![\u4e00-\u9fff]{{0,2}}[是为叫名])")
# …，妻子 | 吴晓敏; the clause goes on about whom the sentence speaks of.
_GOES_ON: Final = re.compile(
    rf"(?:^|[，,；;、])(?:而|且|后来|婚后)?(?:(?P<nearest>其|他的|她的)|他|她)?{_KIN}(?:[、是为]|名叫|叫|则是)?{_TITLES}$"
)
_LISTED: Final = re.compile(r"[、和与與及跟同]|以及")
_TOGETHER: Final = re.compile(
    r"(?:这?[两二三四五]?[位个]?|等[两三四五]?)?(?:(?P<spouse>夫妇|夫妻|伉俪)|(?P<family>兄弟|兄妹|姐弟|姐妹|父子|父女|母子|母女|祖孙|叔侄|爷孙))"
)
_MARRIED: Final = re.compile(
    r"[^。！？；;\n]{0,16}?(?:结婚|完婚|成婚|再婚|结为连理|结为夫妻|结为夫妇|喜结连理|成亲|是夫妻|为夫妻|的婚事|的婚礼|的婚姻|育有|生有|离婚|离异)"
)
_MARRIES: Final = re.compile(
    r"[^。，,！？；;\n]{0,10}?(?:迎娶|嫁给|嫁予|改嫁|下嫁|娶|嫁)(?:了|与|于)?[^。，,！？；;\n]{0,12}"
)
_WITH: Final = re.compile(r"(?:与|和|跟|同)[^。，,！？；;\n与和跟同]{0,8}$")
_CHILD: Final = re.compile(
    r"(?:的(?:[长次三幼独大小二]?[子女]|儿子|女儿|孩子)|(?:育有|生有|生下)[^。；;\n，,]{0,6}?(?:[子女]|儿|孩))(?:是|叫|名叫|为|、)?[^。；;，,\n]{0,4}"
)
_UNSTATED: Final = re.compile(r"不是|并非|没有|未婚|否认|传闻|据传|是否")
_SENTENCE: Final = re.compile(r"[^。！？!?\n]+[。！？!?\n]?")
_MOST: Final = 6  # people that are each other's
_SURE: Final = 0.85


def read_kin(text: str, names: Sequence[Mention], person: str) -> Iterator[tuple[str, Relation]]:
    """Who of the people among *names* is whose spouse or family."""
    people = [each for each in names if each.type == person]
    if len(people) < 2 or not has_chinese(text):
        return
    folded = to_simplified(text)
    told: set[frozenset[str]] = set()
    topic: Mention | None = None
    for sentence in _SENTENCE.finditer(folded):
        start, end = sentence.span()
        own = [each for each in people if start <= each.char_start < end]
        if not _UNSTATED.search(folded, start, end):
            for one, other, relation in _related(folded, start, end, own, topic):
                pair = frozenset((one.name, other.name))
                if len(pair) == 2 and pair not in told:
                    told.add(pair)
                    first = min(start, one.char_start, other.char_start)
                    words = folded[min(one.char_end, other.char_end) : max(one.char_start, other.char_start)]
                    yield relation, Relation(one, other, words[-12:], first, end, _SURE)
        topic = own[0] if own else topic


def _related(
    folded: str, start: int, end: int, people: Sequence[Mention], topic: Mention | None
) -> Iterator[tuple[Mention, Mention, str]]:
    """The pairs of one sentence. :param topic: whom the sentence before speaks of."""
    for place, each in enumerate(people):
        before = people[place - 1] if place else None
        if before is not None:
            gap = folded[before.char_end : each.char_start]
            if found := _BETWEEN.fullmatch(gap):
                yield before, each, _relation(found)
                continue
            behind = _BEHIND.match(folded, each.char_end)
            if behind and gap and _IS.fullmatch(gap):
                yield before, each, _relation(behind)
                continue
            if _MARRIES.fullmatch(gap):
                yield before, each, SPOUSE_OF
                continue
            joined = _LISTED.fullmatch(gap) or re.fullmatch(rf"[、和与及跟同](?:{TITLE})", gap)
            if joined and _MARRIED.match(folded, each.char_end, end):
                yield before, each, SPOUSE_OF
        about = people[0] if place else topic
        lead = folded[(before.char_end if before else start) : each.char_start]
        if about is not None and (found := _GOES_ON.search(lead)):
            yield before if before is not None and found["nearest"] else about, each, _relation(found)
        elif about is not None and _WITH.search(lead) and _MARRIED.match(folded, each.char_end, end):
            married = before if before is not None and len(people) > 1 else about
            yield married, each, SPOUSE_OF
    yield from _listed(folded, people)
    for one, other, child in zip(people, people[1:], people[2:], strict=False):
        pair = _LISTED.fullmatch(folded, one.char_end, other.char_start)
        if pair and _CHILD.fullmatch(folded, other.char_end, child.char_start):
            yield one, other, SPOUSE_OF
            yield one, child, FAMILY_OF
            yield other, child, FAMILY_OF


def _listed(folded: str, people: Sequence[Mention]) -> Iterator[tuple[Mention, Mention, str]]:
    """瞿秋白、杨之华夫妇; 曾氏三姐妹曾令姗、曾令娴、曾令姝."""
    row: list[Mention] = []
    for each, following in zip(people, (*people[1:], None), strict=False):
        row.append(each)
        if following is not None and _LISTED.fullmatch(folded, each.char_end, following.char_start):
            continue
        if len(row) > 1:
            found = _TOGETHER.match(folded, each.char_end) or re.search(
                r"(?:(?P<spouse>夫妇|夫妻)|(?P<family>兄弟|兄妹|姐弟|姐妹|父子|父女|母子|母女))$",
                folded[: row[0].char_start],
            )
            pairs = row[-2:] if found and found["spouse"] else row[-_MOST:]
            for one, other in combinations(pairs, 2):
                if found:
                    yield one, other, _relation(found)
        row = []


def _relation(found: re.Match[str]) -> str:
    return SPOUSE_OF if found["spouse"] else FAMILY_OF
