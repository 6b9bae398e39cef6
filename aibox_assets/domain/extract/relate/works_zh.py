"""Who made a book, song or film, as Chinese says it beside its title: 莫言创作了小说《蛙》, 《三体》的作者是刘慈欣.

Titles stand in 《》, which hold many things besides; a verb or a kind of work must say what it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from aibox_assets.domain.extract.names import to_simplified
from aibox_assets.domain.models import Mention, Relation

_AUTHORED, _PERFORMED, _DIRECTED = "AUTHORED", "PERFORMED", "DIRECTED"
_TITLE: Final = re.compile(r"《(?P<title>[^《》\n]{1,40})》")
_VERBS: Final = {
    "创作|撰写|编写|写作|写|著有|著|作曲|作词|谱写|编著|合著|主编": _AUTHORED,
    "执导|导演": _DIRECTED,
    "演唱|录制|演奏|主唱": _PERFORMED,
}
_VERB: Final = "|".join(_VERBS)
# 作词、作曲并演唱
_ROW: Final = rf"(?:{_VERB})(?:[、并和兼]?(?:{_VERB}))*"
_BOOK, _SONG = "小说|诗集|散文集?|专著|著作|回忆录|自传|剧本|论文|名著|长诗", "专辑|歌曲|单曲|唱片"
_FILM: Final = "动画电影|动画片|纪录片"  # of one who acts in a film these are not
_KIND: Final = (
    rf"(?:[\u4e00-\u9fff]{{0,6}}?(?:{_BOOK}|{_SONG}|{_FILM}|电影|影片|作品|一书|一文|传记|歌剧|话剧|主题曲|"
    r"电视剧))"
)
# 、梁朝伟主演: others who had a part in it.
_OTHERS: Final = r"(?:[、，并和][^，。；《》]{0,12}?(?:主演|编剧|配乐|监制|制作|出演|摄影))*"
_ALSO: Final = r"(?:并|还|曾|也|先后|共同|一生)?"
# Between name and title: 创作了长篇小说, 执导的电影, 的小说; 于1995年写了.
_MADE: Final = re.compile(
    rf"(?:[于在][^，。；、]{{2,12}}?)?{_ALSO}(?:(?P<verb>{_ROW})[了过]?{_OTHERS}的?(?P<kind>{_KIND})?|的(?P<own>{_KIND})?)"
)
# 毕业于早稻田大学，著有: with nobody else between.
_LATER: Final = re.compile(
    rf"[^。；！？《》]{{1,40}}?[，,]{_ALSO}(?:(?P<verb>{_ROW})[了过有]?|(?P<own>代表作|著作|作品)(?:品|包括|有|是|为|主要)*)(?:{_KIND})?"
)
# Behind a title: 的作者是, 由…执导, 是…创作的, （…著）.
_AUTHOR: Final = re.compile(r"(?:一书)?(?:的|[\s（(]*)(?P<role>作者|导演|原唱)(?:是|为|[：:])?[\s]*")
_BY: Final = re.compile(r"(?:是|为)?由(?:[^，。；《》]{0,6}(?:作家|导演|歌手|诗人|作曲家))?|[\s]*[（(]|是")
_PASSIVE: Final = re.compile(rf"(?:等人?)?(?:[于在][^，。；、]{{2,12}}?)?(?:所)?(?P<verb>{_ROW})")
_NEXT: Final = re.compile(r"[、和与及，\s]{0,2}")
_UNSTATED: Final = re.compile("没|未|不|拟|将|否|可能|计划")
_ROLES: Final = {"作者": _AUTHORED, "导演": _DIRECTED, "原唱": _PERFORMED}
# What the name's owner is, or what the sentence is about, where 的 alone stands before the title.
_OF: Final = {"作家|小说家|诗人|作者|文学家|剧作家": _AUTHORED, "导演": _DIRECTED, "歌手|歌星": _PERFORMED}
_ABOUT_BOOKS: Final = re.compile(rf"{_BOOK}|改编|出版|文学|读者|书中|译本")
_NEAR: Final = 24  # characters between name and title at most
_FAR: Final = 60  # where it begins the sentence
_SURE: Final = 0.85


def read_works(text: str, people: Sequence[Mention], work: str) -> Iterator[tuple[str, Relation]]:
    """Which of *people* made which work, and how; the tails are of the type *work*."""
    if "《" not in text:
        return
    folded = to_simplified(text)
    last: tuple[int, list[tuple[str, Mention]]] = 0, []
    for found in _TITLE.finditer(folded):
        first, end = found.span("title")
        title = Mention(first, end, text[first:end], work, text[first:end].strip(), _SURE)
        made = [(how, each) for each in people for how in _made(folded, each, found, people)]
        if not made and _NEXT.fullmatch(folded, last[0], found.start()):
            made = last[1]  # 《彷徨》、《呐喊》
        last = found.end(), made
        for how, each in made:
            start, end = min(each.char_start, found.start()), max(each.char_end, found.end())
            said = folded[min(each.char_end, found.end()) : max(each.char_start, found.start())]
            yield how, Relation(each, title, said.strip("《》") or "著", start, end, _SURE)


def _made(folded: str, each: Mention, found: re.Match[str], people: Sequence[Mention]) -> list[str]:
    """How *each* of *people* made what *found* names, if at all."""
    if 0 < found.start() - each.char_end <= _FAR:
        told = None
        if found.start() - each.char_end <= _NEAR:
            told = _MADE.fullmatch(folded, each.char_end, found.start())
        if told is None and not any(each.char_end <= other.char_start < found.start() for other in people):
            told = _LATER.fullmatch(folded, each.char_end, found.start())
        if told is None or _UNSTATED.search(told.group()):
            return []
        if told["verb"]:
            return _kinds_of(told["verb"])
        return [how] if (how := _by_kind(told["own"] or "", folded, each, found)) else []
    if not 0 < each.char_start - found.end() <= _NEAR:
        return []
    if told := _AUTHOR.fullmatch(folded, found.end(), each.char_start):
        return [_ROLES[told["role"]]]
    if _BY.fullmatch(folded, found.end(), each.char_start):
        told = _PASSIVE.match(folded, each.char_end)
        return _kinds_of(told["verb"]) if told else []
    return []


def _kinds_of(verbs: str) -> list[str]:
    """作词、演唱: written and sung."""
    return [relation for each, relation in _VERBS.items() if re.search(each, verbs)]


def _by_kind(kind: str, folded: str, each: Mention, found: re.Match[str]) -> str | None:
    """张三的小说 is by him; the film of an actor need not be."""
    if re.search(rf"{_BOOK}|著作|代表作", kind):
        return _AUTHORED
    if re.search(_FILM, kind):
        return _DIRECTED
    if re.search(_SONG, kind):
        return _PERFORMED
    for words, how in _OF.items():
        if re.search(rf"(?:{words})$", folded[: each.char_start][-6:]):
            return how
    start, end = folded.rfind("。", 0, each.char_start) + 1, folded.find("。", found.end())
    about = _ABOUT_BOOKS.search(folded, start, end if end > 0 else len(folded))
    return _AUTHORED if not kind and about else None
