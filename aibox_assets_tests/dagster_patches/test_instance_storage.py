"""Dagster's storage on a real Postgres: planned events arrive, and a kept connection survives a cut."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
import yaml
from dagster import (
    AssetKey,
    AssetMaterialization,
    DagsterEventType,
    DagsterInstance,
    GraphDefinition,
    ResourceDefinition,
    job,
    op,
)
from dagster._core.definitions.data_version import CODE_VERSION_TAG, DATA_VERSION_TAG
from dagster._core.events import (
    AssetMaterializationPlannedData,
    DagsterEvent,
    DagsterEventBatchMetadata,
    StepMaterializationData,
)
from dagster._core.scheduler.instigation import TickStatus

from aibox_assets.dagster_patches import instance_storage, known_partitions
from aibox_assets.dagster_patches.instance_storage import PooledPostgresStorage
from aibox_assets.settings import with_driver
from aibox_assets.stores.wakes import Wake


@pytest.fixture
def instance(
    tmp_path: Path, new_database_url: Callable[[], str], monkeypatch: pytest.MonkeyPatch
) -> Iterator[DagsterInstance]:
    """An instance as dagster.yaml has it, on a database of its own."""
    monkeypatch.setenv("AIBOX_DAGSTER_DATABASE_URL", with_driver(new_database_url(), "psycopg2"))
    monkeypatch.setenv("DAGSTER_EVENT_BATCH_SIZE", "500")
    ours = yaml.safe_load((Path(__file__).parents[2] / "dagster.yaml").read_text(encoding="utf-8"))
    (tmp_path / "dagster.yaml").write_text(yaml.safe_dump({"storage": ours["storage"]}), encoding="utf-8")
    with DagsterInstance.from_config(str(tmp_path)) as made:
        yield made


def plan(instance: DagsterInstance, run_id: str, asset: str, partitions: list[str]) -> None:
    """Report that a run is going to materialize the partitions, as Dagster does: in one batch."""
    for number, partition in enumerate(partitions, start=1):
        event = DagsterEvent.build_asset_materialization_planned_event(
            "process_files_job", asset, AssetMaterializationPlannedData(AssetKey(asset), partition=partition)
        )
        batch = DagsterEventBatchMetadata(f"batch-{asset}", number == len(partitions))
        instance.report_dagster_event(event, run_id, batch_metadata=batch)


def test_the_planned_events_of_a_batch_are_all_there(instance: DagsterInstance) -> None:
    partitions = [f"file-{number}" for number in range(70)]
    plan(instance, "run-1", "chunks", partitions)
    plan(instance, "run-1", "embeddings", ["file-0"])
    logged = instance.all_logs("run-1", of_type=DagsterEventType.ASSET_MATERIALIZATION_PLANNED)
    planned = [(event.get_dagster_event().step_key, event.get_dagster_event().partition) for event in logged]
    assert planned == [("chunks", partition) for partition in partitions] + [("embeddings", "file-0")]
    assert instance.has_asset_key(AssetKey("chunks"))
    assert instance.has_asset_key(AssetKey("embeddings"))


def test_the_materializations_of_a_batch_are_all_there_with_their_versions(instance: DagsterInstance) -> None:
    key, partitions = AssetKey("chunks"), [f"file-{number}" for number in range(70)]
    for number, partition in enumerate(partitions, start=1):
        made = AssetMaterialization(
            key,
            partition=partition,
            metadata={"text": "a 100 % 'quoted' text"},
            tags={DATA_VERSION_TAG: f"v{number}", CODE_VERSION_TAG: "1"},
        )
        event = DagsterEvent(
            DagsterEventType.ASSET_MATERIALIZATION.value,
            "process_files_job",
            step_key="chunks",
            event_specific_data=StepMaterializationData(made),
        )
        batch = DagsterEventBatchMetadata("batch", number == len(partitions))
        instance.report_dagster_event(event, "run-1", batch_metadata=batch)
    logged = instance.all_logs("run-1", of_type=DagsterEventType.ASSET_MATERIALIZATION)
    assert [event.get_dagster_event().partition for event in logged] == partitions
    assert logged[0].asset_materialization.metadata["text"].value == "a 100 % 'quoted' text"
    assert instance.get_materialized_partitions(key) == set(partitions)
    newest = instance.get_latest_materialization_event(key)
    assert newest is not None
    assert newest.get_dagster_event().partition == partitions[-1]
    tags = instance.event_log_storage.get_event_tags_for_asset(key, filter_tags={DATA_VERSION_TAG: "v7"})
    assert tags == [{DATA_VERSION_TAG: "v7"}]


def test_of_a_run_is_stored_what_it_did_and_not_that_resources_were_made(
    instance: DagsterInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(instance_storage, "ring_afar", lambda _: None)

    @job(resource_defs={"thing": ResourceDefinition.hardcoded_resource(1)})
    def work() -> None:
        op(name="do", required_resource_keys={"thing"})(lambda: None)()

    result = work.execute_in_process(instance=instance)
    told = {event.event_type for event in result.all_events}
    stored = {each.dagster_event_type for each in instance.all_logs(result.run_id)}
    resources = {DagsterEventType.RESOURCE_INIT_STARTED, DagsterEventType.RESOURCE_INIT_SUCCESS}
    assert told >= resources
    assert told - stored == resources


def test_partitions_that_are_known_are_not_read_again(instance: DagsterInstance) -> None:
    def read() -> list[str]:
        return list(instance.get_dynamic_partitions("files"))

    assert read() == []
    instance.add_dynamic_partitions("files", ["a", "b", "c"])
    instance.add_dynamic_partitions("others", ["z"])
    statements: list[object] = []
    engine: sa.Engine = instance.event_log_storage._engine  # type: ignore[attr-defined]
    assert read() == ["a", "b", "c"]
    sa.event.listen(
        engine, "before_cursor_execute", lambda _c, _cursor, _sql, values, *_: statements.append(values)
    )
    instance.add_dynamic_partitions("files", ["d"])
    statements.clear()
    assert read() == ["a", "b", "c", "d"]
    assert read() == ["a", "b", "c", "d"]
    assert len(statements) == 2, "one statement each"
    instance.delete_dynamic_partition("files", "b")
    assert read() == ["a", "c", "d"]
    instance.delete_dynamic_partition("files", "d")
    instance.add_dynamic_partitions("files", ["b"])
    assert read() == ["a", "c", "b"]


def test_partitions_that_another_process_changed_are_seen(
    instance: DagsterInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine: sa.Engine = instance.event_log_storage._engine  # type: ignore[attr-defined]

    def elsewhere(statement: str) -> None:
        with engine.connect() as connection:
            connection.execute(sa.text(statement))

    def read() -> list[str]:
        return list(instance.get_dynamic_partitions("files"))

    add = "INSERT INTO dynamic_partitions (partitions_def_name, partition) VALUES ('files', '{}')"
    instance.add_dynamic_partitions("files", ["a", "b", "c"])
    assert read() == ["a", "b", "c"]
    elsewhere(add.format("d"))
    assert read() == ["a", "b", "c", "d"], "at once"
    elsewhere("DELETE FROM dynamic_partitions WHERE partition = 'a'")
    elsewhere(add.format("a"))
    assert read() == ["b", "c", "d", "a"], "it came again"
    elsewhere("DELETE FROM dynamic_partitions WHERE partition = 'c'")
    monkeypatch.setattr(known_partitions, "COMPARE_SECONDS", 0.0)
    assert read() == ["b", "d", "a"], "soon"


def test_a_connection_that_postgres_cut_is_opened_again(instance: DagsterInstance, postgres_url: str) -> None:
    instance.add_dynamic_partitions("files", ["a"])
    cut = sa.text("SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname LIKE 'test_%'")
    with sa.create_engine(postgres_url).begin() as connection:
        assert connection.execute(cut).all(), "a connection was kept"
    assert list(instance.get_dynamic_partitions("files")) == ["a"]


def test_the_process_of_a_run_looks_for_no_tables(
    new_database_url: Callable[[], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    here, of_a_run = (with_driver(new_database_url(), "psycopg2") for _ in range(2))
    PooledPostgresStorage(here)
    monkeypatch.setattr(multiprocessing, "parent_process", object)
    PooledPostgresStorage(of_a_run)
    assert "runs" in sa.inspect(sa.create_engine(here)).get_table_names()
    assert not sa.inspect(sa.create_engine(of_a_run)).get_table_names()


def test_the_schema_is_asked_about_once(instance: DagsterInstance) -> None:
    def look() -> None:
        instance.all_instigator_state()
        instance.get_run_records(limit=1)
        instance.get_backfills(limit=1)
        plan(instance, "run-1", "chunks", ["file-0"])

    look()
    statements: list[str] = []
    engine: sa.Engine = instance.run_storage._engine  # type: ignore[attr-defined]
    sa.event.listen(engine, "before_cursor_execute", lambda _c, _cursor, sql, *_: statements.append(sql))
    look()
    assert statements
    assert not [sql for sql in statements if "pg_catalog" in sql or "secondary_indexes" in sql]


def test_ticks_are_purged_once_in_a_while(instance: DagsterInstance) -> None:
    storage: Any = instance.schedule_storage
    engine: sa.Engine = storage._engine
    statements: list[str] = []
    sa.event.listen(engine, "before_cursor_execute", lambda _c, _cursor, sql, *_: statements.append(sql))
    for _ in range(3):
        for outcome in (TickStatus.SKIPPED, TickStatus.SUCCESS):
            instance.purge_ticks("origin", "selector", before=1.0, tick_statuses=[outcome])
    assert len([sql for sql in statements if sql.startswith("DELETE")]) == 2


def test_the_end_of_a_run_wakes_the_sensor(
    instance: DagsterInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    rung: list[Wake] = []
    monkeypatch.setattr(instance_storage, "ring_afar", rung.append)
    run = instance.create_run_for_job(GraphDefinition("work", node_defs=[]).to_job())
    for event_type in (DagsterEventType.RUN_START, DagsterEventType.RUN_SUCCESS):
        instance.report_dagster_event(DagsterEvent(event_type.value, "work"), run.run_id)
    assert rung == [Wake.LOOK]
