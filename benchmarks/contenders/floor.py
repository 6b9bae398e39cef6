"""The floor: the bare models over the same chunks, batched, in one process, with no storage."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from multiprocessing import get_context
from typing import Final, TypeVar

from aibox_assets.domain.models import Block, Chunk, ParsedDocument
from aibox_assets.resources.platform import Platform
from aibox_assets.settings import Settings
from benchmarks.bars import FLOOR
from benchmarks.figures import Throughput
from benchmarks.file_work import load_spacy
from benchmarks.servers import model_settings
from benchmarks.waiting import Display

REPEATS: Final = 2
BATCH: Final = 32

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class FloorSeconds:
    """Seconds of one pass over all chunks, models loaded and warm, by what was run."""

    embedding: float
    ner: float

    @property
    def both(self) -> float:
        """One after the other."""
        return self.embedding + self.ner


class Floor:
    """The bare models, loaded in a process of their own: their memory and threads must not stay in ours."""

    def __init__(self, pool: ProcessPoolExecutor) -> None:
        self._pool = pool

    def run(self) -> FloorSeconds:
        """One pass of both, on all cores."""
        return self._pool.submit(_run_pass).result()

    def run_rules(self) -> tuple[float, int, int]:
        """One pass of our extractor: seconds, chunks, triples."""
        return self._pool.submit(_run_rules).result()


@contextmanager
def loaded_floor(texts: Sequence[str]) -> Iterator[Floor]:
    """The models, loaded and warm after a pass over *texts*."""
    with ProcessPoolExecutor(
        1, mp_context=get_context("spawn"), initializer=_load, initargs=(list(texts),)
    ) as pool:
        floor = Floor(pool)
        floor.run()
        yield floor


def measure(floor: Floor, texts: Sequence[str], display: Display) -> Iterator[Throughput]:
    """Both models apart and their sum, the best of a few passes; and our extractor (that pipeline with our rules)."""
    load = os.getloadavg()[0]
    with display.task("Floor: the bare models", REPEATS + 1) as advance:
        passes = []
        for number in range(REPEATS):
            passes.append(floor.run())
            advance(number + 1)
        rules, chunks, triples = floor.run_rules()
        advance(REPEATS + 1)
    best = min(passes, key=lambda each: each.both)
    made = Throughput(
        FLOOR, "**the floor**: both, one after the other", len(texts), best.both, chunks=chunks, load=load
    )
    yield replace(made, name="floor-embedding", label="MiniLM, batched, all cores", seconds=best.embedding)
    yield replace(made, name="floor-ner", label="spaCy's pipeline, batched, all cores", seconds=best.ner)
    yield made
    yield replace(
        made,
        name="floor-rules",
        label="our extractor: that pipeline on numpy's BLAS, with our rules",
        seconds=rules,
        triples=triples,
    )


def split_texts(platform: Platform, texts: Sequence[str]) -> list[Chunk]:
    """The chunks of all texts, as ours makes them."""
    return [
        chunk
        for number, text in enumerate(texts)
        for chunk in platform.models.splitter.split(
            f"text-{number:05}", ParsedDocument(text, (Block(0, len(text)),), "text/plain", "utf-8")
        )
    ]


@dataclass(frozen=True, slots=True)
class _Models:
    chunks: int
    embed: Callable[[], object]
    read: Callable[[], object]
    extract: Callable[[], int]


_models: _Models


def _load(texts: Sequence[str]) -> None:
    import torch
    from sentence_transformers import SentenceTransformer

    from aibox_assets.domain.extract.offline import OfflineExtractor

    global _models
    cores = len(os.sched_getaffinity(0))
    with tempfile.TemporaryDirectory() as home:  # what a home in the working directory chose does not count
        platform = Platform(Settings(**model_settings(), AIBOX_HOME=home))  # type: ignore[arg-type]  # by alias
        chunks = split_texts(platform, texts)
        folder = platform.models.embedding_model.folder
    ordered = sorted((chunk.text for chunk in chunks), key=len, reverse=True)
    encoder = SentenceTransformer(str(folder), device="cpu", local_files_only=True)
    torch.set_num_threads(cores)
    pipeline = load_spacy()
    extractor = OfflineExtractor(platform.models.ontology, threads=cores)
    _models = _Models(
        len(chunks),
        lambda: encoder.encode(ordered, batch_size=BATCH, show_progress_bar=False),
        lambda: list(pipeline.pipe(ordered, batch_size=BATCH)),
        lambda: sum(len(each.triples) for each in extractor.extract(chunks)),
    )


def _run_pass() -> FloorSeconds:
    embedding, _ = _time(_models.embed)
    ner, _ = _time(_models.read)
    return FloorSeconds(embedding, ner)


def _run_rules() -> tuple[float, int, int]:
    _models.extract()  # it loads at its first use
    seconds, triples = _time(_models.extract)
    return seconds, _models.chunks, triples


def _time(run: Callable[[], _T]) -> tuple[float, _T]:
    started = time.perf_counter()
    result = run()
    return time.perf_counter() - started, result
