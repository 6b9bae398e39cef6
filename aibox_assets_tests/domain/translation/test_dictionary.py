"""The dictionary's file: looked up both ways, made once, made again when it is damaged, refused where it is another."""

from __future__ import annotations

import gzip
import sqlite3
from pathlib import Path

import pytest
from huggingface_hub import constants

from aibox_assets.domain.errors import ConfigurationError
from aibox_assets.domain.translation import dictionary
from aibox_assets.domain.translation.cedict import Phrase
from aibox_assets.domain.translation.dictionary import (
    MOST,
    REVISION,
    Dictionary,
    make_dictionary,
    open_dictionary,
    source_file,
    stem,
    write_dictionary,
)


def test_words_are_looked_up_both_ways(tmp_path: Path) -> None:
    write_dictionary({"发电机": [("electricity", "generators"), ("dynamo",)], "三c": [("dynamo",)]}, tmp_path)
    written = Dictionary(tmp_path)
    assert written.english(["发电机", "电", "' OR 1=1"]) == {
        "发电机": [("electricity", "generators"), ("dynamo",)]
    }
    key = f"{stem('electricity')} {stem('generator')}"
    assert written.chinese([key, "dynamo", "none"]) == {key: ["发电机"], "dynamo": ["发电机"]}
    assert written.english([]) == {}


def test_the_frequent_translations_are_kept(tmp_path: Path) -> None:
    rare: dict[str, list[Phrase]] = {"水" * n: [("water",)] for n in range(2, MOST + 10)}
    write_dictionary({**rare, "水": [("water",)]}, tmp_path)
    found = Dictionary(tmp_path).chinese(["water"])["water"]
    assert len(found) == MOST
    assert found[0] == "水"


def test_it_is_made_once_and_again_where_it_is_damaged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(constants, "HF_HOME", str(tmp_path))
    file = tmp_path / "aibox-dictionary" / REVISION / "words.sqlite"
    made: list[Path] = []

    def make(_source: Path, folder: Path) -> None:
        made.append(folder)
        write_dictionary({"水": [("water",)]}, folder)

    monkeypatch.setattr(dictionary, "make_dictionary", make)
    for damaged, count in ((None, 1), (None, 1), (b"", 2), (b"no database " * 1000, 3)):
        if damaged is not None:
            file.write_bytes(damaged)
        assert open_dictionary().english(["水"]) == {"水": [("water",)]}
        assert len(made) == count


def test_another_file_is_refused(tmp_path: Path) -> None:
    other = tmp_path / "other.gz"
    other.write_bytes(gzip.compress("水 水 [shui3] /water/".encode()))
    with pytest.raises(ConfigurationError, match=r"other\.gz.*digest"):
        make_dictionary(other, tmp_path)


def test_without_the_package_what_to_do_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dictionary, "PACKAGE", "no_such_package")
    with pytest.raises(ConfigurationError) as refused:
        source_file()
    assert "requirements.lock" in refused.value.remedy


def test_what_is_no_database_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "words.sqlite").write_bytes(b"no database " * 1000)
    with pytest.raises(sqlite3.DatabaseError):
        Dictionary(tmp_path).english(["水"])
