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
from aibox_assets.domain.extract.relate.chinese.lexicon_deeds import SENTENCE
from aibox_assets.domain.extract.relate.chinese.topics import goes_on_about
from aibox_assets.domain.models import Mention, Relation

_AUTHORED, _PERFORMED, _DIRECTED = "AUTHORED", "PERFORMED", "DIRECTED"
_TITLE: Final = re.compile(r"[《〈](?P<title>[^《》〈〉〈〉\n]{1,40})[》〉]")
_VERBS: Final = {
    "创作|撰写?|编写|编成?|动笔写|写[作成出下就完]?|起草|编著|合?著有?|共修|执笔|"
    "作曲|作词|填词|谱[写曲]|词曲|主编|编剧|编导|绘制?|画": _AUTHORED,
    "执导|导演|编导": _DIRECTED,
    "演唱|录制|演奏|主唱|合?唱|弹奏?|吹奏|灌录": _PERFORMED,
}
_VERB: Final = "|".join(_VERBS)
# 作词、作曲并演唱
_ROW: Final = rf"(?:{_VERB})(?:[、并和兼]?(?:{_VERB}))*"
_BOOK: Final = "小说|长篇|中篇|短篇|诗集|诗作|散文集?|专著|著作|回忆录|自传|剧本|论文|名著|长诗|童话"
_PAINTING: Final = "油画|国画|水彩画?|水墨画?|版画|画作|漫画"
_SONG: Final = "专辑|歌曲|单曲|唱片"
_FILM: Final = "动画电影|动画片|纪录片"  # of one who acts in a film these are not
_KIND: Final = (
    rf"(?:[\u4e00-\u9fff]{{0,6}}?(?:{_BOOK}|{_PAINTING}|{_SONG}|{_FILM}|电影|影片|新片|新作|作品|一书|一文|传记|歌剧|"
    r"话剧|主题曲|电视剧)(?:新作)?)"
)
# 、梁朝伟主演: others who had a part in it.
_OTHERS: Final = r"(?:[、，并和][^，。；《》〈〉]{0,12}?(?:主演|编剧|配乐|监制|制作|出演|摄影))*"
_WHEN: Final = r"(?:[^，。；、《》〈〉]{0,8}年(?:\d{1,2}月)?(?:\d{1,2}日)?)?"
_ALSO: Final = r"(?:并|还|曾|也|却|先后|共同|合作|一生|自己)?"
_DONE: Final = r"[了过出下成有]{0,2}(?:[一两三四五六七八九十]?[部首本篇幅张])?"
# Between name and title: 创作了长篇小说, 执导的电影, 的小说; 于1995年写了, 合作为大会堂绘制了.
_MADE: Final = re.compile(
    rf"(?:[于在][^，。；、]{{2,12}}?)?{_WHEN}{_ALSO}(?:(?P<sake>[为替给])[^，。；、的]{{2,10}}?|[花用][^，。；、的]{{2,10}}?)?"
    rf"(?:(?P<verb>{_ROW}){_DONE}{_OTHERS}的?(?P<kind>{_KIND})?|"
    rf"(?P<weak>出版|发表|发行|推出)[了过]?(?P<out>{_KIND})|(?:出版|发表)(?P<issued>[了过]?)|的(?P<own>{_KIND})?)"
)
# 毕业于早稻田大学，著有; 出生于马尔康，1998年出版长篇小说; 是戏剧系毕业，执导的.
_LATER: Final = re.compile(
    rf"[^。；！？《》〈〉]{{1,60}}?[，,]{_WHEN}{_ALSO}(?:(?P<verb>{_ROW}){_DONE}的?(?P<kind>{_KIND})?|"
    rf"(?P<weak>出版|发表|发行|推出)[了过]?(?P<out>{_KIND})|(?:出版|发表)(?P<issued>[了过]?)|"
    rf"(?P<own>代表作|著作|作品)(?:品|包括|有|是|为|主要)*(?:{_KIND})?)"
)
_AT_ONCE: Final = re.compile(rf"{_WHEN}{_ALSO}(?P<verb>{_ROW}){_DONE}的?(?:{_KIND})?")
# 萧红（，1911年生于呼兰，）是《生死场》和《商市街》的作者.
_IS: Final = re.compile(r"(?:[^。；！？《》〈〉]{1,60}?[，,])?(?:也|还|就|即|正)?[是为系]")
_ROLE: Final = r"词曲作者|作者|导演|原唱|编剧|原著|编者"
_MAKER: Final = re.compile(rf"(?:一书)?的(?P<role>{_ROLE})")
# Behind a title: 的作者是, 由…执导, 是…创作的, （…著）; …，导演林兆华，; …，作词的是方文山.
_AUTHOR: Final = re.compile(
    rf"(?:一书)?(?:的|[\s（(]*)(?P<role>{_ROLE})(?:[和与](?:{_ROLE}|演唱者))?[都均]?(?:是|为|[：:])?[\s]*"
)
_CREDIT: Final = re.compile(rf"[^。；！？《》〈〉\n]{{0,40}}?[，,、](?P<role>{_ROLE})(?:是|为|[：:])?[\s]*")
_BY_ROLE: Final = re.compile(rf"[^。；！？《》〈〉\n]{{0,20}}?[，,](?P<verb>{_ROW})的[是为]")
_BY: Final = re.compile(
    r"(?:[^。；《》〈〉\n]{0,16}?[，,][^，。；《》〈〉]{0,8}?(?:都|均))?(?:是|为)?[由是](?:[^，。；《》〈〉]{0,6}(?:作家|导演|歌手|诗人|作曲家))?|"
    r"[\s]*[（(]|是"
)
# …的出品方之一，林超贤执导。
_ASIDE: Final = re.compile(r"[^。；！？《》〈〉\n]{0,30}?[，,]")
_PASSIVE: Final = re.compile(rf"(?:等人?)?(?:自己)?(?:[于在][^，。；、]{{2,12}}?)?(?:所)?(?P<verb>{_ROW})")
_ENDS: Final = re.compile(r"\s*(?:[，。；、,）)]|$)")
_NEXT: Final = re.compile(r"[、和与及，\s]{0,2}")
_WITH: Final = re.compile(r"\s*(?:、|和|与|及|以及|跟|同)\s*")
_UNSTATED: Final = re.compile("没|未|不|拟|将|否|可能|计划")
_ROLES: Final = {"导演": _DIRECTED, "原唱": _PERFORMED}
# What the name's owner is, or what the sentence is about, where 的 alone stands before the title.
_OF: Final = {"作家|小说家|诗人|作者|文学家|剧作家": _AUTHORED, "导演": _DIRECTED, "歌手|歌星": _PERFORMED}
_NO_BOOK: Final = re.compile(
    r"影|[导演听]|上映|放映|票房|[唱歌曲]|专辑|乐[团队]|剧|节目|综艺|金马|坎城|戛纳|威尼斯|展出|收录"
)
_ABOUT_BOOKS: Final = re.compile(rf"{_BOOK}|改编|出版|文学|读者|书中|译本")
_FOR: Final = re.compile("[为替给]$")
_HIS: Final = re.compile("[」”]?(?:的|之[子女父母弟妹兄姐妻孙])")
_NEAR: Final = 24  # characters between name and title at most
_FAR: Final = 70  # where it begins the sentence
_SURE: Final = 0.85

_Row = tuple[Mention, ...]


def read_works(text: str, people: Sequence[Mention], work: str) -> Iterator[tuple[str, Relation]]:
    """Which of *people* made which work, and how; the tails are of the type *work*."""
    if "《" not in text and "〈" not in text:
        return
    folded = to_simplified(text)
    topics = _topics(folded, people)
    makers = _in_rows(folded, sorted(people, key=lambda each: each.char_start))
    for titles in _titles(folded):
        start, end = titles[0].start(), titles[-1].end()
        made = [
            (how, each) for row in makers for how in _made(folded, row, start, end, makers) for each in row
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
    if told is not None and told["verb"] and not _UNSTATED.search(told.group()):
        for how in _kinds_of(told["verb"]):
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
    if 0 < start - last <= _FAR:
        return _made_before(folded, row, start, end, makers)
    if not 0 < first - end <= _NEAR:
        return []
    if told := _AUTHOR.fullmatch(folded, end, first):
        return [_ROLES.get(told["role"], _AUTHORED)]
    if (told := _CREDIT.fullmatch(folded, end, first)) and _ENDS.match(folded, last):
        return [_ROLES.get(told["role"], _AUTHORED)]
    if told := _BY_ROLE.fullmatch(folded, end, first):
        return _kinds_of(told["verb"])
    if (told := _PASSIVE.match(folded, last)) and (
        _BY.fullmatch(folded, end, first)
        or (_ASIDE.fullmatch(folded, end, first) and _ENDS.match(folded, told.end()))
    ):
        return _kinds_of(told["verb"])
    return []


def _made_before(folded: str, row: _Row, start: int, end: int, makers: Sequence[_Row]) -> list[str]:
    """The same where *row* stands before the titles."""
    last, told = row[-1].char_end, None
    if _FOR.search(folded[: row[0].char_start][-1:]):
        return []
    subject = _is_subject(folded, row, start, makers)
    if _IS.fullmatch(folded, last, start) and (role := _MAKER.match(folded, end)):
        return [_ROLES.get(role["role"], _AUTHORED)] if subject else []
    if start - last <= _NEAR:
        told = _MADE.fullmatch(folded, last, start)
    if told is None and subject:
        told = _LATER.fullmatch(folded, last, start)
    if told is None or _UNSTATED.search(told.group()):
        return []
    if told["verb"]:
        # 为乐队录制: others perform it.
        aided = told.groupdict().get("sake")
        return [how for how in _kinds_of(told["verb"]) if not aided or how != _PERFORMED]
    if told.groupdict().get("issued") is not None:
        return [_AUTHORED]
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


def _kinds_of(verbs: str) -> list[str]:
    """作词、演唱: written and sung."""
    return [relation for each, relation in _VERBS.items() if re.search(each, verbs)]


def _by_own_kind(kind: str) -> list[str]:
    """张三的小说 is by him; the film of an actor need not be."""
    if re.search(rf"{_BOOK}|{_PAINTING}|著作|代表作", kind):
        return [_AUTHORED]
    if re.search(_FILM, kind):
        return [_DIRECTED]
    return [_PERFORMED] if re.search(_SONG, kind) else []


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
    return [_AUTHORED] if about else []
