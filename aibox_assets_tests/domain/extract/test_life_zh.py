"""Births, homes, schools and foundings, as Chinese says them."""

from __future__ import annotations

import pytest

from aibox_assets.domain.extract.relate.chinese.life import read_life
from aibox_assets.domain.extract.relate.chinese.meant import read_named
from aibox_assets_tests.domain.extract.names_zh import marked


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "[p:穆塔勒]在[o:中山大学]读完硕士，如今定居[l:广州]。",
            {"穆塔勒 STUDIED_AT 中山大学", "穆塔勒 LIVES_IN 广州"},
        ),
        ("[p:俞敏洪]三次高考才考入[o:北京大学]。", {"俞敏洪 STUDIED_AT 北京大学"}),
        ("[p:廖杰远]大学读的是[o:福州大学]。", {"廖杰远 STUDIED_AT 福州大学"}),
        ("[p:李行偉]是校長。他在[o:麻省理工學院]念完博士。", {"李行偉 STUDIED_AT 麻省理工學院"}),
        ("[p:王明]在[o:清华大学]发表演讲。", set()),
        ("[p:齐桥桥]，1949年生于[l:延安]。", {"齐桥桥 BORN_IN 延安"}),
        ("[p:楊勇緯]出身[l:台中]。", {"楊勇緯 BORN_IN 台中"}),
        ("[p:尤利雅]出生在[l:烏克蘭]的[l:哈爾科夫]。", {"尤利雅 BORN_IN 烏克蘭", "尤利雅 BORN_IN 哈爾科夫"}),
        ("[p:林明弘]在[l:夏威夷]長大。", {"林明弘 LIVES_IN 夏威夷"}),
        ("[p:石磊磊]把家安在了[l:佛罗伦萨]。", {"石磊磊 LIVES_IN 佛罗伦萨"}),
        ("[p:盧彥勳]與妻子[p:柯力綺]現居[l:台北]。", {"盧彥勳 LIVES_IN 台北", "柯力綺 LIVES_IN 台北"}),
        ("[p:王明]在[l:广州]开会。", set()),
        (
            "[o:携程集团]由[p:梁建章]、[p:沈南鹏]和[p:季琦]三人创立。",
            {"梁建章 FOUNDED 携程集团", "沈南鹏 FOUNDED 携程集团", "季琦 FOUNDED 携程集团"},
        ),
        (
            "[o:北光系统]是[o:北风电池]的子公司，位于[l:汉堡]，由[p:安娜]创立并领导。",
            {"安娜 FOUNDED 北光系统"},
        ),
        ("[p:山姆·沃顿]在本顿维尔办起了[o:沃尔玛]。", {"山姆·沃顿 FOUNDED 沃尔玛"}),
        ("[p:王明]离开了[o:远大集团]。", set()),
    ],
)
def test_says_where_people_come_from(text: str, expected: set[str]) -> None:
    plain, names = marked(text)
    named = read_named(plain, names, {"person": "Person"}).names
    read = read_life(plain, named, "Person", "Organization", "Location")
    assert {f"{it.head.name} {name} {it.tail.name}" for name, it in read} == expected
