"""``aibox folders`` and ``aibox ingest`` as a person and a program see them, on a real database."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy import Engine

from aibox_assets.stores.folders import INBOX, FolderStore, WatchedFolder
from aibox_assets_tests.commands import aibox

pytestmark = pytest.mark.integration

_FILE = """
INSERT INTO aibox.accounts (name) VALUES ('amy') ON CONFLICT DO NOTHING;
INSERT INTO aibox.files (id, folder, path, owner_id, size, mtime_ns)
SELECT 'f' || n, 'inbox', n || '.txt', 'amy', 1, 1 FROM generate_series(1, 60) AS n
"""


@pytest.fixture
def home(engine: Engine, tmp_path: Path) -> Path:
    """A home with an inbox of 60 known files."""
    (tmp_path / "inbox").mkdir()
    FolderStore(engine).register([WatchedFolder(INBOX, tmp_path / "inbox")])
    with engine.begin() as connection:
        connection.execute(sa.text(_FILE))
    return tmp_path


def test_a_folder_that_is_held_is_shown_and_accepted(home: Path, engine: Engine, postgres_url: str) -> None:
    other = home / "an other"
    other.mkdir()
    settings = {"DATABASE_URL": postgres_url, "AIBOX_INBOX": str(other), "COLUMNS": "300"}
    FolderStore(engine).register([WatchedFolder(INBOX, other)])

    shown = aibox(home, "folders", **settings)
    assert shown.returncode == 0, shown.stderr
    assert "held" in shown.stdout
    assert f"aibox folders accept '{other}'" in shown.stdout
    (view,) = json.loads(aibox(home, "folders", "--json", **settings).stdout)
    assert (view["label"], view["place"], view["state"], view["files"]) == (INBOX, str(other), "held", 60)
    assert "no marker" in view["reason"]
    assert "held" in aibox(home, "files", **settings).stderr

    accepted = json.loads(aibox(home, "folders", "accept", str(other), "--json", **settings).stdout)
    assert (accepted["label"], accepted["state"]) == (INBOX, "watched")
    again = aibox(home, "folders", "accept", str(other), **settings)
    assert again.returncode == 2
    assert "nothing is to be decided" in again.stderr
    assert "not a watched folder" in aibox(home, "folders", "accept", "/etc", **settings).stderr


def test_a_folder_is_accepted_apart_when_asked(home: Path, engine: Engine, postgres_url: str) -> None:
    other = home / "other"
    other.mkdir()
    settings = {"DATABASE_URL": postgres_url, "AIBOX_INBOX": str(other)}
    FolderStore(engine).register([WatchedFolder(INBOX, other)])
    view = json.loads(aibox(home, "folders", "accept", str(other), "--apart", "--json", **settings).stdout)
    assert view["label"].endswith(f":{other}")
    states = {v["label"]: v["state"] for v in json.loads(aibox(home, "folders", "--json", **settings).stdout)}
    assert states == {view["label"]: "watched", INBOX: "not watched"}
    assert "60 files" in aibox(home, "folders", "forget", INBOX, **settings).stdout


def test_a_removal_that_waits_is_shown_and_confirmed(home: Path, engine: Engine, postgres_url: str) -> None:
    settings = {"DATABASE_URL": postgres_url, "COLUMNS": "300"}
    with engine.begin() as connection:
        connection.execute(
            sa.text(
                "INSERT INTO aibox.missing_files SELECT id, now(), now() + interval '10 min' FROM aibox.files"
            )
        )
    shown = aibox(home, "folders", **settings).stdout
    assert "removal waits" in shown
    assert f"aibox folders confirm {home}/inbox" in shown
    assert shown.count("aibox folders confirm") == 1
    assert ".." not in shown
    assert "60 files are missing" in aibox(home, "files", **settings).stderr
    assert json.loads(aibox(home, "folders", "confirm", f"{home}/inbox", "--json", **settings).stdout) == {
        "files": 60
    }
    with engine.begin() as connection:
        assert (
            connection.scalar(sa.text("SELECT count(*) FROM aibox.missing_files WHERE due_at <= now()")) == 60
        )


@pytest.mark.parametrize("folder", [".", "home", "home/inbox"])
def test_a_home_is_not_put_into_its_own_inbox(tmp_path: Path, folder: str) -> None:
    home = tmp_path / "home"
    for name in ("a.txt", "home/first-login.txt", "home/inbox/amy/b.txt"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(name)
    done = aibox(tmp_path, "ingest", folder, "--json", AIBOX_HOME=str(home))
    answer = json.loads(done.stdout)
    kept = [f"default/{tmp_path.name}/a.txt"] if folder == "." else []
    assert [file["path"] for file in answer["files"]] == kept
    assert [file["source"] for file in answer["left_out"]] == [str(tmp_path / folder if kept == [] else home)]
    assert "installation" in answer["left_out"][0]["reason"]
    assert done.returncode == 1
    assert sorted(path.name for path in home.rglob("*") if path.is_file()) == sorted(
        ["b.txt", "first-login.txt", *(["a.txt"] if kept else [])]
    )


def test_ingest_says_what_is_left_out_and_why(tmp_path: Path) -> None:
    for folder in ("A", "B"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "index.html").write_text(folder)
    (tmp_path / "A" / "link").symlink_to("/etc/hostname")
    answer = aibox(tmp_path, "ingest", "A", "B", "A/index.html", "B/index.html", "--json")
    assert answer.returncode == 1
    said = json.loads(answer.stdout)
    assert [file["path"] for file in said["files"]] == [
        "default/A/index.html",
        "default/B/index.html",
        "index.html",
    ]
    reasons = {file["path"]: file["reason"] for file in said["left_out"]}
    assert set(reasons) == {"index.html", "default/A/link"}
    assert reasons["index.html"] == "another of the given files has that name"
    assert "links are not followed" in reasons["default/A/link"]
    assert (tmp_path / "inbox/default/B/index.html").read_text() == "B"
    kept = aibox(tmp_path, "ingest", "B/index.html")
    assert kept.returncode == 1
    assert "--replace" in kept.stderr
    assert aibox(tmp_path, "ingest", "B/index.html", "--replace").returncode == 0
    assert (tmp_path / "inbox/index.html").read_text() == "B"
