"""Who made a book, song or film, as Chinese says it beside its title: 莫言创作了小说《蛙》, 《三体》的作者是刘慈欣.

Titles stand in 《》 or 〈〉, which hold many things besides; a verb or a kind of work must say what it is. Titles in a
row are made by the same, and people in a row made the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Final

from aibox_assets.domain.extract.names import to_simplified
from aibox_assets.domain.extract.relate.chinese.credits import made_around, made_behind
from aibox_assets.domain.extract.relate.chinese.lexicon_deeds import SENTENCE
from aibox_assets.domain.extract.relate.chinese.lexicon_works import (
    ALSO,
    AUTHORED,
    BOOK,
    DIRECTED,
    DONE,
    FILM,
    KIND,
    OTHERS,
    PAINTING,
    PERFORMED,
    ROLE,
    ROW,
    SONG,
    UNSTATED,
    WHEN,
    kinds_of,
    made_as,
)
from aibox_assets.domain.extract.relate.chinese.topics import goes_on_about
from aibox_assets.domain.models import Mention, Relation

_TITLE: Final = re.compile(r"[《〈](?P<title>[^《》〈〉〈〉\n]{1,40})[》〉]")
# Between name and title: 创作了长篇小说, 执导的电影, 的小说; 于1995年写了, 合作为大会堂绘制了.
_MADE: Final = re.compile(
    rf"(?:[于在][^，。；、]{{2,12}}?)?{WHEN}{ALSO}(?:(?P<sake>[为替给])[^，。；、的]{{2,10}}?|[花用][^，。；、的]{{2,10}}?)?"
    rf"(?:(?P<verb>{ROW}){DONE}{OTHERS}的?(?P<kind>{KIND})?|"
    rf"(?P<weak>出版|发表|发行|推出)[了过]?(?P<out>{KIND})|(?:出版|发表)(?P<issued>[了过]?)|的(?P<own>{KIND})?)"
)
# 毕业于早稻田大学，著有; 出生于马尔康，1998年出版长篇小说; 是戏剧系毕业，执导的.
_LATER: Final = re.compile(
    rf"[^。；！？《》〈〉]{{1,60}}?[，,]{WHEN}{ALSO}(?:(?P<verb>{ROW}){DONE}的?(?P<kind>{KIND})?|"
    rf"(?P<weak>出版|发表|发行|推出)[了过]?(?P<out>{KIND})|(?:出版|发表)(?P<issued>[了过]?)|"
    rf"(?P<own>代表作|著作|作品)(?:品|包括|有|是|为|主要)*(?:{KIND})?)"
)
# 纪蔚然编剧、吕柏伸导演的: what the first did.
_EACH: Final = re.compile(
    rf"(?P<verb>{ROW})[、，,](?:并?由)?[^，。；、《》〈〉]{{1,10}}?(?:{ROW})的(?:{KIND})?"
)
_AT_ONCE: Final = re.compile(rf"{WHEN}{ALSO}(?P<verb>{ROW}){DONE}的?(?:{KIND})?")
# 萧红（，1911年生于呼兰，）是《生死场》和《商市街》的作者.
_IS: Final = re.compile(r"(?:[^。；！？《》〈〉]{1,60}?[，,])?(?:也|还|就|即|正)?[是为系]")
_MAKER: Final = re.compile(rf"(?:一书)?的(?P<role>{ROLE})")
_NEXT: Final = re.compile(r"[、和与及，\s]{0,2}")
_WITH: Final = re.compile(r"\s*(?:、|和|与|及|以及|跟|同)\s*")
# What the name's owner is, or what the sentence is about, where 的 alone stands before the title.
_OF: Final = {"作家|小说家|诗人|作者|文学家|剧作家": AUTHORED, "导演": DIRECTED, "歌手|歌星": PERFORMED}
_NO_BOOK: Final = re.compile(
    r"影|[导演听]|上映|放映|票房|[唱歌曲]|专辑|乐[团队]|剧|节目|综艺|金马|坎城|戛纳|威尼斯|展出|收录"
)
_ABOUT_BOOKS: Final = re.compile(rf"{BOOK}|改编|出版|文学|读者|书中|译本")
_FOR: Final = re.compile("[为替给]$")
_HIS: Final = re.compile("[」”]?(?:的|之[子女父母弟妹兄姐妻孙])")
# 在绍兴大剧院, 随代表团, 原定由剧团: not who performs.
_LED: Final = re.compile("(?:在|于|到|赴|加入|随|至|带领?|率领?)[「“]?$|原[定订]|拟由|将由")
_LEAD: Final = 12  # characters before the name of who performs
_NEAR: Final = 24  # characters between name and title at most
_FAR: Final = 70  # where it begins the sentence
_SURE: Final = 0.85

_Row = tuple[Mention, ...]


def read_works(
    text: str, people: Sequence[Mention], work: str, bands: Sequence[Mention] = ()
) -> Iterator[tuple[str, Relation]]:
    """Which of *people* made which work, and how; the tails are of the type *work*.

    :param bands: organizations, which only perform.
    """
    if "《" not in text and "〈" not in text:
        return
    folded = to_simplified(text)
    topics = _topics(folded, people)
    makers = _in_rows(folded, sorted(people, key=lambda each: each.char_start))
    stages = _in_rows(folded, sorted(bands, key=lambda each: each.char_start))
    for titles in _titles(folded):
        start, end = titles[0].start(), titles[-1].end()
        made = [
            (how, each) for row in makers for how in _made(folded, row, start, end, makers) for each in row
        ]
        made += [
            (PERFORMED, each)
            for row in stages
            if not _LED.search(folded, max(0, row[0].char_start - _LEAD), row[0].char_start)
            and PERFORMED in _made(folded, row, start, end, stages)
            for each in row
        ]
        made = made or list(_made_by_topic(folded, topics, makers, start))
        for found in titles:
            first, last = found.span("title")
            title = Mention(first, last, text[first:last], work, text[first:last].strip(), _SURE)
            for how, each in made:
                said = folded[min(each.char_end, found.end()) : max(each.char_start, found.start())]
                span = min(each.char_start, found.start()), max(each.char_end, found.end())
                yield how, Relation(each, title, said.strip("《》〈〉") or "著", *span, _SURE)


def _topics(folded: str, people: Sequence[Mention]) -> dict[int, Mention]:
    """Whom the sentences go on about, by where they start."""
    topics: dict[int, Mention] = {}
    topic: Mention | None = None
    for sentence in SENTENCE.finditer(folded):
        start, end = sentence.span()
        if topic is not None:
            topics[start] = topic
        inside = [each for each in people if start <= each.char_start < end]
        topic = goes_on_about(folded, start, inside, people[0].type, topic) if people else None
    return topics


def _made_by_topic(
    folded: str, topics: Mapping[int, Mention], makers: Sequence[_Row], start: int
) -> Iterator[tuple[str, Mention]]:
    """1938年到延安，次年写出《…》: how whom the sentence before speaks of made the title at *start*."""
    first = max((each for each in topics if each <= start), default=-1)
    if first < 0 or any(first <= row[0].char_start < start for row in makers):
        return
    told = _LATER.fullmatch(folded, first, start) or _AT_ONCE.fullmatch(folded, first, start)
    if told is not None and told["verb"] and not UNSTATED.search(told.group()):
        for how in kinds_of(told["verb"]):
            yield how, topics[first]


def _titles(folded: str) -> list[list[re.Match[str]]]:
    """The titles of *folded*, those in a row together: 《彷徨》、《呐喊》."""
    rows: list[list[re.Match[str]]] = []
    for found in _TITLE.finditer(folded):
        if rows and _NEXT.fullmatch(folded, rows[-1][-1].end(), found.start()):
            rows[-1].append(found)
        else:
            rows.append([found])
    return rows


def _in_rows(folded: str, people: Sequence[Mention]) -> list[_Row]:
    """*people*, in order, those in a row together: 刘伟强、麦兆辉."""
    rows: list[_Row] = []
    for each in people:
        if rows and _WITH.fullmatch(folded, rows[-1][-1].char_end, each.char_start):
            rows[-1] = (*rows[-1], each)
        else:
            rows.append((each,))
    return rows


def _made(folded: str, row: _Row, start: int, end: int, makers: Sequence[_Row]) -> list[str]:
    """How *row* of *makers* made what is named from *start* to *end*, if at all."""
    first, last = row[0].char_start, row[-1].char_end
    if 0 <= start - last <= _FAR:
        return _made_before(folded, row, start, end, makers) or made_around(folded, last, start, end)
    return made_behind(folded, first, last, end) if 0 < first - end <= _NEAR else []


def _made_before(folded: str, row: _Row, start: int, end: int, makers: Sequence[_Row]) -> list[str]:
    """The same where *row* stands before the titles."""
    last, told = row[-1].char_end, None
    if _FOR.search(folded[: row[0].char_start][-1:]):
        return []
    subject = _is_subject(folded, row, start, makers)
    if _IS.fullmatch(folded, last, start) and (role := _MAKER.match(folded, end)):
        return [made_as(role["role"])] if subject else []
    if start == last:
        return _by_kind("", folded, row, end)
    if start - last <= _NEAR:
        told = _MADE.fullmatch(folded, last, start) or _EACH.fullmatch(folded, last, start)
    if told is None and subject:
        told = _LATER.fullmatch(folded, last, start)
    if told is None or UNSTATED.search(told.group()):
        return []
    if told["verb"]:
        # 为乐队录制: others perform it.
        aided = told.groupdict().get("sake")
        return [how for how in kinds_of(told["verb"]) if not aided or how != PERFORMED]
    if told.groupdict().get("issued") is not None:
        return [AUTHORED]
    if told["weak"]:
        return _by_own_kind(told["out"])
    return _by_own_kind(told["own"] or "") or _by_kind(told["own"] or "", folded, row, end)


def _is_subject(folded: str, row: _Row, start: int, makers: Sequence[_Row]) -> bool:
    """Whether *row* is the last before *start* that is named first in its clause."""
    first = [
        next(clause)
        for _, clause in groupby(
            (each for each in makers if each[-1].char_end <= start),
            lambda each: max(folded.rfind(mark, 0, each[0].char_start) for mark in "，,。；！？\n"),
        )
    ]
    return bool(first) and first[-1] is row and not _HIS.match(folded, row[-1].char_end)


def _by_own_kind(kind: str) -> list[str]:
    """张三的小说 is by him; the film of an actor need not be."""
    if re.search(rf"{BOOK}|{PAINTING}|著作|代表作", kind):
        return [AUTHORED]
    if re.search(FILM, kind):
        return [DIRECTED]
    return [PERFORMED] if re.search(SONG, kind) else []


def _by_kind(kind: str, folded: str, row: _Row, end: int) -> list[str]:
    """The same by what stands before the name, and by what the sentence is about."""
    start = row[0].char_start
    for words, how in _OF.items():
        if re.search(rf"(?:{words})$", folded[:start][-6:]):
            return [how]
    if kind:
        return []
    first, last = folded.rfind("。", 0, start) + 1, folded.find("。", end)
    sentence = first, last if last > 0 else len(folded)
    about = _ABOUT_BOOKS.search(folded, *sentence) or not _NO_BOOK.search(folded, *sentence)
    return [AUTHORED] if about else []
