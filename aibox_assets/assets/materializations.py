"""The materializations of a step's files, told to Dagster all at once."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from dagster import AssetExecutionContext, AssetMaterialization
from dagster._core.events import DagsterEvent, DagsterEventBatchMetadata
from dagster._core.execution.context.metadata_logging import AssetMetadataHandle, OutputMetadataAccumulator

from aibox_assets.assets.step import Made


def attach(context: AssetExecutionContext, made: Mapping[str, Made]) -> None:
    """The metadata of each file's materialization.

    What ``context.add_asset_metadata`` does for one partition; there (dagster 1.13) each call reads the keys of
    all partitions from the database again, which took longer than the work itself.
    """
    step = context.get_step_execution_context()
    handles: dict[Any, Mapping[str, Any]] = {
        AssetMetadataHandle(asset_key=context.asset_key, partition_key=id_): each.metadata
        for id_, each in made.items()
    }
    before = step._metadata_accumulator.per_output_metadata
    step._metadata_accumulator = OutputMetadataAccumulator(per_output_metadata={**before, **handles})


def log_together(context: AssetExecutionContext, made: Mapping[str, Made]) -> None:
    """The materialization of each file, in one write.

    What ``context.log_event`` does for one; it writes each alone (dagster 1.13).
    """
    step, batch, left = context.get_step_execution_context(), uuid.uuid4().hex, len(made)
    for id_, each in made.items():
        left -= 1
        event = DagsterEvent.asset_materialization(
            step,
            AssetMaterialization(context.asset_key, metadata=each.metadata, partition=id_),
            DagsterEventBatchMetadata(batch, is_end=left == 0),
        )
        context.op_execution_context._events.append(event)
