"""The time to write a batch of files as the tables grow, with synthetic vectors and triples."""

from __future__ import annotations

import random
import time
from collections.abc import Sequence
from statistics import median
from typing import Final

import numpy as np

from aibox_assets.domain.models import Chunk, EntityMention, Triple, hash_text
from aibox_assets.resources.platform import Platform
from aibox_assets.stores.files import NewFile
from aibox_assets.stores.folders import INBOX
from aibox_assets.stores.graph_records import FileGraph
from aibox_assets.stores.scanning import FileStat
from aibox_assets.stores.vectors import FileEmbeddings
from benchmarks.figures import Writes
from benchmarks.servers import running_servers
from benchmarks.waiting import Display

BATCH_FILES: Final = 64
CHUNKS_PER_FILE: Final = 8
TIMED: Final = 3
_ENTITIES: Final = 5000
_MENTIONS_PER_CHUNK: Final = 4


def measure(texts: Sequence[str], display: Display, sizes: Sequence[int]) -> Writes:
    """At each of *sizes* (chunks stored before) the median of a few batches."""
    per_batch = BATCH_FILES * CHUNKS_PER_FILE
    sentences = [sentence for text in texts for sentence in text.split(". ")]
    vectors: list[float] = []
    graph: list[float] = []
    stored: list[int] = []
    with running_servers() as servers, display.task("Writes: growing tables", max(sizes)) as advance:
        number = 0
        for size in sizes:
            while number * per_batch < size:
                _write(servers.platform, sentences, number)
                number += 1
                advance(number * per_batch)
            stored.append(number * per_batch)
            timed = []
            for _ in range(TIMED):
                timed.append(_write(servers.platform, sentences, number))
                number += 1
            vectors.append(median(seconds for seconds, _ in timed))
            graph.append(median(seconds for _, seconds in timed))
    return Writes(BATCH_FILES, per_batch, stored, vectors, graph)


def _write(platform: Platform, sentences: Sequence[str], number: int) -> tuple[float, float]:
    """Write batch *number*; the seconds of the vector store and of the graph store."""
    chance = random.Random(number)  # noqa: S311 - made-up data, not secrets
    ids = [f"batch-{number:05}-{at:02}" for at in range(BATCH_FILES)]
    platform.lifecycle.add([NewFile(id_, INBOX, id_, "bench", FileStat(1, 0)) for id_ in ids])
    chunks = {id_: [_chunk(id_, at, chance, sentences) for at in range(CHUNKS_PER_FILE)] for id_ in ids}
    noise = np.random.default_rng(number).standard_normal(
        (BATCH_FILES, CHUNKS_PER_FILE, platform.models.embedding_model.dimension), dtype=np.float32
    )
    noise /= np.linalg.norm(noise, axis=2, keepdims=True)
    embeddings = [FileEmbeddings(id_, chunks[id_], noise[at]) for at, id_ in enumerate(ids)]
    graphs = [_graph(id_, chunks[id_], chance) for id_ in ids]
    space = platform.stored_model
    started = time.perf_counter()
    platform.vectors.replace_files(space, embeddings)
    between = time.perf_counter()
    platform.graph.replace_files(graphs)
    return between - started, time.perf_counter() - between


def _chunk(id_: str, ordinal: int, chance: random.Random, sentences: Sequence[str]) -> Chunk:
    text = f"{id_} {ordinal} " + ". ".join(chance.choice(sentences) for _ in range(5))
    digest = hash_text(text)[:16]
    return Chunk(f"{id_}-{digest}", id_, ordinal, text, 120, 0, len(text), None, None, (), "en")


def _graph(id_: str, chunks: Sequence[Chunk], chance: random.Random) -> FileGraph:
    mentions, triples = [], []
    for chunk in chunks:
        names = [f"Company {chance.randrange(_ENTITIES)}" for _ in range(_MENTIONS_PER_CHUNK)]
        for at, name in enumerate(names):
            mentions.append(
                EntityMention(
                    id_, chunk.chunk_id, _key(name), name, "Organization", 10 * at, 10 * at + 9, 0.8
                )
            )
        head, tail = names[0], names[1]
        triples.append(
            Triple(
                id_,
                chunk.chunk_id,
                head,
                "Organization",
                _key(head),
                "COMPETES_WITH",
                tail,
                "Organization",
                _key(tail),
                0.8,
                0,
                9,
                chunk.text[:80],
            )
        )
    placed = tuple((chunk.chunk_id, chunk.ordinal) for chunk in chunks)
    return FileGraph(id_, id_, "bench", "1", placed, tuple(mentions), tuple(triples))


def _key(name: str) -> str:
    return f"Organization:{name.casefold()}"
