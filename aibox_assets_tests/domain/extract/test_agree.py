"""One name of two types in a text."""

from __future__ import annotations

from aibox_assets.domain.extract import Extractor
from aibox_assets.domain.extract.naming.agree import agree
from aibox_assets.domain.models import Mention
from aibox_assets_tests.domain.extract.chunks import chunk

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


def test_what_somebody_founded_is_no_person(offline: Extractor) -> None:
    leaders = (
        "Ian Murdock founded Debian in August 1993 and led it until March 1996.\n\n"
        "Bruce Perens led Debian from April 1996 until December 1997.\n\n"
        "Ian Jackson led Debian from January 1998 until December 1998.\n\n"
        "Sam Hocevar led Debian from April 2007 until April 2008.\n"
    )
    (extraction,) = offline.extract([chunk(leaders)])
    told = {f"{it.head} {it.relation} {it.tail}" for it in extraction.triples}
    assert told >= {"Ian Murdock FOUNDED Debian", "Bruce Perens LEADS Debian", "Sam Hocevar LEADS Debian"}
    assert {it.type for it in extraction.mentions if it.name == "Debian"} == {"Organization"}
