"""From a dropped file to search and graph, through change, move, retry and removal, on a whole home."""

from __future__ import annotations

import shlex
import time
from pathlib import Path
from typing import Any

import httpx
import pytest
from dagster import DagsterInstance
from dagster._core.definitions.run_request import InstigatorType
from dagster._core.scheduler.instigation import InstigatorState, SensorInstigatorData

from aibox_assets.assets.io_manager import ParquetIOManager
from aibox_assets.automation.sensors import REST_SECONDS, upload_sensor
from aibox_assets.local.home import Home
from aibox_assets.local.instance import open_instance
from aibox_assets_tests.integration.real_home import RealHome

pytestmark = [pytest.mark.stack, pytest.mark.timeout(600)]

STORY = """# Quarry

Orla Byrne founded Granite Works in Galway in 1998. Granite Works is headquartered in Galway.

## Stone

{filler}

## Delivery

The quarry ships limestone to {{town}}. Each block is numbered and weighed before it leaves the yard.
""".format(
    filler=" ".join(f"Block {n} came from bench {n % 7} and took {n + 3} days to cut." for n in range(40))
)


@pytest.fixture(scope="module")
def samples(home: RealHome) -> dict[str, Any]:
    """The samples, ingested by the command as a person would; by path."""
    return dict(home.ingest_samples(500))


def test_every_sample_is_finished_with_chunks_and_vectors(samples: dict[str, Any]) -> None:
    assert len(samples) >= 12
    for path, file in samples.items():
        assert file["status"] == "finished", (path, file["error"])
        assert file["chunks"] >= 1, path
        assert file["embeddings"] == file["chunks"], path
        assert file["error"] is None, path
    assert {file["user_id"] for file in samples.values()} == {"alice", "bob", "default"}
    assert sum(file["triples"] for file in samples.values()) >= 30


def test_a_question_finds_its_passage_with_its_place(home: RealHome, samples: dict[str, Any]) -> None:
    hits = home.json("search", "Who founded Northwind Cells?", "--limit", "5")
    names = {Path(path).name for path in samples}  # others of this home's people may have them, too
    assert hits
    assert list(hits[0]) >= ["file_id"]
    assert any("Lin Mei-hua" in hit["text"] for hit in hits)
    for hit in hits:
        assert {"file_id", "path", "chunk_id", "page", "char_start", "char_end", "text", "score"} <= set(hit)
        assert hit["char_end"] - hit["char_start"] == len(hit["text"])
        assert Path(hit["path"]).name in names


@pytest.mark.parametrize(
    ("question", "relation", "said"),
    [
        ("Where is Northwind Cells based?", ("Northwind Cells", "HEADQUARTERED_IN", "Hsinchu"), "Hsinchu"),
        ("谁投资了北风电池？", ("港街資本", "INVESTED_IN", "北風電池"), "港街資本"),
    ],
)
def test_a_question_is_answered_by_what_it_asks_for(
    home: RealHome, samples: dict[str, Any], question: str, relation: tuple[str, str, str], said: str
) -> None:
    answer = home.json("ask", question)
    first = answer["relations"][0]
    assert (first["head"], first["relation"], first["tail"]) == relation
    assert said in answer["sentences"][0]["text"]


def test_the_demo_ends_with_a_request_that_finds_something(home: RealHome, samples: dict[str, Any]) -> None:
    command = shlex.split(home.run("demo").stdout.rstrip().rpartition("\n")[2])
    assert command[0] == "curl"
    name, _, value = command[command.index("-H") + 1].partition(": ")
    answer = httpx.get(command[-1], headers={name: value}, timeout=60)
    assert answer.status_code == 200
    assert "Northwind Cells" in answer.json()["data"][0]["text"]


def test_chinese_words_are_found_in_both_scripts(home: RealHome, samples: dict[str, Any]) -> None:
    for query in ("北風電池 林美華", "北风电池 林美华"):
        hits = home.json("search", query)
        assert any("林美" in hit["text"] for hit in hits), query


def test_the_graph_joins_files_and_says_its_source(home: RealHome, samples: dict[str, Any]) -> None:
    relations = home.json("graph", "Northwind Cells")
    assert len({relation["file_id"] for relation in relations}) >= 3
    for relation in relations:
        assert {"head", "relation", "tail", "confidence", "file_id", "chunk_id"} <= set(relation)
        assert 0 < relation["confidence"] <= 1


def test_ingesting_the_same_again_runs_nothing(home: RealHome, samples: dict[str, Any]) -> None:
    before = home.files()
    home.ingest_samples(60)
    time.sleep(8)
    after = home.files()
    for path in samples:
        assert after[path]["run_id"] == before[path]["run_id"]


def test_change_move_regeneration_and_removal_of_one_file(home: RealHome) -> None:
    path = home.drop("quarry.md", STORY.format(town="Sligo"))
    first = home.wait_finished([path])[path]
    assert home.json("search", "limestone Sligo")[0]["path"] == path
    vectors = _vectors(home, first["file_id"])

    # Change: only what changed is embedded again, and the old text is gone.
    home.drop("quarry.md", STORY.format(town="Athlone"))
    changed = home.wait([path], until=lambda f: f["status"] == "finished" and f["sha256"] != first["sha256"])[
        path
    ]
    assert changed["file_id"] == first["file_id"]
    assert not any("Sligo" in hit["text"] for hit in home.json("search", "limestone Sligo"))
    assert set(vectors) & set(_vectors(home, first["file_id"])), "the unchanged chunk kept its id and vector"

    # Move: same bytes, new path, same results, no run.
    (home.inbox / "moved").mkdir(exist_ok=True)
    (home.inbox / "quarry.md").rename(home.inbox / "stone.md")
    moved = home.wait(["stone.md"])["stone.md"]
    assert moved["file_id"] == first["file_id"]
    assert moved["run_id"] == changed["run_id"]
    assert home.json("search", "limestone Athlone")[0]["path"] == "stone.md"
    assert {relation["path"] for relation in home.json("graph", "Granite Works")} == {"stone.md"}

    # Made again, by path.
    home.json("regenerate", "stone.md", "--force-rechunk")
    again = home.wait(
        ["stone.md"], until=lambda f: f["status"] == "finished" and f["run_id"] != changed["run_id"]
    )["stone.md"]
    assert again["chunks"] == changed["chunks"]

    # Removal takes everything.
    answer = home.json("delete", "stone.md")
    assert answer["deleted"]
    assert "stone.md" not in home.files()
    assert home.json("graph", "Granite Works") == []
    assert home.platform.vectors.counts([first["file_id"]]) == {first["file_id"]: 0}
    tables = ParquetIOManager(home.platform.settings.storage_url)
    assert tables.read_table("chunks", first["file_id"]) is None
    assert tables.read_table("kg_triples", first["file_id"]) is None
    assert home.run("file", "stone.md", check=False).returncode == 1


def test_equal_bytes_under_two_names_cost_the_models_once(home: RealHome) -> None:
    text = "The lighthouse keeper Aoife Nolan lives in Dingle. She repairs clocks in the winter months."
    one, two = home.drop("clock-a.txt", text), home.drop("clock-b.txt", text)
    files = home.wait_finished([one, two])
    assert files[one]["file_id"] != files[two]["file_id"]
    (hit,) = home.json("search", "lighthouse keeper Aoife Nolan repairs clocks", "--limit", "1")
    # What stands in both is one hit, which names the other file.
    assert {hit["path"], *(copy["path"] for copy in hit["copies"])} == {one, two}
    home.json("delete", one)
    home.json("delete", two)


def test_a_shared_entity_stays_while_another_file_names_it(home: RealHome) -> None:
    one = home.drop("share-a.txt", "Ines Duarte founded Porto Looms in Porto.")
    two = home.drop("share-b.txt", "Porto Looms is headquartered in Porto.")
    home.wait_finished([one, two])
    home.json("delete", one)
    assert {relation["path"] for relation in home.json("graph", "Porto Looms")} == {two}
    home.json("delete", two)
    assert home.json("graph", "Porto Looms") == []


def _vectors(home: RealHome, file_id: str) -> list[str]:
    from sqlalchemy import text

    with home.platform.engine.connect() as connection:
        rows = connection.execute(
            text("SELECT chunk_id FROM aibox.chunks WHERE file_id = :id"), {"id": file_id}
        )
        return [row[0] for row in rows]


def test_a_dropped_file_wakes_the_sensor(home: RealHome) -> None:
    with open_instance(Home(home.path), home.platform.settings) as instance:
        rested = _wait_for_rest(instance)
        path = home.drop("bell.txt", "Orla Byrne rings the bell of Granite Works.")
        home.wait_finished([path])
        (state,) = _states(instance)
        ticks = instance.get_ticks(state.instigator_origin_id, state.selector_id)
        (tick,) = [tick for tick in ticks if tick.run_ids][:1]
    # Nothing but a bell makes it look earlier.
    assert 0 < tick.timestamp - rested < REST_SECONDS


def _states(instance: DagsterInstance) -> list[InstigatorState]:
    states = instance.all_instigator_state(instigator_type=InstigatorType.SENSOR)
    return [state for state in states if state.instigator_name == upload_sensor.name]


def _wait_for_rest(instance: DagsterInstance, seconds: float = 120) -> float:
    """Until the sensor says that nothing is to be done; when that tick began."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        for state in _states(instance):
            data = state.instigator_data
            if isinstance(data, SensorInstigatorData) and data.cursor == str(REST_SECONDS):
                return data.last_tick_start_timestamp or 0.0
        time.sleep(0.2)
    raise AssertionError("the sensor never rests")
