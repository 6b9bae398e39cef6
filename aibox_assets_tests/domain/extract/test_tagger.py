from __future__ import annotations

import numpy as np
import pytest

from aibox_assets.domain.encoders.multilingual import multilingual_pieces
from aibox_assets.domain.extract.tagger import pairs
from aibox_assets.domain.extract.tagger.artifact import BUILT_IN
from aibox_assets.domain.extract.tagger.decode import decode_labels
from aibox_assets.domain.extract.tagger.labels import LABELS
from aibox_assets.domain.extract.tagger.pairs import Group, Place, all_pairs, group_mentions
from aibox_assets.domain.extract.tagger.tagger import Tagger
from aibox_assets.domain.extract.tagger.units import UnitReader


@pytest.fixture(scope="module")
def tagger() -> Tagger:
    return Tagger(BUILT_IN)


def _names(tagger: Tagger, text: str) -> set[tuple[str, str]]:
    return {(text[each.start : each.end], each.kind) for each in tagger.read(text).names}


def test_names_in_both_languages_and_scripts(tagger: Tagger) -> None:
    english = "Jane Wu, chief executive of Acme Robotics, was born in Berlin."
    assert _names(tagger, english) == {
        ("Jane Wu", "Person"),
        ("Acme Robotics", "Organization"),
        ("Berlin", "Location"),
    }
    assert ("新北市", "Location") in _names(tagger, "郭台銘創立了鴻海，總部位於新北市。")
    assert ("杭州", "Location") in _names(tagger, "马云出生于杭州，毕业于杭州师范大学。")


@pytest.mark.parametrize(
    "text", ["", " ", "\n\n", "a", "王", "·" * 400, "王·" * 900, "A" * 5000, "\u200b\u202e"]
)
def test_takes_any_text(tagger: Tagger, text: str) -> None:
    tagger.read(text)


def test_a_text_longer_than_the_encoders_window_is_read_to_its_end(tagger: Tagger) -> None:
    text = "Nothing happened that day, and nobody came. " * 120 + "Angela Merkel visited Paris."
    assert {("Angela Merkel", "Person"), ("Paris", "Location")} <= _names(tagger, text)


def test_an_inside_never_follows_another_kind() -> None:
    likely = np.full((3, len(LABELS)), -9.0, np.float32)
    likely[0, LABELS.index("B-Person")] = -0.1
    likely[1, LABELS.index("I-Location")] = -0.1
    likely[1, LABELS.index("I-Person")] = -0.2
    likely[2, 0] = -0.1
    assert [(each.first, each.last, each.kind) for each in decode_labels(likely)] == [(0, 1, "Person")]


def test_a_surname_joins_its_only_bearer() -> None:
    places = [
        Place("jane miller", "Person", 0, 1),
        Place("miller", "Person", 5, 5),
        Place("berlin", "Location", 7, 7),
    ]
    assert [each.members for each in group_mentions(places)] == [(0, 1), (2,)]


def test_only_pairs_that_may_be_related_are_scored() -> None:
    groups = [Group("Person", (0,)), Group("Time", (1,)), Group("Location", (2,))]
    heads, tails = all_pairs(groups, {("Person", "Location")})
    assert (heads.tolist(), tails.tolist()) == ([0], [2])
    assert [len(each) for each in all_pairs(groups[:2], {("Person", "Location")})] == [0, 0]
    assert len(all_pairs(groups, None)[0]) == 6


def test_names_none_of_which_may_be_related() -> None:
    text = "Jane Wu, chief executive of Acme Robotics, was born in Berlin."
    assert not Tagger(BUILT_IN, ends={}).read(text).relations


def test_many_pairs_are_scored_as_all_at_once(tagger: Tagger, monkeypatch: pytest.MonkeyPatch) -> None:
    names = (
        "Ann Lee",
        "Bob Wu",
        "Cat Roy",
        "Dan Fox",
        "Eve Kim",
        "Gus Ray",
        "Ida Poe",
        "Jim Orr",
        "Kay May",
        "Lou Tan",
    )
    text = " ".join(
        f"{one} of {place} met {two}."
        for one, two, place in zip(
            names,
            names[1:],
            ("Rome", "Oslo", "Lima", "Bonn", "Kyiv", "Doha", "Bern", "Riga", "Baku"),
            strict=False,
        )
    )
    found = tagger.read(text).relations
    assert len({each.head for each in found}) > 2
    monkeypatch.setattr(pairs, "_TILE", 10**6)
    assert tagger.read(text).relations == found


def test_both_scripts_are_read_alike() -> None:
    reader = UnitReader(multilingual_pieces())
    assert reader.read("鴻海的總部位於臺灣新北市。") == reader.read("鸿海的总部位于台湾新北市。")
