"""The Celery app of a worker with a slow extractor in the model's place: it finds nothing, and sleeps for each chunk.

Each start has a version of its own, so that no earlier extraction is taken from the cache.
"""

from __future__ import annotations

import os
import time
import uuid
from collections.abc import Sequence

from aibox_assets.domain.extract.trace import StageClock, Trace
from aibox_assets.domain.models import Chunk, Extraction
from aibox_assets.domain.ontology import Ontology
from aibox_assets.execution import celery_app
from aibox_assets.resources import models
from benchmarks.growth.width import SLOWNESS

PART_CHUNKS = 16


class SlowExtractor:
    """Takes its time, and no CPU."""

    def __init__(self, seconds: float) -> None:
        self.name, self.version = "slow", uuid.uuid4().hex
        self.part_chunks, self.clock = PART_CHUNKS, StageClock()
        self._seconds = seconds

    def extract(self, chunks: Sequence[Chunk]) -> list[Extraction]:
        """Nothing, slowly."""
        time.sleep(self._seconds * len(chunks))
        return [Extraction(chunk.chunk_id, (), ()) for chunk in chunks]

    def trace(self, chunks: Sequence[Chunk]) -> list[Trace]:
        """No stage sees anything."""
        raise NotImplementedError


def _load(_name: str, _ontology: Ontology, *, threads: int = 1) -> SlowExtractor:
    return SlowExtractor(float(os.environ[SLOWNESS]))


models.load_extractor = _load
app = celery_app.app
