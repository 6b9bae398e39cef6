"""What the three assets share in Dagster's eyes."""

from __future__ import annotations

from typing import Final

from dagster import BackfillPolicy

from aibox_assets.settings import load_settings

GROUP: Final = "documents"
OWNERS: Final = ["team:aibox"]

# A backfill of any selection goes through the same batches as the sensor's runs.
backfill_policy = BackfillPolicy.multi_run(max_partitions_per_run=load_settings().batch_files)
