"""The floor: both models as we call them, over the same chunks, side by side on all cores, with no storage."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from multiprocessing import get_context
from typing import Final

from aibox_assets.domain.embed import ENGLISH
from aibox_assets.domain.models import Block, Chunk, ParsedDocument
from aibox_assets.resources.platform import Platform
from aibox_assets.settings import Settings
from benchmarks.bars import FLOOR
from benchmarks.figures import Throughput
from benchmarks.servers import model_settings
from benchmarks.waiting import Display

REPEATS: Final = 2


@dataclass(frozen=True, slots=True)
class FloorSeconds:
    """Seconds of one pass over all chunks, models loaded and warm: of each alone, and of both at once."""

    embedding: float
    extraction: float
    both: float


class Floor:
    """Our models as we call them, each in a process of its own, with all cores to take."""

    def __init__(self, encoder: ProcessPoolExecutor, extractor: ProcessPoolExecutor) -> None:
        self._encoder, self._extractor = encoder, extractor

    def run_both(self) -> float:
        """Seconds of a pass of both side by side, until the later one ends."""
        started = time.perf_counter()
        for running in [pool.submit(_run_pass) for pool in (self._encoder, self._extractor)]:
            running.result()
        return time.perf_counter() - started

    def run(self) -> FloorSeconds:
        """One pass of each alone, and one of both."""
        embedding, extraction = (
            pool.submit(_run_pass).result()[0] for pool in (self._encoder, self._extractor)
        )
        return FloorSeconds(embedding, extraction, self.run_both())

    def count(self) -> tuple[int, int]:
        """Chunks and triples of a pass."""
        return (
            self._encoder.submit(_run_pass).result()[1],
            self._extractor.submit(_run_pass).result()[1],
        )


@contextmanager
def loaded_floor(texts: Sequence[str], encoder: str = ENGLISH) -> Iterator[Floor]:
    """The models, loaded and warm after a pass over *texts*."""
    context = get_context("spawn")
    with ExitStack() as stack:
        floor = Floor(
            *(
                stack.enter_context(
                    ProcessPoolExecutor(
                        1, mp_context=context, initializer=_load, initargs=(list(texts), encoder, extracts)
                    )
                )
                for extracts in (False, True)
            )
        )
        floor.run_both()
        yield floor


def measure(
    floor: Floor, texts: Sequence[str], display: Display, name: str = FLOOR, encoder: str = "full precision"
) -> Iterator[Throughput]:
    """Each model alone, and both at once: the best of a few passes."""
    load = os.getloadavg()[0]
    with display.task(f"Floor: the bare models, {encoder}", REPEATS + 1) as advance:
        passes = []
        for number in range(REPEATS):
            passes.append(floor.run())
            advance(number + 1)
        chunks, triples = floor.count()
        advance(REPEATS + 1)
    best = min(passes, key=lambda each: each.both)
    made = Throughput(
        name,
        f"**the floor**: both side by side, {encoder}",
        len(texts),
        best.both,
        chunks=chunks,
        triples=triples,
        load=load,
    )
    yield replace(
        made,
        name=f"{name}-embedding",
        label=f"the encoder alone, {encoder}",
        seconds=best.embedding,
        triples=0,
    )
    yield replace(made, name=f"{name}-extraction", label="the extractor alone", seconds=best.extraction)
    yield made


def split_texts(platform: Platform, texts: Sequence[str]) -> list[Chunk]:
    """The chunks of all texts, as ours makes them."""
    return [
        chunk
        for number, text in enumerate(texts)
        for chunk in platform.models.splitter.split(
            f"text-{number:05}", ParsedDocument(text, (Block(0, len(text)),), "text/plain", "utf-8")
        )
    ]


_pass: Callable[[], int]


def _load(texts: Sequence[str], encoder: str, extracts: bool) -> None:
    global _pass
    with tempfile.TemporaryDirectory() as home:  # what a home in the working directory chose does not count
        settings = {**model_settings(encoder), "AIBOX_HOME": home, "AIBOX_THREADS": str(_cores())}
        platform = Platform(Settings(**settings))  # type: ignore[arg-type]  # by alias
        chunks = split_texts(platform, texts)
        models = platform.models
        if extracts:
            extractor = models.extractor
            _pass = lambda: sum(len(each.triples) for each in extractor.extract(chunks))  # noqa: E731
        else:
            embedder = models.embedder
            _pass = lambda: len(embedder.encode_passages([chunk.text for chunk in chunks]))  # noqa: E731


def _cores() -> int:
    return len(os.sched_getaffinity(0))


def _run_pass() -> tuple[float, int]:
    started = time.perf_counter()
    result = _pass()
    return time.perf_counter() - started, result
