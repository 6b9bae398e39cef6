"""Why a run failed: a step of it, which may be the doing of a file, or nothing that says anything of its files."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from dagster import DagsterEventType, DagsterInstance
from dagster_shared.error import SerializableErrorInfo

TOLD: Final = "Failure"
"""The class by which a step names its files, whose ends are written down already."""
INNOCENT: Final = frozenset(
    {
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


@dataclass(frozen=True, slots=True)
class Blame:
    """What is to be said of files that a failed run left undone.

    :ivar step: the step whose failure may be their doing; None where nothing may.
    :ivar told: a step failed by its files, each of which has ended; the rest was only not reached.
    """

    step: str | None = None
    reason: str = ""
    trace: str = ""
    told: bool = False


def blame_step(instance: DagsterInstance, run_id: str) -> Blame:
    """Look at the steps of the run that failed."""
    told = False
    for entry in instance.all_logs(run_id, of_type=DagsterEventType.STEP_FAILURE):
        event = entry.get_dagster_event()
        error = event.step_failure_data.error
        causes = list(_causes(error)) if error is not None else []
        if any(cause.cls_name == TOLD for cause in causes):
            told = True
        elif causes and not any(cause.cls_name in INNOCENT for cause in causes):
            root = causes[-1]
            first = (root.message.strip().splitlines() or [root.cls_name or "It failed."])[0]
            return Blame(event.step_key, first, root.to_string())
    return Blame(told=told)


def _causes(error: SerializableErrorInfo) -> Iterator[SerializableErrorInfo]:
    """The error and what caused it, the root of it last."""
    current: SerializableErrorInfo | None = error
    while current is not None:
        yield current
        current = current.cause
