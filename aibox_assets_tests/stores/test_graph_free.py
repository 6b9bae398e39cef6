"""Free Cypher: it reads, the database refuses the rest, and nothing lasts long or grows large."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest

from aibox_assets.domain.errors import QueryRefusedError, StoreUnavailableError
from aibox_assets.domain.viewer import OPERATOR, Viewer
from aibox_assets.local.embedded import running
from aibox_assets.local.graph import GraphServer
from aibox_assets.local.graph_users import add_reader
from aibox_assets.local.process import free_port
from aibox_assets.stores.graph import GraphStore
from aibox_assets.stores.graph_free import MAX_ROWS
from aibox_assets.stores.graph_records import GraphAddress
from aibox_assets_tests.stores.graph_files import WU_FOUNDED_ACME, file_graph
from aibox_assets_tests.stores.graph_servers import RELATION_TYPES, ask, unshared_lock

WRITES = [
    "CREATE (:X)",
    "MERGE (:X {a: 1})",
    "MATCH (n:Entity) SET n.name = 'x'",
    "MATCH (n:Entity) REMOVE n.name",
    "MATCH (n) DETACH DELETE n",
    "MATCH (n:Entity) SET n:X",
    "MATCH (a:Entity), (b:Entity) CREATE (a)-[:X]->(b)",
    "CALL { CREATE (x:X) RETURN 1 AS y } RETURN y",
    "MATCH (n:Entity) CALL (n) { SET n.name = 'x' } RETURN n",
    "UNWIND [1] AS i CALL (i) { CREATE (:X) } RETURN i",
    "UNWIND [1] AS i CALL { CREATE (:X) } IN TRANSACTIONS RETURN 1",
    "FOREACH (i IN [1] | CREATE (:X))",
    "MATCH (n:Entity) FOREACH (i IN [1] | SET n.name = 'x') RETURN n",
    "RETURN 1 AS a UNION CREATE (:X) RETURN 2 AS a",
    "PROFILE CREATE (:X)",
    "CYPHER runtime=slotted CREATE (:X)",
    "/* MATCH */ CREATE (:X) // RETURN",
    "*/ CREATE (:X) /*",
    "MATCH (n) RETURN n; CREATE (:X)",
    "CREATE INDEX x IF NOT EXISTS FOR (n:Entity) ON (n.x)",
    "CREATE CONSTRAINT x IF NOT EXISTS FOR (n:Entity) REQUIRE n.x IS UNIQUE",
    "DROP CONSTRAINT entity_key",
    "DROP INDEX entity_folded",
    "CREATE USER x SET PASSWORD 'abcdefgh1'",
    "CREATE DATABASE x",
    "CALL db.createLabel('X')",
]
OUTSIDE = [
    "LOAD CSV FROM 'file:///etc/passwd' AS line RETURN line",
    "LOAD CSV FROM 'http://127.0.0.1:9/x' AS line RETURN line",
    "LOAD CSV FROM 'http://192.0.2.1/x' AS line RETURN line",
    "CALL { LOAD CSV FROM 'file:///etc/passwd' AS line RETURN line } RETURN line",
    "MATCH (n) CALL (n) { LOAD CSV FROM 'file:///etc/passwd' AS line RETURN line } RETURN line",
    "CALL apoc.load.json('http://127.0.0.1:9/x') YIELD value RETURN value",
    "CALL dbms.listConfig() YIELD name RETURN name",
    "CALL dbms.killConnection('bolt-1')",
    "CALL { CALL dbms.listConnections() YIELD connectionId RETURN connectionId } RETURN connectionId",
]
ENDLESS = "UNWIND range(1, 3000) AS a UNWIND range(1, 3000) AS b UNWIND range(1, 3000) AS c RETURN count(*)"


def schema(address: GraphAddress) -> list[str]:
    return sorted(
        str(row["name"]) for text in ("SHOW CONSTRAINTS", "SHOW INDEXES") for row in ask(address, text)
    )


def refused(graph: GraphStore, text: str) -> bool:
    try:
        graph.query_readonly(text, {}, OPERATOR)
    except QueryRefusedError:
        return True
    return False


def test_writes_are_refused_by_the_server(graph: GraphStore, graph_address: GraphAddress) -> None:
    graph.replace_files([file_graph("a", [WU_FOUNDED_ACME])])
    before, kept = graph.snapshot(), schema(graph_address)
    assert [text for text in WRITES if not refused(graph, text)] == []
    assert graph.snapshot() == before
    assert schema(graph_address) == kept


def test_files_networks_and_procedures_are_out_of_reach(graph: GraphStore) -> None:
    graph.replace_files([file_graph("a", [WU_FOUNDED_ACME])])
    assert [text for text in OUTSIDE if not refused(graph, text)] == []
    assert ("Entity",) in graph.query_readonly("CALL db.labels() YIELD label RETURN label", {}, OPERATOR).rows


def test_an_answer_is_made_of_plain_values(graph: GraphStore) -> None:
    graph.replace_files([file_graph("a", [WU_FOUNDED_ACME])])
    answer = graph.query_readonly(
        "MATCH p = (h:Entity {key: $key})-[r:FOUNDED]->(t) RETURN h, r, p, t.name AS name, [1, {a: 0.5}] AS list, "
        "date('2026-01-02') AS day, null AS none, true AS yes, $text AS text",
        {"key": "Person:jane wu", "text": "台北"},
        OPERATOR,
    )
    assert answer.columns == ("h", "r", "p", "name", "list", "day", "none", "yes", "text")
    ((head, relation, path, *rest),) = json.loads(json.dumps(answer.rows))
    assert head["labels"] == ["Entity"]
    assert head["properties"]["name"] == "Jane Wu"
    assert (relation["type"], relation["properties"]["file_id"]) == ("FOUNDED", "a")
    assert len(path["nodes"]) == 2
    assert rest == ["Acme", [1, {"a": 0.5}], "2026-01-02", None, True, "台北"]
    assert not answer.truncated


def test_rows_and_size_are_bounded(graph: GraphStore) -> None:
    answer = graph.query_readonly("UNWIND range(1, 100) AS n RETURN n", {}, OPERATOR, limit=7)
    assert (answer.rows, answer.truncated) == (tuple((n,) for n in range(1, 8)), True)
    many = graph.query_readonly(f"UNWIND range(1, {3 * MAX_ROWS}) AS n RETURN n", {}, OPERATOR, limit=10**9)
    assert (len(many.rows), many.truncated) == (MAX_ROWS, True)
    with pytest.raises(QueryRefusedError, match="MB"):
        graph.query_readonly("UNWIND range(1, 500) AS n RETURN $text", {"text": "x" * 50_000}, OPERATOR)


def test_time_is_bounded_and_the_server_works_on_nothing_after_it(
    graph: GraphStore, graph_address: GraphAddress
) -> None:
    started = time.monotonic()
    with pytest.raises(QueryRefusedError, match="longer than 1 s"):
        graph.query_readonly(ENDLESS, {}, OPERATOR, seconds=1)
    assert time.monotonic() - started < 8
    running_now = [row["currentQuery"] for row in ask(graph_address, "SHOW TRANSACTIONS")]
    assert not [text for text in running_now if "range(1, 3000)" in text]


def test_only_those_who_see_everything_ask_freely(graph: GraphStore) -> None:
    with pytest.raises(QueryRefusedError, match="admins"):
        graph.query_readonly("RETURN 1", {}, Viewer("alice"))


def test_a_fault_in_the_question_is_told(graph: GraphStore) -> None:
    for text in ("MATCH (n RETURN n", "", "RETURN $missing"):
        with pytest.raises(QueryRefusedError):
            graph.query_readonly(text, {}, OPERATOR)


def test_a_server_that_is_away_is_said_to_be() -> None:
    address = GraphAddress(f"bolt://127.0.0.1:{free_port()}", "u", "p")
    with (
        GraphStore(address, unshared_lock(), retry_seconds=0) as store,
        pytest.raises(StoreUnavailableError, match=address.uri),
    ):
        store.query_readonly("RETURN 1", {}, OPERATOR)


def test_a_home_from_before_gets_its_reader_at_the_next_start(tmp_path: Path) -> None:
    server = GraphServer(tmp_path, free_port(), free_port(), "test-password")
    with running(server), GraphStore(server.address, unshared_lock()) as store:
        store.ensure_schema(RELATION_TYPES)
        store.replace_files([file_graph("a", [WU_FOUNDED_ACME])])
    users = tmp_path / "config" / "server-users.jsonl"
    groups = tmp_path / "config" / "server-groups.json"
    first = users.read_text()
    users.write_text(first.splitlines()[0] + "\n")  # as the server itself makes them
    rights = json.loads(groups.read_text())
    del rights["databases"]["*"]["groups"]["reader"]
    groups.write_text(json.dumps(rights))
    for _ in range(2):
        with running(server), GraphStore(server.address, unshared_lock()) as store:
            assert store.query_readonly("MATCH (f:File) RETURN f.id", {}, OPERATOR).rows == (("a",),)
            with pytest.raises(QueryRefusedError):
                store.query_readonly("CREATE (:X)", {}, OPERATOR)
    add_reader(tmp_path / "config", server.address)
    assert len(users.read_text().splitlines()) == 2
    assert (users.stat().st_mode & 0o77) == 0
