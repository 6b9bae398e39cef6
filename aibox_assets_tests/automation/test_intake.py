"""Looks at real folders over a real database: nothing is lost by mistake, one bad thing stops no other."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
import sqlalchemy as sa

from aibox_assets.automation import intake as intake_module
from aibox_assets.automation.intake import Intake, take_in
from aibox_assets.domain.errors import StoreUnavailableError
from aibox_assets.resources.platform import Platform
from aibox_assets.services.folders import (
    FolderState,
    accept_folder,
    confirm_removal,
    forget_folder,
    list_folders,
)
from aibox_assets.settings import Settings
from aibox_assets.stores import scanning, views
from aibox_assets.stores.files import FileRecord
from aibox_assets.stores.folders import INBOX, FolderStore, WatchedFolder
from aibox_assets.stores.markers import MARKER


def drop(root: Path, *names: str, text: str | None = None) -> None:
    for name in names:
        place = root / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(f"text of {name}" if text is None else text)


def files(platform: Platform) -> dict[str, FileRecord]:
    """All files that are not about to be removed, by what a person calls them."""
    return {record.display_path: record for record in platform.files.select()}


def gone(platform: Platform) -> set[str]:
    with platform.engine.begin() as connection:
        return set(connection.scalars(sa.text("SELECT path FROM aibox.files WHERE gone_at IS NOT NULL")))


def note_hashes(platform: Platform) -> None:
    """What the first step of the work writes down of the bytes that it read."""
    with platform.engine.begin() as connection:
        for label, folder in platform.folders.items():
            for record in platform.files.known(label).items():
                path, known = record
                digest = views.hash_file(folder.root, path)
                connection.execute(
                    sa.text("UPDATE aibox.files SET sha256 = :sha WHERE id = :id"),
                    {"sha": digest, "id": known.id},
                )


def make_due(platform: Platform) -> None:
    """Ten minutes later."""
    with platform.engine.begin() as connection:
        connection.execute(sa.text("UPDATE aibox.missing_files SET due_at = due_at - interval '10 minutes'"))


@pytest.fixture
def inbox(platform: Platform) -> Path:
    return platform.settings.inbox_path


@pytest.fixture
def full(platform: Platform, inbox: Path) -> Path:
    """The inbox with 254 known files."""
    drop(inbox, *(f"{n}.txt" for n in range(254)))
    while take_in(platform).new:
        pass
    assert len(files(platform)) == 254
    return inbox


def restarted(platform: Platform, **settings: str) -> Platform:
    """The same installation in a new process, with other settings."""
    by_name = {field.alias: getattr(platform.settings, name) for name, field in Settings.model_fields.items()}
    return Platform(Settings(**{**by_name, **settings}))  # type: ignore[arg-type]  # by alias


def test_another_folder_in_the_place_of_the_inbox_deletes_nothing(
    platform: Platform, full: Path, tmp_path: Path
) -> None:
    other = tmp_path / "other"
    drop(other, "stray.txt", "1.txt")
    again = restarted(platform, AIBOX_INBOX=str(other))
    for _ in range(3):
        intake = take_in(again)
        assert (intake.new, intake.changed, intake.gone) == (0, 0, 0)
        assert any("aibox folders accept" in problem for problem in intake.problems)
    assert len(files(platform)) == 254
    assert take_in(platform).problems == [], "the right folder is back"


def test_an_unmounted_disk_with_one_stray_file_deletes_nothing(platform: Platform, full: Path) -> None:
    full.rename(full.with_name("away"))
    drop(full, "stray.txt")
    assert any("held" in problem for problem in take_in(platform).problems)
    assert len(files(platform)) == 254
    shutil.rmtree(full)
    assert any("cannot be read" in problem for problem in take_in(platform).problems)
    full.with_name("away").rename(full)
    assert take_in(platform).problems == []
    assert len(files(platform)) == 254


def test_two_hosts_with_an_inbox_each_keep_each_others_files(
    platform: Platform, full: Path, tmp_path: Path
) -> None:
    there = tmp_path / "there"
    drop(there, "theirs.txt", "1.txt")
    second = restarted(platform, AIBOX_INBOX=str(there))
    second.__dict__["folder_store"] = FolderStore(second.engine, "second")
    for _ in range(2):
        assert take_in(second).new == 0
        assert take_in(platform).problems == []
    view = accept_folder(second, there)
    assert view.label == f"second:{there}"
    assert take_in(second).new == 2
    assert take_in(platform).problems == []
    assert len(files(platform)) == 256
    assert len({record.id for record in files(platform).values()}) == 256


def test_an_accepted_folder_removes_a_large_part_only_after_ten_minutes(
    platform: Platform, full: Path, tmp_path: Path
) -> None:
    other = tmp_path / "other"
    drop(other, *(f"{n}.txt" for n in range(100)))
    again = restarted(platform, AIBOX_INBOX=str(other))
    take_in(again)
    (held,) = list_folders(again)
    assert (held.state, held.files) == (FolderState.HELD, 254)
    assert accept_folder(again, other).state is FolderState.WATCHED
    for _ in range(2):
        assert any("154 files are missing" in problem for problem in take_in(again).problems)
        assert gone(platform) == set()
    make_due(platform)
    take_in(again)
    assert len(gone(platform)) == 154
    assert take_in(again).problems == []


@pytest.mark.parametrize("restart", [True, False])
def test_a_large_removal_is_undone_by_the_files_themselves(
    platform: Platform, full: Path, *, restart: bool
) -> None:
    for number in range(60):
        (full / f"{number}.txt").rename(full.with_name(f"{number}.txt"))
    assert any("60 files are missing" in problem for problem in take_in(platform).problems)
    (view,) = list_folders(platform)
    assert view.state is FolderState.REMOVAL_WAITS
    assert "aibox folders confirm" in (view.remedy or "")
    again = restarted(platform) if restart else platform
    (full / "70.txt").unlink()
    assert any("61 files are missing" in problem for problem in take_in(again).problems), "it waits as well"
    for number in range(60):
        full.with_name(f"{number}.txt").rename(full / f"{number}.txt")
    assert any("1 files are missing" in problem for problem in take_in(again).problems)
    make_due(platform)
    take_in(again)
    assert gone(platform) == {"70.txt"}
    assert len(files(platform)) == 253
    assert take_in(again).problems == []


def test_a_large_removal_can_be_confirmed(platform: Platform, full: Path) -> None:
    for number in range(60):
        (full / f"{number}.txt").unlink()
    take_in(platform)
    drop(full, "7.txt", text="text of 7.txt")
    assert confirm_removal(platform, full) == 60
    take_in(platform)
    assert len(gone(platform)) == 59, "one of them is back"
    assert take_in(platform).problems == []


def test_a_small_removal_is_done_at_once(platform: Platform, full: Path) -> None:
    for number in range(50):
        (full / f"{number}.txt").unlink()
    assert take_in(platform).gone == 50
    assert len(gone(platform)) == 50


def test_a_folder_that_cannot_be_marked_loses_many_files_only_when_confirmed(
    platform: Platform, inbox: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("aibox_assets.stores.folders.write_marker", lambda *_: False)
    drop(inbox, *(f"{n}.txt" for n in range(60)))
    take_in(platform)
    for number in range(60):
        (inbox / f"{number}.txt").unlink()
    take_in(platform)
    make_due(platform)
    take_in(platform)
    assert gone(platform) == set()
    confirm_removal(platform, inbox)
    take_in(platform)
    assert len(gone(platform)) == 60


def test_a_disk_that_goes_during_the_look_deletes_nothing(
    platform: Platform, inbox: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    drop(inbox, "a.txt", "b.txt")
    take_in(platform)
    real = scanning.FolderTree.look

    def look(tree: scanning.FolderTree, *, whole: bool = False) -> scanning.Scan:
        for path in inbox.iterdir():
            path.unlink()
        return real(tree, whole=whole)

    monkeypatch.setattr(scanning.FolderTree, "look", look)
    assert any("not the folder that it was" in problem for problem in take_in(platform).problems)
    assert gone(platform) == set()


@pytest.mark.parametrize("same_bytes", [True, False])
def test_a_name_that_is_dropped_and_moved_again_and_again_is_taken_in_each_time(
    platform: Platform, inbox: Path, *, same_bytes: bool
) -> None:
    for turn in range(5):
        drop(inbox, "scan.txt", text="scan" if same_bytes else f"scan {turn}")
        assert take_in(platform).new == 1
        note_hashes(platform)
        (inbox / "scan.txt").rename(inbox / f"moved-{turn}.txt")
        intake = take_in(platform)
        assert (intake.moved, intake.new, intake.gone) == (1, 0, 0)
    drop(inbox, "scan.txt", text="the last")
    assert take_in(platform).new == 1
    assert take_in(platform).new == 0
    found = files(platform)
    assert set(found) == {"scan.txt", *(f"moved-{turn}.txt" for turn in range(5))}
    assert len({record.id for record in found.values()}) == 6


def test_the_same_names_from_two_folders_at_once(platform: Platform, inbox: Path, tmp_path: Path) -> None:
    other = tmp_path / "elsewhere"
    platform.folders[str(other)] = WatchedFolder(str(other), other)
    for turn in range(5):
        drop(inbox, "scan.txt", "eve/scan.txt", text=f"{turn}")
        drop(other, "scan.txt", "eve/scan.txt", text=f"{turn}")
        assert take_in(platform).new == 4
        note_hashes(platform)
        for root in (inbox, other):
            (root / "scan.txt").rename(root / f"{turn}.txt")
            (root / "eve/scan.txt").rename(root / f"eve/{turn}.txt")
        assert take_in(platform).moved == 4
    assert len({record.id for record in platform.files.select()}) == 20


def test_a_thousand_nested_folders_stop_nothing(platform: Platform, inbox: Path) -> None:
    drop(inbox, "a.txt")
    place = os.open(inbox, os.O_RDONLY)
    for _ in range(1000):
        os.mkdir("deep", dir_fd=place)
        below = os.open("deep", os.O_RDONLY, dir_fd=place)
        os.close(place)
        place = below
    os.close(place)
    try:
        intake = take_in(platform)
    finally:
        shutil.os.system(f"rm -rf '{inbox}/deep'")
    assert intake.new == 1
    assert any("too deep" in problem for problem in intake.problems)


@pytest.mark.parametrize(
    "error", [RuntimeError(), RecursionError(), ValueError(""), StoreUnavailableError("")]
)
def test_whatever_stops_one_folder_stops_no_other(
    platform: Platform, inbox: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    other = tmp_path / "elsewhere"
    platform.folders[str(other)] = WatchedFolder(str(other), other)
    drop(inbox, "a.txt")
    drop(other, "b.txt")
    real = scanning.FolderTree.look

    def look(tree: scanning.FolderTree, *, whole: bool = False) -> scanning.Scan:
        if tree.root == inbox:
            raise error
        return real(tree, whole=whole)

    monkeypatch.setattr(scanning.FolderTree, "look", look)
    intake = take_in(platform)
    assert intake.new == 1
    (problem,) = intake.problems
    assert str(inbox) in problem
    assert problem.strip() == problem


def test_a_folder_that_is_not_watched_any_more_stops_nothing_and_can_be_given_up(
    platform: Platform, inbox: Path, tmp_path: Path
) -> None:
    other = tmp_path / "elsewhere"
    drop(other, "b.txt")
    drop(inbox, "a.txt")
    both = restarted(platform, AIBOX_FOLDERS=str(other))
    assert take_in(both).new == 2
    again = restarted(platform)
    assert take_in(again).problems == []
    assert len(files(platform)) == 2
    states = {view.label: view.state for view in list_folders(again)}
    assert states == {INBOX: FolderState.WATCHED, str(other): FolderState.NOT_WATCHED}
    assert forget_folder(again, str(other)) == 1
    assert gone(platform) == {"b.txt"}


def test_a_growing_file_and_many_of_equal_size_keep_no_other_waiting(
    platform: Platform, inbox: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    drop(inbox, *(f"{n}.txt" for n in range(10)), text="same")
    take_in(platform)
    note_hashes(platform)
    monkeypatch.setattr(intake_module, "LOOK_BYTES", 10)
    (inbox / "0.txt").unlink()
    drop(inbox, *(f"new-{n}.txt" for n in range(10)), text="size")
    drop(inbox, "other.txt", text="of another size")
    intake = take_in(platform)
    assert intake.new == 3, "two were hashed, and one needs no hash"
    assert intake.gone == 0, "one of the others may be what is gone"
    for _ in range(5):
        intake = take_in(platform)
    assert (len(files(platform)), gone(platform)) == (20, {"0.txt"})


def test_files_over_the_limit_are_never_hashed(
    platform: Platform, inbox: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    platform.settings.__dict__["max_file_mb"] = 1
    drop(inbox, "big.bin", text="x" * (2**20 + 1))
    take_in(platform)
    with platform.engine.begin() as connection:
        connection.execute(sa.text("UPDATE aibox.files SET sha256 = 'x'"))
    monkeypatch.setattr(views, "hash_file", lambda *_: pytest.fail("it was hashed"))
    drop(inbox, "big.bin", text="y" * (2**20 + 1))
    assert take_in(platform).changed == 1
    (inbox / "big.bin").rename(inbox / "moved.bin")
    take_in(platform)


def test_a_graph_that_is_away_keeps_no_move_waiting(platform: Platform, inbox: Path) -> None:
    drop(inbox, "a.txt", "b.txt")
    take_in(platform)
    note_hashes(platform)
    platform.__dict__["graph"] = None
    (inbox / "a.txt").rename(inbox / "new.txt")
    drop(inbox, "c.txt")
    intake = take_in(platform)
    assert (intake.moved, intake.new, intake.problems) == (1, 1, [])
    assert set(files(platform)) == {"new.txt", "b.txt", "c.txt"}
    platform.__dict__.pop("graph")


def test_a_look_asks_the_database_for_what_changed_only(
    platform: Platform, full: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    take_in(platform)
    monkeypatch.setattr(platform.files, "known", lambda _: pytest.fail("all rows were read"))
    assert str(take_in(platform)) == str(Intake())
    drop(full, "new.txt")
    drop(full, "1.txt", text="other")
    (full / "2.txt").unlink()
    intake = take_in(platform)
    assert (intake.new, intake.changed, intake.gone) == (1, 1, 1)
    assert str(take_in(platform)) == str(Intake())


def test_what_went_wrong_in_one_look_is_done_in_the_next(
    platform: Platform, full: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    drop(full, "new.txt")
    (full / "1.txt").unlink()

    def away(*_: object) -> None:
        raise StoreUnavailableError("Postgres did not answer.")

    for verb in ("mark_gone", "add"):
        monkeypatch.setattr(platform.lifecycle, verb, away)
        assert any("did not answer" in problem for problem in take_in(platform).problems)
        monkeypatch.undo()
        monkeypatch.setattr(platform.lifecycle, "add", away)
    monkeypatch.undo()
    take_in(platform)
    assert "new.txt" in files(platform)
    assert gone(platform) == {"1.txt"}


def test_a_marker_of_release_0_1_is_adopted_with_its_files(platform: Platform, full: Path) -> None:
    with platform.engine.begin() as connection:
        connection.execute(sa.text("UPDATE aibox.folders SET id = NULL, host = NULL, root = NULL"))
        connection.execute(sa.text("DELETE FROM aibox.installation"))
    (full / MARKER).write_text("")
    again = restarted(platform)
    assert take_in(again).problems == []
    assert len(files(again)) == 254
    assert (full / MARKER).stat().st_size > 0


def test_a_file_that_was_closed_is_taken_in_without_a_rest(platform: Platform) -> None:
    platform.settings = platform.settings.model_copy(update={"settle_seconds": 3600.0})
    drop(platform.settings.inbox_path, "before.txt")
    (moved := platform.settings.inbox_path.parent / "amy").mkdir()
    drop(moved, "a.txt")
    assert take_in(platform).waiting == 1, "nobody was there to hear of it"
    moved.rename(platform.settings.inbox_path / "amy")
    drop(platform.settings.inbox_path, "b.txt")
    _await_events(platform)
    take_in(platform)  # the folder is new; what came into it before it was watched has to rest
    drop(platform.settings.inbox_path, "amy/c.txt")
    with (platform.settings.inbox_path / "growing.txt").open("w") as growing:
        growing.write("half")
        growing.flush()
        _await_events(platform)
        intake = take_in(platform)
    assert set(files(platform)) == {"b.txt", "amy/c.txt"}
    assert intake.waiting >= 2
    assert not intake.is_at_rest


def test_two_spellings_of_a_name_are_two_files_of_one_owner(platform: Platform, inbox: Path) -> None:
    drop(inbox, "Zo\u00eb/caf\u00e9.txt", "Zoe\u0308/cafe\u0301.txt")
    assert take_in(platform).new == 2
    assert {record.user_id for record in files(platform).values()} == {"Zo\u00eb"}
    assert len(files(platform)) == 2
    note_hashes(platform)
    (inbox / "Zoe\u0308").rename(inbox / "Zoe\u0308-")
    (inbox / "Zo\u00eb").rename(inbox / "Zoe\u0308")
    assert take_in(platform).moved == 1, "from one spelling to the other"


def test_a_look_with_nothing_to_do_says_so(platform: Platform) -> None:
    take_in(platform)
    assert take_in(platform).is_at_rest
    drop(platform.settings.inbox_path, "a.txt")
    assert not take_in(platform).is_at_rest
    take_in(platform)
    assert take_in(platform).is_at_rest


def test_however_much_came_at_once_a_look_takes_its_share(platform: Platform, inbox: Path) -> None:
    drop(inbox, *(f"{n}.txt" for n in range(100)))
    slow = restarted(platform, AIBOX_SCAN_BATCH="2")
    taken = [take_in(slow).new for _ in range(3)]
    assert taken == [5, 5, 4], "a twentieth of what is open: what was just taken in is compared once more"
    while take_in(slow).new:
        pass
    assert len(files(platform)) == 100


def _await_events(platform: Platform) -> None:
    """Until what happened before is noted: the kernel tells in order."""
    (view,) = platform.views._views.values()
    mark = platform.settings.inbox_path / "mark.txt"
    mark.write_text("x")
    while "mark.txt" not in view.events._written:
        view.events._thread.join(0.01)
    mark.unlink()
