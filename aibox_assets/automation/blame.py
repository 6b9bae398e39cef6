"""Why a run failed: a step of it, which may be the doing of a file, or nothing that says anything of its files."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from dagster import DagsterEvent, DagsterEventType, DagsterInstance
from dagster_shared.error import SerializableErrorInfo

from aibox_assets.domain.errors import InstallationError
from aibox_assets.domain.installation import FAULT_NAMES, REMEDY

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
_FAULTS: Final = FAULT_NAMES | {"DagsterImportError"}  # which takes the place of an ImportError
_OF_THE_RUN: Final = {DagsterEventType.RUN_FAILURE, DagsterEventType.ENGINE_EVENT}


@dataclass(frozen=True, slots=True)
class Blame:
    """What is to be said of files that a failed run left undone.

    :ivar step: the step whose failure may be their doing; None where nothing may.
    :ivar told: a step failed by its files, each of which has ended; the rest was only not reached.
    :ivar fault: of the installation, which stopped *step*, or, where that is None, the run before any step.
    """

    step: str | None = None
    reason: str = ""
    trace: str = ""
    told: bool = False
    fault: InstallationError | None = None


def blame_step(instance: DagsterInstance, run_id: str) -> Blame:
    """Look at the steps of the run that failed, and, where none did, at the run itself."""
    told = False
    for entry in instance.all_logs(run_id, of_type=DagsterEventType.STEP_FAILURE):
        event = entry.get_dagster_event()
        causes = list(_causes(event.step_failure_data.error))
        if any(cause.cls_name == TOLD for cause in causes):
            told = True
        elif causes and not any(cause.cls_name in INNOCENT for cause in causes):
            if fault := _find_fault(causes):
                return Blame(event.step_key, fault=fault)
            root = causes[-1]
            return Blame(event.step_key, _first_line(root), root.to_string())
    if told:
        return Blame(told=True)
    for entry in instance.all_logs(run_id, of_type=_OF_THE_RUN):
        if fault := _find_fault(list(_causes(_error_of_run(entry.get_dagster_event())))):
            return Blame(fault=fault)
    return Blame()


def _find_fault(causes: Sequence[SerializableErrorInfo]) -> InstallationError | None:
    if any(cause.cls_name in INNOCENT for cause in causes):
        return None
    for cause in causes:
        if cause.cls_name in _FAULTS:
            return InstallationError(f"The installation is at fault: {_first_line(cause)}", REMEDY)
    return None


def _first_line(error: SerializableErrorInfo) -> str:
    return (error.message.strip().splitlines() or [error.cls_name or "It failed."])[0]


def _error_of_run(event: DagsterEvent) -> SerializableErrorInfo | None:
    # A run that was reported as failed from outside, as by the watchdog, has an event without data.
    error: SerializableErrorInfo | None = getattr(event.event_specific_data, "error", None)
    return error


def _causes(error: SerializableErrorInfo | None) -> Iterator[SerializableErrorInfo]:
    """The error and what caused it, the root of it last."""
    current = error
    while current is not None:
        yield current
        current = current.cause
