"""The RQ jobs of one file: the first makes the chunks and hands on to the two others."""

from __future__ import annotations

from typing import Final

from redis import Redis
from rq import Queue

from aibox_assets.resources.platform import current_platform
from aibox_assets.workers.queues import KG_EXTRACTION, VECTORIZATION
from benchmarks.file_work import chunk_file, embed_file, extract_file

DONE: Final = "bench:done"


def process(path: str) -> None:
    """Queue ``file_processing``."""
    chunk_file(path)
    Queue(VECTORIZATION, connection=_redis()).enqueue(vectorize, path)
    Queue(KG_EXTRACTION, connection=_redis()).enqueue(extract, path)


def vectorize(path: str) -> None:
    """Queue ``vectorization``."""
    embed_file(path)
    _redis().incr(DONE)


def extract(path: str) -> None:
    """Queue ``kg_extraction``."""
    extract_file(path)
    _redis().incr(DONE)


def _redis() -> Redis:
    return Redis.from_url(current_platform().settings.require_redis_url())
