"""A file as the commands show it: the JSON names and the table's row."""

from __future__ import annotations

from typing import Any, Final

from aibox_assets.cli.console import clean, coloured
from aibox_assets.stores.files import CHUNKS, EMBEDDINGS, KG_TRIPLES, FileRecord

COLUMNS: Final = ("file", "user", "status", "chunks", "vectors", "triples", "error")


def describe(record: FileRecord) -> dict[str, Any]:
    """The JSON of a file."""
    return {
        "file_id": record.id,
        "path": record.display_path,
        "user_id": record.user_id,
        "status": record.status,
        "chunks": record.counts.get(CHUNKS),
        "embeddings": record.counts.get(EMBEDDINGS),
        "triples": record.counts.get(KG_TRIPLES),
        "error": record.error,
        "remedy": record.remedy,
        "attempts": record.attempts,
        "type": record.media_type,
        "size": record.size,
        "sha256": record.sha256,
        "run_id": record.run_id,
        "created_at": record.created_at,
        "queued_at": record.queued_at,
        "started_at": record.started_at,
        "finished_at": record.finished_at,
    }


def row(record: FileRecord) -> tuple[object, ...]:
    """A file as a row under :data:`COLUMNS`."""
    return (
        clean(record.display_path),
        clean(record.user_id),
        coloured(record.status),
        record.counts.get(CHUNKS),
        record.counts.get(EMBEDDINGS),
        record.counts.get(KG_TRIPLES),
        clean(record.error) if record.error else "",
    )
