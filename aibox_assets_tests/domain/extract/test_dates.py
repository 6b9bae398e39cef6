"""Dates, and when people were born and died."""

from __future__ import annotations

import pytest

from aibox_assets.domain.extract import Extractor
from aibox_assets.domain.extract.recognize.dates import read_dates
from aibox_assets_tests.domain.extract.chunks import chunk


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("on 4 August 1961 and May 3, 2001", ["1961-08-04", "2001-05-03"]),
        ("in March 1998, since 1999", ["1998-03", "1999"]),
        ("2001-12-13", ["2001-12-13"]),
        ("公司於2001年12月13日成立，1998年3月、1999年", ["2001-12-13", "1998-03", "1999"]),
        ("一九四九年十月一日、民國九年、民国一百零三年二月", ["1949-10-01", "1920", "2014-02"]),
        ("2016年07月02日，2016 年 10 月 09 日", ["2016-07-02", "2016-10-09"]),
        ("九十年代、一千年、二十年后", []),
        ("in the 1990s, in 1990s, since 1980's, 1990年代", []),
        ("in 1500 people, page 1984, on Monday, on 4 August", []),
    ],
)
def test_finds_whole_dates(text: str, expected: list[str]) -> None:
    assert [each.name for each in read_dates(text, "Date")] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Marie Curie (7 November 1867 – 4 July 1934) was a physicist.",
         {"Marie Curie BORN_ON 1867-11-07", "Marie Curie DIED_ON 1934-07-04"}),
        ("Barack Obama (born August 4, 1961) spoke.", {"Barack Obama BORN_ON 1961-08-04"}),
        ("Elizabeth Taylor (1932–2011) was an actress.",
         {"Elizabeth Taylor BORN_ON 1932", "Elizabeth Taylor DIED_ON 2011"}),
        ("Siemens was founded in 1847.", {"Siemens FOUNDED_ON 1847"}),
        ("Barack Obama (president 2009–2017) spoke.", set()),
        ("Siemens was founded on Monday.", set()),
    ],
)  # fmt: skip
def test_dates_lives_and_companies(offline: Extractor, text: str, expected: set[str]) -> None:
    (extraction,) = offline.extract([chunk(text)])
    told = {f"{it.head} {it.relation} {it.tail}" for it in extraction.triples if it.tail_type == "Date"}
    assert told == expected
