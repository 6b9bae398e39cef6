"""One name of two types in a text."""

from __future__ import annotations

from aibox_assets.domain.extract.agree import agree
from aibox_assets.domain.models import Mention

TYPES = ("Person", "Organization", "Location")


def named(*names: tuple[str, str, float]) -> list[Mention]:
    return [
        Mention(i * 20, i * 20 + len(name), name, type_, name, sure)
        for i, (name, type_, sure) in enumerate(names)
    ]


def types(names: list[Mention]) -> list[str]:
    return [each.type for each in agree(names, TYPES)]


def test_the_more_trusted_type_wins() -> None:
    names = named(
        ("Cliff Sonar", "Organization", 0.9), ("Cliff Sonar", "Person", 0.5), ("Jane Wu", "Person", 0.9)
    )
    assert types(names) == ["Organization", "Organization", "Person"]


def test_several_say_more_than_one() -> None:
    names = named(("Qantas", "Person", 0.7), ("Qantas", "Organization", 0.5), ("Qantas", "Organization", 0.5))
    assert types(names) == ["Organization"] * 3


def test_what_is_open_stays_open() -> None:
    assert types(named(("Washington", "Person", 0.8), ("Washington", "Location", 0.8))) == [
        "Person",
        "Location",
    ]


def test_other_types_have_no_vote() -> None:
    assert types(named(("Jane", "Work", 0.9), ("Jane", "Person", 0.5))) == ["Work", "Person"]
