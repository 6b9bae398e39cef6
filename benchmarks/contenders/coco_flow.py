"""CocoIndex over a folder of texts: ``python -m benchmarks.contenders.coco_flow FOLDER STATE DATABASE_URL``.

One process, as its examples are written: vectors (with an HNSW index) and triples go to Postgres; what it made of each
file it keeps in its own store, so that an update does only what changed. Splitter and extractor are ours, the encoder
is ours by its own embedder; models are loaded before the clock starts. Prints its :class:`Outcome` as JSON.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
import time
from collections.abc import AsyncIterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated, Any, Final

import asyncpg
import cocoindex as coco
import numpy as np
import numpy.typing as npt
from cocoindex.connectors import localfs, postgres
from cocoindex.ops.sentence_transformers import SentenceTransformerEmbedder

from aibox_assets.domain.models import Chunk, Triple
from aibox_assets.resources.platform import current_platform
from benchmarks.contenders.floor import split_texts
from benchmarks.contenders.ours import CHANGED
from benchmarks.texts import vary

STATE, URL = sys.argv[2:4] if len(sys.argv) > 3 else ("", "")
DATABASE: Final = coco.ContextKey[asyncpg.Pool]("database")
ENCODER: Final = SentenceTransformerEmbedder(
    str(current_platform().models.embedding_model.folder), device="cpu"
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """Seconds of the first update over all files, and of one after a few of them changed; rows after the first."""

    first: float
    changed: float
    chunks: int
    triples: int


@dataclass
class ChunkRow:
    """A passage with its vector."""

    id: str
    path: str
    text: str
    embedding: Annotated[npt.NDArray[np.float32], ENCODER]


@dataclass
class TripleRow:
    """What a passage says."""

    id: str
    chunk_id: str
    head: str
    relation: str
    tail: str
    confidence: float


@coco.lifespan
async def provide(builder: Any) -> AsyncIterator[None]:
    """The stores."""
    builder.settings.db_path = Path(STATE)
    async with asyncpg.create_pool(URL) as pool:
        builder.provide(DATABASE, pool)
        yield


@coco.fn.as_async(batching=True, max_batch_size=64)
def extract(chunks: list[Chunk]) -> list[tuple[Triple, ...]]:
    """The triples of each passage."""
    return [tuple(found.triples) for found in current_platform().models.extractor.extract(chunks)]


@coco.fn(memo=True)
async def process_chunk(chunk: Chunk, path: str, chunks: Any, triples: Any) -> None:
    """A passage's rows."""
    vector, found = await asyncio.gather(ENCODER.embed(chunk.text), extract(chunk))
    id_ = f"{path}-{chunk.ordinal}"
    chunks.declare_row(row=ChunkRow(id_, path, chunk.text, vector))
    for number, each in enumerate(found):
        triples.declare_row(
            row=TripleRow(f"{id_}-{number}", id_, each.head, each.relation, each.tail, each.confidence)
        )


@coco.fn(memo=True)
async def process_file(file: Any, chunks: Any, triples: Any) -> None:
    """A file's passages."""
    path = str(file.file_path.path)
    split = split_texts(current_platform(), [await file.read_text()])
    await asyncio.gather(*(process_chunk(each, path, chunks, triples) for each in split))


@coco.fn
async def process_folder(folder: Path) -> None:
    """All files of a folder."""
    chunks = await postgres.mount_table_target(
        DATABASE, "coco_chunks", await postgres.TableSchema.from_class(ChunkRow, ["id"])
    )
    chunks.declare_vector_index(column="embedding", metric="cosine", method="hnsw")
    triples = await postgres.mount_table_target(
        DATABASE, "coco_triples", await postgres.TableSchema.from_class(TripleRow, ["id"])
    )
    files = localfs.walk_dir(folder, recursive=True)
    await coco.mount_each(process_file, files.items(), chunks, triples)


async def count(table: str) -> int:
    """Rows of *table*."""
    connection = await asyncpg.connect(URL)
    try:
        return int(await connection.fetchval(f"SELECT count(*) FROM {table}"))  # noqa: S608 - ours
    finally:
        await connection.close()


def main(folder: Path) -> Outcome:
    """Index *folder*, change a few files, index again."""
    files = sorted(folder.iterdir())
    ENCODER._get_model().encode(["Warm."])
    current_platform().models.extractor.extract(split_texts(current_platform(), ["Warm."]))
    app = coco.App("Benchmark", process_folder, folder)
    started = time.monotonic()
    app.update_blocking()
    first = time.monotonic() - started
    # An update leaves out a file that failed, and says so in its log alone.
    if missing := len(files) - asyncio.run(count("(SELECT DISTINCT path FROM coco_chunks) files")):
        raise SystemExit(f"{missing} of {len(files)} files are not there.")
    chunks, triples = (asyncio.run(count(table)) for table in ("coco_chunks", "coco_triples"))
    texts = [file.read_text(encoding="utf-8") for file in files]
    for file, text in zip(files[:: len(files) // CHANGED], vary(texts, CHANGED, seed=11), strict=False):
        file.write_text(text, encoding="utf-8")
    started = time.monotonic()
    app.update_blocking()
    return Outcome(first, time.monotonic() - started, chunks, triples)


if __name__ == "__main__":
    outcome = main(Path(sys.argv[1]))
    print(json.dumps(asdict(outcome)), flush=True)
    os._exit(0)  # its threads outlive the work
