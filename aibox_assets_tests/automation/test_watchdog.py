"""The watchdog: its decision without Dagster, its work on real stores and a Dagster instance."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from dagster import DagsterInstance, DagsterRun, DagsterRunStatus
from dagster._core.remote_origin import (
    GrpcServerCodeLocationOrigin,
    RemoteJobOrigin,
    RemoteRepositoryOrigin,
)
from dagster._core.utils import make_new_run_id
from redis import Redis

from aibox_assets.automation import watchdog as module
from aibox_assets.automation.watchdog import LookedAt, Memory, find_dead, watch
from aibox_assets.execution.leases import StepLeases, run_lease
from aibox_assets.resources.platform import Platform
from aibox_assets.stores.files import NewFile
from aibox_assets.stores.scanning import FileStat
from aibox_assets.stores.tables import steps

NOW = 1_000_000.0
OURS = "aibox_assets"
GONE = LookedAt("gone", age=300, held=False)


def look_at(run: LookedAt, *seconds: float) -> list[bool]:
    """Whether the run was found dead at each of the looks, so many seconds after the first."""
    memory = Memory()
    found = []
    for second in seconds:
        dead, memory = find_dead([run], memory, NOW + second)
        found.append(run.id in dead)
    return found


@pytest.mark.parametrize(
    ("run", "looks", "expected"),
    [
        (GONE, (0, 10, 20, 30), [False, False, False, True]),
        (LookedAt("young", age=50, held=False), (0, 10, 20, 30), [False] * 4),
        (LookedAt("alive", age=300, held=True), (0, 10, 20, 30), [False] * 4),
        # The daemon was away for ten minutes: what it saw before says nothing.
        (GONE, (0, 10, 610, 620), [False] * 4),
    ],
)
def test_a_run_is_dead_after_some_looks_without_a_lease(
    run: LookedAt, looks: tuple[float, ...], expected: list[bool]
) -> None:
    assert look_at(run, *looks) == expected


def test_a_lease_that_comes_back_starts_the_count_anew() -> None:
    _, memory = find_dead([GONE], Memory(), NOW)
    _, memory = find_dead([LookedAt("gone", 300, held=True)], memory, NOW + 20)
    dead, memory = find_dead([GONE], memory, NOW + 40)
    assert not dead
    assert memory.missed == {"gone": NOW + 40}


def test_the_memory_survives_the_cursor() -> None:
    memory = Memory(NOW, {"a": NOW - 10}, 17)
    assert Memory.from_json(memory.to_json()) == memory
    assert Memory.from_json(None) == Memory()


@pytest.fixture
def leases(platform: Platform, monkeypatch: pytest.MonkeyPatch) -> StepLeases:
    monkeypatch.setattr(module, "REDIS_SECONDS", 0)
    monkeypatch.setattr(module, "YOUNG_SECONDS", -1.0)
    monkeypatch.setattr(module, "MISSED_SECONDS", 0.0)
    return StepLeases.connect(platform.settings.require_redis_url())


def make_run(instance: DagsterInstance, status: DagsterRunStatus, location: str | None = OURS) -> DagsterRun:
    """A run that Dagster launched from a code location; None is one that was started by hand."""
    origin = location and RemoteJobOrigin(
        RemoteRepositoryOrigin(
            GrpcServerCodeLocationOrigin(host="127.0.0.1", port=1, location_name=location), "__repository__"
        ),
        "process_files_job",
    )
    return instance.add_run(
        DagsterRun(
            "process_files_job",
            run_id=make_new_run_id(),
            status=status,
            remote_job_origin=origin or None,
            job_code_origin=None,
        )
    )


def status_of(instance: DagsterInstance, run: DagsterRun) -> DagsterRunStatus:
    found = instance.get_run_by_id(run.run_id)
    assert found is not None
    return found.status


def test_runs_without_a_lease_are_ended_and_others_are_left(
    platform: Platform, instance: DagsterInstance, leases: StepLeases
) -> None:
    dead, canceling, alive, waiting = (
        make_run(instance, status)
        for status in (
            DagsterRunStatus.STARTED,
            DagsterRunStatus.CANCELING,
            DagsterRunStatus.STARTED,
            DagsterRunStatus.NOT_STARTED,
        )
    )
    with leases.hold(run_lease(alive.run_id)):
        news, memory = watch(platform, leases, instance, OURS, Memory())
        assert len(news) == 2
        assert watch(platform, leases, instance, OURS, memory)[0] == [], "twice the same"
    assert status_of(instance, dead) is DagsterRunStatus.FAILURE
    assert status_of(instance, canceling) is DagsterRunStatus.CANCELED
    assert status_of(instance, alive) is DagsterRunStatus.STARTED
    assert status_of(instance, waiting) is DagsterRunStatus.NOT_STARTED


@pytest.mark.parametrize(("ours", "theirs"), [(OURS, "another"), (OURS, None), (None, OURS)])
def test_runs_of_other_code_locations_are_not_touched(
    platform: Platform,
    instance: DagsterInstance,
    leases: StepLeases,
    ours: str | None,
    theirs: str | None,
) -> None:
    run = make_run(instance, DagsterRunStatus.STARTED, theirs)
    memory = Memory()
    for _ in range(3):
        news, memory = watch(platform, leases, instance, ours, memory)
        assert news == []
    assert status_of(instance, run) is DagsterRunStatus.STARTED


def test_a_redis_that_is_away_or_only_just_back_says_nothing_of_runs(
    platform: Platform, instance: DagsterInstance, leases: StepLeases, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = make_run(instance, DagsterRunStatus.STARTED)
    before = Memory(time.time(), {run.run_id: 0.0})
    nowhere = StepLeases(Redis(port=1, socket_connect_timeout=1))
    assert watch(platform, nowhere, instance, OURS, before)[1].missed == {}
    monkeypatch.setattr(module, "REDIS_SECONDS", 10**9)
    assert watch(platform, leases, instance, OURS, before)[1].missed == {}
    assert status_of(instance, run) is DagsterRunStatus.STARTED


def test_tokens_of_runs_that_are_over_are_taken_back(
    platform: Platform, instance: DagsterInstance, leases: StepLeases
) -> None:
    over, ending, live = (
        make_run(instance, status).run_id
        for status in (DagsterRunStatus.FAILURE, DagsterRunStatus.SUCCESS, DagsterRunStatus.STARTED)
    )
    now, then = datetime.now(UTC), datetime.now(UTC) - timedelta(minutes=5)
    issued = {over: then, ending: now, live: then, "deleted": then, "deleted just now": now}
    rows = [
        {"run_id": run_id, "step_key": "chunks", "task_id": "t", "issued_at": at}
        for run_id, at in issued.items()
    ]
    with platform.engine.begin() as connection:
        connection.execute(steps.insert(), rows)
    with leases.hold(run_lease(live)):
        for _ in range(2):
            watch(platform, leases, instance, OURS, Memory())
            with platform.engine.connect() as connection:
                left = set(connection.scalars(sa.select(steps.c.run_id)))
                assert left == {ending, live, "deleted just now"}


def test_live_status_of_files_that_are_not_started_is_put_right(
    platform: Platform, instance: DagsterInstance, leases: StepLeases
) -> None:
    platform.lifecycle.add([NewFile(id_, "inbox", id_, "amy", FileStat(1, 1)) for id_ in ("at-work", "left")])
    assert platform.lifecycle.request(["at-work"], ["chunks"], "run")
    platform.lifecycle.start("chunks", ["at-work"])
    then = (datetime.now(UTC) - timedelta(minutes=5)).isoformat()
    for id_ in ("at-work", "left", "deleted"):
        report = {"status": "started", "step": "chunks", "percent": 10, "message": "reading", "updated": then}
        leases.client.set(f"processing:status:{id_}", json.dumps(report), ex=60)
    platform.live.report_progress("fresh", "started", "chunks", 0)
    memory = Memory()
    for _ in range(5):
        _, memory = watch(platform, leases, instance, OURS, memory)
    shown = {
        id_: live.status if (live := platform.live.read_progress(id_)) else None
        for id_ in ("at-work", "left", "deleted", "fresh")
    }
    assert shown == {"at-work": "started", "left": "queued", "deleted": None, "fresh": "started"}
