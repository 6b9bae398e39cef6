"""What is kept for all processes is made once, whole, and a crash leaves nothing that counts."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from aibox_assets.domain.encoders.kept import keep_once
from aibox_assets.domain.errors import ConfigurationError


def test_of_many_that_want_it_one_makes_it(tmp_path: Path) -> None:
    folder, made = tmp_path / "models" / "one", []

    def make(draft: Path) -> None:
        made.append(draft)
        (draft / "part").write_text("whole")

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: keep_once(folder, make, "It"), range(8)))
    assert len(made) == 1
    assert (folder / "part").read_text() == "whole"


def test_what_a_crash_left_is_made_again(tmp_path: Path) -> None:
    folder = tmp_path / "one"
    (tmp_path / "one.draft").mkdir()
    (tmp_path / "one.draft" / "half").touch()

    def fail(draft: Path) -> None:
        (draft / "part").touch()
        raise OSError(28, "No space left on device")

    with pytest.raises(ConfigurationError, match=r"It cannot be kept .*No space left"):
        keep_once(folder, fail, "It")
    assert [path.name for path in tmp_path.iterdir()] == ["one.lock"]
    keep_once(folder, lambda draft: (draft / "part").touch(), "It")
    assert [path.name for path in folder.iterdir()] == ["part"]


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ConfigurationError, match="cannot be kept") as refused:
        keep_once(tmp_path / "file" / "one", lambda draft: None, "It")
    assert "HF_HOME" in refused.value.remedy
