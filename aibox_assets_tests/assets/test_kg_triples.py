"""The step that extracts, on real stores but for the graph: what a file defines holds in all of it alone."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import pytest
from dagster import DagsterInstance, materialize
from sqlalchemy import Engine

from aibox_assets.assets.chunks import chunks
from aibox_assets.assets.io_manager import ParquetIOManager
from aibox_assets.assets.kg_triples import kg_triples
from aibox_assets.automation.intake import take_in
from aibox_assets.execution.partitions import FILES
from aibox_assets.resources.platform import Platform
from aibox_assets.settings import Settings
from aibox_assets.stores.graph_records import FileGraph, GraphCounts

pytestmark = pytest.mark.integration

CONTRACT = (
    'This agreement is made between Acme Ltd. ("the Client") and Beta Software GmbH ("the Supplier").\n\n'
    + "The parties keep each other informed of what they do. " * 60
    + "\n\nThe Client acquired Nordwind Energy in 2019.\n"
)


class _Graph:
    def __init__(self) -> None:
        self.files: dict[str, FileGraph] = {}

    def ensure_schema(self, _: Iterable[str]) -> None:
        """Any."""

    def replace_files(self, graphs: Sequence[FileGraph], *, guard: Callable[[], None]) -> None:
        guard()
        self.files |= {each.file_id: each for each in graphs}

    def counts(self, ids: Iterable[str]) -> dict[str, GraphCounts]:
        return {id_: _counts(self.files[id_]) for id_ in ids}


def _counts(of: FileGraph) -> GraphCounts:
    told = {(each.head_key, each.relation, each.tail_key) for each in of.triples}
    return GraphCounts(
        chunks=len(of.chunks),
        entities=len({each.key for each in of.mentions}),
        mentions=len(of.mentions),
        triples=len(told),
    )


def test_a_defined_name_is_its_party_in_its_file_alone(
    engine: Engine, clean_redis_url: str, tmp_path: Path
) -> None:
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    (inbox / "contract.txt").write_text(CONTRACT, encoding="utf-8")
    (inbox / "other.txt").write_text("The Client acquired Nordwind Energy in 2019.\n", encoding="utf-8")
    url = engine.url.render_as_string(hide_password=False)
    values = {
        "AIBOX_HOME": tmp_path,
        "AIBOX_SETTLE_SECONDS": 0,
        "AIBOX_EXTRACTOR": "offline",
        "DATABASE_URL": url,
        "REDIS_URL": clean_redis_url,
    }
    platform = Platform(Settings(**values))  # type: ignore[arg-type]  # by alias
    graph = platform.__dict__["graph"] = _Graph()
    take_in(platform)
    take_in(platform)  # they are at rest
    platform.want_recipes()
    records = platform.files.at_paths("inbox", ["contract.txt", "other.txt"])
    tables = ParquetIOManager(platform.settings.storage_url)
    with DagsterInstance.ephemeral() as instance:
        for record in records.values():
            instance.add_dynamic_partitions(FILES, [record.id])
            assert materialize(
                [chunks, kg_triples],
                instance=instance,
                partition_key=record.id,
                resources={"platform": platform, "tables": tables, "io_manager": tables},
            ).success
    contract, other = (graph.files[records[path].id] for path in ("contract.txt", "other.txt"))
    assert len(contract.chunks) > 1
    assert ("Acme Ltd.", "ACQUIRED") in {(each.head, each.relation) for each in contract.triples}
    assert {each.evidence for each in contract.triples} >= {"The Client acquired Nordwind Energy in 2019."}
    assert "Acme Ltd." not in {each.head for each in other.triples}
