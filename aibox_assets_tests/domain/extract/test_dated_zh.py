"""When people were born and died, organizations were founded and works came out, in Chinese."""

from __future__ import annotations

import pytest

from aibox_assets.domain.extract.recognize.dates import read_dates
from aibox_assets.domain.extract.relate.chinese.dated import Kinds, read_dated
from aibox_assets.domain.models import Mention

PERSON, COMPANY, WORK, PLACE = (
    ("Person", ("何思源", "白露")),
    ("Organization", ("远山电池", "青川学院")),
    ("Work", ("青瓦",)),
    ("Location", ("杭州",)),
)
EVENT = ("Event", ("远山论坛", "青川文学奖"))
KINDS = Kinds(
    {
        "BORN_ON": frozenset({"Person"}),
        "DIED_ON": frozenset({"Person"}),
        "FOUNDED_ON": frozenset({"Organization"}),
        "RELEASED_ON": frozenset({"Work"}),
        "OCCURRED_ON": frozenset({"Event"}),
    },
    "Location",
)


def told(text: str) -> set[str]:
    names = [
        Mention(at, at + len(name), name, type_, name, 0.9)
        for type_, known in (PERSON, COMPANY, WORK, PLACE, EVENT)
        for name in known
        if (at := text.find(name)) >= 0
    ]
    names.sort(key=lambda each: each.char_start)
    found = read_dated(text, names, list(read_dates(text, "Date")), KINDS)
    return {f"{each.head.name} {name} {each.tail.name}" for name, each in found}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("远山电池由何思源于2010年创办，总部在杭州。", {"远山电池 FOUNDED_ON 2010"}),
        ("远山电池隶属于集团，2010年由何思源创办。", {"远山电池 FOUNDED_ON 2010"}),
        ("何思源2010年发起成立青川学院。", {"青川学院 FOUNDED_ON 2010"}),
        ("远山电池是青川学院的股东，2010年成立。", {"远山电池 FOUNDED_ON 2010"}),
        ("何思源是学院的院长，1940年殉国。", {"何思源 DIED_ON 1940"}),
        ("2019年5月16日，何思源在杭州去世。", {"何思源 DIED_ON 2019-05-16", "何思源 DIED_IN 杭州"}),
        ("何思源1828年生，卒于杭州。", {"何思源 BORN_ON 1828", "何思源 DIED_IN 杭州"}),
        ("何思源在杭州去世。", {"何思源 DIED_IN 杭州"}),
        ("何思源在杭州阵亡，那是1942年5月25日。", {"何思源 DIED_ON 1942-05-25", "何思源 DIED_IN 杭州"}),
        ("1958年5月1日，剧场新排的《青瓦》首演。", {"青瓦 RELEASED_ON 1958-05-01"}),
        ("何思源原名白露，1911年生于杭州。", {"何思源 BORN_ON 1911"}),
        ("何思源之女白露，1949年生于杭州。", {"白露 BORN_ON 1949"}),
        ("何思源，1958年生，董事。", {"何思源 BORN_ON 1958"}),
        ("《青瓦》1958年发表，被译成多种语言。", {"青瓦 RELEASED_ON 1958"}),
        ("何思源生于杭州。1935年到学院教书，1940年病逝。", {"何思源 DIED_ON 1940"}),
        ("何思源生于杭州。1935年与白露结婚。1940年病逝。", {"何思源 DIED_ON 1940"}),
        ("有人提到何思源。1940年白露的父亲病逝。", set()),
        ("远山电池2010年创立了一家公司。", set()),
        ("远山电池计划2030年成立。", set()),
        ("何思源没有在1958年出生。", set()),
        # Years before 1000, and how many years.
        ("何思源卒于846年。", {"何思源 DIED_ON 846"}),
        ("何思源，618年在杭州遇害。", {"何思源 DIED_ON 618", "何思源 DIED_IN 杭州"}),
        ("远山电池历时120年成立。", set()),
        # What of, a clause before.
        ("何思源1946年突发脑溢血，病逝于杭州。", {"何思源 DIED_ON 1946", "何思源 DIED_IN 杭州"}),
        ("何思源1946年迁居，病逝于杭州。", {"何思源 DIED_IN 杭州"}),
        # Who killed, and whom.
        ("何思源1980年12月8日在杭州被白露枪杀。", {"何思源 DIED_ON 1980-12-08", "何思源 DIED_IN 杭州"}),
        ("何思源1980年枪杀白露。", set()),
        # A publisher's name has a verb in it.
        ("《青瓦》2008年由何思源出版。", {"青瓦 RELEASED_ON 2008"}),
        # Events.
        ("远山论坛将于2026年5月10日在杭州举行。", {"远山论坛 OCCURRED_ON 2026-05-10"}),
        ("2024年远山论坛于7月26日开幕。", {"远山论坛 OCCURRED_ON 2024-07-26"}),
        ("2024年远山论坛的嘉宾不多。", {"远山论坛 OCCURRED_ON 2024"}),
        ("2024年青川文学奖授予何思源。", set()),
        ("远山论坛原定2020年举行。", set()),
        ("远山电池1999年的创办者不详。", set()),
    ],
)
def test_what_was_when(text: str, expected: set[str]) -> None:
    assert told(text) == expected
