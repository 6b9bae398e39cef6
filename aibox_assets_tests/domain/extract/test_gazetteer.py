"""What is known of places without a text."""

from __future__ import annotations

import pytest

from aibox_assets.domain.extract.places.gazetteer import lies_in
from aibox_assets.domain.extract.places.gazetteer_zh import encloses, known_end


@pytest.mark.parametrize(
    ("place", "outer", "known"),
    [
        ("Berlin", "Germany", True),
        ("Berlin", "German", True),
        ("Bakersfield", "California", True),
        ("Bakersfield", "U.S.", True),
        ("Edinburgh", "Scotland", True),
        ("Angola", "Africa", True),
        ("Kern County", "California", True),
        ("New York", "Rome", None),  # where Rome is no country
        ("Paris", "Germany", False),
        ("London", "Canada", False),
        ("Springfield", "Illinois", None),  # one of several
        ("Georgia", "United States", None),  # a country, too
        ("Germany", "Germany", None),
        ("Nowhere Falls", "Germany", None),
    ],
)
def test_what_is_known_of_a_place(place: str, outer: str, known: bool | None) -> None:
    assert lies_in(place, outer) is known


@pytest.mark.parametrize(
    ("outer", "inner", "known"),
    [
        ("四川", "眉山市", True),
        ("四川省", "眉山", True),
        ("云南", "耿马", True),
        ("彰化县", "鹿港", True),
        ("中国", "朝阳区", True),
        ("匈牙利", "佩奇", True),
        ("吉林", "吉林", False),
        ("四川", "镇江", False),
        ("镇江", "江苏", False),
    ],
)
def test_what_is_known_of_a_place_in_chinese(outer: str, inner: str, known: bool) -> None:
    assert encloses(outer, inner) is known


def test_the_longest_known_place_is_found() -> None:
    assert known_end("云南省大理白族自治州", 0) == len("云南省")
    assert known_end("大理白族自治州大理市", 0) == len("大理白族自治州")
    assert known_end("延边朝鲜族自治州延吉", len("延边朝鲜族自治州"), "延边") == len("延边朝鲜族自治州延吉")
    assert known_end("无此地名", 0) is None
