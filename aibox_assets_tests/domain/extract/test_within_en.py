"""Names that say where they are."""

from __future__ import annotations

import pytest

from aibox_assets.domain.extract.relate.english.within import read_within
from aibox_assets.domain.models import Mention


@pytest.mark.parametrize(
    ("name", "place"),
    [
        ("Victorian Law Institute", "Victoria"),
        ("Bank of China", "China"),
        ("New South Wales Rural Fire Service", "New South Wales"),
        ("Australian Embassy", None),
        ("American Express", None),
        ("Rural Fire Service", None),
    ],
)
def test_says_where_it_is(name: str, place: str | None) -> None:
    mention = Mention(5, 5 + len(name), name, "Organization", name, 0.9)
    found = [
        (each.tail.name, each.tail.char_start)
        for _, each in read_within([mention], "Organization", "Location")
    ]
    assert [it for it, _ in found] == ([] if place is None else [place])
