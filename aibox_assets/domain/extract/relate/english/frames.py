"""What English says with a few words between names, or behind a row of them: "A has taken a 12 per cent stake in B",
"A and B are fierce rivals", "the cousins A and B".

For what spaCy's tree reaches only over several nouns, or where the parser fails on names it does not know.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise
from typing import Final

from aibox_assets.domain.extract.places.gazetteer import is_known
from aibox_assets.domain.extract.relate.english.frame import HOME, Frame
from aibox_assets.domain.extract.relate.english.lexicon_firms import FIRMS, JOINT, OF_FIRM, RIVALS, TOGETHER
from aibox_assets.domain.extract.relate.english.lexicon_frames import FAMILY, HOMES, SIBLINGS, STAFF
from aibox_assets.domain.extract.relate.english.lexicon_seats import SEATS, SITES_OF
from aibox_assets.domain.extract.relate.english.regions import ADJECTIVES, COUNTRIES, STATES
from aibox_assets.domain.extract.relate.english.topic import with_stand_ins
from aibox_assets.domain.models import Mention

Told = tuple[Mention, str, Mention, float]
"""Head, relation, tail, and how surely that is said."""
_SURE: Final = 0.85
_SURELY: Final = 0.8
_LONGEST: Final = 80  # characters between two names
_MOST_NAMES: Final = 6  # of a row; more are lists
_AND: Final = re.compile(
    r",\s+(?:and\s+)?(?:the\s+)?|\s+(?:and|&)\s+(?:to\s+)?(?:the\s+)?(?:[a-z]+\s+maker\s+)?"
)
_WITH_AND: Final = re.compile(r"\band\b|&")
_SOLD: Final = re.compile(r"\bsold\s+(?:the\s+)?$")
_TO: Final = re.compile(r"\s+to\s+(?:the\s+(?:[A-Z][a-z]+\s+)?[a-z]+\s+)?")
_FROM: Final = re.compile(r"\s+from\s+")
_MOVED: Final = re.compile(r"\bmoved\s+from\s+$")
_ADJECTIVE: Final = re.compile(r"(?:ean|ese|ish|ican|[nr]ian)$")
_NAMED_AFTER: Final = re.compile(
    r"(?:[Bb]ishop|Mayor|Governor|President|Prince|Minister|University|Diocese|Bank|Ministry|Church|Court|College|Embassy|"
    r"Government|Parliament|Republic|Kingdom|City|Town|State|Port|Council)$"
)
_CITIES: Final = frozenset({"New York", "Washington", "Singapore", "Luxembourg", "Hong Kong", "Monaco"})
_ASKED: Final = re.compile(r"[^.!?;\n]{0,120}\?")
_PLACED: Final = re.compile(r",?\s+(?:of|in|at)\s+|,\s+")
_JOINED: Final = re.compile(r"\s+(?:has\s+)?(?:joined|moved\s+to|signed\s+for)\s+$")


@dataclass(frozen=True, slots=True)
class FrameTypes:
    """What an ontology calls people, organizations and places."""

    person: str | None
    organization: str | None
    place: str | None


def read_frames(text: str, names: Sequence[Mention], types: FrameTypes) -> Iterator[Told]:
    """What is said between neighbouring rows of *names*, which are in the order of *text*."""
    frames = {
        (types.organization, types.organization): FIRMS,
        (types.organization, types.place): SEATS,
        (types.place, types.organization): SITES_OF,
        (types.person, types.organization): STAFF,
        (types.organization, types.person): OF_FIRM,
        (types.person, types.place): HOMES,
        (types.person, types.person): FAMILY,
    }
    rows: list[Sequence[Mention]] = list(_rows(text, with_stand_ins(text, names, types.organization)))
    for row in rows:
        yield from _in_row(text, row, types)
    for before, (one, other) in zip([(), *rows], pairwise(rows), strict=False):
        between = text[one[-1].char_end : other[0].char_start]
        if not 0 < len(between) <= _LONGEST or "\n" in between:
            continue
        told = list(_between(text, between, one, other, frames.get((one[-1].type, other[0].type), ())))
        yield from told or _moved(text, before, one, other, between, types)
    for one, other, between in _over_places(text, rows, types):
        yield from _between(text, between, one, other, FIRMS)


def _between(
    text: str, between: str, one: Sequence[Mention], other: Sequence[Mention], frames: Sequence[Frame]
) -> Iterator[Told]:
    """What the first of *frames* that fits tells of two rows."""
    if _ASKED.match(text, other[-1].char_end):
        return
    for frame in frames:
        if frame.fits(text, one[0].char_start, between, other[-1].char_end):
            before_it, behind_it = _those(text, one, last=True), _those(text, other, last=False)
            if frame.sure:
                behind_it = [each for each in behind_it if _is_surely_a_place(each)]
            heads, tails = (behind_it, before_it) if frame.inverse else (before_it, behind_it)
            for head in heads:
                for tail in tails:
                    relation = frame.relation if frame.relation != HOME else _home(head, tail)
                    if relation is not None:
                        yield head, relation, tail, _SURE
            break


def _is_surely_a_place(name: Mention) -> bool:
    return name.text not in ADJECTIVES and (name.confidence >= _SURELY or is_known(name.name))


def _home(firm: Mention, place: Mention) -> str | None:
    """What it is for *firm* to be of *place*; nothing where that is a part of its name, or an adjective that says only
    which country's it is: "a Swedish firm"."""
    if _NAMED_AFTER.search(firm.text) or place.text in ADJECTIVES or _ADJECTIVE.search(place.text):
        return None
    outer = place.name in COUNTRIES | STATES or place.text in STATES
    return "LOCATED_IN" if outer and place.name not in _CITIES else "HEADQUARTERED_IN"


def _over_places(
    text: str, rows: Sequence[Sequence[Mention]], types: FrameTypes
) -> Iterator[tuple[Sequence[Mention], Sequence[Mention], str]]:
    """Two rows of organizations, and what stands between them but for where the first is: "Acme of Austin, …"."""
    for i, one in enumerate(rows[:-2]):
        end, j = one[-1].char_end, i + 1
        while (
            j < len(rows)
            and rows[j][0].type == types.place
            and _PLACED.fullmatch(text, end, rows[j][0].char_start)
        ):
            end, j = rows[j][-1].char_end, j + 1
        if j == i + 1 or j == len(rows) or {one[0].type, rows[j][0].type} != {types.organization}:
            continue
        between = text[end : rows[j][0].char_start]
        if len(between) <= _LONGEST and "\n" not in between:
            yield one, rows[j], between.removeprefix(",")


def _rows(text: str, names: Sequence[Mention]) -> Iterator[list[Mention]]:
    """*names*, those of one type together that "and" or commas join."""
    row: list[Mention] = []
    for each in names:
        joined = (
            row
            and len(row) < _MOST_NAMES
            and row[-1].type == each.type
            and _AND.fullmatch(text, row[-1].char_end, each.char_start)
        )
        if row and not joined:
            yield row
            row = []
        row.append(each)
    if row:
        yield row


def _those(text: str, row: Sequence[Mention], *, last: bool) -> Sequence[Mention]:
    """All of a row that "and" joins; of one that only commas join, what stands next to the words."""
    whole = any(_WITH_AND.search(text, one.char_end, other.char_start) for one, other in pairwise(row))
    return row if whole else row[-1:] if last else row[:1]


def _in_row(text: str, row: Sequence[Mention], types: FrameTypes) -> Iterator[Told]:
    """Of companies that they compete or do something together, of people that they are a family."""
    if len(row) < 2:
        return
    relation = None
    if row[0].type == types.organization:
        end = row[-1].char_end
        relation = (
            "COMPETES_WITH"
            if RIVALS.match(text, end)
            else "PARTNERS_WITH"
            if TOGETHER.match(text, end)
            or JOINT.search(text, max(0, row[0].char_start - 40), row[0].char_start)
            else None
        )
    elif row[0].type == types.person and SIBLINGS.search(
        text, max(0, row[0].char_start - 40), row[0].char_start
    ):
        relation = "FAMILY_OF"
    if relation is not None:
        yield from ((one, relation, other, _SURE) for one, other in combinations(row, 2))


def _moved(
    text: str,
    before: Sequence[Mention],
    one: Sequence[Mention],
    other: Sequence[Mention],
    between: str,
    types: FrameTypes,
) -> Iterator[Told]:
    """ "A sold B to C", "Jane Wu joined A from B", "moved from A to B": whose the second is."""
    if not before or not {each.type for each in (*one, *other)} <= {types.organization, types.place}:
        return
    led = text[before[-1].char_end : one[0].char_start]
    firms = one[0].type == other[0].type == types.organization
    if firms and _SOLD.search(led) and _TO.fullmatch(between):
        yield other[0], "ACQUIRED", one[0], _SURE
    elif firms and before[-1].type == types.person and _JOINED.fullmatch(led) and _FROM.fullmatch(between):
        yield from ((before[-1], "WORKS_FOR", each, _SURE) for each in (one[0], other[0]))
    elif (
        before[-1].type == types.person
        and other[0].type == types.place
        and _MOVED.search(led)
        and _TO.fullmatch(between)
    ):
        yield before[-1], "LIVES_IN", other[0], _SURE
