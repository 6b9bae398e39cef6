"""``chunks``: a file's bytes, parsed and split, as Parquet."""

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Final

from dagster import (
    AssetCheckSpec,
    AssetExecutionContext,
    MetadataValue,
    ResourceParam,
    asset,
)

from aibox_assets.assets.batch import StepResult, materialize_files
from aibox_assets.assets.io_manager import ParquetIOManager
from aibox_assets.assets.policy import GROUP, OWNERS, backfill_policy
from aibox_assets.assets.reports import describe_file
from aibox_assets.assets.stages import Stages
from aibox_assets.assets.step import Made, Step
from aibox_assets.assets.tables import chunk_table, preview
from aibox_assets.domain.errors import AIBoxError, InstallationError
from aibox_assets.domain.models import Chunk, ParsedDocument
from aibox_assets.execution.current_step import at
from aibox_assets.execution.partitions import file_partitions
from aibox_assets.resources.platform import Platform
from aibox_assets.resources.recipes import CODE_VERSIONS
from aibox_assets.stores.documents import read_document
from aibox_assets.stores.fencing import Guard
from aibox_assets.stores.files import CHUNKS, FileRecord
from aibox_assets.stores.lifecycle import AssetResult, ReadBytes
from aibox_assets.workers.queues import FILE_PROCESSING

CHECK: Final = "chunks_cover_the_text"


@asset(
    partitions_def=file_partitions,
    backfill_policy=backfill_policy,
    group_name=GROUP,
    owners=OWNERS,
    kinds={"parquet", "python"},
    code_version=CODE_VERSIONS[CHUNKS],
    op_tags={"dagster-celery/queue": FILE_PROCESSING},
    check_specs=[
        AssetCheckSpec(
            CHECK, asset=CHUNKS, description="Every character of the text is in a chunk, at its offsets."
        )
    ],
)
def chunks(
    context: AssetExecutionContext, platform: ResourceParam[Platform], tables: ResourceParam[ParquetIOManager]
) -> Iterator[StepResult]:
    """The file's text in passages that the embedding model can take whole, each with its place in the file."""

    def publish(step: Step, read: Mapping[str, FileChunks]) -> None:
        for id_ in _publish(step, tables, read):
            _describe(step, tables, read[id_])

    # Nothing to be read ahead: parsing is what reads.
    stages = Stages(lambda step: step, lambda step, _: _read(step), publish)
    yield from materialize_files(context, platform, CHUNKS, CHECK, lambda: stages)


def find_uncovered(document: ParsedDocument, found: list[Chunk]) -> str | None:
    """What is wrong with the chunks of *document*: text in none of them, or not where they say; else None."""
    missing = end = 0
    for chunk in sorted(found, key=lambda chunk: chunk.char_start):
        if document.text[chunk.char_start : chunk.char_end] != chunk.text:
            return f"chunk {chunk.ordinal} is not the text at its offsets"
        missing += _count_visible(document.text[end : chunk.char_start])
        end = max(end, chunk.char_end)
    missing += _count_visible(document.text[end:])
    return f"{missing} characters are in no chunk" if missing else None


def _count_visible(text: str) -> int:
    return sum(map(len, text.split()))


@dataclass(frozen=True, slots=True)
class FileChunks:
    """A file as it was read: its bytes, its text, and the chunks of it.

    :ivar seconds: that reading, parsing and splitting took.
    """

    record: FileRecord
    bytes_read: ReadBytes
    document: ParsedDocument
    chunks: list[Chunk]
    version: str
    seconds: float


def _read(step: Step) -> dict[str, FileChunks]:
    step.report(step.records, 0, "reading")
    read: dict[str, FileChunks] = {}
    for id_, record in step.records.items():
        at(id_, "reading")
        try:
            read[id_] = _read_file(step.platform, record)
        except InstallationError:
            raise  # no file's doing
        except AIBoxError as error:
            step.outcome.failures[id_] = error
    return read


def _read_file(platform: Platform, record: FileRecord) -> FileChunks:
    started = time.monotonic()
    read = read_document(platform.locate_folder(record.folder), record.path, platform.max_bytes)
    document = platform.models.parser.parse(read.data, PurePosixPath(record.path).name)
    found = platform.models.splitter.split(record.id, document)
    version = f"{read.sha256}.{platform.models.recipe(CHUNKS)}"
    about = ReadBytes(read.sha256, read.size, read.mtime_ns, document.media_type)
    return FileChunks(record, about, document, found, version, time.monotonic() - started)


def _publish(step: Step, tables: ParquetIOManager, read: Mapping[str, FileChunks]) -> list[str]:
    """Write the tables and what the bytes were; the ids of the files that were still this step's to write."""

    def write(ids: list[str], guard: Guard) -> None:
        staged = [(id_, chunk_table(read[id_].chunks), read[id_].version) for id_ in ids]
        with step.platform.fencing.holding(step.ticket, ids) as confirm:
            tables.write_tables(CHUNKS, staged, guard=confirm)
        step.platform.lifecycle.read({id_: read[id_].bytes_read for id_ in ids}, guard=guard)

    return step.write(read, write)


def _describe(step: Step, tables: ParquetIOManager, file: FileChunks) -> None:
    record, found, document = file.record, file.chunks, file.document
    if fault := find_uncovered(document, found):
        step.outcome.faults[record.display_path] = fault
    step.outcome.made[record.id] = Made(
        AssetResult(file.version, len(found), file.seconds),
        {
            **describe_file(record),
            "chunks": MetadataValue.int(len(found)),
            "characters": MetadataValue.int(len(document.text)),
            "tokens": MetadataValue.int(sum(chunk.token_count for chunk in found)),
            "type": MetadataValue.text(document.media_type),
            "encoding": MetadataValue.text(document.encoding or "—"),
            "warnings": MetadataValue.text("; ".join(document.warnings) or "none"),
            "sha256": MetadataValue.text(file.bytes_read.sha256),
            "seconds": MetadataValue.float(round(file.seconds, 3)),
            "path": MetadataValue.path(str(tables.path_of(CHUNKS, record.id))),
            "preview": MetadataValue.md(
                preview(found, ["ordinal", "page", "token_count", "language", "text"])
            ),
        },
    )
