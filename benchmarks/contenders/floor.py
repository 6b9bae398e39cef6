"""The floor: the bare models over the same chunks, batched, in one process, with no storage."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from multiprocessing import get_context

from aibox_assets.domain.models import Block, Chunk, ParsedDocument
from aibox_assets.execution.platform import Platform
from aibox_assets.settings import Settings
from benchmarks.bars import FLOOR
from benchmarks.figures import Throughput
from benchmarks.servers import model_settings
from benchmarks.waiting import Display

REPEATS = 2
BATCH = 32


@dataclass(frozen=True, slots=True)
class FloorSeconds:
    """Seconds of one pass over all chunks, models loaded and warm, by what was run."""

    chunks: int
    embedding: float
    ner: float
    rules: float
    triples: int


def measure(texts: Sequence[str], display: Display) -> Iterator[Throughput]:
    """Both models apart, their sum, and our extractor (the same pipeline with our rules on top of it)."""
    load = os.getloadavg()[0]
    with (
        display.task("Floor: the bare models", 1) as advance,
        # A process of its own: the models' memory and threads must not stay in ours.
        ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool,
    ):
        found = pool.submit(run_models, list(texts)).result()
        advance(1)
    made = Throughput(
        FLOOR,
        "**the floor**: both, one after the other",
        len(texts),
        found.embedding + found.ner,
        chunks=found.chunks,
        load=load,
    )
    yield replace(made, name="floor-embedding", label="MiniLM, batched, all cores", seconds=found.embedding)
    yield replace(made, name="floor-ner", label="spaCy's pipeline, batched, all cores", seconds=found.ner)
    yield made
    yield replace(
        made,
        name="floor-rules",
        label="our extractor: that pipeline, with our rules",
        seconds=found.rules,
        triples=found.triples,
    )


def split_texts(platform: Platform, texts: Sequence[str]) -> list[Chunk]:
    """The chunks of all texts, as ours makes them."""
    return [
        chunk
        for number, text in enumerate(texts)
        for chunk in platform.splitter.split(
            f"text-{number:05}", ParsedDocument(text, (Block(0, len(text)),), "text/plain", "utf-8")
        )
    ]


def run_models(texts: Sequence[str]) -> FloorSeconds:
    """The best of a few passes of each, on all cores."""
    import torch
    from sentence_transformers import SentenceTransformer

    from aibox_assets.domain.extract.english import EnglishPipeline
    from aibox_assets.domain.extract.offline import OfflineExtractor

    cores = len(os.sched_getaffinity(0))
    platform = Platform(Settings(**model_settings()))  # type: ignore[arg-type]  # by alias
    chunks = split_texts(platform, texts)
    ordered = sorted((chunk.text for chunk in chunks), key=len, reverse=True)

    encoder = SentenceTransformer(str(platform.embedding_model.folder), device="cpu", local_files_only=True)
    torch.set_num_threads(cores)
    embedding = _best(lambda: encoder.encode(ordered, batch_size=BATCH, show_progress_bar=False))

    pipeline = EnglishPipeline(cores)
    ner = _best(lambda: list(pipeline.read(ordered)))

    extractor = OfflineExtractor(platform.ontology, threads=cores)
    triples = sum(len(each.triples) for each in extractor.extract(chunks))
    rules = _best(lambda: extractor.extract(chunks))
    return FloorSeconds(len(chunks), embedding, ner, rules, triples)


def _best(run: Callable[[], object]) -> float:
    seconds = []
    for _ in range(REPEATS):
        started = time.perf_counter()
        run()
        seconds.append(time.perf_counter() - started)
    return min(seconds)
