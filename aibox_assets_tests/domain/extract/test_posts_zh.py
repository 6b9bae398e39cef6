"""What a Chinese title says of its holder and of whose title it is."""

from __future__ import annotations

import pytest

from aibox_assets.domain.extract.relate.chinese.posts import read_posts
from aibox_assets.domain.extract.relate.chinese.roles import read_roles
from aibox_assets_tests.domain.extract.names_zh import marked


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[o:东吴证券]首席经济学家[p:芦哲]认为", {"芦哲 WORKS_FOR 东吴证券"}),
        ("[o:小红书]的产品经理[p:盖晓棠]摇了摇头。", {"盖晓棠 WORKS_FOR 小红书"}),
        ("[o:蓝思科技]的掌门人[p:周群飞]", {"周群飞 LEADS 蓝思科技"}),
        ("[o:馬偕醫院]副院長[p:連振邦]說", {"連振邦 WORKS_FOR 馬偕醫院"}),
        ("[p:申长雨]现任[o:国家知识产权局]局长。", {"申长雨 LEADS 国家知识产权局"}),
        ("[o:正泰集团]董事长兼总裁[p:南存辉]", {"南存辉 LEADS 正泰集团"}),
        ("[o:国际货币基金组织]（[o:IMF]）总裁[p:格奥尔基耶娃]", {"格奥尔基耶娃 LEADS 国际货币基金组织"}),
        ("[o:泡泡玛特]创始人[p:王宁]", {"王宁 FOUNDED 泡泡玛特"}),
        ("[o:中国科学院]院士[p:施一公]", {"施一公 MEMBER_OF 中国科学院"}),
        ("[l:東京都]知事[p:小池百合子]", {"小池百合子 LEADS 東京都"}),
        ("[l:阿根廷]经济部长[p:卡普托]", set()),
        ("[o:中国有赞]任命[p:俞韬]为首席财务官。", {"俞韬 LEADS 中国有赞"}),
        ("[o:鴻海]董事會推舉[p:劉揚偉]出任董事長。", {"劉揚偉 LEADS 鴻海"}),
        ("[o:远大集团]委任[p:王明]为清盘人。", set()),
        (
            "[p:雷军]卸任[o:小米软件]董事长，继任者是[p:屈恒]。",
            {"雷军 LEADS 小米软件", "屈恒 LEADS 小米软件"},
        ),
        ("[o:远大集团]昨天宣布，分析师[p:王明]上调了评级。", set()),
    ],
)
def test_says_whose_title_it_is(text: str, expected: set[str]) -> None:
    plain, names = marked(text)
    roles = read_roles(plain, names, "Person", "Role")
    told = read_posts(plain, names, roles, "Organization", "Location")
    assert {f"{it.head.name} {name} {it.tail.name}" for name, it in told} == expected
