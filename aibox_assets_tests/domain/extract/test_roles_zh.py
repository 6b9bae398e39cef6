"""What people are, as Chinese says it."""

from __future__ import annotations

import pytest

from aibox_assets.domain.extract.relate.chinese.meant import read_named
from aibox_assets.domain.extract.relate.chinese.roles import read_roles
from aibox_assets.domain.models import Mention
from aibox_assets_tests.domain.extract.names_zh import marked


@pytest.mark.parametrize(
    ("text", "person", "expected"),
    [
        ("外交部長唐家璇昨天抵達東京。", "唐家璇", ["外交部長"]),
        ("前總統李登輝出席了會議。", "李登輝", ["前總統"]),
        ("郭台銘董事長表示滿意。", "郭台銘", ["董事長"]),
        ("王小明任遠山電池總經理。", "王小明", ["總經理"]),
        ("王小明拒絕出任總經理。", "王小明", []),
        ("王小明是遠山電池的總經理。", "王小明", ["總經理"]),
        ("王小明是否出任遠山電池的總經理？", "王小明", []),
        ("王小明是遠山電池的創始人兼總經理。", "王小明", ["創始人", "總經理"]),
        ("董事長兼總裁王小明出席了會議。", "王小明", ["總裁", "董事長"]),
        ("王小明畢業於清華大學，現任遠山電池總經理。", "王小明", ["總經理"]),
        ("協會任命王小明為新聞發言人。", "王小明", ["新聞發言人"]),
        ("現任總經理是王小明。", "王小明", ["總經理"]),
        ("王小明接替李強出任總理。", "王小明", ["總理"]),
        ("王小明接替李強出任總理。", "李強", []),
        ("王小明也是一名化學家。", "王小明", ["化學家"]),
        ("王小明先生住在台北。", "王小明", []),
        ("總統布什和首相布萊爾會談。", "布萊爾", ["首相"]),
    ],
)
def test_says_what_people_are(text: str, person: str, expected: list[str]) -> None:
    start = text.index(person)
    name = Mention(start, start + len(person), person, "Person", person, 0.9)
    found = list(read_roles(text, [name], "Person", "Role"))
    assert [each.tail.name for each in found] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[o:长江证券]的轮值董事长[p:孟晚舟]到场。", {"孟晚舟 轮值董事长"}),
        ("小提琴家[p:宁峰]签约唱片公司。", {"宁峰 小提琴家"}),
        ("著名企业家、慈善家[p:仇云祥]去世。", {"仇云祥 企业家", "仇云祥 慈善家"}),
        ("[p:阿来]是作家。他年轻时当过拖拉机手。", {"阿来 作家", "阿来 拖拉机手"}),
        ("[o:国防部]發言人[p:孫立方]說", {"孫立方 發言人"}),
        ("[p:杨元庆]随后出任董事会主席。", {"杨元庆 董事会主席"}),
        ("[p:王明]否认将出任总经理。", set()),
        ("法定代表人仍为[p:张利东]。", {"张利东 法定代表人"}),
        ("[l:臺東縣]長[p:饒慶鈴]受邀訪日。", {"饒慶鈴 縣長"}),
        ("[l:昌原]市長[p:洪南杓]赴京未歸。", {"洪南杓 市長"}),
        ("[p:孙俪娅]，独立策展人，1982年生于大连。", {"孙俪娅 独立策展人"}),
        ("[p:殷琪]女士（[o:大陸工程]前董事長）到場。", {"殷琪 前董事長"}),
        ("[p:李明]与[p:王芳]同为讲师。", {"李明 讲师", "王芳 讲师"}),
        ("[p:李明]说，老师们都来了。", set()),
    ],
)
def test_reads_whole_titles(text: str, expected: set[str]) -> None:
    plain, names = marked(text)
    named = read_named(plain, names, {"person": "Person"}).names
    assert {f"{it.head.name} {it.tail.name}" for it in read_roles(plain, named, "Person", "Role")} == expected
