"""How Celery keeps the three queues in Redis; their names are in ``stores/queues.py``."""

from __future__ import annotations

from typing import Final

from redis import Redis

from aibox_assets.stores.queues import FILE_PROCESSING, KG_EXTRACTION, QUEUE_OF, QUEUES, VECTORIZATION

__all__ = [
    "FILE_PROCESSING",
    "KG_EXTRACTION",
    "PRIORITY_STEPS",
    "QUEUES",
    "QUEUE_OF",
    "VECTORIZATION",
    "count_queued",
    "is_queued",
    "list_queue_keys",
    "message_priority",
    "withdraw",
]

# kombu keeps one Redis list per step of priority, and takes from the lowest first (kombu.transport.redis); its own
# four steps would make most priorities equal.
PRIORITY_STEPS: Final = tuple(range(10))
_PRIORITY_KEYS: Final = ("", *(f"\x06\x16{step}" for step in PRIORITY_STEPS[1:]))


def list_queue_keys(queue: str) -> tuple[str, ...]:
    """The Redis lists that together are *queue*, the most urgent first."""
    return tuple(queue + suffix for suffix in _PRIORITY_KEYS)


def message_priority(priority: int) -> int:
    """Dagster's priority (5 is usual, more is sooner) as that of a message on Redis, where 0 is the first of ten."""
    return max(PRIORITY_STEPS[0], min(PRIORITY_STEPS[-1], 10 - priority))


def count_queued(client: Redis, queue: str) -> int:
    """Messages that wait in *queue*. ``LLEN queue`` alone reads 0, since Dagster's usual priority has another list."""
    pipe = client.pipeline(transaction=False)
    for key in list_queue_keys(queue):
        pipe.llen(key)
    return sum(int(length) for length in pipe.execute())


def is_queued(client: Redis, queue: str, task_id: str) -> bool:
    """Whether the message of *task_id* still waits in *queue*.

    Queues are short here, since one task serves a whole batch of files; reading them whole is cheap.
    """
    return _find(client, queue, task_id) is not None


def withdraw(client: Redis, queue: str, task_id: str) -> bool:
    """Take the message of *task_id* out of *queue*; whether it was there, so that no worker will ever see it."""
    found = _find(client, queue, task_id)
    return found is not None and bool(client.lrem(found[0], 1, found[1].decode()))


def _find(client: Redis, queue: str, task_id: str) -> tuple[str, bytes] | None:
    needle, keys = task_id.encode(), list_queue_keys(queue)
    pipe = client.pipeline(transaction=False)
    for key in keys:
        pipe.lrange(key, 0, -1)
    lists = zip(keys, pipe.execute(), strict=True)
    return next(
        ((key, message) for key, messages in lists for message in messages if needle in message), None
    )
