"""Names of events and works, which no tagger has a kind for, among the names of a text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, replace

from aibox_assets.domain.extract.names import has_chinese
from aibox_assets.domain.extract.recognize.events_en import read_events
from aibox_assets.domain.extract.recognize.events_zh import read_events as read_chinese_events
from aibox_assets.domain.extract.recognize.works_en import read_titles
from aibox_assets.domain.extract.relate.english.works import UNSURE
from aibox_assets.domain.extract.text.spans import overlaps, spans_of
from aibox_assets.domain.models import Mention


@dataclass(frozen=True, slots=True)
class TitleTypes:
    """What an ontology calls events, places and works."""

    event: str
    place: str | None
    work: str | None


def with_titles(
    text: str, names: Sequence[Mention], taken: Sequence[tuple[int, int]], kinds: Set[str], types: TitleTypes
) -> list[Mention]:
    """*names* and those of events and works among what is not *taken*, nor of one of the *kinds* that others settle."""
    known = [each for each in names if each.type in kinds]
    events = [
        each
        for each in read_events(text, types.event)
        if not overlaps(each, taken) and all(_names_one(each, other, types.place) for other in known)
    ]
    events += [
        each
        for each in read_chinese_events(text, types.event)
        if not overlaps(each, taken) and all(_stands(each, other) for other in known)
    ]
    sure = [*taken, *spans_of([*known, *events])]
    titles = [] if types.work is None else list(read_titles(text, types.work))
    found = [*events, *(each for each in titles if not overlaps(each, sure))]
    rest = [each for each in names if not overlaps(each, spans_of(found))]
    return sorted([*rest, *found], key=lambda each: each.char_start)


def without_titles(names: Sequence[Mention], titles: Sequence[Mention], kinds: Set[str]) -> list[Mention]:
    """*names* but those that are *titles* of works, which are their own; Chinese rules relate these, too.

    :param kinds: the types that others settle.
    """
    spans = spans_of(titles)
    rest = [
        each
        for each in names
        if (each.type in kinds and each.confidence >= UNSURE) or not overlaps(each, spans)
    ]
    own = dict.fromkeys(
        each for each in titles if has_chinese(each.text) and not overlaps(each, spans_of(rest))
    )
    return sorted([*rest, *own], key=lambda each: each.char_start)


def with_things(names: Sequence[Mention], things: Mapping[str, Mention]) -> list[Mention]:
    """*names*, where one of the *things*, by their names, is no organization."""
    spans = spans_of(things.values())
    return [
        replace(each, type=things[each.name].type) if each.name in things else each
        for each in names
        if each.name in things or not overlaps(each, spans)
    ]


def _names_one(event: Mention, name: Mention, place: str | None) -> bool:
    """Whether *event* may be one beside *name*: apart from it, or the Battle of Adwa, of which Adwa is a part."""
    within = event.char_start <= name.char_start and name.char_end <= event.char_end
    return not overlaps(event, spans_of([name])) or (within and name.type == place)


def _stands(event: Mention, name: Mention) -> bool:
    """Whether *event* may be one beside *name*: apart from it, or 北京冬奥会, of which 北京 is the beginning."""
    return (
        name.char_end <= event.char_start
        or event.char_end <= name.char_start
        or event.char_start == name.char_start < name.char_end <= event.char_end
    )
