"""Reading watched folders without trusting names or kinds."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aibox_assets.domain.errors import LimitExceededError, PermanentError, StoreUnavailableError
from aibox_assets.stores.inbox import (
    FileStat,
    WatchedFolder,
    actual,
    hash_file,
    is_settled,
    printable,
    read_document,
    storable,
)

MAX = 10_000


def test_a_scan_lists_files_by_path_and_leaves_out_what_is_being_written(tmp_path: Path) -> None:
    (tmp_path / "amy").mkdir()
    for name in ("a.txt", "amy/b.txt", ".hidden", "amy/c.part", "~$lock.docx"):
        (tmp_path / name).write_text("x")
    scan = WatchedFolder("inbox", tmp_path).scan(MAX)
    assert sorted(scan.files) == ["a.txt", "amy/b.txt"]
    assert scan.files["a.txt"].size == 1


def test_empty_large_and_linked_files_are_suspect(tmp_path: Path) -> None:
    (tmp_path / "empty").touch()
    (tmp_path / "large").write_bytes(b"x" * (MAX + 1))
    (tmp_path / "link").symlink_to("/etc/hostname")
    (tmp_path / "good").write_text("x")
    scan = WatchedFolder("inbox", tmp_path).scan(MAX)
    assert {path for path, found in scan.files.items() if found.suspect} == {"empty", "large", "link"}


def test_a_folder_that_is_not_there_is_an_error_and_not_empty(tmp_path: Path) -> None:
    with pytest.raises(StoreUnavailableError, match="cannot be read"):
        WatchedFolder("inbox", tmp_path / "none").scan(MAX)


def test_reading_gives_the_bytes_and_their_hash(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"hello")
    document = read_document(tmp_path, "a.txt", MAX)
    assert document.data == b"hello"
    assert document.sha256 == hashlib.sha256(b"hello").hexdigest() == hash_file(tmp_path, "a.txt")


@pytest.mark.timeout(10)
def test_what_is_no_plain_file_is_refused_and_never_opened(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to("/etc/hostname")
    (tmp_path / "up").symlink_to("/etc")
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "dir").mkdir()
    for path, says in [
        ("link", "symbolic link"),
        ("up/hostname", "hostname"),
        ("pipe", "regular file"),
        ("dir", "regular file"),
        ("../outside", "outside"),
        ("gone", "gone"),
        ("a\nb", "control characters"),
    ]:
        with pytest.raises(PermanentError, match=says):
            read_document(tmp_path, path, MAX)
        assert hash_file(tmp_path, path) is None


def test_a_file_over_the_limit_names_the_limit(tmp_path: Path) -> None:
    (tmp_path / "big").write_bytes(b"x" * 2**21)
    with pytest.raises(LimitExceededError, match="the limit is 1 MiB"):
        read_document(tmp_path, "big", 2**20)


def test_a_file_without_read_permission_is_refused_even_for_root(tmp_path: Path) -> None:
    (tmp_path / "shut").write_text("x")
    (tmp_path / "shut").chmod(0)
    with pytest.raises(PermanentError, match="permission"):
        read_document(tmp_path, "shut", MAX)


def test_settling() -> None:
    assert is_settled(FileStat(1, 8 * 10**9), 2, now=10.0)
    assert not is_settled(FileStat(1, 9 * 10**9), 2, now=10.0)
    assert is_settled(FileStat(1, 99 * 10**9), 2, now=10.0), "a time in the future never changes"


def test_a_name_that_is_not_utf8_goes_to_the_database_and_back(tmp_path: Path) -> None:
    raw = os.fsdecode(b"caf\xe9.txt")
    assert storable(raw).encode("utf-8")
    assert actual(storable(raw)) == raw
    (tmp_path / raw).write_text("x")
    with pytest.raises(PermanentError, match="not valid UTF-8"):
        read_document(tmp_path, storable(raw), MAX)


@given(
    st.lists(
        st.sampled_from([b"\\", b"udc", b"\\udcff", b"\\udc5c", b"\xff", b"5c", "é".encode()]), max_size=6
    )
)
def test_every_name_has_one_form_in_the_database(pieces: list[bytes]) -> None:
    raw = os.fsdecode(b"".join(pieces))
    assert actual(storable(raw)) == raw
    storable(raw).encode("utf-8")


def test_printable_leaves_honest_names_alone() -> None:
    assert printable("報告　終.pdf") == "報告　終.pdf"
    assert printable("a\nb\u202ec") == "a\\nb\\u202ec"
