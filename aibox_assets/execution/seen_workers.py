"""What people see of the workers: which there are, whether they answer, and what each is at."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Literal

from redis import Redis
from redis.exceptions import RedisError

from aibox_assets.domain.errors import StoreUnavailableError, first_line
from aibox_assets.execution.leases import Lease, StepLeases
from aibox_assets.workers.presence import Presence, list_present
from aibox_assets.workers.signs import WorkerStatus, list_workers


@dataclass(frozen=True, slots=True)
class WorkerView:
    """A worker, on whatever machine.

    :ivar name: ``NAME@HOST``. :ivar state: unresponsive is one that says that it lives, and answers nothing.
    :ivar children: steps that it can run at once; None where it has not said so yet.
    :ivar up: seconds since it became ready. :ivar job: the step it runs and the run it belongs to.
    :ivar seconds: since when it runs that. :ivar at: the files in hand, each of one child.
    :ivar held_by: the person who lets it take nothing more; None for one that works.
    """

    name: str
    queues: tuple[str, ...]
    state: Literal["idle", "busy", "unresponsive"]
    children: int | None
    up: float | None
    job: str | None
    seconds: float | None
    at: tuple[Lease, ...]
    held_by: str | None = None


def see_workers(redis_url: str) -> list[WorkerView]:
    """Every worker on this broker, by name; takes some two seconds, since each is asked.

    :raises StoreUnavailableError: Redis does not answer.
    """
    with (
        ThreadPoolExecutor(2) as pool,
        Redis.from_url(redis_url, socket_timeout=5, socket_connect_timeout=2) as client,
    ):
        asked = pool.submit(list_workers, redis_url)
        try:
            present = {each.name: each for each in list_present(client)}
            held = list(StepLeases(client).list_held().values())
        except RedisError as error:
            raise StoreUnavailableError(
                f"Redis did not answer: {first_line(error)}.", "See that it runs and that REDIS_URL fits."
            ) from error
        answering = {each.name: each for each in asked.result()}
    return [
        _view(
            name,
            answering.get(name),
            present.get(name),
            tuple(lease for lease in held if lease.worker == name),
        )
        for name in sorted(answering.keys() | present.keys())
    ]


def glance_at_workers(redis_url: str) -> list[WorkerView]:
    """Every worker that says that it lives, by name, with what it says that it has in hand: nobody is asked.

    :raises StoreUnavailableError: Redis does not answer.
    """
    with Redis.from_url(redis_url, socket_timeout=5, socket_connect_timeout=2) as client:
        present = list_present(client)
        held = list(StepLeases(client).list_held().values())
    now, views = time.time(), []
    for each in present:
        at = tuple(lease for lease in held if lease.worker == each.name)
        jobs = ", ".join(f"{lease.step_key} of run {lease.run_id}" for lease in at)
        seconds = max((now - lease.since for lease in at), default=None)
        state: Literal["idle", "busy"] = "busy" if at else "idle"
        queues = tuple(sorted(each.queues))
        views.append(
            WorkerView(
                each.name,
                queues,
                state,
                each.children,
                now - each.since,
                jobs or None,
                seconds,
                at,
                each.held_by,
            )
        )
    return sorted(views, key=lambda view: view.name)


def _view(
    name: str, status: WorkerStatus | None, presence: Presence | None, at: tuple[Lease, ...]
) -> WorkerView:
    queues = status.queues if status else presence.queues if presence else ()
    return WorkerView(
        name,
        tuple(sorted(queues)),
        status.state if status else "unresponsive",
        presence.children if presence else None,
        time.time() - presence.since if presence else None,
        status.job if status else None,
        status.seconds if status else None,
        at,
        presence.held_by if presence else None,
    )
