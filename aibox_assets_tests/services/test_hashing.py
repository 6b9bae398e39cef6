"""Passwords, where no server is needed."""

from __future__ import annotations

from aibox_assets.services.hashing import NOBODY, fits, hash_anew, hash_password


def test_who_is_unknown_costs_the_time_of_who_is_known() -> None:
    known = hash_password("correct horse battery")
    assert [len(part) for part in NOBODY.split("$")] == [len(part) for part in known.split("$")]
    assert hash_anew(NOBODY, "correct horse battery") is None
    assert not fits(NOBODY, "correct horse battery")
    assert fits(known, "correct horse battery")
