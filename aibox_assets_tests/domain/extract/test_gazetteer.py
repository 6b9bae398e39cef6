"""What is known of places without a text."""

from __future__ import annotations

import pytest

from aibox_assets.domain.extract.gazetteer import lies_in


@pytest.mark.parametrize(
    ("place", "outer", "known"),
    [
        ("Berlin", "Germany", True),
        ("Berlin", "German", True),
        ("Bakersfield", "California", True),
        ("Bakersfield", "U.S.", True),
        ("Edinburgh", "Scotland", True),
        ("Angola", "Africa", True),
        ("Kern County", "California", True),
        ("New York", "Rome", None),  # where Rome is no country
        ("Paris", "Germany", False),
        ("London", "Canada", False),
        ("Springfield", "Illinois", None),  # one of several
        ("Georgia", "United States", None),  # a country, too
        ("Germany", "Germany", None),
        ("Nowhere Falls", "Germany", None),
    ],
)
def test_what_is_known_of_a_place(place: str, outer: str, known: bool | None) -> None:
    assert lies_in(place, outer) is known
