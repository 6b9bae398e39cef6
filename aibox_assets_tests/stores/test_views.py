"""What one look may hash, and what the next one remembers of it."""

from __future__ import annotations

import hashlib
import time
from pathlib import Path

import pytest

from aibox_assets.stores import views
from aibox_assets.stores.scanning import FileStat
from aibox_assets.stores.views import FolderViews, Hasher

SHA = hashlib.sha256(b"hello").hexdigest()


@pytest.fixture
def hasher(tmp_path: Path) -> Hasher:
    (tmp_path / "a").write_text("hello")
    return Hasher(tmp_path, 1000)


def test_a_file_is_hashed_once_while_it_stays_the_same(hasher: Hasher, tmp_path: Path) -> None:
    assert hasher.digest("a", FileStat(5, 1)) == SHA
    (tmp_path / "a").write_text("other")
    assert hasher.digest("a", FileStat(5, 1)) == SHA, "its time did not change"
    assert hasher.digest("a", FileStat(5, 2)) != SHA


def test_a_look_has_room_for_so_many_bytes_and_one_file_at_least(hasher: Hasher) -> None:
    hasher.begin(60, 3)
    assert hasher.has_room("a", FileStat(5, 1)), "or it would wait for ever"
    hasher.digest("a", FileStat(5, 1))
    assert not hasher.has_room("b", FileStat(1, 1))
    assert hasher.has_room("a", FileStat(5, 1)), "it is remembered"
    hasher.begin(60, 3)
    assert hasher.has_room("b", FileStat(1, 1))


def test_a_look_has_so_many_seconds(hasher: Hasher) -> None:
    hasher.begin(0, 1000)
    assert not hasher.has_room("a", FileStat(5, 1))


def test_a_file_over_the_limit_is_never_opened(hasher: Hasher, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(views, "hash_file", lambda *_: pytest.fail("it was opened"))
    assert hasher.has_room("a", FileStat(1001, 1))
    assert hasher.digest("a", FileStat(1001, 1)) is None


def test_a_view_is_kept_until_its_place_may_be_another_folder(tmp_path: Path) -> None:
    kept = FolderViews(1000)
    view = kept.of("inbox", tmp_path)
    assert view.must_compare()
    assert kept.of("inbox", tmp_path) is view
    assert kept.of("other", tmp_path) is not view
    kept.forget(tmp_path)
    assert kept.of("inbox", tmp_path) is not view


def test_comparing_very_many_files_takes_a_small_share_of_the_time(tmp_path: Path) -> None:
    view = FolderViews(1000).of("inbox", tmp_path)
    view.compared_at = time.monotonic() - views.COMPARE_SECONDS
    assert view.must_compare()
    view.compare_seconds = 2 * views.COMPARE_SECONDS * views.COMPARE_SHARE
    assert not view.must_compare()
    view.compared_at -= views.COMPARE_SECONDS
    assert view.must_compare()
