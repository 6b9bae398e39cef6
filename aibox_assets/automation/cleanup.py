"""Removing files: everything that was made of them, then the record that says so."""

from __future__ import annotations

from typing import Final

from dagster import DagsterInstance

from aibox_assets.assets.io_manager import ParquetIOManager
from aibox_assets.execution.partitions import FILES
from aibox_assets.resources.platform import Platform
from aibox_assets.stores.files import CHUNKS, KG_TRIPLES

PER_TICK: Final = 200


def delete_gone(platform: Platform, tables: ParquetIOManager, instance: DagsterInstance) -> int:
    """Remove files whose bytes are gone and that no run has; how many.

    The row in ``files`` goes last: until then every step can be done again, so a crash between any two
    leaves nothing behind for good.
    """
    ids = [record.id for record in platform.files.gone(PER_TICK)]
    if not ids:
        return 0
    platform.graph.delete_files(ids)
    platform.vectors.delete_files(ids)
    for id_ in ids:
        tables.delete_tables(id_, (CHUNKS, KG_TRIPLES))
        platform.live.forget_file(id_)
        instance.delete_dynamic_partition(FILES, id_)
    platform.lifecycle.forget(ids)
    return len(ids)
