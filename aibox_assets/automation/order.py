"""Where files stand among the partitions, of which a run takes one or a range in the order of their arrival."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from itertools import pairwise
from typing import Final

import sqlalchemy as sa
from dagster import DagsterInstance
from dagster._core.storage.event_log import SqlEventLogStorage
from dagster._core.storage.event_log.schema import DynamicPartitionsTable
from sqlalchemy import Connection

from aibox_assets.automation.batches import MAX_GAP
from aibox_assets.execution.partitions import FILES

NEAR: Final = 2 * MAX_GAP
"""What stands farther apart than this by its number is in no range together. Deleted partitions leave numbers out."""


def place_files(instance: DagsterInstance, ids: Sequence[str]) -> dict[str, int]:
    """The order of *ids*, each of which is a partition then."""
    order = read_order(instance, ids)
    if missing := [id_ for id_ in ids if id_ not in order]:
        instance.add_dynamic_partitions(FILES, missing)
        order = read_order(instance, ids)
    return order


def read_order(instance: DagsterInstance, ids: Collection[str]) -> dict[str, int]:
    """Positions of those of *ids* that are partitions, and of what stands between two that are near; in their order.

    Neighbours have positions one apart, and all others a larger distance. The rest of the partitions, which may be very
    many, is not read.
    """
    storage = instance.event_log_storage
    assert isinstance(storage, SqlEventLogStorage)
    table = DynamicPartitionsTable.c
    with storage.index_connection() as connection:
        keys = _read(connection, table.partition.in_(ids))
        # By their numbers, and not as spans: the planner reads all to find what is within many spans.
        between = list(_between(sorted(keys)))
        keys |= _read(connection, table.id.in_(sa.literal(between, literal_execute=True)))
    order: dict[str, int] = {}
    position = before = 0
    for number in sorted(keys):
        position += 1 if number - before <= NEAR else number - before
        order[keys[number]], before = position, number
    return order


def _between(numbers: Sequence[int]) -> Iterator[int]:
    for before, after in pairwise(numbers):
        if after - before <= NEAR:
            yield from range(before + 1, after)


def _read(connection: Connection, condition: sa.ColumnElement[bool]) -> dict[int, str]:
    """Keys of partitions by their numbers."""
    table = DynamicPartitionsTable.c
    query = sa.select(table.id, table.partition).where(table.partitions_def_name == FILES, condition)
    return {row.id: row.partition for row in connection.execute(query)}
