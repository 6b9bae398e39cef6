"""Where a thing lies is told by words of place, and not by every country that a text names."""

from __future__ import annotations

import pytest

from aibox_assets.domain.extract.places.whereabouts import (
    Held,
    Places,
    acts_abroad,
    is_named_after,
    is_office,
)
from aibox_assets.domain.models import Mention


@pytest.mark.parametrize(
    ("text", "place", "led"),
    [
        ("It happened in the far north of Sweden.", "Sweden", True),
        ("They flew from Oslo, Norway, at noon.", "Norway", True),
        ("Three nights of US airstrikes near Jalalabad followed.", "US", False),
        ("A fire north of Sydney spread.", "Sydney", False),
        ("The US says that it saw nothing.", "US", False),
        ("In Israeli prisons they sat.", "Israeli", False),
    ],
)
def test_words_of_place_lead(text: str, place: str, led: bool) -> None:
    start = text.index(place)
    mention = Mention(start, start + len(place), place, "Location", place, 1.0)
    assert Places(text, [mention]).look(mention, 0, len(text)).led is led


def test_other_countries_are_counted_once() -> None:
    text = "US, United States, France, French"
    names = [("US", "US"), ("United States", "United States"), ("France", "France"), ("French", "France")]
    mentions = []
    for own, name in names:
        start = text.index(own)
        mentions.append(Mention(start, start + len(own), own, "Location", name, 1.0))
    assert Places(text, mentions).look(mentions[0], 0, len(text)).others == 1


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Foreign Ministry", True),
        ("Federal Government", True),
        ("Australian Government", False),
        ("Acme", False),
    ],
)
def test_offices_of_nobody(name: str, expected: bool) -> None:
    assert is_office(name) is expected


def test_what_lies_in_a_place_lies_in_what_is_around_it() -> None:
    held = Held([("Acme", "Bremen", 0.6), ("Bremen", "Germany", 0.2), ("Acme", "Germany", 0.1)])
    assert held.through("Acme", "Germany") == 0.6, "the gazetteer knows that Bremen does"
    assert held.through("Acme", "France") == 0.0
    assert held.others("Acme", "Germany") == pytest.approx(0.2)


def test_names_have_places_in_them() -> None:
    assert is_named_after("London South Bank University", "London")
    assert is_named_after("Federal Reserve Bank of New York", "New York City")
    assert not is_named_after("Londoners' Union", "London")


def test_organizations_act_in_other_countries_than_they_are_in() -> None:
    assert acts_abroad("Indian Parliament", "Pakistan")
    assert not acts_abroad("Indian Parliament", "India")
    assert acts_abroad("NATO", "Australia")
    assert not acts_abroad("Acme Robotics", "Australia")
