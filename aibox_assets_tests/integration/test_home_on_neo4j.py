"""Two whole homes, one on a real Neo4j and one on the embedded server: their graphs are the same.

Nothing is collected here where there is no Neo4j, but where ``CI`` is set; see ``stores/graph_servers.py``.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from aibox_assets.stores.folders import INBOX
from aibox_assets.stores.graph_records import GraphAddress
from aibox_assets_tests.integration.real_home import RealHome
from aibox_assets_tests.stores.graph_servers import graph_servers, running_neo4j


@contextmanager
def running_home(address: GraphAddress) -> Iterator[RealHome]:
    """A home on that server for the length of a ``with`` block; files settle fast, to keep the test short."""
    given = {"NEO4J_URI": address.uri, "NEO4J_USER": address.user, "NEO4J_PASSWORD": address.password}
    home = RealHome(AIBOX_SETTLE_SECONDS="0.5", **given)
    try:
        home.up()
        yield home
    finally:
        home.destroy()


def graph_of_samples(home: RealHome) -> list[str]:
    """Every node and relationship after the samples went through."""
    files = home.ingest_samples(800)
    failed = {path: file["error"] for path, file in files.items() if file["status"] != "finished"}
    assert not failed
    snapshot = home.platform.graph.snapshot()
    assert sum(file["triples"] for file in files.values()) >= 30
    return snapshot


def remove_all(home: RealHome, seconds: float = 120) -> None:
    """Leave the home to the next tests as if no file had ever been there."""
    paths = list(home.files())
    records = home.platform.files.at_paths(INBOX, paths)
    for path in paths:
        (home.inbox / path).unlink()
    home.platform.lifecycle.mark_gone([record.id for record in records.values()])
    deadline = time.monotonic() + seconds
    while home.platform.files.at_paths(INBOX, paths):
        assert time.monotonic() < deadline
        time.sleep(0.5)


if "neo4j" in graph_servers():

    @pytest.mark.stack
    @pytest.mark.timeout(2400)
    def test_the_samples_make_the_same_graph_node_for_node(
        tmp_path: Path, request: pytest.FixtureRequest
    ) -> None:
        with running_neo4j(tmp_path) as address, running_home(address) as home:
            assert "graph" not in {service["name"] for service in home.json("status")["services"]}
            on_neo4j = graph_of_samples(home)
            found = home.json("graph", "Northwind Cells")
        own_home = request.getfixturevalue("own_home")  # not before: two homes at once take twice the memory
        assert graph_of_samples(own_home) == on_neo4j
        assert own_home.json("graph", "Northwind Cells") == found
        remove_all(own_home)
