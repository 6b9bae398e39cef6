"""Dagster's queue of runs, looked at when a run comes into it.

``QueuedRunCoordinatorDaemon`` (dagster 1.13) looks each ``dequeue_interval_seconds``, whether there is anything or not.
It can go when upstream wakes it.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any, Final

from dagster import DagsterRun, DagsterRunStatus, RunsFilter
from dagster._core.run_coordinator import QueuedRunCoordinator, SubmitRunContext
from dagster._daemon.daemon import SpanMarker
from dagster._daemon.run_coordinator.queued_run_coordinator_daemon import QueuedRunCoordinatorDaemon
from dagster._daemon.utils import DaemonErrorCapture

from aibox_assets.dagster_patches.bells import BELLS, WaitOrBell, ring_afar
from aibox_assets.stores.wakes import Wake

EMPTY_SECONDS: Final = 5.0
"""Between two looks at an empty queue, for the note that got lost."""


class WakingRunCoordinator(QueuedRunCoordinator):
    """Wakes the queue when it puts a run there."""

    def submit_run(self, context: SubmitRunContext) -> DagsterRun:
        """As the queue does it."""
        run = super().submit_run(context)
        ring_afar(Wake.RUNS)
        return run


def run_queue_loop(daemon: QueuedRunCoordinatorDaemon, context: Any, shutdown: Any) -> Iterator[Any]:
    """``QueuedRunCoordinatorDaemon.core_loop``: at each ring; often while something waits; seldom else."""
    wait = WaitOrBell(shutdown, BELLS, (Wake.RUNS,))
    while True:
        BELLS.begin(Wake.RUNS)
        yield SpanMarker.START_SPAN
        waiting = True
        try:
            yield from daemon.run_iteration(context)
            waiting = bool(context.instance.get_runs_count(RunsFilter(statuses=[DagsterRunStatus.QUEUED])))
        except Exception:  # noqa: BLE001  # as upstream does: the loop goes on, and the daemon's state has it
            yield DaemonErrorCapture.process_exception(
                exc_info=sys.exc_info(), logger=daemon._logger, log_message="The queue of runs failed"
            )
        yield SpanMarker.END_SPAN
        BELLS.end(Wake.RUNS)
        wait.wait(daemon.interval_seconds if waiting else EMPTY_SECONDS)
        yield None
