"""Dagster's storage in Postgres: connections are kept, planned events written together, the schema asked about once.

``DagsterPostgresStorage`` (dagster-postgres 0.29.27) opens a connection for every statement outside of the web
server, and writes the planned materialization of every partition on its own: for 300 files in batches that
was a third of all CPU time. With every tick, run and event it reads Postgres' catalogue to see which tables and columns
there are: a quarter of the daemon's CPU time. It reads all keys of partitions anew some ten times for each run, and
purges old ticks behind each tick. It can go when upstream pools, batches planned events, and remembers.
"""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from functools import lru_cache
from itertools import groupby
from typing import Any

from dagster import DagsterEvent, DagsterEventType
from dagster._core.events.log import EventLogEntry
from dagster._core.storage.event_log import SqlEventLogStorage
from dagster._core.storage.event_log.schema import AssetEventTagsTable, SqlEventLogStorageTable
from dagster._serdes import ConfigurableClassData
from dagster_postgres import DagsterPostgresStorage
from dagster_postgres.auth import PgTokenProvider
from dagster_postgres.event_log import PostgresEventLogStorage
from dagster_postgres.utils import create_pg_engine, get_token_provider_from_config, pg_url_from_config
from psycopg2.extras import execute_values
from sqlalchemy import Connection, Engine, Table

from aibox_assets.dagster_patches.bells import ring_afar
from aibox_assets.dagster_patches.known_partitions import forget_partitions, known_partitions
from aibox_assets.stores.database import ask_after_rest
from aibox_assets.stores.wakes import Wake

_POOL: dict[str, Any] = {
    "isolation_level": "AUTOCOMMIT",
    "pool_size": 2,
    "max_overflow": 30,
    "pool_recycle": 1800,
}

_WRITTEN_TOGETHER = (DagsterEventType.ASSET_MATERIALIZATION_PLANNED, DagsterEventType.ASSET_MATERIALIZATION)

_UNTOLD = (DagsterEventType.RESOURCE_INIT_STARTED, DagsterEventType.RESOURCE_INIT_SUCCESS)

_LOOKED_AT: set[str] = set()
"""Databases in which this process made Dagster's tables, or found them."""

_SCHEMA_QUESTIONS = (
    *("has_instigators_table", "_has_instigators_table", "has_secondary_index_table", "has_built_index"),
    *("_has_asset_daemon_asset_evaluations_table", "has_run_stats_index_cols", "has_backfill_id_column"),
    *("has_bulk_actions_selector_cols", "has_bulk_action_job_name_column", "has_backfill_tags_table"),
    *("_has_asset_key_col_on_connection", "has_table"),
)
"""What the storages ask about tables, columns and migrations; each has some of them."""

_FOUND: set[tuple[str, ...]] = set()
"""What was asked and is there, by database: none of it goes away again."""


_ENDS = (DagsterEventType.RUN_SUCCESS, DagsterEventType.RUN_FAILURE, DagsterEventType.RUN_CANCELED)

_PURGE_SECONDS = 600.0
_PURGED: dict[tuple[str, ...], float] = {}
"""When ticks were purged last: of which database, sensor and outcomes."""


class PooledPostgresStorage(DagsterPostgresStorage):
    """Runs, events and schedules over one small pool of connections per process."""

    def __init__(
        self,
        postgres_url: str,
        should_autocreate_tables: bool = True,
        inst_data: ConfigurableClassData | None = None,
        token_provider: PgTokenProvider | None = None,
    ) -> None:
        # Looking for the tables once per process is enough: a worker makes an instance for every step. A run has a
        # process of its own, and is in the tables before that begins.
        has_parent = multiprocessing.parent_process() is not None
        create = should_autocreate_tables and postgres_url not in _LOOKED_AT and not has_parent
        super().__init__(postgres_url, create, inst_data, token_provider)
        self._event_log_storage = BatchedEventLogStorage(postgres_url, create, token_provider=token_provider)
        for storage in (self._run_storage, self._event_log_storage, self._schedule_storage):
            storage._engine = _engine(postgres_url, token_provider)
            _ask_once(storage, postgres_url)
        _purge_seldom(self._schedule_storage, postgres_url)
        _wake_at_ends(self._run_storage)
        _LOOKED_AT.add(postgres_url)

    @classmethod
    def from_config_value(
        cls, inst_data: ConfigurableClassData | None, config_value: Mapping[str, Any]
    ) -> PooledPostgresStorage:
        """What Dagster calls with the ``config`` of dagster.yaml."""
        return cls(
            pg_url_from_config(config_value),
            config_value.get("should_autocreate_tables", True),
            inst_data,
            get_token_provider_from_config(config_value),
        )


class BatchedEventLogStorage(PostgresEventLogStorage):
    """Writes the planned and the made materializations of a step in few statements.

    SQLAlchemy compiles a statement with the parameters of all rows each time anew: that took as long as the rest.
    """

    def store_event(self, event: EventLogEntry) -> None:
        """Without the ``NOTIFY`` behind each event, which upstream keeps for releases that listened to it.

        That resources were made is not stored: ours are there before the step, and it was a fifth of what a step tells.
        """
        if event.dagster_event_type not in _UNTOLD:
            SqlEventLogStorage.store_event(self, event)

    def get_dynamic_partitions(self, partitions_def_name: str) -> Sequence[str]:
        """All keys in the order in which they were added; read are only those that are new since the last time.

        A run, each of its steps and each look ask for them, several times each.
        """
        with self.index_connection() as connection:
            return known_partitions(connection, self.postgres_url, partitions_def_name)

    def delete_dynamic_partition(self, partitions_def_name: str, partition_key: str) -> None:
        """As upstream; what is known of the others is read anew."""
        super().delete_dynamic_partition(partitions_def_name, partition_key)
        forget_partitions(self.postgres_url, partitions_def_name)

    def store_event_batch(self, events: Sequence[EventLogEntry]) -> None:
        """Store events in their order; those that follow each other and are of one kind together."""

        def kind(event: EventLogEntry) -> tuple[DagsterEventType, object]:
            dagster_event = event.get_dagster_event()
            return dagster_event.event_type, dagster_event.asset_key

        for (event_type, _), group in groupby(events, key=kind):
            alike = list(group)
            if event_type in _WRITTEN_TOGETHER and len(alike) > 1:
                self._store_together(alike)
            else:
                super().store_event_batch(alike)

    def _store_together(self, events: list[EventLogEntry]) -> None:
        """Store events of one kind and asset."""
        rows = [self._event_to_row(event) for event in events]
        with self._connect() as connection:
            ids = _insert(connection, SqlEventLogStorageTable, rows)
        tags = [
            {
                "event_id": id_,
                "asset_key": row["asset_key"],
                "key": key,
                "value": value,
                "event_timestamp": row["timestamp"],
            }
            for id_, row, event in zip(ids, rows, events, strict=True)
            for key, value in self._tags_for_asset_event(event).items()
        ]
        with self.index_transaction() as connection:
            if tags:
                _insert(connection, AssetEventTagsTable, tags)
            # The asset's row keeps its newest event alone.
            self._store_asset_event(connection, events[-1], ids[-1])


def _insert(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> list[int]:
    """Insert rows that have the same columns; their ids, in the same order."""
    columns = list(rows[0])
    statement = f"INSERT INTO {table.name} ({', '.join(columns)}) VALUES %s RETURNING id"  # noqa: S608
    with closing(connection.connection.cursor()) as cursor:
        values = [tuple(row.values()) for row in rows]
        found = execute_values(cursor, statement, values, page_size=len(values), fetch=True)
    return [row[0] for row in found]


def _wake_at_ends(storage: Any) -> None:
    """Wake the sensor that requests runs when one is over: there is room for another."""
    handle = storage.handle_run_event

    def handle_run_event(run_id: str, event: DagsterEvent, *rest: Any) -> None:
        handle(run_id, event, *rest)
        if event.event_type in _ENDS:
            ring_afar(Wake.LOOK)

    storage.handle_run_event = handle_run_event


def _purge_seldom(storage: Any, url: str) -> None:
    """Let old ticks go once in a while, and not behind each tick."""
    purge = storage.purge_ticks

    def purge_ticks(origin_id: str, selector_id: str, before: float, tick_statuses: Any = None) -> None:
        what, now = (url, selector_id, *map(str, tick_statuses or ())), time.monotonic()
        if now - _PURGED.get(what, -_PURGE_SECONDS) >= _PURGE_SECONDS:
            _PURGED[what] = now
            purge(origin_id, selector_id, before, tick_statuses)

    storage.purge_ticks = purge_ticks


def _ask_once(storage: Any, url: str) -> None:
    """Let *storage* remember what it found in the schema."""
    for name in _SCHEMA_QUESTIONS:
        if (ask := getattr(storage, name, None)) is not None:
            setattr(storage, name, _remembering(ask, url, type(storage).__name__, name))


def _remembering(ask: Callable[..., bool], *asked: str) -> Callable[..., bool]:
    def answer(*args: Any) -> bool:
        # Among the arguments only names tell one question from another; a connection does not.
        question = (*asked, *(arg for arg in args if isinstance(arg, str)))
        if question not in _FOUND and ask(*args):
            _FOUND.add(question)
        return question in _FOUND

    return answer


@lru_cache
def _engine(url: str, token_provider: PgTokenProvider | None) -> Engine:
    engine = create_pg_engine(url, token_provider, **_POOL)
    ask_after_rest(engine)
    return engine
