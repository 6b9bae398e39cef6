"""Who followed whom, left what, sued whom and supplies whom, in Chinese phrases."""

from __future__ import annotations

import time

import pytest

from aibox_assets.domain.extract.relate.chinese.phrases import PhraseKinds, read_phrases
from aibox_assets.domain.models import Mention

NAMES = {
    "Person": ("何思源", "白露", "方宁"),
    "Organization": ("远山电池", "青川银行", "云帆汽车", "海岸航空"),
    "Location": ("东京", "柴桑镇", "赤水河"),
}
KINDS = PhraseKinds("Person", "Organization", "Location")


def told(text: str) -> set[str]:
    names = [
        Mention(at, at + len(name), name, type_, name, 0.9)
        for type_, known in NAMES.items()
        for name in known
        if (at := text.find(name)) >= 0
    ]
    names.sort(key=lambda each: each.char_start)
    return {
        f"{each.head.name} {relation} {each.tail.name}" for relation, each in read_phrases(text, names, KINDS)
    }


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("何思源2021年3月卸任董事长，由白露接任。", {"白露 SUCCEEDED 何思源"}),
        ("何思源死后，白露繼任總統。", {"白露 SUCCEEDED 何思源"}),
        ("何思源升任行长，接他班的是白露。", {"白露 SUCCEEDED 何思源"}),
        ("处长何思源交棒予白露。", {"白露 SUCCEEDED 何思源"}),
        ("何思源今年把总经理的位子交给儿子白露。", {"白露 SUCCEEDED 何思源"}),
        ("何思源去年加入公司，今年从白露手中接过帅印。", {"何思源 SUCCEEDED 白露"}),
        ("董事会推举何思源为董事长，接替病逝的创办人白露。", {"何思源 SUCCEEDED 白露"}),
        ("从远山电池出走的何思源写书。", {"何思源 LEFT 远山电池"}),
        ("何思源是前锋，去年夏天从远山电池转会而来。", {"何思源 LEFT 远山电池"}),
        ("远山电池总裁何思源离任后，转而写书。", {"何思源 LEFT 远山电池"}),
        ("何思源2015年创立远山电池，2021年卸任董事长。", {"何思源 LEFT 远山电池"}),
        ("原告何思源诉被告远山电池劳动争议一案。", {"何思源 ACCUSED 远山电池"}),
        ("法院驳回了远山电池对青川银行的诉讼请求。", {"远山电池 ACCUSED 青川银行"}),
        ("青川银行对何思源予以通报批评。", {"青川银行 CRITICIZED 何思源"}),
        (
            "远山电池长期给云帆汽车、海岸航空和青川银行供货。",
            {f"远山电池 SUPPLIES {each}" for each in ("云帆汽车", "海岸航空", "青川银行")},
        ),
        (
            "远山电池主要客户包括云帆汽车与海岸航空。",
            {"远山电池 SUPPLIES 云帆汽车", "远山电池 SUPPLIES 海岸航空"},
        ),
        ("云帆汽车从远山电池采购了电芯。", {"远山电池 SUPPLIES 云帆汽车"}),
        ("远山电池是云帆汽车的供应商。", {"远山电池 SUPPLIES 云帆汽车"}),
        ("远山电池由何思源创立，云帆汽车是它的第一个大客户。", {"远山电池 SUPPLIES 云帆汽车"}),
        ("何思源的职务由白露接任。", {"白露 SUCCEEDED 何思源"}),
        ("公司宣布由白露接替何思源。", {"白露 SUCCEEDED 何思源"}),
        ("白露是何思源的继任者。", {"白露 SUCCEEDED 何思源"}),
        ("何思源去年被远山电池解雇。", {"何思源 LEFT 远山电池"}),
        ("远山电池把青川银行告上法庭。", {"远山电池 ACCUSED 青川银行"}),
        ("何思源的代理律师白露到庭。", {"白露 REPRESENTS 何思源"}),
        ("远山电池为云帆汽车提供动力电池。", {"远山电池 SUPPLIES 云帆汽车"}),
        ("远山电池去年打入云帆汽车的供应链。", {"远山电池 SUPPLIES 云帆汽车"}),
        (
            "云帆汽车的供应商包括远山电池和海岸航空。",
            {"远山电池 SUPPLIES 云帆汽车", "海岸航空 SUPPLIES 云帆汽车"},
        ),
        ("何思源当时人在东京，没有回来。", {"何思源 WAS_IN 东京"}),
        ("何思源等人在东京，很忙。", set()),
        ("记者何思源十一月三日自东京报道：天晴。", {"何思源 WAS_IN 东京"}),
        ("厂区设在柴桑镇，紧邻赤水河。", {"柴桑镇 NEAR 赤水河"}),
        ("云帆汽车的跑车用上了远山电池的电芯。", {"远山电池 SUPPLIES 云帆汽车"}),
        ("云帆汽车的电池来自远山电池。", {"远山电池 SUPPLIES 云帆汽车"}),
        ("供方：远山电池；需方：云帆汽车。", set()),
        ("云帆汽车或将采用远山电池的电芯。", set()),
        ("经理由何思源变更为白露。", {"白露 SUCCEEDED 何思源"}),
        ("何思源退休，遗缺由科长白露升任。", {"白露 SUCCEEDED 何思源"}),
        ("何思源不再担任远山电池总经理。", {"何思源 LEFT 远山电池"}),
        ("何思源正在东京，很忙。", {"何思源 WAS_IN 东京"}),
        ("远山电池没有给云帆汽车供货。", set()),
        ("云帆汽车从远山电池采购电芯的合同已经作废。", set()),
        ("远山电池把一块业务卖给云帆汽车。", set()),
        ("何思源下月卸任，由白露接任的传闻遭否认。", set()),
        ("何思源出席会议，由白露主持。", set()),
        ("被告何思源因口角将室友白露杀害。", {"何思源 KILLED 白露"}),
        ("何思源在东京遇刺，凶手白露当场自首。", {"白露 KILLED 何思源"}),
        ("何思源反被白露所杀。", {"白露 KILLED 何思源"}),
        ("何思源没有将白露杀死。", set()),
        ("远山电池把云帆汽车视为头号对手。", {"远山电池 COMPETES_WITH 云帆汽车"}),
        ("2015年起执掌青川银行的何思源下月休假。", {"何思源 LEADS 青川银行"}),
        ("由何思源执掌青川银行的白露推荐。", set()),
        ("在云帆汽车工作了八年的何思源离开后，开了面馆。", {"何思源 LEFT 云帆汽车"}),
        ("何思源对青川银行记者说，天晴了。", {"何思源 SPOKE_TO 青川银行"}),
        ("何思源没有接受青川银行采访。", set()),
        ("辩护律师何思源为被告人白露作无罪辩护。", {"何思源 REPRESENTS 白露"}),
        ("海岸航空长期在东京训练。", {"海岸航空 ACTIVE_IN 东京"}),
        ("被云帆汽车收购之前，远山电池一直亏损。", {"云帆汽车 ACQUIRED 远山电池"}),
        ("嫁给何思源之前，白露教书。", {"白露 SPOUSE_OF 何思源"}),
        ("何思源早年在青川银行授课。", {"何思源 WORKS_FOR 青川银行"}),
        ("何思源辞去校长，转赴青川银行任职。", {"何思源 WORKS_FOR 青川银行"}),
    ],
)
def test_phrases(text: str, expected: set[str]) -> None:
    assert told(text) == expected


def test_a_long_text_without_an_end_takes_no_time() -> None:
    names = [Mention(i * 5, i * 5 + 2, "何思", "Person", "何思", 0.9) for i in range(600)]
    started = time.process_time()
    list(read_phrases("何思年由把" * 600, names, KINDS))
    assert time.process_time() - started < 1
