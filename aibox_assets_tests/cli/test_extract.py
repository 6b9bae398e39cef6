"""``aibox extract``: the stages of a text or a file, seen without a home."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from rich.cells import cell_len
from typer.testing import CliRunner

from aibox_assets.cli.main import app
from aibox_assets.settings import load_settings

TEXT = "Jane Wu, who founded Acme Robotics in Taipei, praised Bob Lee. 郭台銘創立了鴻海。"


@pytest.fixture(autouse=True)
def no_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("AIBOX_HOME", str(tmp_path / "none"))
    load_settings.cache_clear()
    return tmp_path


def run(*arguments: str, status: int = 0, given: str | None = None) -> str:
    done = CliRunner().invoke(app, ["extract", *arguments], input=given, env={"COLUMNS": "80"})
    assert done.exit_code == status, done.output
    return done.output


def read(*arguments: str, given: str | None = None) -> dict[str, Any]:
    return json.loads(run(*arguments, "--json", given=given))


def test_shows_names_relations_and_triples_within_80_columns(no_home: Path) -> None:
    shown = run(TEXT)
    assert "[Jane Wu Person]" in " ".join(shown.split())
    assert "tagger and rules" in shown
    assert "praised" in shown
    assert "rules: “founded”" in " ".join(shown.split())
    assert max(map(cell_len, shown.splitlines())) <= 80
    assert not (no_home / "none").exists()


def test_json_has_offsets_into_the_text_and_what_each_stage_saw() -> None:
    found = read(TEXT)
    (passage,) = found["passages"]
    assert all(TEXT[each["char_start"] : each["char_end"]] == each["name"] for each in passage["names"])
    assert {"Jane Wu", "Acme Robotics", "郭台銘", "鴻海"} <= {each["name"] for each in passage["names"]}
    words = {each["words"]: each["typed"] for each in passage["relations"]}
    assert words["founded"] == "FOUNDED"
    assert words["praised"] is None
    assert ("Jane Wu", "FOUNDED", "Acme Robotics") in {
        (each["head"], each["relation"], each["tail"]) for each in passage["triples"]
    }
    assert set(found["seconds"]) == {"NER", "RE", "RT"}


def test_names_that_a_text_defines_mean_what_they_stand_for() -> None:
    text = (
        'This is between Acme Ltd. ("the Client") and Bob Lee. The Client acquired Nordwind Energy in 2019.'
    )
    (passage,) = read(text)["passages"]
    assert ("Acme Ltd.", "The Client") in {
        (each["name"], text[each["char_start"] : each["char_end"]]) for each in passage["names"]
    }
    (triple,) = (each for each in passage["triples"] if each["relation"] == "ACQUIRED")
    assert (triple["head"], triple["tail"]) == ("Acme Ltd.", "Nordwind Energy")
    assert triple["evidence"] == text[triple["char_start"] : triple["char_end"]]
    shown = " ".join(run(text).split())
    assert "[The Client Organization]" in shown
    assert "rules: “acquired”" in shown


def test_a_file_is_parsed_and_standard_input_read(no_home: Path) -> None:
    (no_home / "staff.csv").write_text("company,ceo\nAcme Robotics,Jane Wu\n", encoding="utf-8")
    (passage,) = read("staff.csv")["passages"]
    assert {each["source"] for each in passage["relations"]} == {"table"}
    assert [each["relation"] for each in passage["triples"]] == ["LEADS"]
    assert read("-", given=TEXT)["passages"]


def test_what_is_no_text_and_no_file_is_refused() -> None:
    assert "There is no file report.pdf" in run("report.pdf", status=2)
    assert "There is no text" in run("-", status=2, given=" \n")
    assert read("x" * 5000)["passages"]
