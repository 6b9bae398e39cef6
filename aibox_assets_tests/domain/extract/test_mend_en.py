"""Limits of English names that spelling decides."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aibox_assets.domain.extract.naming.mend_en import mend_limits


@pytest.mark.parametrize(
    ("text", "given_name", "kind", "mended"),
    [
        ("He was born in Batavia, N.Y., in 1950.", "N.Y", "Location", ("N.Y.", "Location")),
        ("MEMPHIS, Tenn. is a city.", "Tenn", "Person", ("Tenn.", "Location")),
        ("Tenn came home.", "Tenn", "Person", ("Tenn", "Person")),
        ("It was Plan B. He left.", "Plan B", "Organization", ("Plan B", "Organization")),
        ("Marine Inc. of Houston sank.", "Marine Inc. of", "Organization", ("Marine Inc.", "Organization")),
        ("Acme Inc. sold it.", "Acme Inc", "Organization", ("Acme Inc.", "Organization")),
        ("New York, NY 10011, USA", "NY 10011", "Location", ("NY", "Location")),
        ("in the United States.", "the United States", "Location", ("United States", "Location")),
        ("She read The Hague's letter.", "The Hague", "Location", ("The Hague", "Location")),
        ("sister, Peggy Say of Batavia,", "Peggy Say of Batavia", "Person", ("Peggy Say", "Person")),
        (
            "the Senate Committee on Veterans Affairs met",
            "Senate Committee on",
            "Organization",
            ("Senate Committee on Veterans Affairs", "Organization"),
        ),
        ("the state of Hawai'i, United States", "Hawai'", "Location", ("Hawai'i", "Location")),
        ("He read Acme's letter.", "Acme", "Organization", ("Acme", "Organization")),
        ("WARSAW, Poland (AP)", "AP", "Location", ("AP", "Organization")),
        ("Alan Cranston, D-Calif., said", "D-Calif", "Person", None),
        ("Matthew Bloch of Bytemark.co.uk said", "Bytemark.co", "Organization", ("Bytemark.co.uk", "Organization")),
        ("Jensen of Debian-News.net, too", "Debian-News", "Organization", ("Debian-News.net", "Organization")),
        ("He joined Acme.com", "Acme", "Organization", ("Acme.com", "Organization")),
        ("He left Acme.", "Acme", "Organization", ("Acme", "Organization")),
        ("mail acme.net.example", "acme", "Organization", ("acme", "Organization")),
    ],
)  # fmt: skip
def test_limits(text: str, given_name: str, kind: str, mended: tuple[str, str] | None) -> None:
    start = text.index(given_name)
    found = mend_limits(text, (start, start + len(given_name), kind))
    if mended is None:
        assert found is None
        return
    assert found is not None
    assert (text[found[0] : found[1]], found[2]) == mended


@given(
    st.lists(
        st.sampled_from(["the ", "Committee on ", "A.B", ".", " of", "Jane", "詹", " ", "D-C", "\n"]),
        min_size=1,
    )
)
def test_a_name_stays_within_its_text(parts: list[str]) -> None:
    text = "".join(parts) + "Acme Inc."
    for end in range(1, len(text) + 1):
        found = mend_limits(text, (0, end, "Person"))
        assert found is None or 0 <= found[0] <= found[1] <= len(text)
