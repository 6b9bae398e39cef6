"""Queues in which a run's steps wait and that no worker consumes: a run must not wait there without a word."""

from __future__ import annotations

import time
from collections.abc import Collection
from typing import Final

from dagster._core.execution.plan.step import ExecutionStep
from redis import Redis

from aibox_assets.domain.errors import StoreUnavailableError
from aibox_assets.execution.submission import Submission
from aibox_assets.workers.presence import count_consumers

# A worker that starts loads its models for some seconds before it is there.
WAIT_SECONDS: Final = 15.0
AGAIN_SECONDS: Final = 600.0


class UnconsumedQueues:
    """What one run knows of them: each is found once, and then rarely again."""

    def __init__(self, client: Redis) -> None:
        self._client = client
        self._look_at: dict[str, float] = {}

    def find(self, flying: Collection[Submission]) -> dict[str, ExecutionStep]:
        """By queue that nobody consumes, a step that has waited in it for long; empty where Redis is away."""
        now = time.monotonic()
        waiting = {
            each.queue: each.step
            for each in flying
            if not each.held
            and now >= each.submitted + WAIT_SECONDS
            and now >= self._look_at.get(each.queue, 0.0)
        }
        if not waiting:
            return {}
        try:
            consumers = count_consumers(self._client)
        except StoreUnavailableError:
            return {}
        found = {queue: step for queue, step in waiting.items() if not consumers.get(queue)}
        for queue in waiting:
            self._look_at[queue] = now + (AGAIN_SECONDS if queue in found else WAIT_SECONDS)
        return found
