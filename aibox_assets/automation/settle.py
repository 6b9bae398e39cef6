"""What runs that are over left behind, given to the life cycle: a lost run or request is made good by the next look."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from dagster import DagsterInstance, DagsterRun, DagsterRunStatus, RunsFilter

from aibox_assets.automation.blame import blame_step
from aibox_assets.execution.partitions import BATCH_TAG
from aibox_assets.resources.platform import Platform

LOST_REQUEST_SECONDS: Final = 60.0
OVER: Final = frozenset({DagsterRunStatus.SUCCESS, DagsterRunStatus.FAILURE, DagsterRunStatus.CANCELED})
_PART: Final = 200


def settle_runs(platform: Platform, instance: DagsterInstance) -> int:
    """Take back what runs that are over left undone; how many runs have work now."""
    held = platform.lifecycle.runs()
    known = find_runs(instance, held)
    living = 0
    for name, seconds in held.items():
        run = known.get(name)
        if run is not None and run.status not in OVER:
            living += 1
        elif run is None and seconds < LOST_REQUEST_SECONDS:
            living += 1  # requested just now
        elif run is None or run.status is DagsterRunStatus.SUCCESS:
            platform.lifecycle.release(name)
        elif run.status is DagsterRunStatus.CANCELED:
            platform.lifecycle.cancel_run(name)
        else:
            _settle_failure(platform, instance, name, run)
    return living


def find_runs(instance: DagsterInstance, names: Collection[str]) -> dict[str, DagsterRun]:
    """Dagster's runs by the names under which they have work: a request's, or their own id."""
    found: dict[str, DagsterRun] = {}
    ordered = sorted(names)
    for start in range(0, len(ordered), _PART):
        part = ordered[start : start + _PART]
        for run in instance.get_runs(RunsFilter(run_ids=part)):
            found[run.run_id] = run
        # A run that a person started again has the tags of the first; the newest one counts.
        for run in reversed(list(instance.get_runs(RunsFilter(tags={BATCH_TAG: part})))):
            found[run.tags[BATCH_TAG]] = run
    return found


def _settle_failure(platform: Platform, instance: DagsterInstance, name: str, run: DagsterRun) -> None:
    blame = blame_step(instance, run.run_id)
    if blame.fault is not None:
        platform.lifecycle.pause_run(name, blame.fault, blame.step)
    elif blame.step is not None:
        platform.lifecycle.blame(name, blame.step, blame.reason, blame.trace)
    elif blame.told:
        platform.lifecycle.release(name)
    else:
        platform.lifecycle.interrupt(name, f"Run {run.run_id} died before it was done.")
