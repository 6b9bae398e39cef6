from __future__ import annotations

import json
import random
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from neo4j.exceptions import TransientError
from sqlalchemy import Engine

from aibox_assets.domain.errors import ConfigurationError, StoreUnavailableError
from aibox_assets.domain.models import PAST
from aibox_assets.domain.viewer import OPERATOR, Viewer
from aibox_assets.local.embedded import running
from aibox_assets.local.graph import GraphServer
from aibox_assets.local.process import free_port
from aibox_assets.stores import cypher_questions, graph_names
from aibox_assets.stores.graph import GraphStore
from aibox_assets.stores.graph_records import FileGraph, GraphAddress, GraphCounts
from aibox_assets.stores.graph_rows import build_rows
from aibox_assets.stores.locks import graph_write_lock
from aibox_assets_tests.stores.graph_files import WU_FOUNDED_ACME, Said, file_graph, mention
from aibox_assets_tests.stores.graph_servers import RELATION_TYPES, ask, empty, explain, unshared_lock

LEE_LEADS_ACME: Said = ("Person", "Bob Lee", "LEADS", "Organization", "ACME Inc.")
ACME_IN_TAIPEI: Said = ("Organization", "Acme", "LOCATED_IN", "Location", "臺北")
HARBOR_IN_TAIPEI: Said = ("Organization", "Harbor", "LOCATED_IN", "Location", "台北")


def named(name: str) -> dict[str, object]:
    """What an entity keeps of its one mention's name."""
    return {"name": name, "spellings": [name], "weights": [2]}


def test_the_graph_is_the_same_node_for_node_on_every_server(graph: GraphStore) -> None:
    entry = file_graph("a", [ACME_IN_TAIPEI])
    graph.replace_files([entry])
    built = build_rows([entry], RELATION_TYPES)
    digests = {"relation_digests": built.files[0]["relation_digests"]}
    acme, taipei = "Organization:acme", "Location:台北"
    nodes = [
        ("Chunk", {"file_id": "a", "id": "a:0", "ordinal": 0, "digest": built.chunks[0]["digest"]}),
        ("Entity", named("Acme") | {"form": acme, "folded": "acme", "key": acme, "type": "Organization"}),
        ("Entity", named("臺北") | {"form": taipei, "folded": "台北", "key": taipei, "type": "Location"}),
        (
            "File",
            {
                "id": "a",
                "path": "alice/a.txt",
                "readers": [],
                "relation_types": ["LOCATED_IN"],
                "user_id": "alice",
                "version": "1",
                **digests,
            },
        ),
    ]
    evidence = {"evidence": "Acme LOCATED_IN 臺北 (version 1).", "char_start": 0, "char_end": 40}
    said = {"file_id": "a", "confidence": 0.8, "chunk_id": "a:0", "chunk_ids": ["a:0"], **evidence}
    relationships = [
        ("HAS_CHUNK", "a", "a:0", {}),
        ("LOCATED_IN", acme, taipei, said),
        ("MENTIONS", "a:0", acme, {"name": "Acme", "count": 1, "confidence": 0.9}),
        ("MENTIONS", "a:0", taipei, {"name": "臺北", "count": 1, "confidence": 0.9}),
    ]
    expected = [{"labels": [label], "properties": properties} for label, properties in nodes] + [
        {"type": type_, "start": start, "end": end, "properties": properties}
        for type_, start, end, properties in relationships
    ]
    assert graph.snapshot() == sorted(json.dumps(row, sort_keys=True, ensure_ascii=False) for row in expected)


def test_writing_twice_leaves_the_same_graph(graph: GraphStore) -> None:
    entries = [file_graph("a", [WU_FOUNDED_ACME], [LEE_LEADS_ACME]), file_graph("b", [HARBOR_IN_TAIPEI])]
    graph.replace_files(entries)
    once = graph.snapshot()
    graph.replace_files(entries)
    graph.ensure_schema(RELATION_TYPES)
    assert graph.snapshot() == once
    assert graph.counts(["a", "b", "none"]) == {
        "a": GraphCounts(chunks=2, mentions=4, entities=3, triples=2),
        "b": GraphCounts(chunks=1, mentions=2, entities=2, triples=1),
        "none": GraphCounts(),
    }


def test_a_new_version_takes_the_place_of_the_old_one_whole(graph: GraphStore) -> None:
    new = file_graph("a", [LEE_LEADS_ACME], version="2")
    graph.replace_files([new])
    clean = graph.snapshot()
    graph.replace_files([file_graph("a", [WU_FOUNDED_ACME, ACME_IN_TAIPEI], [WU_FOUNDED_ACME])])
    graph.replace_files([new])
    assert graph.snapshot() == clean
    assert graph.versions() == {"a": "2"}


def test_chunks_that_a_new_version_keeps_are_not_written_again(
    graph: GraphStore, graph_address: GraphAddress
) -> None:
    graph.replace_files([file_graph("a", [WU_FOUNDED_ACME], [LEE_LEADS_ACME])])
    ask(graph_address, "MATCH (c:Chunk) SET c.seen = true")
    graph.replace_files([file_graph("a", [WU_FOUNDED_ACME], [ACME_IN_TAIPEI], version="2")])
    kept = ask(graph_address, "MATCH (c:Chunk) WHERE c.seen RETURN c.id AS id")
    assert kept == [{"id": "a:0"}]
    graph.replace_files([file_graph("a", [WU_FOUNDED_ACME], [ACME_IN_TAIPEI], version="2")])
    assert ask(graph_address, "MATCH (c:Chunk) WHERE c.seen RETURN c.id AS id") == kept
    assert graph.counts(["a"])["a"] == GraphCounts(2, 4, 3, 2)


@pytest.mark.parametrize("harm", ["MATCH ()-[r:MENTIONS]->() DELETE r", "MATCH ()-[r:FOUNDED]->() DELETE r"])
def test_what_was_lost_from_the_graph_comes_back_with_the_same_version(
    graph: GraphStore, graph_address: GraphAddress, harm: str
) -> None:
    entry = file_graph("a", [WU_FOUNDED_ACME], [LEE_LEADS_ACME])
    graph.replace_files([entry])
    whole = graph.counts(["a"])
    ask(graph_address, harm)
    assert graph.counts(["a"]) != whole
    graph.replace_files([entry])
    assert graph.counts(["a"]) == whole


def test_relations_that_an_older_ontology_had_go_with_their_file(graph: GraphStore) -> None:
    graph.replace_files([file_graph("a", [WU_FOUNDED_ACME, LEE_LEADS_ACME])])
    graph.ensure_schema(["LEADS"])
    graph.replace_files([file_graph("a", [LEE_LEADS_ACME], version="2")])
    assert graph.counts(["a"])["a"] == GraphCounts(1, 2, 2, 1)


def test_shared_entities_stay_until_the_last_file_that_names_them_goes(graph: GraphStore) -> None:
    only_b = file_graph("b", [LEE_LEADS_ACME])
    graph.replace_files([only_b])
    alone = graph.snapshot()
    graph.replace_files([file_graph("a", [WU_FOUNDED_ACME], [ACME_IN_TAIPEI])])
    graph.delete_files(["a"])
    graph.delete_files(["a"])
    assert graph.snapshot() == alone
    graph.delete_files(["b", "never-there"])
    assert graph.snapshot() == []


def test_an_empty_file_is_a_file_without_chunks(graph: GraphStore) -> None:
    graph.replace_files([file_graph("a")])
    assert graph.versions() == {"a": "1"}
    assert graph.counts(["a"])["a"] == GraphCounts()
    graph.delete_files(["a"])
    assert graph.snapshot() == []


def test_names_do_not_hang_on_the_order_of_arrival(graph: GraphStore) -> None:
    spellings = {"a": ["Acme", "ACME"], "b": ["ACME Inc.", "acme"], "c": ["acme", "Acme"], "d": ["Acme"]}
    entries = [
        replace(
            file_graph(id_, [], []),
            mentions=tuple(mention(id_, at, "Organization", name) for at, name in enumerate(names)),
        )
        for id_, names in spellings.items()
    ]
    snapshots = []
    for seed in range(4):
        for entry in random.Random(seed).sample(entries, len(entries)):
            graph.replace_files([entry])
        snapshots.append(graph.snapshot())
        graph.delete_files(spellings)
    graph.replace_files(entries)
    assert [entity.name for entity in graph.entities(OPERATOR, "acme").items] == ["Acme"]
    assert all(snapshot == graph.snapshot() for snapshot in snapshots)
    graph.delete_files(["a", "d"])
    assert [entity.name for entity in graph.entities(OPERATOR, "acme").items] == ["acme"]


def test_relations_are_found_by_any_spelling_and_exact_names_come_first(graph: GraphStore) -> None:
    acme_labs: Said = ("Person", "Bob Lee", "LEADS", "Organization", "Acme Labs")
    graph.replace_files([file_graph("a", [acme_labs]), file_graph("b", [WU_FOUNDED_ACME], [ACME_IN_TAIPEI])])
    found = graph.relations(OPERATOR, "ACME")
    assert [(r.head, r.relation, r.tail) for r in found] == [
        ("Acme", "LOCATED_IN", "臺北"),
        ("Jane Wu", "FOUNDED", "Acme"),
        ("Bob Lee", "LEADS", "Acme Labs"),
    ]
    assert graph.relations(OPERATOR, "acme", limit=1) == found[:1]
    assert graph.relations(OPERATOR, "Organization:acme") == found[:2]
    assert [r.tail for r in graph.relations(OPERATOR, "台北")] == ["臺北"]
    assert graph.relations(OPERATOR, "nobody") == graph.relations(OPERATOR, " ") == []
    first = found[1]
    assert (first.file_id, first.path, first.chunk_id, first.chunk_ids) == (
        "b",
        "alice/b.txt",
        "b:0",
        ("b:0",),
    )
    assert (first.evidence, first.char_start, first.char_end) == ("Jane Wu FOUNDED Acme (version 1).", 0, 40)


def test_a_relation_keeps_its_tense(graph: GraphStore) -> None:
    entry = file_graph("a", [WU_FOUNDED_ACME, ACME_IN_TAIPEI])
    founded, placed = entry.triples
    graph.replace_files([replace(entry, triples=(founded, replace(placed, tense=PAST)))])
    assert {r.relation: r.tense for r in graph.relations(OPERATOR, "Acme")} == {
        "FOUNDED": "",
        "LOCATED_IN": PAST,
    }


def test_a_question_by_name_reads_an_index_and_not_every_entity(
    graph: GraphStore, graph_address: GraphAddress
) -> None:
    entries = [file_graph(f"f{i}", [("Person", f"N{i}", "LEADS", "Person", f"M{i}")]) for i in range(200)]
    graph.replace_files(entries)
    bound = {
        "key": "Person:n7",
        "start": "n7",
        "most": "n8",
        "type": None,
        "after": "n7",
        "key_after": "",
        "limit": 5,
    }
    for text in (
        cypher_questions.FIND_BY_KEY,
        *cypher_questions.FIND_BY_START.values(),
        *cypher_questions.END_OF_START.values(),
    ):
        plan = explain(graph_address, text, **bound)
        assert "Index" in plan, plan
        assert "NodeByLabelScan" not in plan, plan
        assert "AllNodesScan" not in plan, plan


def test_a_name_is_found_by_its_second_and_third_word(graph: GraphStore) -> None:
    names = ["Bank of New York", "York Bank", "Newton", "Jane Newt"]
    graph.replace_files(
        [file_graph("a", [("Organization", n, "LEADS", "Organization", "New Age") for n in names])]
    )

    def found(name: str, **more: Any) -> list[str]:
        first = graph.entities(OPERATOR, name, limit=1, **more)
        rest = graph.entities(OPERATOR, name, after=first.next, **more).items if first.next else ()
        return [entity.name for entity in (*first.items, *rest)]

    assert found("new") == ["New Age", "Newton"]
    assert found("of new") == found("of") == ["Bank of New York"]
    assert found("new y") == ["Bank of New York"]
    assert found("newt") == ["Newton"]
    assert found("york") == ["York Bank"]
    assert found("ba") == ["Bank of New York"]
    assert found("newt", type_="Organization") == ["Newton"]
    assert found("bank", type_="Person") == []
    assert found("age") == ["New Age"]


def test_a_part_of_a_name_is_looked_for_in_windows(
    graph: GraphStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(graph_names, "WINDOW", 3)
    names = [
        f"{letter}{letter}{'xyz' if number % 3 else 'abc'}" for number, letter in enumerate("abcdefghijk")
    ]
    graph.replace_files([file_graph("a", [("Person", n, "LEADS", "Organization", "Acme") for n in names])])
    wanted = [name for name in names if "xyz" in name]
    assert [e.name for e in graph.entities(OPERATOR, "xyz").items] == wanted
    assert [e.name for e in graph.entities(OPERATOR, "xyz", type_="Person").items] == wanted
    assert graph.entities(OPERATOR, "xyz", type_="Organization").items == ()
    assert [part.key for part in graph.named(OPERATOR, "xyz")] == [f"Person:{name}" for name in wanted]
    found, after, pages = list[str](), None, 0
    while pages == 0 or after:
        page = graph.entities(OPERATOR, "xyz", limit=2, after=after, windows=1)
        assert len(page.items) <= 2
        found += [entity.name for entity in page.items]
        after, pages = page.next, pages + 1
    assert found == wanted
    assert pages > 4


def test_a_part_of_a_name_is_looked_for_where_no_name_starts_so(graph: GraphStore) -> None:
    graph.replace_files([file_graph("a", [WU_FOUNDED_ACME], [("Person", "Wu", "LEADS", "Person", "Bo Wu")])])
    assert [e.key for e in graph.entities(OPERATOR, "ane").items] == ["Person:jane wu"]
    assert [e.key for e in graph.entities(OPERATOR, "wu").items] == ["Person:wu"]
    assert [e.key for e in graph.entities(OPERATOR, "o w").items] == ["Person:bo wu"]


def test_relationship_types_of_others_break_no_question(
    graph: GraphStore, graph_address: GraphAddress
) -> None:
    graph.replace_files([file_graph("a", [WU_FOUNDED_ACME]), file_graph("b", [LEE_LEADS_ACME])])
    before = graph.relations(OPERATOR, "acme"), graph.paths(OPERATOR, "Jane Wu", "Bob Lee")
    assert all(before)
    for name in ("works for", "leads", "Ünter", "A" * 80):
        ask(
            graph_address,
            f"MATCH (a:Entity {{key: 'Person:jane wu'}}) MATCH (b:Entity {{key: 'Person:bob lee'}}) "
            f"CREATE (a)-[:`{name}`]->(b)",
        )
    graph.ensure_schema(["LEADS"])  # and one that was in the ontology once
    assert (graph.relations(OPERATOR, "acme"), graph.paths(OPERATOR, "Jane Wu", "Bob Lee")) == before
    graph.replace_files([file_graph("a", [LEE_LEADS_ACME], version="2")])
    graph.delete_files(["a", "b"])
    assert graph.versions() == {}


def test_an_owner_sees_what_the_owners_files_say(graph: GraphStore) -> None:
    mine = replace(file_graph("a", [WU_FOUNDED_ACME, ACME_IN_TAIPEI]), user_id="alice")
    yours = replace(file_graph("b", [HARBOR_IN_TAIPEI], [LEE_LEADS_ACME]), user_id="bob")
    graph.replace_files([mine, yours])
    assert {r.file_id for r in graph.relations(OPERATOR, "acme")} == {"a", "b"}
    assert {r.file_id for r in graph.relations(Viewer("alice"), "acme")} == {"a"}
    assert [r.head for r in graph.relations(Viewer("bob"), "acme")] == ["Bob Lee"]
    assert graph.relations(Viewer("alice"), "Harbor") == []
    assert graph.entities(Viewer("bob"), "Jane").items == ()
    top = {e.key: (e.mentions, e.files) for e in graph.entities(Viewer("bob")).items}
    assert top["Location:台北"] == (1, 1)
    assert "Person:jane wu" not in top
    assert graph.paths(OPERATOR, "Jane Wu", "Harbor")
    assert graph.paths(Viewer("alice"), "Jane Wu", "Harbor") == []
    assert graph.paths(Viewer("alice"), "Jane Wu", "台北")
    assert graph.relations(Viewer("nobody"), "acme") == []


def test_entities_are_listed_by_name(graph: GraphStore) -> None:
    graph.replace_files([file_graph("a", [WU_FOUNDED_ACME]), file_graph("b", [ACME_IN_TAIPEI])])
    assert [(e.name, e.mentions, e.files) for e in graph.entities(OPERATOR, limit=1).items] == [
        ("Acme", 2, 2)
    ]
    assert [e.key for e in graph.entities(OPERATOR, "wu").items] == ["Person:jane wu"]


def test_paths_lead_over_shared_entities(graph: GraphStore) -> None:
    graph.replace_files(
        [
            file_graph("a", [WU_FOUNDED_ACME, ACME_IN_TAIPEI]),
            file_graph("b", [HARBOR_IN_TAIPEI], [ACME_IN_TAIPEI]),
        ]
    )
    (path,) = graph.paths(OPERATOR, "jane wu", "Harbor")
    assert path.keys == ("Person:jane wu", "Organization:acme", "Location:台北", "Organization:harbor")
    assert [(r.head, r.relation, r.tail) for r in path.relations] == [
        ("Jane Wu", "FOUNDED", "Acme"),
        ("Acme", "LOCATED_IN", "臺北"),
        ("Harbor", "LOCATED_IN", "臺北"),
    ]
    assert graph.paths(OPERATOR, "jane wu", "Harbor", max_hops=2) == []
    assert graph.paths(OPERATOR, "jane wu", "Jane Wu") == graph.paths(OPERATOR, "jane wu", "nobody") == []


def test_a_guard_that_raises_undoes_the_write(graph: GraphStore) -> None:
    graph.replace_files([file_graph("a", [WU_FOUNDED_ACME])])
    before = graph.snapshot()

    def lost_lease() -> None:
        raise RuntimeError("lease lost")

    with pytest.raises(RuntimeError, match="lease lost"):
        graph.replace_files([file_graph("a", [LEE_LEADS_ACME], version="2")], guard=lost_lease)
    assert graph.snapshot() == before


@pytest.mark.parametrize(
    "payload",
    [
        "x'}) MATCH (n) DETACH DELETE n //",
        'x"}) DELETE f //',
        "`]->() DETACH DELETE r //",
        "\\u0027 OR 1=1 //",
        "$rows",
    ],
)
def test_payloads_are_values(graph: GraphStore, payload: str) -> None:
    graph.replace_files([file_graph("other", [WU_FOUNDED_ACME])])
    before = graph.snapshot()
    said: Said = ("Person", payload, "LEADS", "Organization", payload)
    id_ = payload.replace("$", "_")  # ids with a leading $ are refused
    graph.replace_files([file_graph(id_, [said], version=payload, path=payload)])
    assert graph.counts([id_])[id_] == GraphCounts(1, 2, 2, 1)
    assert {r.head for r in graph.relations(OPERATOR, payload)} == {payload}
    graph.paths(OPERATOR, payload, payload)
    with pytest.raises(ValueError, match="ontology"):
        graph.replace_files([file_graph("other", [("Person", "X", payload, "Person", "Y")])])
    with pytest.raises(ValueError, match="ontology"):
        graph.ensure_schema([payload])
    graph.delete_files([id_])
    assert graph.snapshot() == before


def test_six_writers_lose_nothing(graph_address: GraphAddress, graph: GraphStore, engine: Engine) -> None:
    shared: list[Said] = [("Person", f"P{i}", "LEADS", "Organization", f"O{i % 7}") for i in range(12)]
    entries = [file_graph(f"f{i}", shared[i % 5 :], shared) for i in range(24)]
    graph.replace_files(entries)
    expected = graph.snapshot()
    empty(graph_address)

    def write(worker: int) -> None:
        with GraphStore(graph_address, graph_write_lock(engine)) as store:
            store.ensure_schema(RELATION_TYPES)
            for entry in entries[worker::6]:
                store.replace_files([entry])

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(write, range(6)))
    assert graph.snapshot() == expected


def test_writers_of_a_new_graph_all_find_its_constraints(
    graph_address: GraphAddress, graph: GraphStore, engine: Engine
) -> None:
    for row in ask(graph_address, "SHOW CONSTRAINTS"):
        ask(graph_address, f"DROP CONSTRAINT `{row['name']}`")
    together = threading.Barrier(4)

    def write(worker: int) -> int:
        with GraphStore(graph_address, graph_write_lock(engine)) as store:
            together.wait(60)
            store.ensure_schema(RELATION_TYPES)
            constraints = len(ask(graph_address, "SHOW CONSTRAINTS"))
            store.replace_files([file_graph(f"f{worker}", [WU_FOUNDED_ACME])])
            return constraints

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(write, range(4))) == [3] * 4
    assert len(graph.entities(OPERATOR).items) == 2


def test_waiting_for_another_writer_is_no_reason_to_give_up(
    graph_address: GraphAddress, graph: GraphStore, engine: Engine
) -> None:
    tries = []

    def collides_once() -> None:
        tries.append(1)
        if len(tries) == 1:
            raise TransientError("collided")

    lock = graph_write_lock(engine)
    with GraphStore(graph_address, lock, retry_seconds=1) as store, ThreadPoolExecutor(1) as pool:
        store.ensure_schema(RELATION_TYPES)
        with lock.writing():
            writing = pool.submit(
                store.replace_files, [file_graph("a", [WU_FOUNDED_ACME])], guard=collides_once
            )
            time.sleep(2)
        writing.result(timeout=60)
    assert len(tries) == 2
    assert graph.versions() == {"a": "1"}


def test_a_reader_sees_one_version_whole(
    graph_address: GraphAddress, graph: GraphStore, engine: Engine
) -> None:
    names = [("Person", f"P{i}", "LEADS", "Organization", "Acme") for i in range(40)]
    graph.replace_files([file_graph("a", names, version="0")])
    lock, done = graph_write_lock(engine), threading.Event()

    def write() -> None:
        try:
            with GraphStore(graph_address, lock) as store:
                store.ensure_schema(RELATION_TYPES)
                for version in range(1, 16):
                    store.replace_files([file_graph("a", names, version=str(version))])
        finally:
            done.set()

    seen = set()
    with ThreadPoolExecutor(1) as pool, GraphStore(graph_address, lock) as reader:
        writing = pool.submit(write)
        while not done.is_set():
            found = reader.relations(OPERATOR, "acme", limit=1000)
            versions = {r.evidence.partition("version ")[2] for r in found}
            assert (len(found), len(versions)) == (40, 1)
            seen |= versions
        writing.result()
    assert len(seen) > 1


def test_a_wrong_password_says_what_to_correct(graph_address: GraphAddress) -> None:
    with (
        GraphStore(replace(graph_address, password="wrong"), unshared_lock()) as store,
        pytest.raises(ConfigurationError, match="NEO4J_PASSWORD") as caught,
    ):
        store.verify()
    assert "wrong" not in str(caught.value)


def test_a_wrong_database_says_what_to_correct(graph_address: GraphAddress) -> None:
    with (
        GraphStore(replace(graph_address, database="nosuch"), unshared_lock()) as store,
        pytest.raises(ConfigurationError, match="NEO4J_DATABASE"),
    ):
        store.verify()


def test_a_wrong_address_says_what_to_correct() -> None:
    with pytest.raises(ConfigurationError, match="NEO4J_URI"):
        GraphStore(GraphAddress("http://127.0.0.1:1", "u", "p"), unshared_lock())


def test_a_server_that_is_away_fails_within_its_bound() -> None:
    address = GraphAddress(f"bolt://127.0.0.1:{free_port()}", "u", "p")
    with GraphStore(address, unshared_lock(), retry_seconds=1) as store:
        started = time.monotonic()
        with pytest.raises(StoreUnavailableError, match=address.uri):
            store.verify()
        assert time.monotonic() - started < 1
        with pytest.raises(StoreUnavailableError, match=address.uri):
            store.delete_files(["a"])
        assert time.monotonic() - started < 6


def test_a_server_that_comes_back_is_written_to(tmp_path: Path) -> None:
    server = GraphServer(tmp_path, free_port(), free_port(), "test-password")
    with GraphStore(server.address, unshared_lock()) as store:
        with running(server):
            store.ensure_schema(RELATION_TYPES)
            store.replace_files([file_graph("a", [WU_FOUNDED_ACME])])
        with ThreadPoolExecutor(1) as pool:
            writing = pool.submit(store.replace_files, [file_graph("b", [LEE_LEADS_ACME])])
            time.sleep(1)
            with running(server):
                writing.result(timeout=40)
                assert store.versions() == {"a": "1", "b": "1"}


def test_a_batch_with_shared_entities_is_written_rewritten_and_removed(graph: GraphStore) -> None:
    chance = random.Random(7)

    def one(file_id: str, version: str) -> FileGraph:
        names = [[f"P{chance.randrange(100)}" for _ in range(10)] for _ in range(5)]
        chunks = [
            [("Person", chunk[i], "LEADS", "Person", chunk[i + 1]) for i in range(0, 10, 2)]
            for chunk in names
        ]
        return file_graph(file_id, *chunks, version=version)

    first, second = ([one(f"f{i}", version) for i in range(16)] for version in "12")
    graph.replace_files(second)
    expected = graph.snapshot()
    graph.replace_files(first)
    assert graph.snapshot() != expected
    graph.replace_files(second)
    assert graph.snapshot() == expected
    graph.delete_files([entry.file_id for entry in first])
    assert graph.snapshot() == []
