"""The three queues, and how Celery keeps them in Redis."""

from __future__ import annotations

from typing import Final

from redis import Redis

from aibox_assets.stores.files import CHUNKS, EMBEDDINGS, KG_TRIPLES

FILE_PROCESSING: Final = "file_processing"
VECTORIZATION: Final = "vectorization"
KG_EXTRACTION: Final = "kg_extraction"

QUEUES: Final = (FILE_PROCESSING, VECTORIZATION, KG_EXTRACTION)
QUEUE_OF: Final = {CHUNKS: FILE_PROCESSING, EMBEDDINGS: VECTORIZATION, KG_TRIPLES: KG_EXTRACTION}
"""The queue on which each asset is made."""

# kombu keeps one Redis list per priority step; 0 is the plain name (kombu.transport.redis, PRIORITY_STEPS).
_PRIORITY_KEYS: Final = ("", "\x06\x163", "\x06\x166", "\x06\x169")


def list_queue_keys(queue: str) -> tuple[str, ...]:
    """The Redis lists that together are *queue*."""
    return tuple(queue + suffix for suffix in _PRIORITY_KEYS)


def count_queued(client: Redis, queue: str) -> int:
    """Messages that wait in *queue*. ``LLEN queue`` alone reads 0, since Dagster's priority is not 0."""
    return sum(int(client.llen(key)) for key in list_queue_keys(queue))


def is_queued(client: Redis, queue: str, task_id: str) -> bool:
    """Whether the message of *task_id* still waits in *queue*.

    Queues are short here, since one task serves a whole batch of files; reading them whole is cheap.
    """
    needle = task_id.encode()
    return any(needle in message for key in list_queue_keys(queue) for message in client.lrange(key, 0, -1))
