"""Names in questions, and the relations that these ask for."""

from __future__ import annotations

import pytest

from aibox_assets.domain.ontology import load_ontology
from aibox_assets.domain.questions import names_in, relations_asked, without_relation

RELATIONS = load_ontology(None).relation_types


@pytest.mark.parametrize(
    ("question", "names"),
    [
        ("Who founded Northwind Cells?", ["Northwind Cells"]),
        ("What is Lin Mei-hua's role at Acme?", ["Lin Mei-hua", "Acme"]),
        ("北風電池的總部在哪裡？", ["北風電池", "總部"]),
        ("谁创立了北风电池？", ["北风电池", "创立"]),
        ("“the red house” was where", ["the red house"]),
        ("Acme由誰創立？", ["Acme", "創立"]),
        ("why", []),
    ],
)
def test_names(question: str, names: list[str]) -> None:
    assert names_in(question) == names


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        ("Who founded ?", {"FOUNDED"}),
        ("When was it founded?", {"FOUNDED_ON"}),
        ("何時創立？", {"FOUNDED_ON"}),
        ("Who supplies them with electrolyte?", {"SUPPLIES"}),
        ("Which companies did it acquire?", {"ACQUIRED"}),
        ("Who works for it?", {"WORKS_FOR"}),
        ("Who are the competitors?", {"COMPETES_WITH"}),
        ("Who invested a lot in it?", {"INVESTED_IN"}),
        ("What is the weather like?", set()),
        ("的總部在哪裡？", {"HEADQUARTERED_IN"}),
        ("谁领导", {"LEADS"}),
        ("有哪些供應商？", {"SUPPLIES"}),
        ("", set()),
    ],
)
def test_relations_that_are_asked_for(question: str, asked: set[str]) -> None:
    assert relations_asked(question, RELATIONS) == asked


@pytest.mark.parametrize(
    ("name", "rest"),
    [
        ("CEO of Northwind Cells", "Northwind Cells"),
        ("Northwind Cells", "Northwind Cells"),
        ("北風電池生產", "北風電池"),
        ("領導北風電池", "北風電池"),
        ("创立", "创立"),
    ],
)
def test_a_name_without_what_is_asked_of_it(name: str, rest: str) -> None:
    assert without_relation(name, RELATIONS) == rest
