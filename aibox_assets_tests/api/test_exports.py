"""Exports over real HTTP."""

from __future__ import annotations

import csv
import io
import json

import pyarrow.parquet as pq
import pytest
from sqlalchemy import Engine

from aibox_assets.resources.platform import Platform
from aibox_assets.stores.exports import PART
from aibox_assets_tests.api.conftest import Client
from aibox_assets_tests.stores.documents import SPEC, add_files, entry_of

pytestmark = pytest.mark.integration

TEXTS = ('He said "一, 二", and\nleft.', "=1+1", "second")


@pytest.fixture
def documents(engine: Engine, platform: Platform, people: object) -> None:
    """A file of eve's, one of bob's."""
    space = platform.spaces.use_model(SPEC)
    for owner, texts in (("eve", TEXTS), ("bob", ("of bob",))):
        add_files(engine, f"{owner}-1", user_id=owner)
        platform.vectors.replace_files(space, [entry_of(f"{owner}-1", *texts)])


@pytest.mark.usefixtures("documents")
def test_each_format_says_the_same(signed_in: Client) -> None:
    eve = signed_in("eve")
    answers = {
        name: eve.get("/export/chunks", params={"format": name}) for name in ("jsonl", "csv", "parquet")
    }
    lines = [json.loads(line) for line in answers["jsonl"].text.splitlines()]
    assert [line["text"] for line in lines] == list(TEXTS)
    assert {line["path"] for line in lines} == {"eve/eve-1.txt"}
    cells = list(csv.DictReader(io.StringIO(answers["csv"].text, newline="")))
    assert [cell["text"] for cell in cells] == list(TEXTS)
    assert [int(cell["char_end"]) for cell in cells] == [line["char_end"] for line in lines]
    assert pq.read_table(io.BytesIO(answers["parquet"].content)).to_pylist() == lines
    assert answers["csv"].headers["content-disposition"] == 'attachment; filename="chunks.csv"'


@pytest.mark.usefixtures("documents")
def test_an_export_holds_what_its_reader_sees(signed_in: Client) -> None:
    texts = {
        name: [json.loads(line)["text"] for line in signed_in(name).get("/export/chunks").text.splitlines()]
        for name in ("ada", "eve", "bob", "rae")
    }
    assert texts == {"ada": [*TEXTS, "of bob"], "eve": list(TEXTS), "bob": ["of bob"], "rae": []}
    assert signed_in("bob").get("/export/chunks", params={"file_id": "eve-1"}).text == ""


def test_a_large_export_comes_in_parts(engine: Engine, platform: Platform, signed_in: Client) -> None:
    add_files(engine, "many", user_id="eve")
    texts = [f"text {number}" for number in range(2 * PART + 5)]
    platform.vectors.replace_files(platform.spaces.use_model(SPEC), [entry_of("many", *texts)])
    content = signed_in("eve").get("/export/chunks", params={"format": "parquet"}).content
    table = pq.ParquetFile(io.BytesIO(content))
    assert table.metadata.num_row_groups == 3
    assert table.read()["text"].to_pylist() == texts


def test_an_unknown_format_is_said(signed_in: Client) -> None:
    answer = signed_in("eve").get("/export/chunks", params={"format": "xlsx"})
    assert answer.status_code == 422
    assert "parquet" in answer.json()["detail"]
