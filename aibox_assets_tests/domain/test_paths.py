"""Every name has one form that a database takes, and one that a screen may show."""

from __future__ import annotations

import os

from hypothesis import given
from hypothesis import strategies as st

from aibox_assets.domain.paths import actual, printable, storable

PIECES = [b"\\", b"udc", b"\\udcff", b"\\udc5c", b"\xff", b"5c", "é".encode()]


@given(st.lists(st.sampled_from(PIECES), max_size=6))
def test_every_name_has_one_form_in_the_database(pieces: list[bytes]) -> None:
    raw = os.fsdecode(b"".join(pieces))
    assert actual(storable(raw)) == raw
    storable(raw).encode("utf-8")


def test_printable_leaves_honest_names_alone() -> None:
    assert printable("報告　終.pdf") == "報告　終.pdf"
    assert printable("a\nb\u202ec") == "a\\nb\\u202ec"
