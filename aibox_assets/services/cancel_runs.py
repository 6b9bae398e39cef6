"""Ending the runs that carry one file alone, whoever launched them."""

from __future__ import annotations

import time
from collections.abc import Iterable
from typing import Final

from aibox_assets.client import DagsterClient, DagsterRefusedError, Run

# Dagster's own tags, by name, since a command would wait for its import.
_PARTITION: Final = "dagster/partition"
_FIRST: Final = "dagster/asset_partition_range_start"
_LAST: Final = "dagster/asset_partition_range_end"
_CANCELABLE: Final = ("QUEUED", "STARTED")
_LOOK_SECONDS: Final = 0.3


def end_runs(dagster: DagsterClient, file_id: str, seconds: float) -> tuple[list[str], list[str]]:
    """End the runs that carry this file alone. Runs that carry others too go on without it.

    A run that is just starting cannot be cancelled until it has started.

    :param seconds: how long to wait for their end.
    :returns: the ids of the runs that are over, and of those that were not over in time.
    """
    deadline = time.monotonic() + seconds
    asked: set[str] = set()
    seen: set[str] = set()
    while True:
        living = runs_of_file(dagster.live_runs(), file_id)
        seen |= {run.id for run in living}
        for run in living:
            if run.status in _CANCELABLE and run.id not in asked:
                asked.add(run.id)
                try:
                    dagster.terminate_run(run.id)
                except DagsterRefusedError:
                    asked.discard(run.id)  # it ended meanwhile, or its launch is not complete: look again
        left = {run.id for run in living}
        if not left or time.monotonic() > deadline:
            return sorted(seen - left), sorted(left)
        time.sleep(_LOOK_SECONDS)


def runs_of_file(runs: Iterable[Run], file_id: str) -> list[Run]:
    """Those of *runs* that carry this file and no other."""
    return [
        run
        for run in runs
        if run.tags.get(_PARTITION) == file_id or run.tags.get(_FIRST) == file_id == run.tags.get(_LAST)
    ]
