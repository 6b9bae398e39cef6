"""What press releases, minutes, CVs and company news say in their own ways."""

from __future__ import annotations

import pytest

from aibox_assets.domain.extract import Extractor
from aibox_assets_tests.domain.extract.chunks import chunk


def told(offline: Extractor, text: str) -> set[str]:
    (extraction,) = offline.extract([chunk(text)])
    return {f"{it.head} {it.relation} {it.tail}" for it in extraction.triples}


def named(offline: Extractor, text: str) -> set[str]:
    (extraction,) = offline.extract([chunk(text)])
    return {it.name for it in extraction.mentions}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Helios Biotech AG announced that it has completed its acquisition of Verdant Diagnostics Inc.",
            "Helios Biotech AG ACQUIRED Verdant Diagnostics Inc.",
        ),
        (
            "Present: Patricia O'Neill (chair), Ahmed Rahman (treasurer), Graham Poole.",
            "Patricia O'Neill HAS_ROLE chair",
        ),
        ("Name: Dr. Elena Petrova\nBorn: 4 July 1982, Sofia, Bulgaria", "Elena Petrova BORN_ON 1982-07-04"),
        ("2022年,晨星半导体以12亿元收购了南京微芯科技有限公司。", "晨星半导体 ACQUIRED 南京微芯科技有限公司"),
        (
            "Amara Okafor (University of Lagos), David Kim (KAIST)",
            "Amara Okafor WORKS_FOR University of Lagos",
        ),
        (
            "Amara Okafor received her PhD from Imperial College London.",
            "Amara Okafor STUDIED_AT Imperial College London",
        ),
        ("甲方:深圳前海星辰投资有限公司,法定代表人:黄志刚", "黄志刚 LEADS 深圳前海星辰投资有限公司"),
        ("蓝鲸信息公司由刘洋于2015年在上海创立。", "刘洋 FOUNDED 蓝鲸信息公司"),
        (
            "屠呦呦，女，1930年12月30日出生于浙江宁波，药学家。她的丈夫李廷钊是她的中学同学。",
            "屠呦呦 BORN_ON 1930-12-30",
        ),
        (
            "屠呦呦，女，1930年12月30日出生于浙江宁波，药学家。她的丈夫李廷钊是她的中学同学。",
            "屠呦呦 BORN_IN 宁波",
        ),
        (
            "屠呦呦，女，1930年12月30日出生于浙江宁波，药学家。她的丈夫李廷钊是她的中学同学。",
            "屠呦呦 SPOUSE_OF 李廷钊",
        ),
        ("宋庆龄是孙中山的妻子。", "孙中山 SPOUSE_OF 宋庆龄"),
        ("红杉资本和高瓴资本均为晨星半导体的股东。", "高瓴资本 INVESTED_IN 晨星半导体"),
    ],
)
def test_tells(offline: Extractor, text: str, expected: str) -> None:
    assert expected in told(offline, text)


@pytest.mark.parametrize(
    ("text", "never"),
    [
        # Who is based there is said, and it is the other.
        (
            "Helios Biotech AG has completed its acquisition of Verdant Diagnostics Inc., a privately held company "
            "based in San Diego, California.",
            "Helios Biotech AG HEADQUARTERED_IN San Diego",
        ),
        # A company's name begins as an island's.
        ("趙紹廉曾任台灣世曦董事長，畢業於國立台灣大學。", "趙紹廉 LEADS 台灣"),
        # The title is of whom it stands before.
        ("俄罗斯总统普京和美国总统特朗普在赫尔辛基会晤。", "普京 LEADS 美国"),
    ],
)
def test_does_not_tell(offline: Extractor, text: str, never: str) -> None:
    assert never not in told(offline, text)


def test_names_end_where_they_end(offline: Extractor) -> None:
    text = "Keller, who joined Helios from Roche in 2018, met Paul Kendrick of Kendrick Construction Ltd of Wakefield."
    assert {each for each in named(offline, text) if " from " in each or " of " in each} == set()
    # A stock exchange's sign is no company's name.
    assert "HLBT" not in named(offline, "Helios Biotech AG (SIX: HLBT), a Swiss maker of sequencers, grew.")
    # Lines in columns are no prose that goes on in the next line.
    career = "since 2020  Head of hardware, Alpine Quantum Technologies, Innsbruck\nElena is married to Markus Huber."
    assert "Innsbruck Elena" not in named(offline, career)
