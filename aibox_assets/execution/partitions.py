"""The partitions: one per file, added and removed by the sensors."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from dagster import DynamicPartitionsDefinition, Failure
from dagster._core.storage.tags import ASSET_PARTITION_RANGE_START_TAG, PARTITION_NAME_TAG

FILES: Final = "files"
BATCH_TAG: Final = "aibox/batch"
"""The run tag under which a requested run has its work."""

file_partitions = DynamicPartitionsDefinition(name=FILES)


def names_files(tags: Mapping[str, str]) -> bool:
    """Whether a run with these tags is for any partition."""
    return any(tag in tags for tag in (PARTITION_NAME_TAG, ASSET_PARTITION_RANGE_START_TAG, BATCH_TAG))


def describe_no_partition(asset: str) -> Failure:
    """The failure of a run of *asset* that was launched for no file."""
    return Failure(
        description=f"The run names no partition, so {asset} has no file to work on. Launch it with the tag "
        "dagster/partition and a file's id ('aibox files --json' lists them), or as a backfill of several; in the "
        "Dagster UI choose partitions where Materialize asks for them.",
        allow_retries=False,
    )
