"""Partition keys are unique, readable and safe whatever a file is called."""

from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aibox_assets.domain.keys import free_keys, has_hostile_name, owner_of, partition_key, spellings

NAMES = st.text(st.characters(exclude_characters="/\0"), min_size=1, max_size=255)


@given(NAMES, NAMES)
def test_a_key_is_safe_in_a_path_a_url_and_the_ui(folder: str, name: str) -> None:
    key = partition_key("inbox", f"{folder}/{name}")
    assert ".." not in key
    assert not key.startswith((".", "-"))
    assert len(key.encode("utf-8")) <= 100
    assert all(c.isalnum() or c in "._-" or c.isidentifier() or f"a{c}".isidentifier() for c in key), key
    assert not has_hostile_name(key)


@given(NAMES, NAMES)
def test_different_places_have_different_keys(one: str, other: str) -> None:
    assert (partition_key("inbox", one) == partition_key("inbox", other)) == (one == other)


def test_a_key_is_readable_and_stays() -> None:
    assert partition_key("inbox", "alice/annual report 2025.pdf") == "annual-report-2025.pdf-f1dd4812"
    assert partition_key("inbox", "北風電池.pdf").startswith("北風電池.pdf-")


def test_a_salt_makes_another_key() -> None:
    assert partition_key("inbox", "a.txt", 1) != partition_key("inbox", "a.txt")


@given(st.lists(NAMES, unique=True, min_size=1, max_size=5), st.integers(0, 30))
def test_a_free_key_is_always_found(names: list[str], taken_before: int) -> None:
    used = {partition_key("inbox", name, salt) for name in names for salt in range(taken_before)}
    keys = free_keys("inbox", names, lambda proposed: used & set(proposed))
    assert sorted(keys) == sorted(names)
    assert len(set(keys.values())) == len(names)
    assert not used & set(keys.values())


@pytest.mark.parametrize("name", ["a\nb", "a\x1b[31m", "\u202egpj.exe", "\udcff.txt", "a\x00"])
def test_hostile_names_are_told(name: str) -> None:
    assert has_hostile_name(name)


@pytest.mark.parametrize(
    "name", ["a b.txt", "'; DROP TABLE files; --.txt", "😀.md", "報告（終）.pdf", "a,b.json"]
)
def test_odd_but_honest_names_are_taken(name: str) -> None:
    assert not has_hostile_name(name)
    assert set(partition_key("inbox", name)[-8:]) <= set(string.hexdigits)


def test_the_first_folder_is_the_owner() -> None:
    assert owner_of("alice/deep/a.txt", "default") == "alice"
    assert owner_of("a.txt", "default") == "default"


def test_an_owner_has_one_name_however_a_disk_spells_it() -> None:
    assert owner_of("Zoe\u0308/a.txt", "default") == owner_of("Zo\u00eb/a.txt", "default") == "Zo\u00eb"
    assert owner_of("a.txt", "Zoe\u0308") == "Zo\u00eb"


def test_what_a_person_sees_as_one_path_is_found_however_it_is_spelled() -> None:
    composed, decomposed, mixed = "Zoë/café/한.txt", "Zoe\u0308/cafe\u0301/한.txt", "Zoë/cafe\u0301/한.txt"
    for one in (composed, decomposed, mixed):
        found = spellings(one)
        assert {composed, decomposed, mixed} <= set(found)
        assert found[0] == one
    assert spellings("alice/報告.pdf") == ("alice/報告.pdf",)


@given(NAMES)
def test_a_path_of_many_folders_has_no_more_spellings_than_can_be_asked_for(name: str) -> None:
    path = "/".join([f"{name}é"] * 30)
    found = spellings(path)
    assert found[0] == path
    assert len(found) == len(set(found)) <= 70
