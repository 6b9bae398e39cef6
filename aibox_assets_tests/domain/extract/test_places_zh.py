"""Places within each other, in Chinese."""

from __future__ import annotations

from itertools import pairwise

import pytest

from aibox_assets.domain.extract.relate.places_zh import innermost, read_places
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
        ("北京", "北京"),
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
