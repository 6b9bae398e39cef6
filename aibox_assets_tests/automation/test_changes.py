"""What a scan means, given what is known."""

from __future__ import annotations

from aibox_assets.automation.changes import Move, decide_changes, match_moves
from aibox_assets.stores.files import KnownFile
from aibox_assets.stores.scanning import FileStat, Scan


def known(size: int = 3, mtime_ns: int = 1, sha256: str | None = "aa", *, gone: bool = False) -> KnownFile:
    return KnownFile("id", size, mtime_ns, sha256, gone)


def test_new_changed_and_gone() -> None:
    scan = Scan({"new": FileStat(1, 1), "same": FileStat(3, 1), "other": FileStat(3, 2)})
    changes = decide_changes(
        scan, {"same": known(), "other": known(), "gone": known()}, is_settled=lambda _: True
    )
    assert (changes.new, changes.changed, changes.gone) == (["new"], ["other"], ["gone"])


def test_a_file_that_is_still_written_waits() -> None:
    changes = decide_changes(Scan({"new": FileStat(1, 1)}), {}, is_settled=lambda _: False)
    assert (changes.new, changes.unsettled) == ([], 1)


def test_files_below_an_unreadable_folder_are_not_gone() -> None:
    scan = Scan({}, unreadable=["alice"])
    changes = decide_changes(scan, {"alice/a": known(), "bob/b": known()}, is_settled=lambda _: True)
    assert changes.gone == ["bob/b"]


def test_a_file_that_was_gone_and_is_back_is_looked_at_again() -> None:
    changes = decide_changes(Scan({"a": FileStat(3, 1)}), {"a": known(gone=True)}, is_settled=lambda _: True)
    assert changes.changed == ["a"]


def test_suspects_come_last_so_that_they_share_no_batch_with_good_files() -> None:
    scan = Scan({"a": FileStat(0, 1, suspect=True), "b": FileStat(1, 1), "c": FileStat(1, 1)})
    assert decide_changes(scan, {}, is_settled=lambda _: True).new == ["b", "c", "a"]


def moves(rows: dict[str, KnownFile], new: list[str], digests: dict[str, str]) -> list[Move]:
    return match_moves(
        new,
        list(rows),
        rows,
        Scan({path: FileStat(3, 9) for path in new}),
        owner=lambda path: path.partition("/")[0],
        hash_of=digests.get,
    )


def test_the_same_bytes_of_the_same_owner_elsewhere_are_a_move() -> None:
    found = moves({"bob/old": known()}, ["bob/new"], {"bob/new": "aa"})
    assert [(move.id, move.old_path, move.path) for move in found] == [("id", "bob/old", "bob/new")]


def test_other_bytes_or_another_owner_are_no_move() -> None:
    assert moves({"bob/old": known()}, ["bob/new"], {"bob/new": "bb"}) == []
    assert moves({"bob/old": known()}, ["amy/new"], {"amy/new": "aa"}) == []


def test_one_file_that_is_gone_is_moved_to_one_place_only() -> None:
    assert len(moves({"bob/old": known()}, ["bob/x", "bob/y"], {"bob/x": "aa", "bob/y": "aa"})) == 1
