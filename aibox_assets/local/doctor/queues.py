"""Queues and workers: who takes what waits, whether broker and workers mean the same queues, and what stands still."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, Final

import psycopg
from redis import Redis
from sqlalchemy.exc import SQLAlchemyError

from aibox_assets.domain.errors import AIBoxError, ConfigurationError, StoreUnavailableError
from aibox_assets.domain.viewer import OPERATOR
from aibox_assets.local.doctor import postgres
from aibox_assets.local.doctor.findings import Case, Finding, NotAskedError, ok, problem, warning
from aibox_assets.local.doctor.redis import connected
from aibox_assets.stores.database import connect
from aibox_assets.stores.jobs import JobStore
from aibox_assets.stores.pauses import PauseStore
from aibox_assets.workers.presence import Presence, list_present
from aibox_assets.workers.queues import QUEUES, list_queue_keys

_YOUNG_SECONDS: Final = 60.0
_STUCK_SECONDS: Final = 600.0
_MESSAGES: Final = 50
_DEFAULT_QUEUES: Final = ("celery", "dagster")
"""Where Celery and dagster-celery put tasks that name no queue."""
_SENSORS: Final = ("upload_sensor", "removal_sensor", "watchdog_sensor", "retention_sensor")


def have_workers(case: Case) -> Iterator[Finding]:
    """A worker takes the tasks of each queue."""
    with connected(case) as client:
        present = _present(client)
    young = case.supervisor is not None and case.supervisor.phase == "starting"
    for queue in QUEUES:
        takers = [worker.name for worker in present if queue in worker.queues]
        if takers:
            yield ok(f"{queue} is taken by {', '.join(takers)}.")
        elif young:
            yield warning(f"No worker takes {queue} yet: the stack is starting.", "aibox status")
        else:
            remedy = "aibox logs worker-" + queue if case.runs else "aibox up"
            yield problem(
                f"No worker takes {queue}: what is queued there stays queued.",
                f"{remedy}, or aibox workers start --queues {queue}",
            )


def agree_with_workers(case: Case) -> Iterator[Finding]:
    """The workers that run here are on this Redis, and no task went to a queue that nobody knows."""
    with connected(case) as client:
        names = {worker.name for worker in _present(client)}
        lost = {queue: int(client.llen(queue)) for queue in _DEFAULT_QUEUES}
        others = sorted({queue for worker in _present(client) for queue in worker.queues} - set(QUEUES))
    services = case.supervisor.services if case.supervisor is not None and case.runs else ()
    absent = [
        service.name
        for service in services
        if service.name.startswith("worker-")
        and service.state == "running"
        and time.time() - service.since > _YOUNG_SECONDS
        and service.address not in names
    ]
    for name in absent:
        yield problem(
            f"{name} runs, but not on the Redis (or its database) of these settings.",
            "aibox down, then aibox up",
        )
    if others:
        yield warning(
            f"Workers take queues that nothing is sent to: {', '.join(others)}.", "aibox workers list"
        )
    for queue, count in lost.items():
        if count:
            yield warning(
                f"Tasks wait in the queue {queue!r}, none of ours ({count}): another program shares this Redis.",
                "Give us a database of our own: REDIS_DB, or the number at the end of REDIS_URL.",
            )
    if not absent and not others and not any(lost.values()):
        yield ok("Broker and workers mean the same queues.")


def hold_json(case: Case) -> Iterator[Finding]:
    """What waits was serialized as JSON; workers refuse everything else."""
    with connected(case) as client:
        foreign = {queue: sum(not _is_json(body) for body in _waiting(client, queue)) for queue in QUEUES}
    for queue, count in foreign.items():
        if count:
            yield problem(
                f"{count} tasks in {queue} are not JSON, and no worker takes them: arguments must be plain values.",
                f"redis-cli DEL {queue} removes them (ours are requested anew); find who sends them.",
            )
    if not any(foreign.values()):
        yield ok("What waits in the queues is JSON.")


def workers_answer(case: Case) -> Iterator[Finding]:
    """Each worker that says that it lives answers."""
    from aibox_assets.execution.seen_workers import see_workers  # Celery's import costs most of a second

    with connected(case):
        try:
            workers = see_workers(case.settings.require_redis_url())
        except StoreUnavailableError as error:
            raise NotAskedError from error
    silent = [worker.name for worker in workers if worker.state == "unresponsive"]
    for name in silent:
        yield problem(
            f"Worker {name} says that it lives, and answers nothing: it is paused, or stuck.",
            f"kill -CONT, or kill, its process; aibox logs worker-{name.partition('@')[0]}",
        )
    if workers and not silent:
        yield ok(
            f"Workers that answer: {len(workers)}; busy: {sum(worker.state == 'busy' for worker in workers)}."
        )


def move(case: Case) -> Iterator[Finding]:
    """Nothing is paused, and what waits is worked on."""
    with postgres.connected(case):
        engine = connect(case.settings.require_database_url())
    try:
        pauses, stats = PauseStore(engine).select().values(), JobStore(engine).stats(OPERATOR)
    except (AIBoxError, SQLAlchemyError) as error:  # without our tables, which another check says
        raise NotAskedError from error
    finally:
        engine.dispose()
    for pause in pauses:
        yield problem(f"{pause.queue} is paused: {pause.reason}", pause.remedy)
    paused = {pause.queue for pause in pauses}
    now = datetime.now(UTC)
    for each in stats:
        ready = each.queued - each.blocked - each.delayed
        waits = (now - each.oldest).total_seconds() if each.oldest else 0.0
        idle = not each.started and not each.rates[1].made
        if ready > 0 and idle and waits > _STUCK_SECONDS and each.queue not in paused:
            yield problem(
                f"{ready:,} jobs of {each.queue} wait, the first for {waits / 60:,.0f} min, and none is worked on.",
                "aibox up" if not case.runs else "aibox status; aibox logs daemon; aibox workers status",
            )
        if each.failed:
            yield warning(
                f"Jobs of {each.queue} that failed for good: {each.failed:,}.", "aibox dead-letters"
            )
    if not pauses:
        yield ok(f"Jobs that are queued: {sum(each.queued for each in stats):,}; no queue is paused.")


def sensors_run(case: Case) -> Iterator[Finding]:
    """Nobody turned a sensor off in Dagster's UI: without them nothing is requested."""
    try:
        with postgres.connect(case.settings.require_dagster_database_url()) as connection:
            rows: list[tuple[Any, ...]] = connection.execute(
                "SELECT instigator_body FROM instigators WHERE status = 'STOPPED'"
            ).fetchall()
    except (ConfigurationError, psycopg.Error) as error:
        raise NotAskedError from error
    stopped = [name for name in _SENSORS if any(f'"{name}"' in body for (body,) in rows)]
    for name in stopped:
        yield problem(f"{name} is turned off.", "Turn it on in the Dagster UI, under Automation.")
    if not stopped:
        yield ok("All sensors are on.")


def _present(client: Redis) -> list[Presence]:
    try:
        return list_present(client)
    except StoreUnavailableError as error:
        raise NotAskedError from error


def _waiting(client: Redis, queue: str) -> list[bytes]:
    pipe = client.pipeline(transaction=False)
    for key in list_queue_keys(queue):
        pipe.lrange(key, 0, _MESSAGES - 1)
    return [body for bodies in pipe.execute() for body in bodies]


def _is_json(message: bytes) -> bool:
    """Whether a message of kombu's says that its body is JSON."""
    try:
        return bool(json.loads(message)["content-type"] == "application/json")
    except (ValueError, KeyError, TypeError):
        return False
