"""200 pieces of SQL and Cypher in names, texts, entities and questions: they are values, and nothing else changes."""

from __future__ import annotations

from dataclasses import replace

import pytest
import sqlalchemy as sa
from sqlalchemy import Engine

from aibox_assets.domain.filters import Filters
from aibox_assets.domain.keys import partition_key
from aibox_assets.domain.viewer import OPERATOR
from aibox_assets.stores.file_store import FileStore
from aibox_assets.stores.files import NewFile
from aibox_assets.stores.folders import INBOX
from aibox_assets.stores.graph import GraphStore
from aibox_assets.stores.graph_records import GraphAddress
from aibox_assets.stores.lifecycle import Lifecycle
from aibox_assets.stores.scanning import FileStat
from aibox_assets.stores.search import SearchStore
from aibox_assets.stores.spaces import SpaceStore
from aibox_assets.stores.vectors import VectorStore
from aibox_assets_tests.stores.documents import SPEC, entry_of, unit_vectors
from aibox_assets_tests.stores.graph_files import WU_FOUNDED_ACME, Said, file_graph
from aibox_assets_tests.stores.graph_servers import ask

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(300)]

_SQL = (
    "DROP TABLE aibox.files", "DELETE FROM aibox.chunks", "TRUNCATE aibox.files CASCADE",
    "DROP SCHEMA aibox CASCADE",
    "UPDATE aibox.files SET status = 'failed'", "CREATE TABLE aibox.pwned (x int)", "SELECT pg_sleep(30)",
    "COPY aibox.files TO PROGRAM 'id'", "ALTER TABLE aibox.files ADD COLUMN pwned int", "CREATE ROLE pwned SUPERUSER",
)  # fmt: skip
_CYPHER = (
    "MATCH (n) DETACH DELETE n", "CREATE (:Pwned {x: 1})", "DROP CONSTRAINT file_id IF EXISTS", "SET n:Pwned",
    "CALL db.labels() YIELD label RETURN label", "LOAD CSV FROM 'file:///etc/passwd' AS l CREATE (:Pwned {l: l})",
    "MERGE (a:Pwned)-[:PWNED]->(b)", "MATCH (f:File) SET f.path = 'pwned'", "REMOVE n.id",
    "FOREACH (x IN [1] | CREATE (:Pwned))",
)  # fmt: skip
_SQL_FRAMES = ("'; {}; --", '"; {}; --', "') ; {}; --", "$${}$$; {}", "\\'; {}; /*", "1 OR 1=1; {}", "%(x)s :ids; {}",
               "E'\\047; {}", "') UNION SELECT 1; {}", "{{0}} %s; {}")  # fmt: skip
_CYPHER_FRAMES = ("'}}) {} //", '"}}) {} //', "`]->() {} //", "` {{x: 1}}) {} //", "$rows {} //", "\\' {} //",
                  "}} RETURN 1; {}",
                  "') WITH 1 AS x {} //", "\\u0027}}) {} //", "/* */ {} //")  # fmt: skip
PAYLOADS = [frame.format(*[body] * 2) for frame in _SQL_FRAMES for body in _SQL] + [
    frame.format(body) for frame in _CYPHER_FRAMES for body in _CYPHER
]


def schema_of(engine: Engine) -> list[tuple[object, ...]]:
    """Every column, index and role of the database."""
    query = """SELECT table_schema || '.' || table_name, column_name, data_type FROM information_schema.columns
        UNION ALL SELECT 'index', indexname, indexdef FROM pg_indexes
        UNION ALL SELECT 'role', rolname, rolsuper::text FROM pg_roles ORDER BY 1, 2, 3"""
    with engine.connect() as connection:
        return [tuple(row) for row in connection.execute(sa.text(query))]


def test_sql(engine: Engine) -> None:
    files, vectors, search = FileStore(engine), VectorStore(engine), SearchStore(engine)
    space = SpaceStore(engine).use_model(SPEC)
    before = schema_of(engine)
    keys = [partition_key(INBOX, payload) for payload in PAYLOADS]
    Lifecycle(engine, max_attempts=3).add(
        [
            NewFile(key, INBOX, payload, payload, FileStat(1, 1))
            for key, payload in zip(keys, PAYLOADS, strict=True)
        ]
    )
    entries = [
        entry_of(key, payload, seed=n) for n, (key, payload) in enumerate(zip(keys, PAYLOADS, strict=True))
    ]
    vectors.replace_files(space, entries)
    answers = 0
    for key, payload in zip(keys, PAYLOADS, strict=True):
        found = files.find(payload)
        assert found is not None
        assert (found.id, found.path, found.user_id) == (key, payload, payload)
        assert [record.id for record in files.select(user_id=payload)] == [key]
        hits = search.search(payload, unit_vectors(1)[0], OPERATOR, Filters(owner=payload))
        assert [hit.text for hit in hits] == [payload]
        answers += len(search.search(payload, None, OPERATOR, limit=3))
        assert vectors.counts([payload, key]) == {payload: 0, key: 1}
    assert sum(files.count_by_status().values()) == len(PAYLOADS) == 200
    assert sum(vectors.counts(keys).values()) == 200
    assert schema_of(engine) == before
    print(
        f"\nline 18, SQL: {len(PAYLOADS)} payloads in names, owners, texts, questions ({answers} hits); nothing changed"
    )


def test_cypher(graph: GraphStore, graph_address: GraphAddress) -> None:
    control = file_graph("control", [WU_FOUNDED_ACME])
    graph.replace_files([control])
    schema = graph_schema(graph_address)
    before = graph.snapshot()
    entries = []
    for number, payload in enumerate(PAYLOADS):
        said: Said = ("Person", f"A{payload}", "FOUNDED", "Organization", f"B{payload}")
        entry = file_graph(f"p{number}", [said], path=payload)
        entries.append(replace(entry, user_id=payload, version=payload))
    graph.replace_files(entries)
    assert graph.versions() == {"control": "1"} | {f"p{n}": payload for n, payload in enumerate(PAYLOADS)}
    counted = graph.counts([entry.file_id for entry in entries])
    assert all((count.chunks, count.mentions, count.triples) == (1, 2, 1) for count in counted.values())
    for number, payload in enumerate(PAYLOADS):
        if number % 4 == 0:  # a fourth of the questions, for time
            assert f"A{payload}" in {relation.head for relation in graph.relations(OPERATOR, f"A{payload}")}
            graph.entities(OPERATOR, payload, limit=3)
            assert graph.paths(OPERATOR, f"A{payload}", f"B{payload}")
    with pytest.raises(ValueError, match="relation"):
        graph.replace_files([file_graph("x", [("Person", "A", f"R`{PAYLOADS[-1]}", "Person", "B")])])
    assert graph_schema(graph_address) == schema
    graph.delete_files([entry.file_id for entry in entries])
    assert graph.snapshot() == before
    print(
        f"\nline 18, Cypher on {graph_address.database}: {len(PAYLOADS)} payloads; schema and counts unchanged"
    )


def graph_schema(address: GraphAddress) -> list[str]:
    """Constraints of the graph, and that no label is ours to wonder about."""
    assert ask(address, "MATCH (n:Pwned) RETURN count(n) AS n") == [{"n": 0}]
    return sorted(str(sorted(map(str, row.values()))) for row in ask(address, "SHOW CONSTRAINTS"))
