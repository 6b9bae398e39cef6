"""What is done by night: old things are removed, and once a week the stores are compared and mended."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from dagster import (
    DefaultScheduleStatus,
    OpExecutionContext,
    ScheduleDefinition,
    in_process_executor,
    job,
    op,
)

from aibox_assets.assets.io_manager import ParquetIOManager
from aibox_assets.automation.checking import find_faults, repair
from aibox_assets.automation.retention import clean
from aibox_assets.execution.celery_config import step_leases
from aibox_assets.execution.leases import run_lease
from aibox_assets.resources.platform import Platform

_SHOWN: Final = 50


@contextmanager
def _alive(context: OpExecutionContext) -> Iterator[None]:
    """The watchdog ends runs of ours that hold no lease."""
    with step_leases().hold(run_lease(context.run_id)):
        yield


@op(required_resource_keys={"platform"})
def remove_old(context: OpExecutionContext) -> None:
    """What is kept for a while only and is older than that."""
    platform: Platform = context.resources.platform
    with _alive(context):
        for swept in clean(platform, context.instance):
            context.log.info(f"{swept.name}: {swept.count} removed")


@op(required_resource_keys={"platform", "tables"})
def compare_stores(context: OpExecutionContext) -> None:
    """Database, vectors, graph, Parquet and partitions; what differs is removed or made again."""
    platform: Platform = context.resources.platform
    tables: ParquetIOManager = context.resources.tables
    with _alive(context):
        faults = find_faults(platform, tables, context.instance)
        for fault in faults[:_SHOWN]:
            context.log.warning(f"{fault.store}: {fault.file_id} {fault.said}")
        repair(platform, tables, context.instance, faults)
        context.log.info(f"{len(faults)} faults, mended or queued.")


@job(executor_def=in_process_executor, description="Removes what is kept for a while only.")
def clean_job() -> None:
    """By the ages of the settings."""
    remove_old()


@job(executor_def=in_process_executor, description="Compares the stores, and mends what differs.")
def check_stores_job() -> None:
    """Reports in its log."""
    compare_stores()


clean_schedule = ScheduleDefinition(
    name="clean_schedule",
    job=clean_job,
    cron_schedule="17 3 * * *",
    default_status=DefaultScheduleStatus.RUNNING,
)
check_schedule = ScheduleDefinition(
    name="check_schedule",
    job=check_stores_job,
    cron_schedule="47 3 * * 0",
    default_status=DefaultScheduleStatus.RUNNING,
)
