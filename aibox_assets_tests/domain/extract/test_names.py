from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aibox_assets.domain.extract.names import entity_key, to_simplified


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("臺灣", "台湾"),
        ("Acme Inc.", "ACME"),
        ("Acme, Inc.", "Ａｃｍｅ"),
        ("Acme  Co.,\nLtd.", "Acme"),
        ("The Olympic Games", "Olympic Games"),
        ("鴻海精密工業股份有限公司", "鸿海精密工业"),
        ("Jane\u200b Wu", " jane wu "),
    ],
)
def test_spellings_of_one_name_share_a_key(one: str, other: str) -> None:
    assert entity_key("Organization", one) == entity_key("Organization", other)


@pytest.mark.parametrize("name", ["Co.", "公司", "Inc", "The", "Limited", "..."])
def test_a_name_of_nothing_but_form_words_keeps_something(name: str) -> None:
    assert entity_key("Organization", name).removeprefix("Organization:")


def test_types_keep_names_apart() -> None:
    assert entity_key("Person", "Ford") != entity_key("Organization", "Ford")


@given(st.text())
def test_folding_keeps_every_offset(text: str) -> None:
    assert len(to_simplified(text)) == len(text)
