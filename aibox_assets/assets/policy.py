"""What the three assets share in Dagster's eyes."""

from __future__ import annotations

import warnings
from typing import Final

from dagster import BackfillPolicy
from dagster_shared.utils.warnings import BetaWarning

from aibox_assets.settings import load_settings

GROUP: Final = "documents"
OWNERS: Final = ["team:aibox"]

# Beta in dagster 1.13; the release is pinned, and every process would print it three times.
warnings.filterwarnings("ignore", category=BetaWarning, message=".*backfill_policy.*")

# A backfill of any selection goes through the same batches as the sensor's runs.
backfill_policy = BackfillPolicy.multi_run(max_partitions_per_run=load_settings().batch_files)
