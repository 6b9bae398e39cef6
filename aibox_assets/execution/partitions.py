"""The partitions: one per file, added and removed by the sensors."""

from __future__ import annotations

from typing import Final

from dagster import DynamicPartitionsDefinition

FILES: Final = "files"

file_partitions = DynamicPartitionsDefinition(name=FILES)
