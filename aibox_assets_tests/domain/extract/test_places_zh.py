"""Places within each other, in Chinese."""

from __future__ import annotations

from itertools import pairwise

import pytest

from aibox_assets.domain.extract.relate.chinese.firms import read_firms
from aibox_assets.domain.extract.relate.chinese.places import innermost, read_places, with_rows
from aibox_assets_tests.domain.extract.names_zh import marked


@pytest.mark.parametrize(
    ("name", "row"),
    [
        ("江苏镇江", "江苏 镇江"),
        ("四川省资阳市雁江区碑记镇", "四川省 资阳市 雁江区 碑记镇"),
        ("荷兰费尔德霍芬", "荷兰 费尔德霍芬"),
        ("嘉義縣太保市", "嘉義縣 太保市"),
        ("日本松岛湾", "日本 松岛湾"),
        ("中国大陆", "中国大陆"),
        ("香港公园", "香港公园"),
        ("西藏自治区", "西藏自治区"),
        ("马里兰州", "马里兰州"),
        ("东莞市大岭山镇", "东莞市 大岭山镇"),
        ("伦敦克拉里奇酒店", "伦敦 克拉里奇酒店"),
        ("米兰斯卡拉歌剧院", "米兰 斯卡拉歌剧院"),
        ("丽江雪嵩村", "丽江 雪嵩村"),
        ("沙田马料水", "沙田 马料水"),
        ("英国伦敦", "英国 伦敦"),
        ("上海博物馆", "上海博物馆"),
        ("南京长江大桥", "南京长江大桥"),
        ("桃园国际机场", "桃园国际机场"),
        ("赫尔辛堡", "赫尔辛堡"),
        ("阳明山竹子湖", "阳明山竹子湖"),
        ("北京", "北京"),
        ("广东茂名", "广东 茂名"),
        ("新北市瑞芳區猴硐里", "新北市 瑞芳區 猴硐里"),
        ("漯河市舞阳县吴城镇", "漯河市 舞阳县 吴城镇"),
        ("拉萨八廓街", "拉萨 八廓街"),
        ("北京火车站", "北京火车站"),
        ("Bar Harbor", "Bar Harbor"),
    ],
)
def test_a_row_of_places_is_called_by_its_last(name: str, row: str) -> None:
    text, names = marked(f"我在[l:{name}]。" if not name.isascii() else f"[l:{name}]")
    parts = row.split(" ") if not name.isascii() else [row]
    assert innermost(names[0]).name == parts[-1]
    told = [(it.head.name, it.tail.name) for _, it in read_places(text, names, "Location")]
    assert told == [(inner, outer) for outer, inner in pairwise(parts)]


def test_places_that_touch_lie_in_each_other() -> None:
    text, names = marked("[l:陕西省][l:延安]，[l:法国]、[l:德国]")
    told = [(it.head.name, it.tail.name) for _, it in read_places(text, names, "Location")]
    assert told == [("延安", "陕西省")]


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("他从[l:四川]眉山基地做起。", ["四川眉山"]),
        ("工厂设在北海道札幌。", ["北海道札幌"]),
        ("住在上海市长宁区新泾镇。", ["上海市长宁区新泾镇"]),
        ("他考上[o:江苏南京大学]。", []),
        ("中国政府和日本国立大学。", []),
    ],
)
def test_known_rows_of_places_are_whole(text: str, places: list[str]) -> None:
    plain, names = marked(text)
    found = with_rows(plain, names, "Location")
    assert [each.text for each in found if each.type == "Location"] == places


def test_what_is_named_as_of_a_place_lies_there() -> None:
    text, names = marked("[l:西里西亚]的[l:海因岑多夫]，[l:伦敦]的[l:香港]画家")
    told = [(it.head.name, it.tail.name) for _, it in read_places(text, names, "Location")]
    assert told == [("海因岑多夫", "西里西亚")]


def test_places_right_beside_each_other_lie_in_each_other() -> None:
    text, names = marked("[l:利马][l:米拉弗洛雷斯]的店，[l:伦敦][l:法国]餐厅")
    told = [(it.head.name, it.tail.name) for _, it in read_places(text, names, "Location")]
    assert told == [("米拉弗洛雷斯", "利马")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[o:青瓦]隶属于[o:远山集团]，店址在[l:杭州]。", {"青瓦 LOCATED_IN 杭州"}),
        ("[o:青瓦]被[o:远山集团]收购，总部设在[l:杭州]。", {"青瓦 HEADQUARTERED_IN 杭州"}),
        ("[o:青瓦]与[o:远山集团]竞争，前者总部位于[l:杭州]。", {"青瓦 HEADQUARTERED_IN 杭州"}),
        ("[o:青瓦]与[o:远山集团]竞争，后者总部位于[l:杭州]。", {"远山集团 HEADQUARTERED_IN 杭州"}),
        ("[o:青瓦]2010年成立[o:远山电池]，总部位于[l:杭州]。", {"远山电池 HEADQUARTERED_IN 杭州"}),
    ],
)
def test_a_seat_is_of_whom_the_sentence_is_about(text: str, expected: set[str]) -> None:
    plain, names = marked(text)
    told = read_firms(plain, names, "Organization", "Location", "Person")
    seats = {f"{it.head.name} {name} {it.tail.name}" for name, it in told if it.tail.type == "Location"}
    assert seats == expected
