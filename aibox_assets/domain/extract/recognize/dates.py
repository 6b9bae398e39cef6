"""Dates that a text says whole, at least with their year: "4 August 1961", "in May 2003", "1998", 2001年12月13日.

A date becomes a thing only where a relation needs it; its name is that of ISO 8601, so that all spellings are one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from aibox_assets.domain.models import Mention

LABEL: Final = "WHOLE_DATE"
"""What an ontology's type of dates may name among its recognizer's labels (spaCy's DATE is "yesterday", too)."""
_MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_NUMBERS: Final = {name: number for number, name in enumerate(_MONTHS, 1)}
_MONTH: Final = (
    r"(?P<{0}>January|February|March|April|May|June|July|August|September|October|November|December|"
    r"Jan\.?|Feb\.?|Mar\.?|Apr\.?|Jun\.?|Jul\.?|Aug\.?|Sept?\.?|Oct\.?|Nov\.?|Dec\.?)"
)
_YEAR: Final = (
    r"(?P<{0}>1[0-9]\d\d|20\d\d)(?![\d%]|['’]?s\b)(?!-\d)(?! ?(?:km|m|people|men|dollars|euros|years)\b)"
)
_DATE: Final = re.compile(
    rf"\b(?:(?P<d1>\d{{1,2}})(?:st|nd|rd|th)? (?:of )?{_MONTH.format('m1')},? {_YEAR.format('y1')}"
    rf"|{_MONTH.format('m2')} (?P<d2>\d{{1,2}})(?:st|nd|rd|th)?,? {_YEAR.format('y2')}"
    rf"|{_MONTH.format('m3')},? (?:of )?{_YEAR.format('y3')}"
    rf"|(?P<y4>1\d\d\d|20\d\d)-(?P<m4>[01]\d)-(?P<d4>[0-3]\d)"
    rf"|(?:(?<=\b[Ii]n )|(?<=\bsince )){_YEAR.format('y5')})"
)
_ANY_YEAR: Final = re.compile(r"[12]\d\d\d")
_BARE_YEAR: Final = re.compile(r"(?<!\d)(?P<y>1\d\d\d|20\d\d)(?!\d|-\d\d|['’]?s\b)")
_CHINESE: Final = re.compile(
    r"(?<!\d)(?P<y>1\d{3}|20\d\d)\s?年(?!代)(?:\s?(?P<m>1[0-2]|0?[1-9])\s?月(?:\s?(?P<d>3[01]|[12]\d|0?[1-9])\s?[日号號])?)?"
)
# Years before 1000: 公元36年; 618年在江都遇害, 卒于846年; not 历时120年, 200年间.
_EARLY: Final = re.compile(
    r"(?:[公西]元(?P<y>\d{1,3})|(?:(?<![\u4e00-\u9fff\d.])|(?<=[于於在]))(?P<of>[1-9]\d\d))年"
    r"(?![代间間来來内內后後前以多之里裡大老历歷的中期])"
    r"(?:(?P<m>1[0-2]|[1-9])月(?:(?P<d>3[01]|[12]\d|[1-9])[日号號])?)?"
)
_NUMERAL: Final = "〇零○一二三四五六七八九"
_SPELLED: Final = re.compile(
    rf"(?<![{_NUMERAL}十百])(?:(?P<y>[一二][{_NUMERAL}]{{3}})|民[国國](?P<r>[一二三四五六七八九十百零〇]{{1,4}}|\d{{1,3}}|元))年(?!代)"
    r"(?:(?P<m>十[一二]?|[一二三四五六七八九])月(?:(?P<d>三十一?|二?十[一二三四五六七八九]?|[一二三四五六七八九])[日号號])?)?"
)
_REPUBLIC: Final = 1911
"""The year before the first of 民国."""


def read_dates(text: str, type_: str) -> Iterator[Mention]:
    """The dates of *text*, as mentions of *type_*."""
    for match in _DATE.finditer(text) if _ANY_YEAR.search(text) else ():
        parts = {key[0]: value for key, value in match.groupdict().items() if value}
        month = parts.get("m", "")
        number = int(month) if month.isdigit() else _NUMBERS.get(month[:3].lower(), 0)
        yield _mention(match, type_, parts["y"], number, int(parts.get("d", 0)))
    if "年" not in text:
        return
    for match in _CHINESE.finditer(text):
        yield _mention(match, type_, match["y"], int(match["m"] or 0), int(match["d"] or 0))
    for match in _EARLY.finditer(text):
        yield _mention(match, type_, match["y"] or match["of"], int(match["m"] or 0), int(match["d"] or 0))
    for match in _SPELLED.finditer(text):
        month, day = (_number(match[part] or "") for part in "md")
        year = str(_REPUBLIC + _number(match["r"])) if match["r"] else "".join(map(_digit, match["y"]))
        yield _mention(match, type_, year, month, day)


def _digit(numeral: str) -> str:
    return str(max(0, _NUMERAL.index(numeral) - 2))


def _number(spelled: str) -> int:
    """一百零三, 十一, 一一三, 元 or digits; 0 for none."""
    if spelled in ("", "元") or spelled.isdecimal():
        return int(spelled.replace("元", "1") or 0)
    if len(spelled) > 1 and not set(spelled) & {"百", "十"}:
        return int("".join(map(_digit, spelled)))
    total = 0
    for part in re.finditer(rf"([{_NUMERAL}]?)([百十]?)", spelled):
        digit = int(_digit(part[1])) if part[1] else bool(part[2])
        total += digit * {"百": 100, "十": 10, "": 1}[part[2]]
    return total


def date_within(text: str, start: int, end: int, type_: str) -> Mention | None:
    """The one date from *start* to *end* of *text*, which may be a year alone; None for none and for several."""
    part = text[start:end]
    found = list(read_dates(part, type_)) or [
        _mention(match, type_, match["y"], 0, 0) for match in _BARE_YEAR.finditer(part)
    ]
    if len(found) != 1:
        return None
    return replace(found[0], char_start=found[0].char_start + start, char_end=found[0].char_end + start)


def _mention(match: re.Match[str], type_: str, year: str, month: int, day: int) -> Mention:
    name = year + (f"-{month:02}" if month else "") + (f"-{day:02}" if month and day else "")
    return Mention(match.start(), match.end(), match.group(), type_, name, 0.95)
