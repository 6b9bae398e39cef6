"""Places one within the other, as Chinese names them, the largest first: 江苏镇江, 四川省资阳市雁江区.

Public sets, and with them the tagger, take such a row for one name or for several. Here the last of it is the place
that is meant; of the others it is known where it lies.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Final

from aibox_assets.domain.extract.names import has_chinese, to_simplified
from aibox_assets.domain.extract.places.gazetteer_zh import encloses, known_end, outer_starts
from aibox_assets.domain.extract.relate.chinese.place_rows import (
    AREA_END,
    NO_PLACE,
    Span,
    countries,
    outers,
    places_in,
)
from aibox_assets.domain.extract.text.words_zh import is_known
from aibox_assets.domain.extract.type_relations import TypedRelation
from aibox_assets.domain.models import Mention, Relation

LOCATED_IN: Final = "LOCATED_IN"
_IN_PLACES: Final = frozenset({"BORN_IN", "LIVES_IN", "DIED_IN", "HEADQUARTERED_IN", "LOCATED_IN"})
_TOWN: Final = re.compile("[^的在到委政为与和及、，。；]{1,4}?(?:镇|乡|街道(?!办))(?![长政])")
_INNER: Final = ("", "的", "首都", "首府", "省会", "省會")
# 京沪铁路 | 黄河涯站: a line lies in more than one place.
_WAYS: Final = re.compile(r"(?:[铁公]路|高速|专线|[路线道])，|，.*(?:公路|火车|电车|铁路|高速|线)$")
_SURELY_NAMES: Final = 0.75
_SURE: Final = 0.85


def innermost(mention: Mention) -> Mention:
    """*mention* of a place, called by the last of a row of places."""
    *_, (start, end) = places_in(mention.text)
    return replace(mention, name=mention.text[start:end]) if start else mention


def with_rows(text: str, names: Sequence[Mention], place: str) -> list[Mention]:
    """*names*, and the rows of known places in *text* that they have not, or not to their ends."""
    folded, kept = to_simplified(text), list(names)
    if not has_chinese(text) or len(folded) != len(text):
        return kept
    for start, end in _known_rows(folded):
        met = [each for each in kept if each.char_start < end and start < each.char_end]
        if any(each.type != place for each in met):
            continue
        start, end = min([start, *(it.char_start for it in met)]), max([end, *(it.char_end for it in met)])
        row = Mention(start, end, text[start:end], place, text[start:end], _SURE)
        kept = [*(each for each in kept if each not in met), row]
    return sorted(kept, key=lambda each: each.char_start)


def _known_rows(folded: str) -> Iterator[Span]:
    """From the first to the last of known places of which each lies in the one before."""
    last = 0
    for first in outer_starts(folded):
        start, end = first, known_end(folded, first) if first >= last else None
        inner = known_end(folded, end, folded[start:end]) if end is not None else None
        if end is None or inner is None:
            continue
        while inner is not None:
            start, end = end, inner
            inner = known_end(folded, end, folded[start:end])
        town = _TOWN.match(folded, end) if AREA_END.search(folded[start:end]) else None
        yield first, town.end() if town else end
        last = end


def read_places(text: str, names: Sequence[Mention], place: str) -> Iterator[tuple[str, Relation]]:
    """Which of the *names* of type *place* lie in which: those of a row, and those right beside each other."""
    places = [each for each in names if each.type == place and has_chinese(each.text)]
    last: Mention | None = None
    for each in places:
        *around, (start, end) = places_in(each.text)
        row = [
            Mention(
                each.char_start + a,
                each.char_start + b,
                each.text[a:b],
                place,
                each.text[a:b],
                each.confidence,
            )
            for a, b in around
        ]
        name = each.text[start:end]
        row.append(each if each.name == name else replace(each, name=name))
        if last is not None and _follows(text, last, row[0]):
            row.insert(0, last)
        for outer, inner in pairwise(row):
            yield LOCATED_IN, Relation(inner, outer, "", outer.char_start, inner.char_end, _SURE)
        last = row[-1]


def narrowed(typed: TypedRelation, text: str, names: Sequence[Mention]) -> TypedRelation:
    """*typed*, where what is in a place is in the one within it that is named next: 乌克兰的哈尔科夫."""
    tail = typed.tail
    if typed.relation not in _IN_PLACES or not has_chinese(tail.text) or len(tail.text) < 2:
        return typed
    for each in names:
        near = text[tail.char_end : each.char_start] in _INNER and each.char_start >= tail.char_end
        if (
            near
            and each.type == tail.type
            and each.name != typed.head.name
            and _may_follow(tail.text, each.text)
        ):
            return narrowed(replace(typed, tail=each), text, names)
    return typed


def _follows(text: str, outer: Mention, inner: Mention) -> bool:
    """Whether *inner* is named as of *outer*: 四川 | 眉山, 西里西亚的海因岑多夫; not 伦敦的香港画家."""
    between = text[outer.char_end : inner.char_start]
    if between == "的":
        return len(outer.text) > 1 and to_simplified(inner.text) not in outers()
    return not between and (_may_follow(outer.text, inner.text) or _are_two(outer, inner))


def _are_two(outer: Mention, inner: Mention) -> bool:
    """Whether both are surely names, so that the second, right behind the first, lies in it: 利马 | 米拉弗洛雷斯."""
    inner_name = to_simplified(inner.text)
    return (
        min(outer.confidence, inner.confidence) >= _SURELY_NAMES
        and min(len(outer.text), len(inner.text)) > 1
        and inner_name not in countries()
        and not is_known(to_simplified(outer.text) + inner_name[0])  # 西湾 | 河电车
        and not NO_PLACE.search(inner_name)
        and not _WAYS.search(outer.text + "，" + inner_name)
    )


def _may_follow(outer: str, inner: str) -> bool:
    outer, inner = to_simplified(outer), to_simplified(inner)
    if encloses(outer, inner):
        return True
    known = outer in outers() or AREA_END.search(outer) is not None
    return known and inner not in countries() and not NO_PLACE.search(inner)
