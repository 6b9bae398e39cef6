"""The chunks of files, for the assets that are made from them."""

from __future__ import annotations

from dataclasses import dataclass

from aibox_assets.assets.batch import Step
from aibox_assets.assets.io_manager import ParquetIOManager
from aibox_assets.assets.tables import read_chunks
from aibox_assets.domain.errors import AIBoxError, PermanentError
from aibox_assets.domain.models import Chunk
from aibox_assets.stores.files import FileRecord
from aibox_assets.stores.progress import CHUNKS


@dataclass(frozen=True, slots=True)
class ChunkedFile:
    """A file with its chunks and the version they are."""

    record: FileRecord
    chunks: list[Chunk]
    version: str

    @property
    def sha256(self) -> str:
        """Of the bytes that the chunks came from."""
        return self.version.split(".", 1)[0]


def load_chunks(tables: ParquetIOManager, step: Step) -> list[ChunkedFile]:
    """The chunks of the step's files; a file without current chunks becomes a failure of its own."""
    loaded = []
    for id_, record in step.records.items():
        try:
            loaded.append(_load(tables, record))
        except AIBoxError as error:
            step.outcome.failures[id_] = error
    return loaded


def _load(tables: ParquetIOManager, record: FileRecord) -> ChunkedFile:
    table = tables.read_table(CHUNKS, record.id)
    if table is None:
        raise PermanentError(
            f"{record.display_path} has no chunks: {record.error or 'they were not made yet.'}",
            record.remedy or f"Materialize chunks first, or 'aibox retry {record.id}'.",
        )
    if record.sha256 is not None and not table.version.startswith(f"{record.sha256}."):
        raise PermanentError(
            f"The chunks of {record.display_path} are of an older version of the file. {record.error or ''}".strip(),
            record.remedy or f"Materialize chunks first, or 'aibox retry {record.id}'.",
        )
    return ChunkedFile(record, read_chunks(table.rows), table.version)
