"""Files whose every paragraph says of which file and version it is, so that what a reader sees can be attributed."""

from __future__ import annotations

import random
import re
from dataclasses import dataclass
from typing import Final

_PEOPLE: Final = ("Marta Olsen", "Peter Lang", "Aisha Rahman", "Tom Becker", "Clara Novak", "David Stein")
_COMPANIES: Final = ("Alpine Dairy", "Nordic Timber", "Delta Ceramics", "Union Mills")
_CITIES: Final = ("Oslo", "Vienna", "Lisbon", "Warsaw", "Dublin", "Geneva")
_CHINESE: Final = ("王小明", "李大為", "陳美玲", "林志豪")
_CITIES_ZH: Final = ("台北", "高雄", "上海", "台中")
_MARK: Final = re.compile(r"zq(\d+)v(\d+)p(\d+)of(\d+)")
_MALFORMED: Final = (
    b"%PDF-1.7\n1 0 obj <<",
    b"PK\x03\x04 torn ",
    b"\x00\x01\x02\x03\xff\xfe",
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
)

PEOPLE: Final = _PEOPLE
"""Whom a reader may ask the graph for."""


@dataclass(frozen=True, slots=True)
class Content:
    """The bytes of one version of a file. :ivar malformed: they are no document, and must end as a typed failure."""

    number: int
    version: int
    data: bytes
    malformed: bool = False

    @property
    def text(self) -> str:
        """As it is parsed."""
        return self.data.decode()


@dataclass(frozen=True, slots=True)
class Mark:
    """What a paragraph says of itself."""

    number: int
    version: int
    paragraph: int
    of: int


def write(dice: random.Random, number: int, version: int) -> Content:
    """A short text, seldom a longer one, in English or Chinese; one in ten is malformed."""
    if dice.random() < 0.1:
        tail = dice.randbytes(dice.randint(8, 400))
        return Content(
            number, version, dice.choice(_MALFORMED) + tail + bytes([255, 254, 0, 0]), malformed=True
        )
    of = dice.choice((1, 1, 2, 3, 5, 12))
    chinese = dice.random() < 0.25
    paragraphs = [
        (_chinese if chinese else _english)(dice, f"zq{number}v{version}p{n}of{of}", f"zq{number}")
        for n in range(1, of + 1)
    ]
    return Content(number, version, "\n\n".join(paragraphs).encode())


def find_marks(text: str) -> set[Mark]:
    """The paragraphs of which *text* has the beginning."""
    return {Mark(*map(int, found)) for found in _MARK.findall(text)}


def is_whole(marks: set[Mark]) -> bool:
    """Whether these are all paragraphs of one version, and nothing else."""
    versions = {(mark.number, mark.version, mark.of) for mark in marks}
    return len(versions) == 1 and len(marks) == next(iter(versions))[2]


def _english(dice: random.Random, mark: str, name: str) -> str:
    person, company, city = dice.choice(_PEOPLE), dice.choice(_COMPANIES), dice.choice(_CITIES)
    return (
        f"Docket {name} as {mark}: {person} works for {company}. {company} is based in {city}. The council of "
        f"{city} heard on day {dice.randint(1, 999)} that the yard wants {dice.randint(2, 90)} more berths, and put "
        f"the matter off until {dice.choice(('spring', 'autumn', 'winter'))}, when {dice.choice(_PEOPLE)} is back."
    )


def _chinese(dice: random.Random, mark: str, name: str) -> str:
    return (
        f"卷宗 {name} 之 {mark} ：{dice.choice(_CHINESE)}出生於{dice.choice(_CITIES_ZH)}，在台積電工作。"
        f"第{dice.randint(1, 999)}天，市政府說港口需要{dice.randint(2, 90)}個新的碼頭，這件事要等到明年再說。"
    )
