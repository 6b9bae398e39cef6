"""The stores are broken one by one, on real servers: each fault is found, mended, and found no more."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pytest
import sqlalchemy as sa
from dagster import DagsterInstance

from aibox_assets.assets.io_manager import ParquetIOManager
from aibox_assets.automation.checking import Fault, find_faults, repair
from aibox_assets.domain.errors import StoreUnavailableError
from aibox_assets.domain.models import EmbeddingModelSpec
from aibox_assets.execution.partitions import FILES
from aibox_assets.resources.platform import Platform
from aibox_assets.stores.files import ASSETS, CHUNKS, EMBEDDINGS, KG_TRIPLES, NewFile, Status
from aibox_assets.stores.graph_records import FileGraph, GraphAddress
from aibox_assets.stores.lifecycle import AssetResult, ReadBytes
from aibox_assets.stores.scanning import FileStat
from aibox_assets_tests.stores.documents import entry_of
from aibox_assets_tests.stores.graph_servers import graph_servers
from aibox_assets_tests.stores.work_files import RECIPES, SHA, version

pytestmark = pytest.mark.integration

IDS = ("f0", "f1")
Break = Callable[[Platform, ParquetIOManager, DagsterInstance], object]


@pytest.fixture(scope="session", params=graph_servers())
def graph_address(request: pytest.FixtureRequest, start_graph: Callable[[str], GraphAddress]) -> GraphAddress:
    """Every server: what is stored there is looked at."""
    return start_graph(request.param)


@pytest.fixture
def tables(platform: Platform) -> ParquetIOManager:
    return ParquetIOManager(platform.settings.storage_url)


@pytest.fixture
def whole(platform: Platform, tables: ParquetIOManager, instance: DagsterInstance) -> None:
    """Two files, finished and whole in every store."""
    platform.lifecycle.want(RECIPES)
    platform.lifecycle.add([NewFile(id_, "inbox", f"{id_}.txt", "amy", FileStat(3, 1)) for id_ in IDS])
    instance.add_dynamic_partitions(FILES, list(IDS))
    platform.graph.ensure_schema(["LEADS"])
    space = platform.spaces.use_model(EmbeddingModelSpec("tiny", "r1", 16, "", ""))
    for id_ in IDS:
        make(platform, tables, id_)
        platform.vectors.replace_files(space, [entry_of(id_, f"text of {id_}")])


def make(platform: Platform, tables: ParquetIOManager, id_: str) -> None:
    """What steps leave of a file."""
    for asset in ASSETS:
        platform.lifecycle.start(asset, [id_])
        if asset == CHUNKS:
            platform.lifecycle.read({id_: ReadBytes(SHA, 3, 1, "text/plain")})
        if asset != EMBEDDINGS:
            tables.write_tables(asset, [(id_, pa.table({"n": [1]}), version(asset))], guard=lambda: None)
        if asset == KG_TRIPLES:
            platform.graph.replace_files([graph_of(id_, version(asset))])
        platform.lifecycle.complete(asset, "q", {id_: AssetResult(version(asset), 1, 0.1)})


def graph_of(id_: str, made: str) -> FileGraph:
    return FileGraph(id_, f"{id_}.txt", "amy", made, ((f"{id_}:0", 0),), (), ())


def sql(platform: Platform, statement: str) -> None:
    with platform.engine.begin() as connection:
        connection.execute(sa.text(statement))


def write_old(_: Platform, tables: ParquetIOManager, __: DagsterInstance) -> None:
    tables.write_tables(CHUNKS, [("f0", pa.table({"n": [1]}), "older")], guard=lambda: None)


def write_stranger(_: Platform, tables: ParquetIOManager, __: DagsterInstance) -> None:
    tables.write_tables(KG_TRIPLES, [("stranger", pa.table({"n": [1]}), "x")], guard=lambda: None)


@pytest.mark.parametrize(
    ("damage", "fault"),
    [
        (lambda p, t, i: p.graph.delete_files(["f0"]), Fault("graph", "f0", KG_TRIPLES, "is missing")),
        (
            lambda p, t, i: p.graph.replace_files([graph_of("f0", "older")]),
            Fault("graph", "f0", KG_TRIPLES, "is of another version"),
        ),
        (
            lambda p, t, i: p.graph.replace_files([graph_of("stranger", "x")]),
            Fault("graph", "stranger", None, "is of no file that is known"),
        ),
        (
            lambda p, t, i: t.path_of(KG_TRIPLES, "f1").unlink(),
            Fault("parquet", "f1", KG_TRIPLES, "is missing"),
        ),
        (write_old, Fault("parquet", "f0", CHUNKS, "is of another version")),
        (
            lambda p, t, i: t.path_of(CHUNKS, "f0").write_bytes(b"no parquet"),
            Fault("parquet", "f0", CHUNKS, "is missing"),
        ),
        (write_stranger, Fault("parquet", "stranger", None, "is of no file that is known")),
        (
            lambda p, t, i: sql(p, "DELETE FROM aibox.vectors_1 WHERE chunk_id LIKE 'f1%'"),
            Fault("vectors", "f1", EMBEDDINGS, "has 0 vectors instead of 1"),
        ),
        (
            lambda p, t, i: i.add_dynamic_partitions(FILES, ["stranger"]),
            Fault("partitions", "stranger", None, "is of no file that is known"),
        ),
    ],
)
def test_each_fault_is_found_and_mended(
    platform: Platform,
    tables: ParquetIOManager,
    instance: DagsterInstance,
    whole: None,
    damage: Break,
    fault: Fault,
) -> None:
    assert find_faults(platform, tables, instance) == []
    damage(platform, tables, instance)
    assert find_faults(platform, tables, instance) == [fault]
    for _ in range(2):
        repair(platform, tables, instance, [fault])
    assert find_faults(platform, tables, instance) == []  # what is made again is under way
    if fault.asset is not None:
        record = platform.files.get([fault.file_id])[fault.file_id]
        assert (record.work[fault.asset].state, record.work[fault.asset].background) == (Status.QUEUED, True)


def test_a_storage_that_is_not_there_is_no_table_that_is_lost(
    platform: Platform, tables: ParquetIOManager, instance: DagsterInstance, whole: None
) -> None:
    storage = Path(platform.settings.storage_url)
    storage.rename(storage.with_name("unmounted"))
    with pytest.raises(StoreUnavailableError, match="is not there"):
        find_faults(platform, tables, instance)


def test_nothing_is_reported_while_files_change(
    platform: Platform, tables: ParquetIOManager, instance: DagsterInstance, whole: None
) -> None:
    stop = threading.Event()

    def work() -> None:
        while not stop.is_set():
            for id_ in IDS:
                platform.lifecycle.redo([id_], [CHUNKS, KG_TRIPLES])
                make(platform, tables, id_)

    worker = threading.Thread(target=work, daemon=True)
    worker.start()
    try:
        for _ in range(5):
            assert [fault for fault in find_faults(platform, tables, instance) if fault.asset is None] == []
    finally:
        stop.set()
        worker.join(30)
    assert find_faults(platform, tables, instance) == []
