"""Line 12: ten runs of one file at once, while its bytes change and somebody reads."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest
import sqlalchemy as sa

from aibox_assets.client import ASSETS, DagsterClient
from aibox_assets.settings import Settings
from aibox_assets.stores.database import transaction
from aibox_assets.stores.graph_records import GraphAddress
from aibox_assets.stores.tables import chunks
from aibox_assets_tests.chaos.acceptance import Figures, accept
from aibox_assets_tests.chaos.processes import eventually
from aibox_assets_tests.integration.real_home import RealHome
from aibox_assets_tests.integration.texts import write_news
from aibox_assets_tests.stores.graph_servers import ask

pytestmark = [pytest.mark.chaos, pytest.mark.stack, pytest.mark.timeout(900)]

RUNS = 10
_GRAPH = "MATCH (f:File {{id: '{}'}})-[:HAS_CHUNK]->(c:Chunk) RETURN f.version AS version, count(c) AS chunks"


def test_readers_see_one_version(fresh_home: RealHome) -> None:
    home, figures = fresh_home, Figures("12")
    path = home.drop("again.txt", "\n\n".join(write_news(40, seed=121)))
    id_ = str(home.wait_finished([path])[path]["file_id"])
    vectors, graph = {_vectors(home, id_)}, {_graph(home, id_)}
    with _reading(home, id_) as seen, DagsterClient(home.ui) as dagster, ThreadPoolExecutor(RUNS) as pool:
        home.drop("again.txt", "\n\n".join(write_news(60, seed=122)))
        runs = list(pool.map(lambda _: dagster.launch_assets(ASSETS, id_), range(RUNS)))
        ended = [dagster.wait_for_run(run_id, 400).status for run_id in runs]
        eventually(lambda: len(vectors | {_vectors(home, id_)}) == 2, 120, "the new version is there")
        home.wait_finished([path])
    vectors.add(_vectors(home, id_))
    graph.add(_graph(home, id_))
    reads = len(seen.vectors)
    figures.note = f"{RUNS} runs ended {sorted(set(ended))}, {reads} reads, none empty, none mixed"
    mixed = set(seen.vectors) - vectors
    mixed_graph = set(seen.graph) - graph
    accept(home, [path], figures)
    assert reads > RUNS
    assert not mixed, f"{len(mixed)} reads of vectors are of neither version"
    assert not mixed_graph, (
        f"reads of the graph are of neither version: {mixed_graph - graph} instead of {graph}"
    )
    assert set(ended) == {"SUCCESS"}


class _Seen:
    def __init__(self) -> None:
        self.vectors: list[tuple[str, ...]] = []
        self.graph: list[tuple[object, ...]] = []


@contextmanager
def _reading(home: RealHome, id_: str) -> Iterator[_Seen]:
    """A reader that looks ten times a second."""
    seen, ending = _Seen(), threading.Event()

    def read() -> None:
        while not ending.wait(0.1):
            seen.vectors.append(_vectors(home, id_))
            seen.graph.append(_graph(home, id_))

    thread = threading.Thread(target=read)
    thread.start()
    try:
        yield seen
    finally:
        ending.set()
        thread.join()


def _vectors(home: RealHome, id_: str) -> tuple[str, ...]:
    """The chunks of a file's vectors, as one query sees them."""
    query = sa.select(chunks.c.chunk_id, chunks.c.text_hash).where(chunks.c.file_id == id_)
    with transaction(home.platform.engine) as connection:
        return tuple(sorted(f"{row.chunk_id} {row.text_hash}" for row in connection.execute(query)))


def _graph(home: RealHome, id_: str) -> tuple[object, ...]:
    """Version and number of chunks of a file in the graph, as one query sees them."""
    return tuple(
        (row["version"], row["chunks"]) for row in ask(_address(home.platform.settings), _GRAPH.format(id_))
    )


def _address(settings: Settings) -> GraphAddress:
    assert settings.neo4j_uri is not None
    return GraphAddress(
        settings.neo4j_uri,
        settings.neo4j_user,
        settings.neo4j_password.get_secret_value(),
        settings.neo4j_database,
    )
