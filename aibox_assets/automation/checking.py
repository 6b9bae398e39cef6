"""Whether the four stores agree: database, vectors, graph and Parquet, and Dagster's partitions besides.

A fault is what the table ``work`` says is made and a store does not have in that version, or what a store has of a
file that is not known. Work goes on meanwhile: the stores are read first and the table afterwards, and what is under
way is left alone.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Final

import sqlalchemy as sa
from dagster import DagsterInstance

from aibox_assets.assets.io_manager import ParquetIOManager
from aibox_assets.execution.partitions import FILES
from aibox_assets.resources.platform import Platform
from aibox_assets.stores.database import transaction
from aibox_assets.stores.files import CHUNKS, EMBEDDINGS, KG_TRIPLES

_PART: Final = 1000
_MADE: Final = """
SELECT w.file_id, w.made, w.items FROM aibox.work w JOIN aibox.files f ON f.id = w.file_id
WHERE w.asset = :asset AND w.state = 'finished' AND w.made IS NOT NULL AND w.run IS NULL AND f.gone_at IS NULL"""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing in which the stores do not agree.

    :ivar store: ``graph``, ``parquet``, ``vectors`` or ``partitions``.
    :ivar asset: that is made again to mend it; None where something is left over, and removed.
    """

    store: str
    file_id: str
    asset: str | None
    said: str


@dataclass(frozen=True, slots=True)
class Made:
    """What the table says of one asset of a file."""

    version: str
    items: int


def find_faults(platform: Platform, tables: ParquetIOManager, instance: DagsterInstance) -> list[Fault]:
    """Compare all; changes nothing.

    :raises StoreUnavailableError: one of the stores does not answer.
    """
    faults = [*_check_graph(platform), *_check_vectors(platform)]
    for asset in (CHUNKS, KG_TRIPLES):
        faults += _check_parquet(platform, tables, asset)
    partitions = set(instance.get_dynamic_partitions(FILES))
    faults += _left_over(platform, "partitions", partitions)
    return faults


def repair(
    platform: Platform, tables: ParquetIOManager, instance: DagsterInstance, faults: Collection[Fault]
) -> None:
    """Remove what is left over, and have the rest made again in the background. May be repeated."""
    orphans: dict[str, set[str]] = {}
    again: dict[str, list[str]] = {}
    for fault in faults:
        if fault.asset is None:
            orphans.setdefault(fault.store, set()).add(fault.file_id)
        else:
            again.setdefault(fault.asset, []).append(fault.file_id)
    for store, ids in orphans.items():
        # Somebody may have taken a file of that id in since.
        for id_ in sorted(ids - platform.files.existing_ids(ids)):
            if store == "graph":
                platform.graph.delete_files([id_])
            elif store == "parquet":
                tables.delete_tables(id_, (CHUNKS, KG_TRIPLES))
            else:
                instance.delete_dynamic_partition(FILES, id_)
    for asset, found in again.items():
        platform.lifecycle.redo(found, [asset], background=True)


def _check_graph(platform: Platform) -> Iterator[Fault]:
    before, stored = _made(platform, KG_TRIPLES), platform.graph.versions()
    yield from _left_over(platform, "graph", stored)
    yield from _differing(platform, "graph", KG_TRIPLES, before, stored.get)


def _check_parquet(platform: Platform, tables: ParquetIOManager, asset: str) -> Iterator[Fault]:
    before = _made(platform, asset)
    if before:
        tables.require_place()
    stored = tables.partitions(asset)
    yield from _left_over(platform, "parquet", stored)

    def version(id_: str) -> str | None:
        return tables.read_version(asset, id_, before[id_].version) if id_ in stored else None

    yield from _differing(platform, "parquet", asset, before, version)


def _check_vectors(platform: Platform) -> Iterator[Fault]:
    before = _made(platform, EMBEDDINGS)
    counted: dict[str, int] = {}
    for part in _parts(before):
        counted |= platform.vectors.counts(part)
    short = [id_ for id_, made in before.items() if counted.get(id_, 0) != made.items]
    for id_ in _unchanged(platform, EMBEDDINGS, before, short):
        said = f"has {counted.get(id_, 0):,} vectors instead of {before[id_].items:,}"
        yield Fault("vectors", id_, EMBEDDINGS, said)


def _differing(
    platform: Platform,
    store: str,
    asset: str,
    before: Mapping[str, Made],
    version: Callable[[str], str | None],
) -> Iterator[Fault]:
    found = {id_: version(id_) for id_ in before}
    wrong = [id_ for id_, stored in found.items() if stored != before[id_].version]
    for id_ in _unchanged(platform, asset, before, wrong):
        yield Fault(store, id_, asset, "is missing" if found[id_] is None else "is of another version")


def _left_over(platform: Platform, store: str, stored: Collection[str]) -> Iterator[Fault]:
    """Ids that the table does not know. It is read after the store: what came meanwhile is in it."""
    for part in _parts(sorted(stored)):
        for id_ in sorted(set(part) - platform.files.existing_ids(part)):
            yield Fault(store, id_, None, "is of no file that is known")


def _unchanged(platform: Platform, asset: str, before: Mapping[str, Made], ids: Collection[str]) -> list[str]:
    """Those of which the table says the same as before the store was read."""
    if not ids:
        return []
    after = _made(platform, asset)
    return sorted(id_ for id_ in ids if after.get(id_) == before[id_])


def _made(platform: Platform, asset: str) -> dict[str, Made]:
    with transaction(platform.engine) as connection:
        rows = connection.execute(sa.text(_MADE), {"asset": asset})
        return {id_: Made(version, items or 0) for id_, version, items in rows}


def _parts(ids: Iterable[str]) -> Iterator[list[str]]:
    left = iter(ids)
    while part := list(islice(left, _PART)):
        yield part
