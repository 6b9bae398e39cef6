"""The graph servers that the tests run on: the embedded one, and a real Neo4j where there is one.

``AIBOX_TEST_NEO4J`` names a script ``start HOME PORT PASSWORD`` that runs Neo4j in the foreground. Without it the
tests of Neo4j are not collected; but where ``CI`` is set they are, and fail.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, nullcontext
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from neo4j import GraphDatabase

from aibox_assets.local.embedded import running_graph
from aibox_assets.local.process import Command, free_port, start, stop, wait_until
from aibox_assets.stores.graph import GraphStore
from aibox_assets.stores.graph_records import GraphAddress
from aibox_assets.stores.locks import GraphLock

NEO4J = "AIBOX_TEST_NEO4J"
# It lives for minutes: code that is compiled quickly serves it better than code that is compiled well.
_JAVA = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"
RELATION_TYPES = ("FOUNDED", "LEADS", "LOCATED_IN")


def pytest_report_header() -> str:
    """Say which servers the graph tests run on."""
    missing = "" if os.environ.get(NEO4J) else f" ({NEO4J} is not set)"
    return f"graph servers: {', '.join(graph_servers())}{missing}"


def graph_servers() -> list[str]:
    """The servers that the graph tests run on: Neo4j where it is named, or must be."""
    return ["embedded", "neo4j"] if os.environ.get(NEO4J) or os.environ.get("CI") else ["embedded"]


@contextmanager
def running_neo4j(folder: Path) -> Iterator[GraphAddress]:
    """A Neo4j for the length of a ``with`` block."""
    if not os.environ.get(NEO4J):
        pytest.fail(f"{NEO4J} names no Neo4j, and these tests must run where CI is set.")
    address = GraphAddress(f"bolt://127.0.0.1:{free_port()}", "neo4j", "test-password")
    port, log = address.uri.rpartition(":")[2], folder / "server.log"
    start_script = (os.environ[NEO4J], str(folder), port, address.password)
    command = Command(start_script, env={"JAVA_TOOL_OPTIONS": _JAVA})

    def ping() -> None:
        with GraphStore(address, unshared_lock(), retry_seconds=0) as store:
            store.verify()

    with log.open("ab") as output:
        process = start(command, output)
    try:
        wait_until(ping, process, "Neo4j", log, 180)
        yield address
    finally:
        stop(process, command, 20)


def unshared_lock() -> GraphLock:
    """One writer at a time within this process; readers do not wait."""
    writer = threading.Lock()

    @contextmanager
    def writing() -> Iterator[Callable[[], None]]:
        with writer:
            yield lambda: None

    return GraphLock(writing, nullcontext)


@pytest.fixture(scope="session")
def start_graph(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], GraphAddress]]:
    """Each server at its first use, until the session ends: pytest would end one whenever it turns to the other."""
    with ExitStack() as stack:

        @cache
        def started(name: str) -> GraphAddress:
            server = running_neo4j if name == "neo4j" else running_graph
            return stack.enter_context(server(tmp_path_factory.mktemp(name)))

        yield started


@pytest.fixture(scope="session", params=graph_servers())
def graph_address(request: pytest.FixtureRequest, start_graph: Callable[[str], GraphAddress]) -> GraphAddress:
    """Each graph server in turn, shared by the session's tests; ``graph`` empties it."""
    return start_graph(request.param)


@pytest.fixture
def graph(graph_address: GraphAddress) -> Iterator[GraphStore]:
    """A store with its schema and nothing in it; one writer at a time within this process."""
    empty(graph_address)
    with GraphStore(graph_address, unshared_lock()) as store:
        store.ensure_schema(RELATION_TYPES)
        yield store


def empty(address: GraphAddress) -> None:
    """Remove every node and relationship."""
    ask(address, "MATCH (n) DETACH DELETE n")


def ask(address: GraphAddress, text: str) -> list[dict[str, Any]]:
    """The rows of one statement, past the store."""
    with GraphDatabase.driver(
        address.uri, auth=(address.user, address.password), notifications_min_severity="OFF"
    ) as driver:
        return [record.data() for record in driver.execute_query(text, database_=address.database).records]


def explain(address: GraphAddress, text: str, **parameters: Any) -> str:
    """How the server would answer a statement, as text."""
    with GraphDatabase.driver(
        address.uri, auth=(address.user, address.password), notifications_min_severity="OFF"
    ) as driver:
        answer = driver.execute_query(f"EXPLAIN {text}", parameters, database_=address.database)
        return str(answer.summary.plan)
