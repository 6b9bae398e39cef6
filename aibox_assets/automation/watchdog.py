"""The watchdog: nothing stays behind a dead process.

Dagster 1.13 ends runs that are STARTING or CANCELING for too long (run monitoring) and frees the slots of pools. Its
default launcher has no health check: a dead run worker is noticed by the code server that started it, and when
that is dead as well the run is STARTED for ever. Here a run lives while its executor renews a lease in Redis.
Only runs of our own code location have such an executor; the watchdog leaves all others alone.
"""

from __future__ import annotations

import json
import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Final

from dagster import DagsterInstance, DagsterRunStatus, RunsFilter
from dagster._core.storage.dagster_run import FINISHED_STATUSES
from redis.exceptions import RedisError

from aibox_assets.domain.errors import StoreUnavailableError
from aibox_assets.execution.leases import StepLeases, run_lease
from aibox_assets.resources.platform import Platform
from aibox_assets.stores.files import Status

YOUNG_SECONDS: Final = 60.0
MISSED_SECONDS: Final = 30.0
BLIND_SECONDS: Final = 60.0
REDIS_SECONDS: Final = 30
HELD_SECONDS: Final = 60.0
STATUS_KEYS: Final = 2000

_DEAD: Final = "Its run worker is dead: it held no lease for {:.0f} s. The files are requested again."


@dataclass(frozen=True, slots=True)
class LookedAt:
    """A run at one look. :ivar age: seconds since it was STARTED. :ivar held: its executor renews its lease."""

    id: str
    age: float
    held: bool


@dataclass(frozen=True, slots=True)
class Memory:
    """What the watchdog keeps from look to look.

    :ivar looked: time of the last look. :ivar missed: by run, the look at which its lease was first missing.
    :ivar cursor: where the walk over the live status keys goes on.
    """

    looked: float = 0.0
    missed: Mapping[str, float] = field(default_factory=dict)
    cursor: int = 0

    def to_json(self) -> str:
        """For a sensor's cursor."""
        return json.dumps({"looked": self.looked, "missed": self.missed, "cursor": self.cursor})

    @classmethod
    def from_json(cls, text: str | None) -> Memory:
        """From a sensor's cursor; nothing is remembered where there was none."""
        return cls(**json.loads(text)) if text else cls()


def find_dead(runs: Collection[LookedAt], memory: Memory, now: float) -> tuple[dict[str, float], Memory]:
    """Which runs are dead: old enough, and without a lease at every look for a while.

    After a long time without a look nothing is known of what was between, and all is forgotten.

    :param now: and all times, in seconds since 1970.
    :returns: by dead run the seconds without a lease; what to remember of the others.
    """
    known = memory.missed if now - memory.looked <= BLIND_SECONDS else {}
    missed = {run.id: known.get(run.id, now) for run in runs if not run.held and run.age > YOUNG_SECONDS}
    dead = {id_: now - since for id_, since in missed.items() if now - since >= MISSED_SECONDS}
    left = {id_: since for id_, since in missed.items() if id_ not in dead}
    return dead, Memory(now, left, memory.cursor)


def watch(
    platform: Platform, leases: StepLeases, instance: DagsterInstance, location: str | None, memory: Memory
) -> tuple[list[str], Memory]:
    """One look: end dead runs, take back what runs that are over hold, correct live status.

    :param location: the name of our code location; None, where it is not known, ends no run.
    :returns: what was done, in sentences; what to remember.
    """
    news, memory = _end_dead_runs(leases, instance, location, memory)
    news += _take_back(platform, instance)
    try:
        corrected, cursor = _correct_status(platform, memory.cursor)
    except StoreUnavailableError:
        return news, memory  # what is remembered of the runs must not be lost with Redis
    if corrected:
        news.append(f"Corrected live statuses: {corrected}.")
    return news, Memory(memory.looked, memory.missed, cursor)


def _end_dead_runs(
    leases: StepLeases, instance: DagsterInstance, location: str | None, memory: Memory
) -> tuple[list[str], Memory]:
    now = time.time()
    statuses = [DagsterRunStatus.STARTED, DagsterRunStatus.CANCELING]
    records = [
        record
        for record in instance.get_run_records(RunsFilter(statuses=statuses))
        if location is not None
        and (origin := record.dagster_run.remote_job_origin) is not None
        and origin.location_name == location
    ]
    try:
        if leases.client.info("server")["uptime_in_seconds"] < REDIS_SECONDS:
            return [], Memory(
                cursor=memory.cursor
            )  # it may have lost the leases; they come back by themselves
        runs = [
            LookedAt(
                r.dagster_run.run_id,
                now - (r.start_time or 0),
                leases.is_held(run_lease(r.dagster_run.run_id)),
            )
            for r in records
        ]
    except RedisError:
        return [], Memory(cursor=memory.cursor)  # says nothing of the runs
    dead, memory = find_dead(runs, memory, now)
    news = []
    for run_id, seconds in dead.items():
        run = instance.get_run_by_id(run_id)
        if run is None or run.status not in statuses:
            continue
        message = _DEAD.format(seconds)
        if run.status is DagsterRunStatus.CANCELING:
            instance.report_run_canceled(run, message)
        else:
            instance.report_run_failed(run, message)
        news.append(f"Run {run_id}: {message}")
    return news, memory


def _take_back(platform: Platform, instance: DagsterInstance) -> list[str]:
    """End the tokens of runs that are over: what their steps still do writes nothing."""
    holders = platform.fencing.token_holders()
    if not holders:
        return []
    known = {run.run_id: run for run in instance.get_runs(RunsFilter(run_ids=sorted(holders)))}
    over = [
        run_id
        for run_id, age in holders.items()
        # An executor gives back by itself; and a run that Dagster does not know may have been deleted just now.
        if age > HELD_SECONDS and (run_id not in known or known[run_id].status in FINISHED_STATUSES)
    ]
    for run_id in over:
        platform.fencing.end_tokens(run_id)
    return [f"Took back the tokens of runs that are over: {len(over)}."] if over else []


def _correct_status(platform: Platform, cursor: int) -> tuple[int, int]:
    """Walk over some of the live status keys; one that says ``started`` of a file that is not is put right."""
    cursor, started = platform.live.scan_started(cursor, STATUS_KEYS)
    records = platform.files.get(started)
    wrong = 0
    for file_id, live in started.items():
        record = records.get(file_id)
        if record is None:
            platform.live.forget_file(file_id)
        elif record.status is not Status.STARTED:
            platform.live.report_progress(
                file_id, record.status, live.step, live.percent, record.error or live.message
            )
        else:
            continue
        wrong += 1
    return wrong, cursor
