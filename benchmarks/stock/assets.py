"""Dagster as its tutorials have it: a partition per file, a sensor that requests one run for each."""

from typing import Final

from dagster import (
    AssetExecutionContext,
    AssetSelection,
    DefaultSensorStatus,
    Definitions,
    DynamicPartitionsDefinition,
    ExecutorDefinition,
    RunRequest,
    SensorEvaluationContext,
    SensorResult,
    asset,
    define_asset_job,
    sensor,
)

from aibox_assets.resources.platform import current_platform
from aibox_assets.workers.queues import FILE_PROCESSING, KG_EXTRACTION, VECTORIZATION
from benchmarks.file_work import chunk_file, embed_file, extract_file

QUEUE_TAG: Final = "dagster-celery/queue"
stock_partitions = DynamicPartitionsDefinition(name="stock_files")


@asset(partitions_def=stock_partitions, op_tags={QUEUE_TAG: FILE_PROCESSING})
def chunks(context: AssetExecutionContext) -> None:
    """Chunks of one file."""
    chunk_file(context.partition_key)


@asset(deps=[chunks], partitions_def=stock_partitions, op_tags={QUEUE_TAG: VECTORIZATION})
def embeddings(context: AssetExecutionContext) -> None:
    """Vectors of one file."""
    embed_file(context.partition_key)


@asset(deps=[chunks], partitions_def=stock_partitions, op_tags={QUEUE_TAG: KG_EXTRACTION})
def kg_triples(context: AssetExecutionContext) -> None:
    """Triples of one file."""
    extract_file(context.partition_key)


process_file_job = define_asset_job("process_file_job", selection=AssetSelection.all())


@sensor(job=process_file_job, minimum_interval_seconds=2, default_status=DefaultSensorStatus.RUNNING)
def new_file_sensor(context: SensorEvaluationContext) -> SensorResult:
    """A partition and a run for each file that is new."""
    inbox = current_platform().settings.inbox_path
    known = set(context.instance.get_dynamic_partitions("stock_files"))
    new = sorted(path.name for path in inbox.iterdir() if path.suffix == ".txt" and path.name not in known)
    return SensorResult(
        run_requests=[RunRequest(run_key=name, partition_key=name) for name in new],
        dynamic_partitions_requests=[stock_partitions.build_add_request(new)] if new else [],
    )


def build_stock_definitions(executor: ExecutorDefinition) -> Definitions:
    """The same assets under an executor of choice."""
    return Definitions(
        assets=[chunks, embeddings, kg_triples],
        jobs=[process_file_job],
        sensors=[new_file_sensor],
        executor=executor,
    )
