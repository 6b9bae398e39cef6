"""What Chinese sentences tell between names whose clause says more: when, where, as what, and under which condition."""

from __future__ import annotations

import pytest

from aibox_assets.domain.extract.relate.chinese.anaphors import kinds_of
from aibox_assets.domain.extract.relate.chinese.by_order import relate
from aibox_assets.domain.extract.type_relations import RelationTyper
from aibox_assets.domain.models import Mention
from aibox_assets.domain.ontology import load_ontology


@pytest.mark.parametrize(
    ("text", "names", "expected"),
    [
        ("何思源于2010年在北京创办青瓦。",
         {"何思源": "Person", "2010年": "Date", "北京": "Location", "青瓦": "Organization"},
         {"何思源 FOUNDED 青瓦", "青瓦 FOUNDED_ON 2010年"}),
        ("青瓦的总部设在杭州。", {"青瓦": "Organization", "杭州": "Location"}, {"青瓦 HEADQUARTERED_IN 杭州"}),
        ("何思源1990年出生于杭州。", {"何思源": "Person", "1990年": "Date", "杭州": "Location"},
         {"何思源 BORN_ON 1990年", "何思源 BORN_IN 杭州"}),
        ("何思源是青瓦的创始人兼首席执行官。", {"何思源": "Person", "青瓦": "Organization"},
         {"何思源 FOUNDED 青瓦", "何思源 LEADS 青瓦"}),
        ("歌手何思源与演员白露于2015年结婚。", {"何思源": "Person", "白露": "Person", "2015年": "Date"},
         {"何思源 SPOUSE_OF 白露"}),
        ("青瓦总部在杭州，现任总干事是白露。", {"青瓦": "Organization", "杭州": "Location", "白露": "Person"},
         {"青瓦 HEADQUARTERED_IN 杭州", "白露 LEADS 青瓦"}),
        ("青瓦与远山在晶圆代工市场竞争。", {"青瓦": "Organization", "远山": "Organization"},
         {"远山 COMPETES_WITH 青瓦"}),
        ("青瓦由何思源于2010年", {"青瓦": "Organization", "何思源": "Person", "2010年": "Date"}, set()),
        ("对何思源在杭州逝世表示哀悼的青瓦。", {"何思源": "Person", "杭州": "Location", "青瓦": "Organization"},
         {"何思源 DIED_IN 杭州"}),
        ("在杭州出生的何思源来了。", {"杭州": "Location", "何思源": "Person"}, {"何思源 BORN_IN 杭州"}),
        ("2001年事件后，白露创办了青瓦。", {"2001年": "Date", "白露": "Person", "青瓦": "Organization"},
         {"白露 FOUNDED 青瓦"}),
        ("若非资金短缺，青瓦已经收购了远山。", {"青瓦": "Organization", "远山": "Organization"},
         set()),
    ],
)  # fmt: skip
def test_relate(text: str, names: dict[str, str], expected: set[str]) -> None:
    mentions = [
        Mention(text.index(name), text.index(name) + len(name), name, type_, name, 0.9)
        for name, type_ in names.items()
    ]
    ontology = load_ontology(None)
    typer = RelationTyper(ontology)
    typed = (typer.type(each) for each in relate(text, mentions, kinds_of(ontology)))
    assert {f"{each.head.name} {each.relation} {each.tail.name}" for each in typed if each} == expected
