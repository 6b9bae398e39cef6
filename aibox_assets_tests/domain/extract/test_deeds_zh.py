"""Who did what to whom, as Chinese news say it; and what is no deed."""

from __future__ import annotations

import pytest

from aibox_assets.domain.extract import Extractor
from aibox_assets.domain.ontology import load_ontology
from aibox_assets_tests.domain.extract.chunks import chunk

DEEDS = {each.name for each in load_ontology(None).relation_types if each.happens}


def told(offline: Extractor, text: str) -> set[str]:
    (extraction,) = offline.extract([chunk(text)])
    return {f"{it.head} {it.relation} {it.tail}" for it in extraction.triples if it.relation in DEEDS}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("中国国家主席习近平星期二在北京会见了德国总理默克尔。", {"习近平 MET_WITH 默克尔"}),
        ("馬英九昨日接見日本前首相安倍晉三。", {"安倍晉三 MET_WITH 馬英九"}),
        ("俄罗斯总统普京和美国总统特朗普在赫尔辛基会晤。", {"普京 MET_WITH 特朗普"}),
        ("以色列袭击了加沙城。", {"以色列 ATTACKED 加沙城"}),
        ("李娜在墨尔本击败了莎拉波娃。", {"李娜 DEFEATED 莎拉波娃"}),
        ("以色列对伊朗发动了空袭。", {"以色列 ATTACKED 伊朗"}),
        ("张勇从阿里巴巴离职。", {"张勇 LEFT 阿里巴巴"}),
        ("习近平抵达首尔，与尹锡悦举行会谈。", {"习近平 VISITED 首尔", "习近平 MET_WITH 尹锡悦"}),
        ("曼联不敌利物浦。", {"利物浦 DEFEATED 曼联"}),
        ("苹果公司被微软起诉。", {"微软 ACCUSED 苹果公司"}),
        ("总理李强访问了德国。", {"李强 VISITED 德国"}),
        ("朝鲜谴责韩国和日本。", {"朝鲜 CRITICIZED 韩国", "朝鲜 CRITICIZED 日本"}),
        ("联合国秘书长安南呼吁以色列停火。", {"安南 URGED 以色列"}),
        ("习近平在北京同德国总理默克尔举行会谈。", {"习近平 MET_WITH 默克尔"}),
        ("王毅昨率团前往柏林，随后返回北京。", {"王毅 VISITED 柏林", "王毅 VISITED 北京"}),
        ("李强到宁夏调研。", {"李强 VISITED 宁夏"}),
        ("李娜苦战三盘逆转莎拉波娃。", {"李娜 DEFEATED 莎拉波娃"}),
        ("以色列悍然用导弹袭击了伊朗。", {"以色列 ATTACKED 伊朗"}),
        ("习近平致电祝贺默克尔。", {"习近平 SUPPORTED 默克尔"}),
        ("李娜主场2比1战胜了俄罗斯的莎拉波娃。", {"李娜 DEFEATED 莎拉波娃"}),
        ("习近平表示，中国愿意合作。", {"习近平 SPOKE_ABOUT 中国"}),
        ("王毅出生于北京。1985年回到上海，次年赴柏林。", {"王毅 VISITED 上海", "王毅 VISITED 柏林"}),
        ("王毅会见了布林肯，随后从东京飞回北京。", {"布林肯 MET_WITH 王毅", "王毅 VISITED 北京"}),
        ("王毅应布林肯邀请访问纽约。", {"王毅 VISITED 纽约"}),
    ],
)
def test_tells_who_did_what_to_whom(offline: Extractor, text: str, expected: set[str]) -> None:
    assert told(offline, text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "默克尔没有会见普京。",
        "默克尔将会见普京。",
        "默克尔是否会见普京？",
        "如果默克尔会见普京，会怎样呢。",
        "美国记者批评了中国。",
        "支持中国的美国公司很多。",
        "钱学森1935年赴美求学。",
        "王毅到柏林的时候下雨了。",
        "Debian支持Docker。",
        "王毅从上海回来了。",
        "王毅说，从上海到北京很近。",
        "王毅的司机昨天去了上海。",
    ],
)
def test_takes_nothing_for_a_deed_that_did_not_happen(offline: Extractor, text: str) -> None:
    assert told(offline, text) == set()
