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


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # Several in a row, and several announced.
        ("歌手[p:林静秋]、[p:何远帆]同台。", {"林静秋 歌手", "何远帆 歌手"}),
        ("编剧为[p:吴思远]与[p:朱文君]。", {"吴思远 编剧", "朱文君 编剧"}),
        ("[p:尹若望]、[p:薛少棠]等元老在场。", {"尹若望 元老", "薛少棠 元老"}),
        ("歌手[p:林静秋]与[p:何远帆]结婚。", {"林静秋 歌手"}),
        ("作家[p:林静秋]、[p:何远帆]教授到场。", {"林静秋 作家", "何远帆 教授"}),
        # Who takes over.
        ("[o:故宫博物院]前院长[p:沈书行]卸任后，由[p:甄望]接棒。", {"沈书行 前院长", "甄望 院长"}),
        ("[o:故宫博物院]院长[p:沈书行]卸任后，或由[p:甄望]接任。", {"沈书行 院长"}),
        ("[p:甄望]取代病重的[p:沈书行]，成为新任院长。", {"甄望 院长"}),
        ("[p:沈书行]将于明年3月卸任院长。", {"沈书行 院长"}),
        ("[p:沈书行]此前是[o:云图]总裁。", {"沈书行 总裁"}),
        # In brackets, behind a colon, at the end of what a life begins with.
        ("首席执行官：[p:张鹏]。", {"张鹏 首席执行官"}),
        ("[p:沈书行]，江苏常州人，物理学家。", {"沈书行 物理学家"}),
        ("[p:沈书行]是木材商。", {"沈书行 木材商"}),
        ("前[o:立法院]長[p:沈書行]到場。", {"沈書行 前院長"}),
        ("免去[p:沈书行]的[o:文旅局]局长职务。", {"沈书行 局长"}),
        # Of whom it is said, and what is only said.
        ("[p:孟晚晴]是[p:任远]的长女，现为[o:云图]轮值董事长。", {"孟晚晴 轮值董事长"}),
        ("外传次长将由[p:邝怀谷]出任。", set()),
        ("[p:林冠]当选主席的消息有待确认。", set()),
        ("拟任独立董事[p:林冠]与公司无关。", set()),
        ("影片由[p:林冠]导演。", set()),
        ("[p:林冠]导演的《远山》上映。", set()),
        ("[p:林冠]和[p:何远帆]，谁更早出任总督？", set()),
    ],
)
def test_reads_who_else_holds_a_title(text: str, expected: set[str]) -> None:
    plain, names = marked(text)
    named = read_named(plain, names, {"person": "Person"}).names
    assert {f"{it.head.name} {it.tail.name}" for it in read_roles(plain, named, "Person", "Role")} == expected
