"""Titles, places that look like institutions, and people side by side."""

from __future__ import annotations

import pytest

from aibox_assets.domain.extract.naming.mend_zh import listed_label, mend_names
from aibox_assets.domain.extract.tagger.tagger import Tagged, TaggedName
from aibox_assets.domain.models import Mention


def _mended(text: str, start: int, end: int, kind: str, *people: tuple[int, int]) -> list[tuple[str, str]]:
    ruled = [Mention(a, b, text[a:b], "Person", text[a:b], 0.8) for a, b in people]
    names = mend_names(text, Tagged((TaggedName(start, end, kind, 0.5),), (), {}), ruled).names
    return [(text[each.start : each.end], each.kind) for each in names]


@pytest.mark.parametrize(("end", "text"), [(5, "江澤民同志說"), (4, "江澤民同志說"), (3, "江澤民同志說")])
def test_a_title_is_no_part_of_a_name_even_where_the_tagger_takes_half_of_it(end: int, text: str) -> None:
    assert _mended(text, 0, end, "Person") == [("江澤民", "Person")]


def test_a_region_is_a_place() -> None:
    assert _mended("香港特別行政區成立", 0, 7, "Organization") == [("香港特別行政區", "Location")]


def test_who_runs_a_school_is_a_part_of_its_name() -> None:
    assert _mended("任教於國立成功大學", 5, 9, "Organization") == [("國立成功大學", "Organization")]


@pytest.mark.parametrize(
    ("text", "end", "name"),
    [
        ("余华著有小说", 3, "余华"),
        ("東野圭吾著）出版", 5, "東野圭吾"),
        ("宗庆后之女宗馥莉", 2, "宗庆后"),
        ("余文著说", 3, "余文著"),
    ],
)
def test_a_persons_name_ends_where_it_ends(text: str, end: int, name: str) -> None:
    assert _mended(text, 0, end, "Person") == [(name, "Person")]


def test_a_family_name_and_the_name_behind_it_are_one_persons() -> None:
    names = Tagged((TaggedName(0, 1, "Person", 0.8), TaggedName(1, 3, "Person", 0.7)), (), {})
    found = mend_names("蔡英文曾就讀", names, []).names
    assert {(each.start, each.end) for each in found} == {(0, 3)}


def test_what_a_maker_is_called_is_a_company() -> None:
    assert _mended("机器人制造商库卡", 6, 8, "Person") == [("库卡", "Organization")]


def test_people_side_by_side_are_told_apart() -> None:
    text = "李鹏乔石李瑞环出席"
    assert _mended(text, 0, 7, "Person", (0, 2), (4, 7)) == [
        (n, "Person") for n in ("李鹏", "乔石", "李瑞环")
    ]
    assert _mended("费尔迪南沙德尔", 0, 7, "Person") == [("费尔迪南沙德尔", "Person")]


def test_half_a_country_is_the_country_and_no_organization() -> None:
    text = "西门子公司与中国有着长期合作的历史"
    assert _mended(text, 6, 7, "Organization") == [("中国", "Location")]
    assert _mended(text, 6, 8, "Organization") == [("中国", "Location")]


@pytest.mark.parametrize("weather", ["小雨", "多雲轉雷陣雨", "晴", "陰"])
def test_the_weather_is_no_part_of_a_city(weather: str) -> None:
    text = f"瀋陽{weather}"
    assert _mended(text, 0, len(text), "Organization") == [("瀋陽", "Location")]


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("阿聯酋", "GPE"),
        ("中国", "GPE"),
        ("中", None),
        ("歐盟", "ORG"),
        ("外交部", "ORG"),
        ("兩岸", "GPE"),
        ("小雨", None),
    ],
)
def test_what_lists_name(name: str, label: str | None) -> None:
    assert listed_label(name) == label
