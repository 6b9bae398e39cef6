"""Events in Chinese: their names, where they were held, by whom, and who took part or won."""

from __future__ import annotations

import pytest

from aibox_assets.domain.extract import Extractor
from aibox_assets.domain.extract.recognize.events_zh import read_events
from aibox_assets_tests.domain.extract.chunks import chunk

RELATIONS = {"HELD_IN", "ORGANIZES", "PARTICIPATED_IN", "WON"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("馆长周敏出席了湿地保护论坛。", {"湿地保护论坛"}),
        ("她2019年获得卡夫卡文学奖。", {"卡夫卡文学奖"}),
        ("第三屆亞太鋼琴大賽昨在高雄舉行，第六届丝路电影节今晚开幕。", {"亞太鋼琴大賽", "丝路电影节"}),
        ("「山海之間」特展由市立美術館策劃。", {"山海之間"}),
        ("李明赢得墨尔本公开赛冠军。", {"墨尔本公开赛"}),
        ("两国选手在釜山亚运会相遇。", {"釜山亚运会"}),
        ("他参加了学术研讨会，也出席了新闻发布会和股东大会。", set()),
        ("公司获得一等奖，员工领到奖金和奖杯。", set()),
        ("他端起茶杯，参加比赛。", set()),
        ("1937年7月7日，卢沟桥事变爆发，他后来领导南昌起义。", {"卢沟桥事变", "南昌起义"}),
        ("2024年巴黎奥运于7月26日开幕，上海世博会在江边揭幕。", {"巴黎奥运", "上海世博会"}),
        ("万隆会议于1955年召开，他出席了雅尔塔会议。", {"万隆会议", "雅尔塔会议"}),
        ("公司会议于周五召开，董事会会议在会议室举行。", set()),
        ("突发事件、农民起义、校园欺凌事件与这场战争都是话题。", set()),
    ],
)
def test_names_of_events_end_as_such_and_stand_where_events_do(text: str, expected: set[str]) -> None:
    assert {each.text for each in read_events(text, "Event")} == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("第九届湿地保护论坛昨日在南京举行。", {"湿地保护论坛 HELD_IN 南京"}),
        ("在南京举行的湿地保护论坛吸引了很多人。", {"湿地保护论坛 HELD_IN 南京"}),
        ("湿地保护论坛由北京大学主办。", {"北京大学 ORGANIZES 湿地保护论坛"}),
        ("王毅出席了湿地保护论坛。", {"王毅 PARTICIPATED_IN 湿地保护论坛"}),
        ("李娜2011年夺得法国公开赛冠军。", {"李娜 WON 法国公开赛"}),
        ("曾获诺贝尔文学奖的作家莫言来了。", {"莫言 WON 诺贝尔文学奖"}),
        ("莫言没有获得诺贝尔文学奖。", set()),
        ("王毅将出席湿地保护论坛。", set()),
    ],
)
def test_tells_where_events_were_and_who_made_and_won_them(
    offline: Extractor, text: str, expected: set[str]
) -> None:
    (extraction,) = offline.extract([chunk(text)])
    assert {
        f"{it.head} {it.relation} {it.tail}" for it in extraction.triples if it.relation in RELATIONS
    } == (expected)
