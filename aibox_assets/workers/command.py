"""A Celery worker as a process: its command line, its limits, its environment."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from aibox_assets.settings import Settings

APP: Final = "aibox_assets.execution.celery_app"
# Between the soft limit, which a step can report, and the kill.
GRACE_SECONDS: Final = 60


@dataclass(frozen=True, slots=True)
class WorkerLimits:
    """What a worker's child may use.

    :ivar max_memory_mb: MiB of resident memory at its peak; a child beyond it is replaced after its task.
    :ivar max_tasks: tasks after which it is replaced.
    :ivar task_seconds: a task's time; it is then interrupted, and its child killed a minute later.
    """

    max_memory_mb: int
    max_tasks: int
    task_seconds: int

    @classmethod
    def of(cls, settings: Settings) -> WorkerLimits:
        """As the settings say."""
        return cls(settings.worker_max_memory_mb, settings.worker_max_tasks, settings.task_seconds)


def worker_command(
    queues: Sequence[str], node: str, limits: WorkerLimits, *, concurrency: int = 1, app: str = APP
) -> tuple[str, ...]:
    """The command line of a worker in the foreground.

    :param node: its Celery name, ``NAME@HOST``; no two live workers may share one.
    """
    return (
        *(sys.executable, "-m", "celery", "-A", app, "worker"),
        *("-Q", ",".join(queues), "-n", node, "--concurrency", str(concurrency), "--loglevel", "INFO"),
        *("--without-gossip", "--without-mingle"),
        *("--max-memory-per-child", str(limits.max_memory_mb * 1024)),  # KiB
        *("--max-tasks-per-child", str(limits.max_tasks)),
        *("--soft-time-limit", str(limits.task_seconds)),
        *("--time-limit", str(limits.task_seconds + GRACE_SECONDS)),
        *("--include", "aibox_assets.workers.child"),
    )


def step_environment(settings: Settings) -> dict[str, str | None]:
    """What every process that runs steps or Dagster gets beside our own environment.

    :raises ConfigurationError: no address of Dagster's storage is set or written down.
    """
    return {
        "AIBOX_HOME": str(settings.home),
        "DAGSTER_HOME": str(settings.home / "dagster"),
        "AIBOX_DAGSTER_DATABASE_URL": settings.require_dagster_database_url(),
        "AIBOX_MAX_RUNS": str(settings.max_runs),
        "DAGSTER_EVENT_BATCH_SIZE": "500",
        "PYTHONUNBUFFERED": "1",
        "TOKENIZERS_PARALLELISM": "false",
        "DO_NOT_TRACK": "1",
        "HF_HUB_DISABLE_TELEMETRY": "1",
    }


def worker_environment(settings: Settings) -> dict[str, str | None]:
    """As :func:`step_environment`, with the models' share of the cores."""
    threads = str(settings.threads or max(1, (os.cpu_count() or 2) // 2))
    return {**step_environment(settings), "OMP_NUM_THREADS": threads, "MKL_NUM_THREADS": threads}
