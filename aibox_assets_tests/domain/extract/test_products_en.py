"""Who made what, by what stands between their names."""

from __future__ import annotations

import pytest

from aibox_assets.domain.extract.relate.english.products import read_products
from aibox_assets.domain.extract.relate.english.things import MadeTypes
from aibox_assets_tests.domain.extract.marked import read_marked

TYPES = MadeTypes("P", "O", "L", "D", "Product", "Work")


def told(marked: str) -> set[str]:
    """What is told of a text with marked names and dates."""
    text, names = read_marked(marked)
    days = [each for each in names if each.type == "D"]
    names = [each for each in names if each.type != "D"]
    return {
        f"{each.head.name} {name} {each.tail.name}" for name, each in read_products(text, names, days, TYPES)
    }


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[O:Acme], a firm in [L:Oslo], develops Velparin and the Tarn 40.", "Velparin|Tarn 40"),
        ("[O:Acme] makes the Alpina binoculars.", "Alpina"),
        ("The drill Grizu 3 was developed in [D:1994] at [O:Beta] by [O:Acme].", "Grizu 3"),
        ("Tarn is a product of [O:Acme].", "Tarn"),
        ("[O?:Jira] and Kanto are products of [O:Acme].", "Jira|Kanto"),
        ("[O:Acme], the [L:Oslo] firm behind Tarn, was sold.", "Tarn"),
        ("[O:Acme] is in [L:Oslo]. It sells its gloves under the name Vinterfell.", "Vinterfell"),
        (
            "[O:Acme] was founded by [P:Wu]. Its brands are Old Tracker and Purrfecta.",
            "Old Tracker|Purrfecta",
        ),
        ("[O:Acme] packs fish under the Zamani label.", "Zamani"),
        ("[O:Acme]'s plant in [L:Oslo] builds the R6 tractor.", "R6"),
        ("Kanto is an editor by [O:Acme].", "Kanto"),
        ("Kanto was started in [D:2000] by [O:Acme].", "Kanto"),
    ],
)
def test_who_makes_a_thing_is_told_by_the_words_between(text: str, expected: str) -> None:
    assert told(text) == {f"Acme PRODUCES {each}" for each in expected.split("|")}


def test_what_a_person_wrote_is_a_work_unless_it_is_software() -> None:
    assert told("[P:Wu] wrote Beekeeping at Home and on Travels.") == {
        "Wu AUTHORED Beekeeping at Home and on Travels"
    }
    assert told("[P:Wu] co-wrote Kanto, an editor for programmers, and its source code.") == {
        "Wu PRODUCES Kanto"
    }


def test_who_sang_or_directed_what() -> None:
    assert told("[P:Wu] sang Carmen at the [O:Opera]. Nightfall, directed by [P:Li], ran for a year.") == {
        "Wu PERFORMED Carmen",
        "Li DIRECTED Nightfall",
    }


@pytest.mark.parametrize(
    "text",
    [
        "[O:Acme] may release Tarn in spring.",
        "[O:Acme] does not make the Tarn.",
        "Was Tarn developed by [O:Acme]?",
        "[O?:Beta] is a brand of [O:Acme].",
        "[O:Beta] was released by [O:Acme].",
        "Kanto is an album by [P:Wu].",
        "[P:Wu], designer of [O:Acme], left.",
        "[P:Wu] maintains Tarn.",
        "[O:Acme] develops German cars.",
        "[O:Acme] makes Sunday a day of rest.",
        "[O:Acme] sells Tarn to [O:Beta].",
    ],
)
def test_what_is_denied_asked_or_another_is_not_told(text: str) -> None:
    assert told(text) == set()
