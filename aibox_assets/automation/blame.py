"""Why a run failed: a step of it, which may be the doing of a file, or nothing that says anything of its files."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from dagster import DagsterEventType, DagsterInstance
from dagster_shared.error import SerializableErrorInfo

INNOCENT: Final = frozenset(
    {
        "Failure",  # names its files, and they have ended
        "StepCancelledError",  # its run asked for it: so, or within the step
        "DagsterExecutionInterruptedError",
        "StoreUnavailableError",  # this and the rest: a server was away
        "OperationalError",
        "InterfaceError",
        "ConnectionError",
        "TimeoutError",
    }
)
"""Classes of errors that say nothing of the files which are left."""


def blame_step(instance: DagsterInstance, run_id: str) -> SerializableErrorInfo | None:
    """The error of the step that a run failed at; None when the run itself died, or a server was away."""
    for entry in instance.all_logs(run_id, of_type=DagsterEventType.STEP_FAILURE):
        error = entry.get_dagster_event().step_failure_data.error
        if error is not None and not any(cause.cls_name in INNOCENT for cause in _causes(error)):
            return list(_causes(error))[-1]
    return None


def _causes(error: SerializableErrorInfo) -> Iterator[SerializableErrorInfo]:
    """The error and what caused it, the root of it last."""
    current: SerializableErrorInfo | None = error
    while current is not None:
        yield current
        current = current.cause
