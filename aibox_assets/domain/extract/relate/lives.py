"""When people were born and died, as brackets behind their names say: "(4 August 1961 – 3 May 2001)", "(born 1961)"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from aibox_assets.domain.extract.recognize.dates import date_within
from aibox_assets.domain.models import Mention, Relation

BORN: Final = "BORN_ON"
DIED: Final = "DIED_ON"
_BRACKETS: Final = re.compile(r"[\s」”\"]*[(（](?P<said>[^()（）\n]{4,120})[)）]")
_BEHIND: Final = re.compile(
    r"[，,]\s*[男女][，,](?:[^，,。\n]{1,6}[，,])?\s*(?P<said>[12]\d{3}年[\d月日]*(?:出生|生))"
)
_YEARS: Final = re.compile(r"[，,]\s(?P<said>[12]\d{3}\s?[–—-]\s?[12]\d{3})(?=[.,;\n]|$)")
_UNTIL: Final = re.compile(r"\s*(?:[–—－~～]|(?<!\d)-(?!\d)|(?<=\d)-(?=[12]\d{3}\b)(?!\d\d-)|\bto\b|至)\s*")
_BORN: Final = re.compile(r"\b(?:born|b\.)|出生|生于|生於|生[,，]?$")
_DIED: Final = re.compile(r"\b(?:died|d\.)|逝世|去世|卒")
_REIGN: Final = re.compile(
    r"\b(?:r\.|reign|ruled|office|president|fl\.|active|from|since)|在位|任期", re.IGNORECASE
)
_SHORTEST: Final = 12
"""Years of a life; less is a copyright's or an office's: "Osamu Aoki (2001–2007)"."""
_SINCE: Final = 1970
_SHORTEST_SINCE: Final = 35
"""From this year on "(1998–2022)" without days is a copyright, unless it is as long as this."""
_SURE: Final = 0.92


def read_lives(text: str, people: Sequence[Mention], date: str) -> Iterator[tuple[str, Relation]]:
    """The relation and what says so, for the *people* whose names stand in *text*. :param date: the type of dates."""
    for each in people:
        found = next(
            (it for form in (_BEHIND, _BRACKETS, _YEARS) if (it := form.match(text, each.char_end))), None
        )
        if found is None or _REIGN.search(found["said"]):
            continue
        start, end = found.span("said")
        until = _UNTIL.search(text, start, end)
        if until is None:
            dated = date_within(text, start, end, date)
            if dated is not None and _BORN.search(found["said"]):
                yield BORN, _relation(each, dated, found)
            elif dated is not None and _DIED.search(found["said"]):
                yield DIED, _relation(each, dated, found)
            continue
        first, last = date_within(text, start, until.start(), date), date_within(text, until.end(), end, date)
        if first is not None and last is not None and not _may_be_a_life(first, last):
            continue
        if first is not None and (last is not None or until.end() == end):
            yield BORN, _relation(each, first, found)
        if first is not None and last is not None:
            yield DIED, _relation(each, last, found)


def _may_be_a_life(first: Mention, last: Mention) -> bool:
    born, died = (int(each.name.partition("-")[0]) for each in (first, last))
    of_years = "-" not in first.name + last.name
    return died - born >= (_SHORTEST_SINCE if of_years and born >= _SINCE else _SHORTEST)


def _relation(person: Mention, date: Mention, found: re.Match[str]) -> Relation:
    return Relation(person, date, found["said"].strip(), person.char_start, found.end(), _SURE)
