"""Giving files to the inbox: every one arrives under a name of its own, or is named with the reason."""

from __future__ import annotations

from pathlib import Path

import pytest

from aibox_assets.domain.errors import ConfigurationError
from aibox_assets.services.ingest import Ingested, ingest, plan


def put(root: Path, *paths: str, text: str = "x") -> None:
    for path in paths:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(f"{text} {path}")


def give(root: Path, *names: str, user: str | None = None, replace: bool = False) -> dict[str, Ingested]:
    """Ingest into the inbox of *root*; what became of each, by its path there."""
    given, left_out = plan([root / name for name in names], user, "default")
    done = [*ingest(given, root / "inbox", replace=replace), *left_out]
    return {file.path: file for file in done}


def in_inbox(root: Path) -> list[str]:
    inbox = root / "inbox"
    return sorted(str(path.relative_to(inbox)) for path in inbox.rglob("*") if not path.is_dir())


def test_folders_keep_their_name_and_structure(tmp_path: Path) -> None:
    put(tmp_path, "A/index.html", "A/deep/a.txt", "B/index.html", "c.txt")
    assert all(file.fresh for file in give(tmp_path, "A", "B", "c.txt").values())
    assert in_inbox(tmp_path) == [
        "c.txt",
        "default/A/deep/a.txt",
        "default/A/index.html",
        "default/B/index.html",
    ]
    assert not any(file.fresh for file in give(tmp_path, "A", "B", "c.txt").values())
    give(tmp_path, "A", "c.txt", user="amy")
    assert {"amy/A/index.html", "amy/c.txt"} <= set(in_inbox(tmp_path))


def test_a_folder_that_is_given_without_a_name_has_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(tmp_path, "A/index.html")
    monkeypatch.chdir(tmp_path / "A")
    given, _ = plan([Path(".")], None, "default")
    assert [file.path for file in given] == ["default/A/index.html"]


def test_another_file_of_the_name_is_kept_unless_replacing(tmp_path: Path) -> None:
    put(tmp_path, "a.txt", "x/a.txt")
    give(tmp_path, "a.txt")
    kept = give(tmp_path, "x/a.txt")["a.txt"]
    assert not kept.arrived
    assert "--replace" in (kept.problem or "")
    assert (tmp_path / "inbox/a.txt").read_text() == "x a.txt"
    assert give(tmp_path, "x/a.txt", replace=True)["a.txt"].fresh
    assert (tmp_path / "inbox/a.txt").read_text() == "x x/a.txt"


@pytest.mark.parametrize("replace", [True, False])
def test_two_given_files_of_one_name_never_replace_each_other(tmp_path: Path, *, replace: bool) -> None:
    put(tmp_path, "x/a.txt", "y/a.txt")
    given, _ = plan([tmp_path / "x/a.txt", tmp_path / "y/a.txt"], None, "default")
    first, second = ingest(given, tmp_path / "inbox", replace=replace)
    assert first.arrived
    assert "another of the given files" in (second.problem or "")
    assert (tmp_path / "inbox/a.txt").read_text() == "x x/a.txt"


def test_links_are_named_and_not_followed(tmp_path: Path) -> None:
    put(tmp_path, "secret/key.txt", "A/a.txt")
    (tmp_path / "A/link.txt").symlink_to(tmp_path / "secret/key.txt")
    (tmp_path / "A/folder").symlink_to(tmp_path / "secret")
    (tmp_path / "L").symlink_to(tmp_path / "secret")
    done = give(tmp_path, "A", "L")
    assert {path for path, file in done.items() if not file.arrived} == {
        "default/A/link.txt",
        "default/A/folder",
        "L",
    }
    assert in_inbox(tmp_path) == ["default/A/a.txt"]


def test_a_linked_folder_in_the_inbox_is_not_written_through(tmp_path: Path) -> None:
    put(tmp_path, "a.txt")
    (tmp_path / "outside").mkdir()
    (tmp_path / "inbox").mkdir()
    (tmp_path / "inbox/amy").symlink_to(tmp_path / "outside")
    (file,) = give(tmp_path, "a.txt", user="amy").values()
    assert "links are not followed" in (file.problem or "")
    assert list((tmp_path / "outside").iterdir()) == []


@pytest.mark.parametrize("name", [".hidden.txt", "a.part", ".A"])
def test_a_name_that_the_inbox_leaves_alone_is_refused(tmp_path: Path, name: str) -> None:
    put(tmp_path, name if name != ".A" else ".A/a.txt")
    with pytest.raises(ConfigurationError, match="left alone"):
        plan([tmp_path / name], None, "default")


@pytest.mark.parametrize("user", ["../amy", ".amy", "a/b", "", "a\0b"])
def test_a_user_is_a_plain_name(tmp_path: Path, user: str) -> None:
    put(tmp_path, "a.txt")
    with pytest.raises(ConfigurationError, match="cannot be a user"):
        plan([tmp_path / "a.txt"], user, "default")


def test_a_name_that_is_spelled_otherwise_is_the_same_name(tmp_path: Path) -> None:
    put(tmp_path, "mac/cafe\u0301.txt", "linux/caf\u00e9.txt", "inbox/Zoe\u0308/cafe\u0301.txt")
    kept = give(tmp_path, "linux/caf\u00e9.txt", user="Zo\u00eb")
    assert [(path, file.arrived) for path, file in kept.items()] == [("Zoe\u0308/cafe\u0301.txt", False)]
    assert give(tmp_path, "linux/caf\u00e9.txt", user="Zo\u00eb", replace=True).popitem()[1].fresh
    assert in_inbox(tmp_path) == ["Zoe\u0308/cafe\u0301.txt"]
    both = give(tmp_path, "mac/cafe\u0301.txt", "linux/caf\u00e9.txt", user="amy")
    assert [path for path in in_inbox(tmp_path) if path.startswith("amy")] == ["amy/caf\u00e9.txt"]
    assert set(both) == {"amy/caf\u00e9.txt"}
    assert "another of the given files" in (both["amy/caf\u00e9.txt"].problem or "")
