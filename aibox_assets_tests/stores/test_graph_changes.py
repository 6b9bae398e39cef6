from __future__ import annotations

from collections import Counter
from typing import Any

from aibox_assets.stores.graph_changes import (
    GraphChanges,
    StoredRows,
    compare,
    keys_of,
    rename_entities,
    spelling_changes,
)
from aibox_assets.stores.graph_rows import GraphRows, build_rows
from aibox_assets_tests.stores.graph_files import WU_FOUNDED_ACME, Said, file_graph

ALLOWED = {"FOUNDED", "LEADS"}
LEE_LEADS_ACME: Said = ("Person", "Bob Lee", "LEADS", "Organization", "Acme")


def stored(built: GraphRows) -> StoredRows:
    """What the graph would tell after *built* was written."""
    mentions = Counter(row["chunk_id"] for row in built.mentions)
    return StoredRows(
        files=[
            {"id": row["id"], "types": row["relation_types"], "digests": row["relation_digests"]}
            for row in built.files
        ],
        chunks=[{**row, "mentions": mentions[row["id"]]} for row in built.chunks],
        relations={
            name: [{"id": id_, "triples": n} for id_, n in Counter(row["file_id"] for row in rows).items()]
            for name, rows in built.relations.items()
        },
    )


def test_what_is_there_already_is_not_written_again() -> None:
    built = build_rows([file_graph("a", [WU_FOUNDED_ACME], [LEE_LEADS_ACME]), file_graph("b", [])], ALLOWED)
    changes = compare(stored(built), built)
    assert changes == GraphChanges([], {}, [], [], [], {})


def test_a_changed_chunk_and_the_relations_of_its_type_are_replaced_alone() -> None:
    old = build_rows([file_graph("a", [WU_FOUNDED_ACME], [LEE_LEADS_ACME])], ALLOWED)
    bob: Said = ("Person", "Bob", "LEADS", "Organization", "Acme")
    changes = compare(stored(old), build_rows([file_graph("a", [WU_FOUNDED_ACME], [bob])], ALLOWED))
    assert changes.old_chunks == [row["id"] for row in changes.chunks] == ["a:1"]
    assert changes.old_relations == {"LEADS": ["a"]}
    assert list(changes.relations) == ["LEADS"]
    assert [row["key"] for row in changes.entities] == ["Organization:acme", "Person:bob"]


def test_a_relation_that_the_graph_lost_is_written_again() -> None:
    built = build_rows([file_graph("a", [WU_FOUNDED_ACME])], ALLOWED)
    lost = stored(built)
    lost.relations.clear()
    changes = compare(lost, built)
    assert list(changes.relations) == ["FOUNDED"]
    assert not changes.old_chunks


def test_a_file_of_an_older_graph_without_digests_is_written_anew() -> None:
    built = build_rows([file_graph("a", [WU_FOUNDED_ACME])], ALLOWED)
    older = stored(built)
    older.files[0]["digests"] = older.chunks[0]["digest"] = None
    changes = compare(older, built)
    assert (changes.old_chunks, changes.old_relations) == (["a:0"], {"FOUNDED": ["a"]})
    assert changes.mentions == built.mentions


def test_names_follow_the_weights_of_their_spellings() -> None:
    key = "Organization:acme"
    change = spelling_changes(
        [{"key": key, "name": "ACME", "weight": 4}],
        [{"key": key, "name": "Acme", "count": 1}, {"key": key, "name": "acme", "count": 0}],
    )
    assert change == {key: Counter({"Acme": 2, "acme": 1, "ACME": -4})}
    described: list[dict[str, Any]] = [{"key": key, "spellings": ["ACME", "Acme"], "weights": [4, 1]}]
    assert rename_entities(described, change) == [
        {"key": key, "name": "Acme", "spellings": ["Acme", "acme"], "weights": [3, 1]}
    ]


def test_names_that_weigh_the_same_as_before_change_nothing() -> None:
    key = "Person:jane"
    lost = [{"key": key, "name": "Jane", "weight": 2}]
    assert spelling_changes(lost, [{"key": key, "name": "Jane", "count": 1}]) == {}
    assert keys_of(lost, without=[]) == [key]
    assert keys_of(lost, without=[key]) == []
