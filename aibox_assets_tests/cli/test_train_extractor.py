"""``aibox models train-extractor``: real training, for seconds, on a small set; what is trained is then used."""

from __future__ import annotations

import gc
import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from typer.testing import CliRunner

from aibox_assets.cli.main import app
from aibox_assets.domain.extract.tagger.artifact import BUILT_IN, read_artifact
from aibox_assets.domain.ontology import load_ontology
from aibox_assets.settings import load_settings

if TYPE_CHECKING:
    from aibox_assets.domain.extract.tagger.training.train import Trained

TEXT = "On Monday unit sevomi cleaned the hall, and Angela Merkel visited Paris."


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv("AIBOX_HOME", str(tmp_path / "home"))
    load_settings.cache_clear()
    yield tmp_path
    load_settings.cache_clear()


def run(*arguments: str | Path, status: int = 0) -> str:
    done = CliRunner().invoke(app, list(map(str, arguments)), env={"COLUMNS": "200"})
    assert done.exit_code == status, done.output
    return " ".join(done.output.split()) if status else done.stdout


def train(data: Path, out: Path, *more: str, status: int = 0) -> str:
    return run("models", "train-extractor", data, "--out", out, "--minutes", "0.25", *more, status=status)


def units(count: int) -> Iterator[dict[str, Any]]:
    """Organizations in a way of writing that nothing knows."""
    dice = random.Random(1)
    for _ in range(count):
        name = "unit " + "".join(dice.choice("bdfgklmnprstvz") + dice.choice("aeiou") for _ in range(3))
        before = dice.choice(("", "Yesterday ", "Last week ", "At noon "))
        after = dice.choice((" repaired the pump.", " has left the harbour.", " will guard the gate."))
        span = {"start": len(before), "end": len(before) + len(name), "text": name, "type": "Organization"}
        yield {"text": before + name + after, "entities": [span]}


def write(path: Path, *rows: object) -> Path:
    """:returns: the folder of the sets."""
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = [row if isinstance(row, str) else json.dumps(row, ensure_ascii=False) for row in rows]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path.parents[1]


def test_a_small_set_of_ones_own_teaches_its_names(home: Path) -> None:
    data = write(home / "sets" / "ner" / "units.jsonl", *units(100))
    write(data / "texts" / "more.jsonl", {"text": "Jane Wu left Acme Robotics."})
    trained = json.loads(train(data, home / "own", "--json"))
    before, after = (trained[when]["ner/units"]["names"] for when in ("before", "after"))
    assert before["right"] == 0
    assert after["right"] > 2 * (after["wrong"] + after["missed"])
    assert read_artifact(home / "own").weights_digest != read_artifact(BUILT_IN).weights_digest

    run("models", "extractor", trained["extractor"])
    load_settings.cache_clear()
    (passage,) = json.loads(run("extract", TEXT, "--json"))["passages"]
    assert {(each["name"], each["type"]) for each in passage["names"]} == {
        ("unit sevomi", "Organization"),
        ("Angela Merkel", "Person"),
        ("Paris", "Location"),
    }
    assert "has a tagger already" in train(data, home / "own", status=2)


ACME = {"start": 9, "end": 13, "type": "Organization"}


@pytest.mark.parametrize(
    ("file", "line", "said"),
    [
        ("ner/mine.jsonl", "{", "Expecting property name"),
        ("ner/mine.jsonl", [], 'it has no "text"'),
        ("ner/mine.jsonl", {"text": "Ann runs Acme."}, "it has no 'entities'"),
        ("ner/mine.jsonl", {"text": "Ann", "entities": [ACME]}, "the text has no characters 9 to 13"),
        (
            "ner/mine.jsonl",
            {"text": "Ann runs Acme.", "entities": [ACME | {"text": "Ann"}]},
            "characters 9 to 13 are 'Acme', not 'Ann'",
        ),
        (
            "ner/mine.jsonl",
            {"text": "Ann runs Acme.", "entities": [ACME | {"type": "Firm"}]},
            "'Firm' is none of the types Person, Organization, Location",
        ),
        (
            "relations/mine.jsonl",
            {"text": "Ann runs Acme.", "entities": [ACME], "relations": [[0, "LEADS", 1]]},
            "relation [0, 'LEADS', 1] is not [head, name, tail]",
        ),
        (
            "pairs/mine.jsonl",
            {"text": "Acme bought Beta.", "head": "Acme", "relation": "ACQUIRED", "tail": "Bert"},
            "tail 'Bert' does not stand in the text",
        ),
    ],
)
def test_a_wrong_line_is_named(home: Path, file: str, line: object, said: str) -> None:
    data = write(home / "sets" / file, "", line)
    message = train(data, home / "own", status=2)
    assert f"{Path(file).name}, line 2: " in message
    assert said in message
    assert not (home / "own").exists()


def test_a_folder_without_sets_and_a_tagger_that_is_none_are_refused(home: Path) -> None:
    (home / "sets").mkdir()
    assert "has no set" in train(home / "sets", home / "own", status=2)
    write(home / "sets" / "ner" / "few.jsonl", *units(1))
    assert "too few texts" in train(home / "sets", home / "own", status=2)
    assert "is no folder" in train(home / "none", home / "own", status=2)
    write(home / "sets" / "ner" / "few.jsonl", *units(30))
    assert "no tagger" in train(home / "sets", home / "own", "--from", str(home / "none"), status=2)


def test_interrupted_it_keeps_what_it_learned_or_writes_nothing(home: Path) -> None:
    # Here, since every process that collects the tests would import torch.
    from aibox_assets.domain.extract.tagger.training.train import train as train_tagger

    data = write(home / "sets" / "ner" / "units.jsonl", *units(40))

    def interrupt_at(said: str) -> Trained:
        def say(line: str) -> None:
            if said in line:
                raise KeyboardInterrupt

        own, ontology = home / "own", load_ontology(None)
        return train_tagger(data, own, ontology, minutes=9, start=BUILT_IN, say=say, rest=gc.collect)

    with pytest.raises(KeyboardInterrupt):
        interrupt_at("before")
    assert not (home / "own").exists()
    assert interrupt_at("minutes left").stopped
    assert read_artifact(home / "own").sure
