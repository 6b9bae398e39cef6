"""What a look at a folder means, given what is known."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aibox_assets.automation.changes import Moves, decide_changes, is_large_removal, match_moves
from aibox_assets.stores.files import UNREAD_NS, KnownFile
from aibox_assets.stores.scanning import FileStat, Scan


def known(
    id_: str = "id", size: int = 3, mtime_ns: int = 1, sha256: str | None = "aa", *, gone: bool = False
) -> KnownFile:
    return KnownFile(id_, size, mtime_ns, sha256, gone)


def test_new_changed_and_gone() -> None:
    scan = Scan({"new": FileStat(1, 1), "same": FileStat(3, 1), "other": FileStat(3, 2)})
    changes = decide_changes(
        scan, {"same": known(), "other": known(), "gone": known()}, is_settled=lambda *_: True
    )
    assert (changes.new, changes.changed, changes.gone) == (["new"], ["other"], ["gone"])


def test_a_file_that_is_still_written_waits() -> None:
    changes = decide_changes(Scan({"new": FileStat(1, 1)}), {}, is_settled=lambda *_: False)
    assert (changes.new, changes.unsettled) == ([], ["new"])


def test_files_where_the_scan_could_not_look_are_not_gone() -> None:
    scan = Scan({}, unreadable=["alice"], too_deep=["bob/deep"])
    rows = {"alice/a": known(), "alice2/a": known(), "bob/b": known(), "bob/deep/c": known()}
    assert decide_changes(scan, rows, is_settled=lambda *_: True).gone == ["alice2/a", "bob/b"]


def test_a_file_that_was_gone_and_is_back_is_looked_at_again() -> None:
    changes = decide_changes(Scan({"a": FileStat(3, 1)}), {"a": known(gone=True)}, is_settled=lambda *_: True)
    assert changes.changed == ["a"]


def test_a_file_that_could_not_be_read_is_taken_up_once_it_can_be() -> None:
    rows = {"shut": known(mtime_ns=UNREAD_NS), "mended": known(mtime_ns=UNREAD_NS)}
    scan = Scan({"shut": FileStat(3, 1, True, shut=True), "mended": FileStat(3, 1)})
    assert decide_changes(scan, rows, is_settled=lambda *_: True).changed == ["mended"]


def test_suspects_come_last_so_that_they_share_no_batch_with_good_files() -> None:
    scan = Scan({"a": FileStat(0, 1, suspect=True), "b": FileStat(1, 1), "c": FileStat(1, 1)})
    assert decide_changes(scan, {}, is_settled=lambda *_: True).new == ["b", "c", "a"]


def moves(rows: dict[str, KnownFile], new: list[str], digests: dict[str, str], *, room: int = 99) -> Moves:
    left = iter(range(room))
    return match_moves(
        new,
        rows,
        Scan({path: FileStat(3, 9) for path in new}),
        owner=lambda path: path.partition("/")[0],
        has_room=lambda _: next(left, None) is not None,
        hash_of=digests.get,
    )


def test_the_same_bytes_of_the_same_owner_elsewhere_are_a_move() -> None:
    found = moves({"bob/old": known()}, ["bob/new"], {"bob/new": "aa"}).found
    assert [(move.id, move.old_path, move.path) for move in found] == [("id", "bob/old", "bob/new")]


def test_other_bytes_or_another_owner_are_no_move() -> None:
    assert moves({"bob/old": known()}, ["bob/new"], {"bob/new": "bb"}) == Moves()
    assert moves({"bob/old": known()}, ["amy/new"], {"amy/new": "aa"}) == Moves()


def test_one_file_that_is_gone_is_moved_to_one_place_only() -> None:
    found = moves({"bob/old": known()}, ["bob/x", "bob/y"], {"bob/x": "aa", "bob/y": "aa"}).found
    assert len(found) == 1


def test_what_there_is_no_room_to_hash_is_not_decided() -> None:
    rows = {"bob/old": known("1"), "bob/two": known("2", sha256="bb"), "amy/old": known("3")}
    found = moves(rows, ["bob/x", "bob/y"], {"bob/x": "aa", "bob/y": "bb"}, room=1)
    assert [move.path for move in found.found] == ["bob/x"]
    assert found.undecided == {"bob/two", "bob/y"}


@given(st.integers(1, 10**6), st.integers(1, 10**6))
def test_a_removal_is_large_by_its_number_or_by_its_share(lost: int, present: int) -> None:
    large = is_large_removal(lost, present)
    assert large == (lost > 50 or (present >= 20 and lost > present / 2))


@pytest.mark.parametrize(
    ("lost", "present", "large"),
    [(50, 10_000, False), (51, 10_000, True), (10, 20, False), (11, 20, True), (19, 19, False)],
)
def test_the_limits_of_a_removal(lost: int, present: int, *, large: bool) -> None:
    assert is_large_removal(lost, present) == large
