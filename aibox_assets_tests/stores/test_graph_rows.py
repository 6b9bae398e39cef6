from __future__ import annotations

from dataclasses import replace

import pytest

from aibox_assets.stores.graph_rows import build_rows
from aibox_assets_tests.stores.graph_files import WU_FOUNDED_ACME, file_graph, mention, triple

ALLOWED = {"FOUNDED", "LEADS"}


def test_mentions_of_one_chunk_become_one_row_with_the_commonest_spelling() -> None:
    said = tuple(mention("f", 0, "Organization", name) for name in ("ACME", "Acme", "ACME", "Acme", "acme"))
    rows = build_rows([replace(file_graph("f", []), mentions=said)], ALLOWED)
    assert [(row["name"], row["count"]) for row in rows.mentions] == [("ACME", 5)]


def test_an_entity_of_a_triple_alone_hangs_on_its_chunk_without_counting_as_a_mention() -> None:
    entry = replace(file_graph("f", [WU_FOUNDED_ACME]), mentions=())
    rows = build_rows([entry], ALLOWED)
    assert [(row["key"], row["count"]) for row in rows.mentions] == [
        ("Organization:acme", 0),
        ("Person:jane wu", 0),
    ]


def test_triples_of_one_file_become_one_row_with_the_surest_evidence() -> None:
    entry = file_graph("f", [WU_FOUNDED_ACME], [WU_FOUNDED_ACME], [WU_FOUNDED_ACME])
    triples = tuple(triple("f", at, WU_FOUNDED_ACME, sure) for at, sure in ((2, 0.7), (1, 0.95), (0, 0.7)))
    (row,) = build_rows([replace(entry, triples=triples)], ALLOWED).relations["FOUNDED"]
    assert (row["confidence"], row["chunk_id"], row["char_start"]) == (0.95, "f:1", 100)
    assert row["chunk_ids"] == ["f:0", "f:1", "f:2"]


@pytest.mark.parametrize(
    "broken",
    [
        replace(mention("f", 0, "Person", "Jane"), key=""),
        replace(mention("f", 0, "Person", "Jane"), key="Person:"),
        replace(mention("f", 0, "Person", "Jane"), key="Person: "),
        replace(mention("f", 0, "Person", "Jane"), key="Organization:jane"),
        replace(mention("f", 0, "Person", "Jane"), type="", key=":jane"),
        replace(mention("f", 0, "Person", "Jane"), name=""),
        replace(mention("f", 0, "Person", "Jane"), chunk_id="f:9"),
        mention("other", 0, "Person", "Jane"),
    ],
)
def test_an_entity_without_a_key_or_a_chunk_is_refused(broken: object) -> None:
    with pytest.raises(ValueError, match="'f'"):
        build_rows([replace(file_graph("f", []), mentions=(broken,))], ALLOWED)  # type: ignore[arg-type]


def test_ids_must_be_there_and_distinct() -> None:
    with pytest.raises(ValueError, match="comes 2 times"):
        build_rows([file_graph("f"), file_graph("f")], ALLOWED)
    with pytest.raises(ValueError, match="is empty"):
        build_rows([file_graph("")], ALLOWED)
    with pytest.raises(ValueError, match="starts with"):
        build_rows([file_graph("$rows")], ALLOWED)


def test_a_relation_outside_the_ontology_is_refused() -> None:
    with pytest.raises(ValueError, match="FOUNDED"):
        build_rows([file_graph("f", [WU_FOUNDED_ACME])], {"LEADS"})
