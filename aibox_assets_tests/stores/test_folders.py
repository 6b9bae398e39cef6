"""Watched folders on the disk and in the database: marked, recognized, held, accepted."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy import Engine

from aibox_assets.domain.errors import PermanentError, StoreUnavailableError
from aibox_assets.domain.folders import MarkerKind
from aibox_assets.stores import folders, tables
from aibox_assets.stores.folders import INBOX, FolderStore, IdentifiedFolder, WatchedFolder
from aibox_assets.stores.markers import MARKER, read_marker

pytestmark = pytest.mark.integration


@pytest.fixture
def store(engine: Engine) -> FolderStore:
    return FolderStore(engine, "one")


@pytest.fixture
def inbox(tmp_path: Path) -> WatchedFolder:
    (tmp_path / "inbox").mkdir()
    return WatchedFolder(INBOX, tmp_path / "inbox")


def give_file(engine: Engine, folder: str) -> None:
    """A known file of a folder."""
    row = {
        "id": f"f-{folder}",
        "folder": folder,
        "path": "a.txt",
        "owner_id": "amy",
        "size": 1,
        "mtime_ns": 1,
    }
    with engine.begin() as connection:
        connection.execute(sa.text("INSERT INTO aibox.accounts VALUES ('amy') ON CONFLICT DO NOTHING"))
        connection.execute(tables.files.insert().values(row))


def register(store: FolderStore, *places: WatchedFolder) -> list[IdentifiedFolder]:
    """What the places are, which is the same the second time."""
    first = store.register(places)
    assert store.register(places) == first
    assert store.recognize(places) == first
    return first


def test_a_new_folder_is_marked_with_the_installation_and_its_own_id(
    store: FolderStore, inbox: WatchedFolder
) -> None:
    assert register(store, inbox) == [IdentifiedFolder(inbox.root, INBOX)]
    said = json.loads((inbox.root / MARKER).read_text())
    row = store.known()[INBOX]
    assert said == {"installation": store.installation_id(), "folder": row.id}
    assert (row.host, row.root) == ("one", str(inbox.root))
    assert [path.name for path in inbox.root.iterdir()] == [MARKER]


def test_a_folder_that_moves_with_its_marker_stays_what_it_was(
    store: FolderStore, inbox: WatchedFolder, tmp_path: Path, engine: Engine
) -> None:
    register(store, inbox)
    give_file(engine, INBOX)
    inbox.root.rename(tmp_path / "new")
    (found,) = register(store, WatchedFolder(str(tmp_path / "new"), tmp_path / "new"))
    assert (found.label, found.held_reason) == (INBOX, None)
    assert store.known()[INBOX].root == str(tmp_path / "new")


def test_another_folder_in_the_place_of_a_known_one_is_held_until_the_right_one_is_back(
    store: FolderStore, inbox: WatchedFolder, tmp_path: Path, engine: Engine
) -> None:
    register(store, inbox)
    give_file(engine, INBOX)
    inbox.root.rename(tmp_path / "away")
    inbox.root.mkdir()
    (inbox.root / "stray.txt").write_text("x")
    (found,) = register(store, inbox)
    assert "no marker" in (found.held_reason or "")
    assert store.known()[INBOX].held_reason
    assert not (inbox.root / MARKER).exists()
    with pytest.raises(StoreUnavailableError, match="aibox folders"):
        store.locate(INBOX, [inbox])
    shutil.rmtree(inbox.root)
    (tmp_path / "away").rename(inbox.root)
    (found,) = register(store, inbox)
    assert found.held_reason is None
    assert store.known()[INBOX].held_reason is None
    assert store.locate(INBOX, [inbox]) == inbox.root


def test_an_accepted_folder_is_the_folder_and_the_former_one_is_not(
    store: FolderStore, inbox: WatchedFolder, tmp_path: Path, engine: Engine
) -> None:
    register(store, inbox)
    give_file(engine, INBOX)
    (tmp_path / "other").mkdir()
    other = WatchedFolder(INBOX, tmp_path / "other")
    assert register(store, other)[0].held_reason
    for _ in range(2):
        store.accept(other, INBOX)
        assert register(store, other) == [IdentifiedFolder(other.root, INBOX)]
    assert register(store, inbox)[0].held_reason


def test_two_hosts_that_share_a_database_hold_the_second_and_never_the_first(
    store: FolderStore, inbox: WatchedFolder, tmp_path: Path, engine: Engine
) -> None:
    second, there = FolderStore(engine, "two"), WatchedFolder(INBOX, tmp_path / "there")
    there.root.mkdir()
    for has_files in (False, True):
        if has_files:
            give_file(engine, INBOX)
        for _ in range(2):
            assert register(store, inbox) == [IdentifiedFolder(inbox.root, INBOX)]
            (held,) = register(second, there)
            assert held.held_reason
            assert held.label == f"two:{there.root}"
    second.accept(there, second.own_label(there))
    give_file(engine, f"two:{there.root}")
    assert register(store, inbox) == [IdentifiedFolder(inbox.root, INBOX)]
    assert register(second, there) == [IdentifiedFolder(there.root, f"two:{there.root}")]
    assert {row.held_reason for row in store.known().values()} == {None}
    assert second.locate(f"two:{there.root}", [there]) == there.root


def test_a_folder_that_another_host_marks_at_the_same_time_is_not_taken_from_it(
    store: FolderStore, inbox: WatchedFolder, engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = WatchedFolder(INBOX, tmp_path / "there")
    there.root.mkdir()
    real = folders.write_marker

    def meanwhile(*given: object) -> bool:
        monkeypatch.undo()
        FolderStore(engine, "two").register([there])
        return real(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(folders, "write_marker", meanwhile)
    (found,) = store.register([inbox])
    assert "another host" in (found.problem or "")
    assert store.known()[INBOX].host == "two"
    assert store.register([inbox])[0].held_reason


def test_a_held_place_that_left_the_settings_is_held_no_more(
    store: FolderStore, inbox: WatchedFolder, tmp_path: Path, engine: Engine
) -> None:
    register(store, inbox)
    give_file(engine, INBOX)
    there, copy = WatchedFolder(INBOX, tmp_path / "there"), WatchedFolder("/copy", tmp_path / "copy")
    there.root.mkdir()
    shutil.copytree(inbox.root, copy.root)
    second = FolderStore(engine, "two")
    assert register(second, there)[0].held_reason
    assert register(store, inbox, copy)[1].held_reason
    assert register(store, inbox)[0].held_reason is None
    assert set(store.known()) == {INBOX, f"two:{there.root}"}, "what another host holds is its own"
    second.register([])
    assert set(store.known()) == {INBOX}


def test_a_copy_with_its_marker_is_held_and_becomes_a_folder_when_accepted(
    store: FolderStore, inbox: WatchedFolder, tmp_path: Path, engine: Engine
) -> None:
    register(store, inbox)
    give_file(engine, INBOX)
    copy = WatchedFolder(str(tmp_path / "copy"), tmp_path / "copy")
    shutil.copytree(inbox.root, copy.root)
    found = {each.label: each for each in register(store, inbox, copy)}
    assert found[INBOX].held_reason is None
    assert "copy" in (found[copy.label].held_reason or "")
    store.accept(copy, copy.label)
    assert all(each.held_reason is None for each in register(store, inbox, copy))
    assert read_marker(copy.root) != read_marker(inbox.root)


def test_an_empty_marker_of_release_0_1_is_adopted(
    store: FolderStore, inbox: WatchedFolder, engine: Engine
) -> None:
    with engine.begin() as connection:
        connection.execute(tables.folders.insert().values(label=INBOX))
    give_file(engine, INBOX)
    (inbox.root / MARKER).touch()
    assert register(store, inbox) == [IdentifiedFolder(inbox.root, INBOX)]
    assert read_marker(inbox.root).kind is MarkerKind.VALID


def test_a_folder_that_cannot_be_marked_is_known_by_its_place(
    store: FolderStore, inbox: WatchedFolder, engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(folders, "write_marker", lambda *_: False)
    assert store.register([inbox]) == [IdentifiedFolder(inbox.root, INBOX)]
    give_file(engine, INBOX)
    assert register(store, inbox) == [IdentifiedFolder(inbox.root, INBOX, marked=False)]
    assert store.locate(INBOX, [inbox]) == inbox.root
    other = WatchedFolder(INBOX, tmp_path / "other")
    other.root.mkdir()
    assert register(store, other)[0].held_reason


def test_a_folder_that_is_not_there_is_a_problem_and_no_decision(
    store: FolderStore, inbox: WatchedFolder, engine: Engine
) -> None:
    register(store, inbox)
    give_file(engine, INBOX)
    inbox.root.rename(inbox.root.with_name("away"))
    (found,) = register(store, inbox)
    assert "cannot be read" in (found.problem or "")
    assert found.held_reason is None
    assert store.known()[INBOX].held_reason is None


def test_a_folder_that_is_not_watched_any_more_is_named(store: FolderStore, inbox: WatchedFolder) -> None:
    register(store, inbox)
    with pytest.raises(PermanentError, match="not watched any more"):
        store.locate("/data/old", [inbox])


@pytest.mark.parametrize(
    "content", ["{", "[1]", '{"installation": "x"}', '{"installation": 1, "folder": 2}', "x" * 9999]
)
def test_a_marker_that_is_none_is_held(store: FolderStore, inbox: WatchedFolder, content: str) -> None:
    (inbox.root / MARKER).write_text(content)
    assert register(store, inbox)[0].held_reason
    assert (inbox.root / MARKER).read_text() == content


def test_a_marker_is_no_link_and_no_pipe(store: FolderStore, inbox: WatchedFolder, tmp_path: Path) -> None:
    (tmp_path / "real").write_text("{}")
    (inbox.root / MARKER).symlink_to(tmp_path / "real")
    assert read_marker(inbox.root).kind is MarkerKind.UNREADABLE
    (inbox.root / MARKER).unlink()
    os.mkfifo(inbox.root / MARKER)
    assert read_marker(inbox.root).kind in (MarkerKind.UNREADABLE, MarkerKind.EMPTY)
