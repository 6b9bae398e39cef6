"""Looking into folders: what is there, what came, changed and went, at the cost of what changed."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from aibox_assets.domain.errors import StoreUnavailableError
from aibox_assets.domain.paths import MAX_DEPTH
from aibox_assets.stores import scanning
from aibox_assets.stores.scanning import FileStat, FolderTree, Scan, exists, is_settled, walk

MAX = 10_000
LONG_AGO = 1_700_000_000


def put(root: Path, path: str, text: str = "x") -> None:
    (root / path).parent.mkdir(parents=True, exist_ok=True)
    (root / path).write_text(text)


def age(root: Path) -> None:
    """Let all changes lie in the past, as they do a moment later."""
    for place, _, names in os.walk(root):
        for name in names:
            os.utime(Path(place, name), (LONG_AGO, LONG_AGO), follow_symlinks=False)
        os.utime(place, (LONG_AGO, LONG_AGO))


def test_a_look_lists_files_by_path_and_leaves_out_what_is_being_written(tmp_path: Path) -> None:
    for name in ("a.txt", "amy/b.txt", ".hidden", "amy/c.part", "~$lock.docx", ".d/e.txt"):
        put(tmp_path, name)
    scan = walk(tmp_path)
    assert sorted(scan.files) == ["a.txt", "amy/b.txt"]
    assert scan.files["a.txt"].size == 1


def test_empty_large_and_linked_files_are_suspect(tmp_path: Path) -> None:
    (tmp_path / "empty").touch()
    (tmp_path / "large").write_bytes(b"x" * (MAX + 1))
    (tmp_path / "link").symlink_to("/etc/hostname")
    (tmp_path / "folder").symlink_to("/etc")
    put(tmp_path, "good")
    scan = FolderTree(tmp_path, MAX).look()
    assert {path for path, found in scan.files.items() if found.suspect} == {
        "empty",
        "large",
        "link",
        "folder",
    }


def test_a_folder_that_is_not_there_is_an_error_and_not_empty(tmp_path: Path) -> None:
    with pytest.raises(StoreUnavailableError, match="cannot be read"):
        walk(tmp_path / "none")
    put(tmp_path, "a")
    with pytest.raises(StoreUnavailableError, match="cannot be read"):
        walk(tmp_path / "a")


def test_a_thousand_nested_folders_are_said_and_stop_nothing(tmp_path: Path) -> None:
    place = os.open(tmp_path, os.O_RDONLY)
    for _ in range(1000):
        os.mkdir("deep", dir_fd=place)
        below = os.open("deep", os.O_RDONLY, dir_fd=place)
        os.close(place)
        place = below
    os.close(place)
    put(tmp_path, "a.txt")
    put(tmp_path, "/".join(["deep"] * MAX_DEPTH) + "/b.txt")
    scan = walk(tmp_path)
    assert set(scan.files) == {"a.txt", "/".join(["deep"] * MAX_DEPTH) + "/b.txt"}
    (too_deep,) = scan.too_deep
    assert scan.hides(f"{too_deep}/x.txt")
    assert not scan.hides("a.txt")
    subprocess.run(["rm", "-rf", tmp_path / "deep"], check=True)  # too deep for shutil.rmtree, too


def test_files_below_an_unreadable_folder_are_hidden_and_its_namesakes_are_not() -> None:
    scan = Scan(unreadable=["alice"])
    assert scan.hides("alice/deep/a")
    assert not scan.hides("alice2/a")


def test_what_was_dealt_with_is_told_again_only_when_it_changed(tmp_path: Path) -> None:
    put(tmp_path, "amy/a.txt")
    put(tmp_path, "b.txt")
    age(tmp_path)
    tree = FolderTree(tmp_path, MAX)
    assert set(tree.look().files) == {"amy/a.txt", "b.txt"}
    assert set(tree.look().files) == {"amy/a.txt", "b.txt"}, "nobody dealt with them"
    tree.close(["amy/a.txt", "b.txt"])
    assert tree.look().files == {}
    put(tmp_path, "amy/a.txt", "in place")
    put(tmp_path, "amy/c.txt")
    (tmp_path / "b.txt").unlink()
    assert set(tree.look().files) == {"amy/a.txt", "amy/c.txt"}
    assert tree.open == {"amy/a.txt", "amy/c.txt", "b.txt"}


def test_a_folder_that_is_removed_leaves_all_of_its_files(tmp_path: Path) -> None:
    put(tmp_path, "amy/deep/a.txt")
    put(tmp_path, "b.txt")
    tree = FolderTree(tmp_path, MAX)
    tree.look()
    tree.close(list(tree.open))
    shutil.rmtree(tmp_path / "amy")
    tree.look()
    assert tree.open == {"amy/deep/a.txt"}


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The folders that are listed."""
    listed: list[str] = []
    real = os.scandir
    monkeypatch.setattr(scanning.os, "scandir", lambda place: listed.append(str(place)) or real(place))
    return listed


def test_a_look_lists_only_folders_in_which_names_came_or_went(tmp_path: Path, counted: list[str]) -> None:
    for folder in range(20):
        put(tmp_path, f"{folder}/a.txt")
    age(tmp_path)
    tree = FolderTree(tmp_path, MAX)
    tree.look()
    counted.clear()
    tree.look()
    assert counted == []
    put(tmp_path, "7/b.txt")
    tree.look()
    assert counted == [str(tmp_path / "7")]


def test_files_overwritten_in_place_are_found_in_turn(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scanning, "IN_TURN", 10)
    for number in range(35):
        put(tmp_path, f"{number}.txt")
    age(tmp_path)
    tree = FolderTree(tmp_path, MAX)
    tree.look()
    tree.close(list(tree.open))
    for number in range(35):
        with (tmp_path / f"{number}.txt").open("w") as file:  # in place: the folder does not change
            file.write("other")
    seen = [len(tree.look().files) for _ in range(5)]
    assert seen == sorted(seen)
    assert (seen[0], seen[-1]) == (10, 35)


class Folder(RuleBasedStateMachine):
    """Whatever happens to a folder, what a look remembers is what a fresh one finds, and tells what differs."""

    names = st.sampled_from(["a", "b", "c/a", "c/b", "c/d/a", "e/a"])

    @initialize()
    def make(self) -> None:
        import tempfile

        self.root = Path(tempfile.mkdtemp())
        self.tree = FolderTree(self.root, MAX)
        self.dealt_with: dict[str, FileStat] = {}

    def teardown(self) -> None:
        shutil.rmtree(self.root)

    @rule(path=names, text=st.text("x", max_size=3))
    def write(self, path: str, text: str) -> None:
        put(self.root, path, text)

    @rule(path=names)
    def remove(self, path: str) -> None:
        (self.root / path).unlink(missing_ok=True)

    @rule(path=names)
    def remove_folder(self, path: str) -> None:
        if "/" in path:
            shutil.rmtree((self.root / path).parent, ignore_errors=True)

    @rule(path=names, other=names)
    def move(self, path: str, other: str) -> None:
        if (self.root / path).exists():
            (self.root / other).parent.mkdir(parents=True, exist_ok=True)
            (self.root / path).rename(self.root / other)

    @rule()
    def grow_old(self) -> None:
        age(self.root)

    @invariant()
    def all_is_told(self) -> None:
        now = walk(self.root).files
        scan = self.tree.look()
        differing = {
            path for path in now.keys() | self.dealt_with if now.get(path) != self.dealt_with.get(path)
        }
        assert differing <= self.tree.open
        assert scan.files.items() <= now.items()
        assert len(self.tree) == len(now)
        self.dealt_with = now
        self.tree.close(list(self.tree.open))


TestFolder = Folder.TestCase
TestFolder.settings = settings(max_examples=60, stateful_step_count=20, deadline=None)


def test_settling() -> None:
    assert is_settled(FileStat(1, 8 * 10**9), 2, now=10.0)
    assert not is_settled(FileStat(1, 9 * 10**9), 2, now=10.0)
    assert is_settled(FileStat(1, 99 * 10**9), 2, now=10.0), "a time in the future never changes"


def test_what_cannot_be_looked_at_counts_as_there(tmp_path: Path) -> None:
    put(tmp_path, "a/b")
    assert exists(tmp_path, "a/b")
    assert not exists(tmp_path, "a/c")
    assert not exists(tmp_path, "a/b/c")
    assert exists(tmp_path, "x" * 300)


def test_a_file_that_loses_and_gets_its_read_permission_is_open_again(tmp_path: Path) -> None:
    put(tmp_path, "a.txt")
    put(tmp_path, "b.txt")
    age(tmp_path)
    tree = FolderTree(tmp_path, MAX)
    for mode, shut in ((0o000, True), (0o644, False)):
        (tmp_path / "a.txt").chmod(mode)
        found = tree.look().files["a.txt"]
        assert (found.shut, found.suspect) == (shut, shut)
        tree.close(["a.txt", "b.txt"])
