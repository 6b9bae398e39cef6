"""The partitions: one per file, added and removed by the sensors."""

from __future__ import annotations

from typing import Final

from dagster import DynamicPartitionsDefinition

FILES: Final = "files"
BATCH_TAG: Final = "aibox/batch"
"""The run tag under which a requested run has its work."""

file_partitions = DynamicPartitionsDefinition(name=FILES)
