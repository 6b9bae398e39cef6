"""The sensors: thin shells around decisions that are tested without Dagster.

Belongs here: names, intervals, what is said on a tick. Does not: what to take in, request or delete.
"""

from typing import Final

from dagster import (
    DefaultSensorStatus,
    ResourceParam,
    SensorEvaluationContext,
    SensorResult,
    SkipReason,
    sensor,
)

from aibox_assets.assets.io_manager import ParquetIOManager
from aibox_assets.automation.cleanup import delete_gone
from aibox_assets.automation.intake import take_in
from aibox_assets.automation.jobs import process_files_job
from aibox_assets.automation.requests import request_runs
from aibox_assets.automation.retention import build_indexes, forget_old
from aibox_assets.automation.settle import settle_runs
from aibox_assets.automation.switching import finish_switch
from aibox_assets.automation.watchdog import Memory, watch
from aibox_assets.domain.errors import AIBoxError
from aibox_assets.domain.viewer import OPERATOR
from aibox_assets.execution.celery_config import step_leases
from aibox_assets.resources.platform import Platform
from aibox_assets.workers.presence import count_consumers

BUSY_SECONDS: Final = 5
"""The same while runs have all that there is: the end of each wakes it."""
REST_SECONDS: Final = 15
"""Until the next look where nothing is to be done, if nobody wakes the sensor: written into its cursor, for the daemon
(``dagster_patches/daemon.py``)."""


@sensor(
    job=process_files_job,
    minimum_interval_seconds=2,
    default_status=DefaultSensorStatus.RUNNING,
    description="Watches the inbox and the other folders; requests runs for what is new, changed or left undone.",
)
def upload_sensor(
    context: SensorEvaluationContext, platform: ResourceParam[Platform]
) -> SensorResult | SkipReason:
    """From a dropped file to a requested run."""
    try:
        intake = take_in(platform)
        platform.want_recipes()
        switched = finish_switch(platform)
        living = settle_runs(platform, context.instance)
        workers = max(count_consumers(step_leases().client).values())
        requests = list(request_runs(platform, context.instance, workers=workers))
        paused = platform.pauses.select().values()
        rest = 0
        if intake.is_at_rest and not (requests or paused):
            rest = BUSY_SECONDS if living else REST_SECONDS * (not platform.lifecycle.is_anything_open())
    except AIBoxError as error:
        context.update_cursor("0")
        return SkipReason(str(error))
    context.update_cursor(str(rest))
    if switched is not None:
        context.log.info(f"Searches read the vectors of {switched.spec.name} from now on.")
    for problem in intake.problems:
        context.log.warning(problem)
    held = [f"{pause.queue} is paused: {pause.reason} {pause.remedy}" for pause in paused]
    if not requests:
        return SkipReason("; ".join([*held, *intake.problems, f"{intake}; runs that have work: {living}"]))
    return SensorResult(run_requests=requests)


@sensor(
    minimum_interval_seconds=5,
    default_status=DefaultSensorStatus.RUNNING,
    description="Removes all that is left of files whose bytes are gone.",
)
def removal_sensor(
    context: SensorEvaluationContext,
    platform: ResourceParam[Platform],
    tables: ResourceParam[ParquetIOManager],
) -> SkipReason:
    """From a removed file to no trace of it."""
    context.update_cursor("0")
    try:
        removed = delete_gone(platform, tables, context.instance)
        # A run that has a file keeps it from being removed, and wakes nobody when it ends.
        if not removed and not platform.lifecycle.is_anything_open():
            context.update_cursor(str(REST_SECONDS))
    except AIBoxError as error:
        return SkipReason(str(error))
    return SkipReason(f"files removed: {removed}")


@sensor(
    minimum_interval_seconds=10,
    default_status=DefaultSensorStatus.RUNNING,
    description="Ends runs whose worker is dead, and takes back what runs that are over still hold.",
)
def watchdog_sensor(context: SensorEvaluationContext, platform: ResourceParam[Platform]) -> SkipReason:
    """From a dead process to nothing left of it."""
    origin = context.code_location_origin
    location = origin.location_name if origin is not None else None
    before = Memory.from_json(context.cursor)
    try:
        news, memory = watch(platform, step_leases(), context.instance, location, before)
    except AIBoxError as error:
        return SkipReason(str(error))
    context.update_cursor(memory.to_json())
    for line in news:
        context.log.warning(line)
    return SkipReason(" ".join(news) or f"all is well; runs without a lease: {len(memory.missed)}")


@sensor(
    minimum_interval_seconds=60,
    default_status=DefaultSensorStatus.RUNNING,
    description="Deletes what is old, notes how the queues stand, and builds an index of vectors that is missing.",
)
def retention_sensor(context: SensorEvaluationContext, platform: ResourceParam[Platform]) -> SkipReason:
    """From growing for ever to a bounded size."""
    try:
        build_indexes(platform)
        platform.samples.take(platform.jobs.stats(OPERATOR))
        return SkipReason(forget_old(platform, context.instance))
    except AIBoxError as error:
        return SkipReason(str(error))
