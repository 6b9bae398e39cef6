"""Who founded which organization, in English."""

from __future__ import annotations

import pytest

from aibox_assets.domain.extract.relate.english.founded import read_founded
from aibox_assets.domain.extract.relate.english.things import MadeTypes
from aibox_assets_tests.domain.extract.marked import read_marked

TYPES = MadeTypes("P", "O", "L", "D", "Product", "Work")


def told(marked: str) -> set[str]:
    """What is told of a text with marked names and dates."""
    text, names = read_marked(marked)
    days = [each for each in names if each.type == "D"]
    names = [each for each in names if each.type != "D"]
    return {
        f"{each.head.name} {name} {each.tail.name}" for name, each in read_founded(text, names, days, TYPES)
    }


@pytest.mark.parametrize(
    "text",
    [
        "[O:Acme] was set up in [D:2008] by Professor [P:Wu] and Dr [P:Li] in [L:Oslo].",
        "[O:Acme], based in [L:Oslo], was established by the chemists [P:Wu] and [P:Li].",
        "[O:Acme], a firm co-founded in [D:2008] by [P:Wu] and [P:Li], makes nails.",
        "[O:Acme] is in [L:Oslo]. The company was founded by [P:Wu] and [P:Li].",
        "[O:Acme] was bought by [O:Beta]. Its founders, [P:Wu] and [P:Li], left.",
        "Founded in [D:2008] by [P:Wu] and [P:Li], the glove works [O:Acme] employs ninety.",
        "[O:Acme] makes nails; [P:Wu] and [P:Li], who had met in [L:Rome], founded it in [D:2008].",
    ],
)
def test_who_founded_an_organization_is_told(text: str) -> None:
    assert told(text) == {"Wu FOUNDED Acme", "Li FOUNDED Acme"}


@pytest.mark.parametrize(
    "text",
    [
        "[O:Beta], a spin-off of [O:Acme], was bought by [P:Wu].",
        "[O:Acme] was not founded by [P:Wu].",
        "[P:Wu] founded [O:Acme]'s first rival.",
        "[P:Wu] works for [O:Acme] and [O:Beta]. It was founded by [P:Li].",
    ],
)
def test_another_is_no_founder(text: str) -> None:
    assert told(text) == set()
