"""Copying into a folder: whole, at once, in the place of nobody, and through no link."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from aibox_assets.domain.errors import PermanentError, StoreUnavailableError, TransientError
from aibox_assets.stores import copying
from aibox_assets.stores.copying import Outcome, copy_file


@pytest.fixture
def given(tmp_path: Path) -> Path:
    """A folder with a file to copy."""
    (tmp_path / "given").mkdir()
    (tmp_path / "given" / "a.txt").write_text("new")
    os.utime(tmp_path / "given" / "a.txt", (1_700_000_000, 1_700_000_000))
    return tmp_path / "given"


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    """A folder to copy into."""
    (tmp_path / "inbox").mkdir()
    return tmp_path / "inbox"


def names(root: Path) -> list[str]:
    return sorted(str(path.relative_to(root)) for path in root.rglob("*") if path.is_file())


def test_a_copy_has_the_bytes_the_time_and_the_permissions(given: Path, inbox: Path) -> None:
    (given / "a.txt").chmod(0o640)
    assert copy_file(given, "a.txt", inbox, "amy/deep/a.txt") is Outcome.COPIED
    copy = inbox / "amy/deep/a.txt"
    assert (copy.read_text(), copy.stat().st_mtime, copy.stat().st_mode & 0o777) == (
        "new",
        1_700_000_000,
        0o640,
    )
    assert copy_file(given, "a.txt", inbox, "amy/deep/a.txt") is Outcome.SAME
    assert names(inbox) == ["amy/deep/a.txt"]


def test_another_file_of_the_name_is_replaced_only_when_asked(given: Path, inbox: Path) -> None:
    (inbox / "a.txt").write_text("old")
    assert copy_file(given, "a.txt", inbox, "a.txt") is Outcome.KEPT
    assert (inbox / "a.txt").read_text() == "old"
    assert copy_file(given, "a.txt", inbox, "a.txt", replace=True) is Outcome.REPLACED
    assert (inbox / "a.txt").read_text() == "new"
    assert names(inbox) == ["a.txt"]


def test_a_file_that_comes_while_copying_is_kept(
    given: Path, inbox: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(copying, "_exists", lambda folder, name: False)
    (inbox / "a.txt").write_text("came meanwhile")
    assert copy_file(given, "a.txt", inbox, "a.txt") is Outcome.KEPT
    assert (inbox / "a.txt").read_text() == "came meanwhile"
    assert names(inbox) == ["a.txt"]


def test_no_link_is_followed_at_either_end(given: Path, inbox: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret.txt").write_text("secret")
    (inbox / "amy").symlink_to(outside)
    (inbox / "bob.txt").symlink_to(outside / "bob.txt")
    (given / "link.txt").symlink_to(outside / "secret.txt")
    (given / "folder").symlink_to(outside)
    for source, path in [("a.txt", "amy/a.txt"), ("link.txt", "x.txt"), ("folder/secret.txt", "x.txt")]:
        with pytest.raises(PermanentError, match="links are not followed"):
            copy_file(given, source, inbox, path, replace=True)
    copy_file(given, "a.txt", inbox, "bob.txt", replace=True)
    assert names(outside) == ["secret.txt"]
    assert not (inbox / "bob.txt").is_symlink()
    assert names(inbox) == ["bob.txt"]
    with pytest.raises(PermanentError):
        copy_file(given, "a.txt", inbox, "../a.txt")


def test_a_copy_that_fails_leaves_nothing(given: Path, inbox: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(copying.os, "fsync", full)
    with pytest.raises(StoreUnavailableError, match="No space left"):
        copy_file(given, "a.txt", inbox, "a.txt")
    monkeypatch.undo()
    grown = given / "a.txt"
    monkeypatch.setattr(copying.os, "fsync", lambda _: grown.write_text("grown meanwhile"))
    with pytest.raises(TransientError, match="changed while it was copied"):
        copy_file(given, "a.txt", inbox, "a.txt")
    assert list(inbox.iterdir()) == []
