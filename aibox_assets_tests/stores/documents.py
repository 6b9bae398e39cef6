"""Files, chunks and vectors for the store tests."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray
from sqlalchemy import Engine
from sqlalchemy.dialects.postgresql import insert

from aibox_assets.domain.models import Chunk, EmbeddingModelSpec
from aibox_assets.stores.space_records import Space
from aibox_assets.stores.tables import accounts, files, folders
from aibox_assets.stores.vectors import FileEmbeddings

DIMENSION = 16
SPEC = EmbeddingModelSpec("tiny", "r1", DIMENSION, "query: ", "passage: ")


def add_files(engine: Engine, *ids: str, user_id: str = "ann") -> None:
    """Rows in ``files``, each with a path of its own."""
    rows = [
        {
            "id": key,
            "folder": "inbox",
            "path": f"{user_id}/{key}.txt",
            "owner_id": user_id,
            "size": 1,
            "mtime_ns": 1,
        }
        for key in ids
    ]
    with engine.begin() as connection:
        connection.execute(insert(folders).values(label="inbox").on_conflict_do_nothing())
        connection.execute(insert(accounts).values(name=user_id).on_conflict_do_nothing())
        connection.execute(sa.insert(files), rows)


def chunk_of(file_id: str, ordinal: int, text: str, *, heading_path: tuple[str, ...] = ()) -> Chunk:
    """A chunk whose id comes from its file and text."""
    start, tokens = ordinal * 1000, len(text.split())
    chunk_id, end = f"{file_id}:{text}", start + len(text)
    return Chunk(chunk_id, file_id, ordinal, text, tokens, start, end, 1, None, heading_path, "en")


def unit_vectors(count: int, *, seed: int = 0, dimension: int = DIMENSION) -> NDArray[np.float32]:
    """Random float32 vectors of length 1, shape (count, dimension)."""
    drawn = np.random.default_rng(seed).normal(size=(count, dimension)).astype(np.float32)
    normed: NDArray[np.float32] = drawn / np.linalg.norm(drawn, axis=1, keepdims=True)
    return normed


def fill(engine: Engine, space: Space, vectors: Mapping[str, NDArray[np.float32]]) -> None:
    """Give each chunk of a text, by its hash, its vector in *space*, where it has none."""
    query = sa.text(
        f"INSERT INTO {space.table} SELECT chunk_id, CAST(:vector AS vector) FROM aibox.chunks "
        "WHERE text_hash = :hash ON CONFLICT DO NOTHING"
    )
    rows = [{"hash": each, "vector": str(vector.tolist())} for each, vector in vectors.items()]
    with engine.begin() as connection:
        connection.execute(query, rows)


def entry_of(file_id: str, *texts: str, seed: int = 0) -> FileEmbeddings:
    """One file's chunks with random vectors."""
    chunks = [chunk_of(file_id, ordinal, text) for ordinal, text in enumerate(texts)]
    return FileEmbeddings(file_id, chunks, unit_vectors(len(texts), seed=seed))
