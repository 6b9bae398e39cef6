"""What is believed of a backup's file: what its digests prove, and no name, link or number besides."""

from __future__ import annotations

import io
import json
import os
import stat
import tarfile
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

import pytest

from aibox_assets.domain.errors import ConfigurationError, PermanentError, StoreUnavailableError
from aibox_assets.local.backup.archive import FORMAT, Manifest, reading, writing
from aibox_assets.local.backup.documents import keep_files, list_kept, put_file, second_names

MANIFEST = Manifest(FORMAT, "0.1.0", "0001", "2026-01-01T00:00:00+00:00", "here", {}, {}, (), 0, 0, {})


def silent(*_: object) -> None:
    """Progress that nobody watches."""


@pytest.fixture
def backup(tmp_path: Path) -> Path:
    path = tmp_path / "b.tar"
    with writing(path) as archive:
        archive.add("inbox/a.txt", io.BytesIO(b"one"), 3, 1_700_000_000_123_456_789)
        archive.add("inbox/漢\udcff.txt", io.BytesIO(b"two"), 3)
        archive.finish(Manifest(**{**asdict(MANIFEST), "members": archive.members}))
    return path


def rewrite(
    path: Path, change: Callable[[tarfile.TarInfo, bytes], tuple[tarfile.TarInfo, bytes] | None]
) -> None:
    """Write a backup again with its members changed."""
    with tarfile.open(path) as tar:
        members = [(info, b"" if not info.isreg() else tar.extractfile(info).read()) for info in tar]  # type: ignore[union-attr]
    with tarfile.open(path, "w") as tar:
        for info, content in members:
            if (changed := change(info, content)) is not None:
                changed[0].size = len(changed[1])
                tar.addfile(changed[0], io.BytesIO(changed[1]))


def test_what_is_written_is_read(backup: Path) -> None:
    assert stat.S_IMODE(backup.stat().st_mode) == 0o600
    with reading(backup) as archive:
        archive.verify(silent)
        assert archive.names("inbox") == ["a.txt", "漢\udcff.txt"]
        assert archive.open("inbox/a.txt").read() == b"one"
        assert archive.mtime_ns("inbox/a.txt") == 1_700_000_000_123_456_789


def test_it_appears_whole_or_not_at_all(tmp_path: Path) -> None:
    with pytest.raises(StoreUnavailableError), writing(tmp_path / "b.tar") as archive:
        archive.add("x", io.BytesIO(b"x"), 5)
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "there").touch()
    with pytest.raises(ConfigurationError, match="exists already"), writing(tmp_path / "there"):
        pass


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda info, content: (info, content.replace(b"one", b"0ne")), "has changed"),
        (lambda info, content: None if info.name == "inbox/a.txt" else (info, content), "is missing"),
        (lambda info, content: None if info.name == "manifest.json" else (info, content), "no manifest"),
        (lambda info, content: (info, b"{" if info.name == "manifest.json" else content), "cannot be read"),
    ],
)
def test_what_was_changed_is_refused(
    backup: Path, change: Callable[[tarfile.TarInfo, bytes], tuple[tarfile.TarInfo, bytes] | None], said: str
) -> None:
    rewrite(backup, change)
    with pytest.raises(PermanentError, match=said), reading(backup) as archive:
        archive.verify(silent)


def test_what_was_added_cut_off_or_is_none(backup: Path, tmp_path: Path) -> None:
    with tarfile.open(backup, "a") as tar:
        tar.addfile(tarfile.TarInfo("inbox/evil.txt"))
    with pytest.raises(PermanentError, match="not in its manifest"), reading(backup) as archive:
        archive.verify(silent)
    backup.write_bytes(backup.read_bytes()[:1000])
    with pytest.raises(PermanentError, match="no whole backup"), reading(backup):
        pass
    with pytest.raises(ConfigurationError), reading(tmp_path / "none.tar"):
        pass


@pytest.mark.parametrize(
    "kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE, tarfile.DIRTYPE, tarfile.CHRTYPE]
)
def test_links_and_devices_are_refused(backup: Path, kind: bytes) -> None:
    with tarfile.open(backup, "a") as tar:
        info = tarfile.TarInfo("inbox/link")
        info.type, info.linkname = kind, "/etc/passwd"
        tar.addfile(info)
    with pytest.raises(PermanentError, match="is no file"), reading(backup):
        pass


def test_one_of_a_newer_form_is_refused(backup: Path) -> None:
    def newer(info: tarfile.TarInfo, content: bytes) -> tuple[tarfile.TarInfo, bytes]:
        if info.name != "manifest.json":
            return info, content
        return info, json.dumps({**json.loads(content), "format": FORMAT + 1}).encode()

    rewrite(backup, newer)
    with pytest.raises(ConfigurationError, match="another form"), reading(backup):
        pass


@pytest.mark.parametrize(
    "name", ["../out.txt", "a/../../out.txt", "//out.txt/..", "link/out.txt", "there.txt"]
)
def test_nothing_is_written_outside_of_its_folder_or_over_a_file(tmp_path: Path, name: str) -> None:
    root, out = tmp_path / "root", tmp_path / "elsewhere"
    root.mkdir()
    out.mkdir()
    (root / "link").symlink_to(out)
    (root / "there.txt").write_text("mine")
    with pytest.raises(OSError):  # noqa: PT011  # which one is the kernel's to say
        put_file(root, name, io.BytesIO(b"x"), 0)
    assert (root / "there.txt").read_text() == "mine"
    assert [path.name for path in tmp_path.rglob("out.txt")] == []


def test_second_names_keep_what_is_replaced_or_removed(tmp_path: Path) -> None:
    root = tmp_path / "inbox"
    (root / "amy").mkdir(parents=True)
    (root / "amy" / "a.txt").write_text("old")
    (root / "gone.txt").write_text("gone")
    (root / ".aibox-inbox").write_text("marker")
    (root / ".hidden").write_text("hidden")
    (root / "link").symlink_to("/etc/passwd")
    os.mkfifo(root / "pipe")
    (root / ".aibox-backup-killed").mkdir()
    with second_names(root) as kept:
        keep_files(root, kept)
        (root / "new.txt").write_text("new")
        (root / "gone.txt").unlink()
        (root / "other").write_text("other")
        (root / "other").replace(root / "amy" / "a.txt")
        found = {path: file.read_text() for path, file in list_kept(kept)}
    assert found == {".aibox-inbox": "marker", "amy/a.txt": "old", "gone.txt": "gone"}
    assert not list(root.glob(".aibox-backup-*"))
