from __future__ import annotations

import pytest

from aibox_assets.domain.countries import country_names
from aibox_assets.domain.extract import entity_key
from aibox_assets.domain.resolve import form_of, form_of_key

SAME = [
    ("Person", "George W. Bush", "George W Bush"),
    ("Person", "Mr. George W. Bush", "GEORGE W. BUSH"),
    ("Person", "José Núñez", "Jose Nunez"),
    ("Person", "王小明先生", "王小明"),
    ("Location", "US", "United States"),
    ("Location", "the U.S.", "United States of America"),
    ("Location", "臺北市", "台北"),
    ("Location", "中華人民共和國", "中国"),
    ("Location", "American", "美國"),
    ("Location", "澳洲", "Australian"),
    ("Location", "義大利", "意大利"),
    ("Organization", "Acme Inc.", "ACME"),
    ("Organization", "台積電股份有限公司", "台积电"),
    ("Organization", "U.S. Army", "US Army"),
]
DIFFERENT = [
    ("Person", "George Bush", "George W. Bush"),
    ("Person", "President Johnson", "Johnson"),
    ("Person", "Paul Desmarais", "Paul Desmarais Jr."),
    ("Organization", "Acme Labs", "Acme"),
    ("Organization", "华润集团", "华润金融"),
    ("Location", "New York", "New York City"),
    ("Location", "Georgia", "South Georgia"),
    ("Location", "Korean", "South Korea"),
    ("Organization", "American", "United States"),
]


@pytest.mark.parametrize(("kind", "one", "other"), SAME)
def test_names_of_one_form(kind: str, one: str, other: str) -> None:
    assert form_of(kind, one) == form_of(kind, other)


@pytest.mark.parametrize(("kind", "one", "other"), DIFFERENT)
def test_names_that_only_a_document_or_a_person_can_join(kind: str, one: str, other: str) -> None:
    assert form_of(kind, one) != form_of(kind, other)


def test_kinds_of_things_never_meet() -> None:
    assert form_of("Person", "Ford") != form_of("Organization", "Ford")


@pytest.mark.parametrize("name", ["...", "'", "   x   ", "\u200b", "·", "A·B", "公司", "Inc."])
def test_every_name_has_a_form_and_all_spellings_of_a_key_have_the_same(name: str) -> None:
    key = entity_key("Person", name)
    assert form_of_key(key).startswith("Person:")
    assert form_of_key(key) != "Person:"


def test_no_name_is_of_two_countries() -> None:
    first: dict[str, str] = {}
    for english, adjectives, chinese in country_names():
        for name in {form_of("Organization", name) for name in (*english, *adjectives, *chinese)}:
            assert first.setdefault(name, english[0]) == english[0]
