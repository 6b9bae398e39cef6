"""What the kernel says of a folder: real files, real inotify."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from aibox_assets.stores.folder_events import FolderEvents
from aibox_assets.stores.scanning import FolderTree
from aibox_assets_tests.workers.services import eventually


class Heard:
    """How often somebody was woken."""

    def __init__(self) -> None:
        self.event = threading.Event()

    def wait(self) -> bool:
        return self.event.wait(10)


@pytest.fixture
def heard() -> Heard:
    return Heard()


@pytest.fixture
def events(tmp_path: Path, heard: Heard) -> Iterator[FolderEvents]:
    made = FolderEvents(tmp_path, heard.event.set)
    yield made
    made.close()


@pytest.fixture
def tree(tmp_path: Path, events: FolderEvents) -> FolderTree:
    made = FolderTree(tmp_path, 10_000, events)
    made.look()
    return made


def is_closed(tree: FolderTree, path: str) -> bool:
    tree.look()
    found = tree.get(path)
    return found is not None and tree.is_closed(path, found)


def test_a_file_that_was_closed_wakes_and_need_not_rest(
    tmp_path: Path, heard: Heard, tree: FolderTree
) -> None:
    (tmp_path / "a.txt").write_text("all of it")
    assert heard.wait()
    assert is_closed(tree, "a.txt")


def test_a_file_that_was_put_into_its_place_need_not_rest(
    tmp_path: Path, heard: Heard, tree: FolderTree
) -> None:
    (tmp_path / "a.part").write_text("all of it")
    (tmp_path / "a.part").rename(tmp_path / "a.txt")
    assert heard.wait()
    assert is_closed(tree, "a.txt")


def test_a_file_that_is_still_open_has_to_rest(tmp_path: Path, heard: Heard, tree: FolderTree) -> None:
    with (tmp_path / "a.txt").open("w") as file:
        file.write("half")
        file.flush()
        (tmp_path / "b.txt").write_text("another")
        assert heard.wait()
        assert not is_closed(tree, "a.txt")
        heard.event.clear()
        file.write(" and the rest")
    assert heard.wait()
    assert is_closed(tree, "a.txt")


def test_a_file_that_is_closed_piece_by_piece_has_to_rest(
    tmp_path: Path, heard: Heard, tree: FolderTree
) -> None:
    (tmp_path / "a.txt").write_text("one")
    assert heard.wait()
    tree.look()
    heard.event.clear()
    with (tmp_path / "a.txt").open("a") as file:
        file.write(" two")
    assert heard.wait()
    assert not is_closed(tree, "a.txt")


def test_a_file_that_was_made_empty_has_to_rest(tmp_path: Path, heard: Heard, tree: FolderTree) -> None:
    (tmp_path / "a.txt").touch()
    assert heard.wait()
    assert not is_closed(tree, "a.txt")


def test_what_was_written_over_in_place_is_seen_at_once(
    tmp_path: Path, heard: Heard, tree: FolderTree
) -> None:
    (tmp_path / "a.txt").write_text("one")
    assert heard.wait()
    tree.look()
    tree.close(["a.txt"])
    heard.event.clear()
    (tmp_path / "a.txt").write_text("another")
    assert heard.wait()
    assert tree.look().files["a.txt"].size == 7


def test_a_new_folder_is_heard_of_from_the_next_look_on(
    tmp_path: Path, heard: Heard, tree: FolderTree
) -> None:
    (tmp_path / "amy" / "deep").mkdir(parents=True)
    assert heard.wait()
    tree.look()
    heard.event.clear()
    (tmp_path / "amy" / "deep" / "a.txt").write_text("x")
    assert heard.wait()
    assert is_closed(tree, "amy/deep/a.txt")


def test_a_file_that_comes_right_after_its_new_folder_need_not_rest(
    tmp_path: Path, heard: Heard, events: FolderEvents, tree: FolderTree
) -> None:
    (tmp_path / "amy").mkdir()
    assert heard.wait()
    # Nobody looked since.
    (tmp_path / "amy" / "a.txt").write_text("x")
    eventually(lambda: "amy/a.txt" in events._written)
    assert is_closed(tree, "amy/a.txt")


def test_a_folder_that_moved_is_heard_of_at_its_new_place(
    tmp_path: Path, heard: Heard, tree: FolderTree
) -> None:
    (tmp_path / "amy").mkdir()
    assert heard.wait()
    tree.look()
    (tmp_path / "amy").rename(tmp_path / "bob")
    tree.look()
    events = tree._events
    assert events is not None
    heard.event.clear()
    events.take()
    (tmp_path / "bob" / "a.txt").write_text("x")
    assert heard.wait()
    assert is_closed(tree, "bob/a.txt")


def test_what_is_left_alone_wakes_nobody(tmp_path: Path, heard: Heard, tree: FolderTree) -> None:
    (tmp_path / ".upload-1.part").write_text("x")
    (tmp_path / "a.crdownload").write_text("x")
    assert not heard.event.wait(0.3)


def test_a_folder_goes_away_and_nothing_is_heard_of_it(
    tmp_path: Path, heard: Heard, tree: FolderTree, events: FolderEvents
) -> None:
    (tmp_path / "amy").mkdir()
    assert heard.wait()
    tree.look()
    assert set(events._watches) == {"", "amy/"}
    (tmp_path / "amy").rmdir()
    tree.look()
    assert set(events._watches) == {""}


def test_where_no_more_can_be_watched_a_look_finds_all(
    tmp_path: Path, events: FolderEvents, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> int:
        raise OSError(28, "No space left on device")

    assert events._inotify is not None
    monkeypatch.setattr(events._inotify, "add_watch", full)
    tree = FolderTree(tmp_path, 10_000, events)
    (tmp_path / "a.txt").write_text("x")
    assert set(tree.look().files) == {"a.txt"}
    assert not tree.hears_all()


def test_what_came_into_a_new_folder_before_it_was_watched_need_not_rest_unless_it_is_open(
    tmp_path: Path, heard: Heard, events: FolderEvents, tree: FolderTree
) -> None:
    with events._lock:  # the kernel has told of the folder, and nobody has listened yet
        (tmp_path / "new" / "deeper").mkdir(parents=True)
        (tmp_path / "new" / "deeper" / "whole.txt").write_text("all of it")
        half = (tmp_path / "new" / "half.txt").open("w")
        half.write("half")
        half.flush()
    with half:
        assert heard.wait()
        assert is_closed(tree, "new/deeper/whole.txt")
        assert not is_closed(tree, "new/half.txt")
    eventually(lambda: is_closed(tree, "new/half.txt"))
