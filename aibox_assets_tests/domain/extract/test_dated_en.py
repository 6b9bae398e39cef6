"""When organizations were founded and what is made came out, in English."""

from __future__ import annotations

import pytest

from aibox_assets.domain.extract.relate.english.dated import read_dated
from aibox_assets.domain.extract.relate.english.things import MadeTypes
from aibox_assets_tests.domain.extract.marked import read_marked

TYPES = MadeTypes("P", "O", "L", "D", "T", None)


def told(marked: str) -> set[str]:
    """What is told of a text with marked names, things and dates."""
    text, names = read_marked(marked)
    days, things = ([each for each in names if each.type == type_] for type_ in "DT")
    names = [each for each in names if each.type in "POL"]
    return {
        f"{each.head.name} {name} {each.tail.name}"
        for name, each in read_dated(text, names, things, days, TYPES)
    }


@pytest.mark.parametrize(
    "text",
    [
        "[O:Acme] (AC) was incorporated in [L:Delaware] on [D:1999].",
        "[O:Acme], of [L:Verona], was founded in [D:1999] by [P:Wu].",
        "[O:Acme] is a boarding school in [L:Nakuru], established in [D:1999] by [P:Wu].",
        "Founded in [D:1999] by [P:Wu], the glove works [O:Acme] employs ninety people.",
        "[O:Acme] belongs to [O:Beta]. It was spun off in [D:1999].",
        "[P:Wu] has led [O:Acme] since its foundation in [D:1999].",
        "[O:Acme], clockmakers since [D:1999], have a shop.",
        "[O:Acme] opened in [D:1999].",
    ],
)
def test_when_an_organization_was_founded_is_told(text: str) -> None:
    assert "Acme FOUNDED_ON 1999" in told(text)


@pytest.mark.parametrize(
    "text",
    [
        "[O:Acme], registered in [L:Limassol], bought it in [D:2021].",
        "[O:Acme], established by [P:Wu], ceased operations in [D:2007].",
        "[O:Acme] might be founded in [D:2027].",
        "Students of [O:Acme], founded it in [L:Sydney] in [D:2002].",
    ],
)
def test_another_date_is_not_that_of_its_foundation(text: str) -> None:
    assert told(text) == set()


def test_when_a_thing_came_out_is_told() -> None:
    assert told("[T:Emma], published by [O:Acme] in [D:1815].") == {"Emma RELEASED_ON 1815"}
    assert told("[P:Wu] wrote [T:Emma], which came out in [D:1815].") == {"Emma RELEASED_ON 1815"}
    assert told("[P:Wu] wrote [T:Emma], and her son was launched into the world in [D:1815].") == set()
