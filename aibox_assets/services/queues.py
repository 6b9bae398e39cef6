"""What people see of the queues: jobs in figures, who takes them, and why a queue stands still."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from redis import Redis
from redis.exceptions import RedisError

from aibox_assets.domain.errors import StoreUnavailableError
from aibox_assets.domain.viewer import Viewer
from aibox_assets.resources.platform import Platform
from aibox_assets.stores.pauses import Pause
from aibox_assets.stores.queue_figures import QueueStats
from aibox_assets.workers.presence import count_consumers
from aibox_assets.workers.queues import QUEUES, count_queued

_ANSWER_SECONDS: Final = 3


@dataclass(frozen=True, slots=True)
class QueueView:
    """A queue as it stands.

    :ivar slots: steps that its workers could run at once; None where Redis does not answer.
    :ivar steps: that wait in Redis for a worker, each over many files; None where Redis does not answer.
    :ivar pause: why it stands still; None where it does not.
    """

    stats: QueueStats
    slots: int | None
    steps: int | None
    pause: Pause | None


def see_queues(platform: Platform, viewer: Viewer) -> list[QueueView]:
    """Every queue; the jobs are those that *viewer* may see.

    :raises StoreUnavailableError: Postgres did not answer. Without Redis the rest is told.
    """
    stats, pauses = platform.jobs.stats(viewer), platform.pauses.select()
    slots, steps = _ask_redis(platform.settings.require_redis_url())
    return [
        QueueView(each, slots.get(each.queue), steps.get(each.queue), pauses.get(each.queue))
        for each in stats
    ]


def count_slots(platform: Platform) -> dict[str, int]:
    """By queue, how many steps its workers can run at once; nothing where Redis is away."""
    return _ask_redis(platform.settings.require_redis_url())[0]


def _ask_redis(url: str) -> tuple[dict[str, int], dict[str, int]]:
    """By queue, what its workers can run at once, and the steps that wait; nothing where Redis is away."""
    seconds = _ANSWER_SECONDS
    with Redis.from_url(url, socket_timeout=seconds, socket_connect_timeout=seconds) as client:
        try:
            return count_consumers(client), {queue: count_queued(client, queue) for queue in QUEUES}
        except (StoreUnavailableError, RedisError):
            return {}, {}
