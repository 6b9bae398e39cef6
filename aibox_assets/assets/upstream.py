"""The chunks of files, for the assets that are made from them."""

from __future__ import annotations

from dataclasses import dataclass

from aibox_assets.assets.io_manager import ParquetIOManager
from aibox_assets.assets.step import Step
from aibox_assets.assets.tables import read_chunks
from aibox_assets.domain.errors import TransientError
from aibox_assets.domain.models import Chunk
from aibox_assets.stores.files import CHUNKS, FileRecord, Status


@dataclass(frozen=True, slots=True)
class ChunkedFile:
    """A file with its chunks and the version they are."""

    record: FileRecord
    chunks: list[Chunk]
    version: str


def load_chunks(tables: ParquetIOManager, step: Step) -> list[ChunkedFile]:
    """The chunks of the step's files.

    A file whose chunks are not current is passed over: they come first. One whose table is lost fails once, and its
    chunks are made again.

    :raises StoreUnavailableError: the storage cannot be read.
    """
    current: dict[str, str] = {}
    for id_, record in step.records.items():
        made = record.work[CHUNKS]
        if made.state is Status.FINISHED and made.made is not None:
            current[id_] = made.made
        else:
            step.outcome.passed_over[id_] = made.error or "Its chunks are to be made first."
    loaded, lost = [], []
    for id_, table in tables.read_tables(CHUNKS, current):
        record = step.records[id_]
        if table is None:
            lost.append(id_)
            step.outcome.failures[id_] = TransientError(
                f"The chunks of {record.display_path} are not in the storage.",
                "They are made again by themselves; all workers need the same AIBOX_STORAGE.",
            )
        else:
            loaded.append(ChunkedFile(record, read_chunks(table.rows), table.version))
    if lost:
        step.platform.lifecycle.redo(lost, [CHUNKS])
    return loaded
