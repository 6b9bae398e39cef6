"""Passwords, where no server is needed."""

from __future__ import annotations

from aibox_assets.services import accounts


def test_who_is_unknown_costs_the_time_of_who_is_known() -> None:
    nobody, known = accounts._NOBODY, accounts.hash_password("correct horse battery")
    assert [len(part) for part in nobody.split("$")] == [len(part) for part in known.split("$")]
    assert not accounts._hasher.check_needs_rehash(nobody)
    assert not accounts._fits(nobody, "correct horse battery")
    assert accounts._fits(known, "correct horse battery")
