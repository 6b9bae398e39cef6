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
    "创作|撰写|编写|写作|写|著有|著|作曲|谱写|编著|合著": _AUTHORED,
    "执导|导演": _DIRECTED,
    "演唱|录制|演奏": _PERFORMED,
}
_VERB: Final = "|".join(_VERBS)
_BOOK, _SONG = "小说|诗集|散文集?|专著|著作|回忆录|自传|剧本|论文|名著|长诗", "专辑|歌曲|单曲|唱片"
_KIND: Final = (
    rf"(?:[\u4e00-\u9fff]{{0,6}}?(?:{_BOOK}|{_SONG}|电影|影片|作品|一书|一文|传记|歌剧|话剧|主题曲|纪录片))"
)
# Between name and title: 创作了长篇小说, 执导的电影, 的小说; 于1995年写了.
_MADE: Final = re.compile(
    rf"(?:[于在][^，。；、]{{2,12}}?|曾|还|并|先后|共同)?(?:(?P<verb>{_VERB})[了过]?的?(?P<kind>{_KIND})?|的(?P<own>{_KIND}))"
)
# Behind a title: 的作者是, 由…执导.
_AUTHOR: Final = re.compile(r"(?:一书)?的?(?P<role>作者|导演|原唱)(?:是|为|：)?")
_BY: Final = re.compile(r"(?:是|为)?由")
_PASSIVE: Final = re.compile(rf"(?:所)?(?P<verb>{_VERB})")
_UNSTATED: Final = re.compile("没|未|不|拟|将|否|可能|计划")
_ROLES: Final = {"作者": _AUTHORED, "导演": _DIRECTED, "原唱": _PERFORMED}
_NEAR: Final = 24  # characters between name and title at most
_SURE: Final = 0.85


def read_works(text: str, people: Sequence[Mention], work: str) -> Iterator[tuple[str, Relation]]:
    """Which of *people* made which work, and how; the tails are of the type *work*."""
    if "《" not in text:
        return
    folded = to_simplified(text)
    for found in _TITLE.finditer(folded):
        first, last = found.span("title")
        title = Mention(first, last, text[first:last], work, text[first:last].strip(), _SURE)
        for each in people:
            made = _made(folded, each, found)
            if made is not None:
                start, end = min(each.char_start, found.start()), max(each.char_end, found.end())
                said = folded[min(each.char_end, found.end()) : max(each.char_start, found.start())]
                yield made, Relation(each, title, said.strip("《》") or "著", start, end, _SURE)


def _made(folded: str, each: Mention, found: re.Match[str]) -> str | None:
    if 0 < found.start() - each.char_end <= _NEAR:
        told = _MADE.fullmatch(folded, each.char_end, found.start())
        if told is None or _UNSTATED.search(told.group()):
            return None
        return _kind_of(told["verb"]) if told["verb"] else _by_kind(told["own"])
    if not 0 < each.char_start - found.end() <= _NEAR:
        return None
    if told := _AUTHOR.fullmatch(folded, found.end(), each.char_start):
        return _ROLES[told["role"]]
    if _BY.fullmatch(folded, found.end(), each.char_start):
        told = _PASSIVE.match(folded, each.char_end)
        return _kind_of(told["verb"]) if told else None
    return None


def _kind_of(verb: str) -> str:
    return next(relation for verbs, relation in _VERBS.items() if verb in verbs.split("|"))


def _by_kind(kind: str) -> str | None:
    """张三的小说 is by him; the film of an actor need not be."""
    if re.search(_BOOK, kind):
        return _AUTHORED
    return _PERFORMED if re.search(_SONG, kind) else None
