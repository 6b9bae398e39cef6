"""Reading and removing documents without trusting names, kinds or links."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest

from aibox_assets.domain.errors import LimitExceededError, PermanentError, UnreadableFileError
from aibox_assets.domain.paths import actual, storable
from aibox_assets.stores.documents import hash_file, read_document, remove_document

MAX = 10_000


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
    with pytest.raises(UnreadableFileError, match="permission") as refused:
        read_document(tmp_path, "shut", MAX)
    assert not refused.value.permanent, "it is tried again"
    assert "chmod +r" in refused.value.remedy


def test_a_name_that_is_not_utf8_goes_to_the_database_and_back(tmp_path: Path) -> None:
    raw = os.fsdecode(b"caf\xe9.txt")
    assert storable(raw).encode("utf-8")
    assert actual(storable(raw)) == raw
    (tmp_path / raw).write_text("x")
    with pytest.raises(PermanentError, match="not valid UTF-8"):
        read_document(tmp_path, storable(raw), MAX)


def test_hashing_ends_in_time(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"x" * 2**22)
    assert hash_file(tmp_path, "a", 60) is not None
    assert hash_file(tmp_path, "a", 0) is None


def test_removing_takes_a_file_and_never_what_a_link_leads_to(tmp_path: Path) -> None:
    outside, inbox = tmp_path / "outside", tmp_path / "inbox"
    outside.mkdir()
    inbox.mkdir()
    (outside / "a.txt").write_text("precious")
    (inbox / "amy").symlink_to(outside)
    (inbox / "link.txt").symlink_to(outside / "a.txt")
    (inbox / "b.txt").write_text("x")
    with pytest.raises(PermanentError, match="links are not followed"):
        remove_document(inbox, "amy/a.txt")
    for _ in range(2):
        remove_document(inbox, "link.txt")
        remove_document(inbox, "b.txt")
    assert [path.name for path in inbox.iterdir()] == ["amy"]
    assert (outside / "a.txt").read_text() == "precious"
