"""The sample documents parse, and hold what the expected facts say of them."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from aibox_assets.domain.models import ParsedDocument
from aibox_assets.domain.ontology import load_ontology
from aibox_assets.domain.parse import ParseLimits, parse_document

ROOT = Path(__file__).parents[2]
SAMPLES = ROOT / "samples"
FILES = sorted(str(path.relative_to(SAMPLES)) for path in SAMPLES.rglob("*") if path.is_file())
FACTS: dict[str, Any] = yaml.safe_load(
    (ROOT / "aibox_assets_tests" / "data" / "sample_facts.yaml").read_text(encoding="utf-8")
)


@cache
def parsed(file: str) -> ParsedDocument:
    path = SAMPLES / file
    return parse_document(path.read_bytes(), path.name, ParseLimits())


def closed_up(text: str) -> str:
    """Without white space: a PDF breaks lines inside Chinese words."""
    return "".join(text.split())


@pytest.mark.parametrize("file", FILES)
def test_sample_is_small_and_parses(file: str) -> None:
    assert (SAMPLES / file).stat().st_size < 300_000
    assert len(closed_up(parsed(file).text)) > 400
    assert "\ufffd" not in parsed(file).text


def test_samples_cover_every_format() -> None:
    assert {Path(file).suffix for file in FILES} >= {
        *(".pdf", ".docx", ".pptx", ".xlsx", ".csv", ".tsv"),
        *(".html", ".md", ".txt", ".json", ".jsonl", ".eml"),
    }
    assert {file.split("/")[0] for file in FILES if "/" in file} == {"alice", "bob"}


@pytest.mark.parametrize(
    ("file", "encoding"),
    [
        ("alice/展會採訪筆記.txt", "big5"),
        ("bob/采购合同摘要.txt", "gb18030"),
        ("bob/research-abstract.txt", "utf-16"),
        ("alice/interview-lin-mei-hua.txt", "utf-8"),
    ],
)
def test_text_sample_is_in_the_encoding_it_stands_for(file: str, encoding: str) -> None:
    text = (SAMPLES / file).read_bytes().decode(encoding)
    assert closed_up(text) == closed_up(parsed(file).text)


def test_annual_review_has_pages() -> None:
    pages = {block.page for block in parsed("northwind-annual-review-2025.pdf").blocks}
    assert pages == {1, 2, 3, 4}


def test_supplier_list_has_two_sheets() -> None:
    assert {block.sheet for block in parsed("alice/suppliers.xlsx").blocks} == {"Suppliers", "Prices 2026"}


@pytest.mark.parametrize("fact", FACTS["triples"], ids=lambda fact: f"{fact['file']}-{fact['relation']}")
def test_expected_triple_is_named_by_its_file_and_known_to_the_ontology(fact: dict[str, str]) -> None:
    text = closed_up(parsed(fact["file"]).text)
    assert closed_up(fact["head"]) in text
    assert closed_up(fact["tail"]) in text
    load_ontology(None).relation(fact["relation"])


@pytest.mark.parametrize("fact", FACTS["questions"], ids=lambda fact: fact["question"])
def test_question_is_answered_by_its_file(fact: dict[str, str]) -> None:
    assert closed_up(fact["answer"]) in closed_up(parsed(fact["file"]).text)


def test_there_are_enough_facts() -> None:
    assert len(FACTS["triples"]) >= 25
    assert len(FACTS["questions"]) >= 20
    assert {fact["language"] for fact in FACTS["questions"]} == {"en", "zh-Hant", "zh-Hans"}
