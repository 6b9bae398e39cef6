"""What a run's log says of its steps beside what their workers wrote: where they are, and why one failed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from celery.states import REVOKED
from dagster import DagsterEvent, DagsterEventType
from dagster._core.events import EngineEventData
from dagster._core.execution.context.system import PlanOrchestrationContext
from dagster._core.execution.plan.objects import StepFailureData
from dagster._core.execution.plan.step import ExecutionStep
from dagster_celery.core_execution_loop import DELEGATE_MARKER
from dagster_shared.error import SerializableErrorInfo
from dagster_shared.serdes import deserialize_value

from aibox_assets.execution.submission import State, Submission


class StepEvents:
    """The events of one run."""

    def __init__(self, context: PlanOrchestrationContext) -> None:
        self._context = context

    def engine(
        self, message: str, step: ExecutionStep | None = None, *, starts: bool = False
    ) -> DagsterEvent:
        """Something that the executor did, to a step or as a whole.

        :param starts: from here on the step is on its way.
        """
        context: Any = self._context.for_step(step) if step else self._context
        data = EngineEventData(marker_start=DELEGATE_MARKER) if starts else EngineEventData()
        return DagsterEvent.engine_event(context, message, data)

    def outcome(self, submission: Submission, state: State) -> Iterator[DagsterEvent]:
        """The events that end a step: its own, or a failure that says why there are none."""
        if submission.cancelled and (state is State.LOST or submission.result.state == REVOKED):
            yield self._failure(submission.step, "The step was cancelled.", kind="StepCancelledError")
        elif state is State.LOST:
            yield self._failure(
                submission.step,
                f"The worker died {submission.count} times on this step. Its log says why "
                f"('aibox logs worker-{submission.queue}'); memory is the usual reason.",
            )
        elif submission.result.state == "SUCCESS":
            events = [deserialize_value(event, DagsterEvent) for event in submission.result.result]
            yield from events
            if not any(map(_ends_try, events)):
                yield self._failure(submission.step, "The step ended without an outcome.")
        else:
            raised = submission.result.result
            yield self._failure(
                submission.step, str(raised), submission.result.traceback, kind=_name_class(raised)
            )

    def _failure(
        self, step: ExecutionStep, reason: str, trace: str | None = None, kind: str = "WorkerKilledError"
    ) -> DagsterEvent:
        error = SerializableErrorInfo(reason, [trace] if trace else [], kind)
        return DagsterEvent.step_failure_event(
            self._context.for_step(step), StepFailureData(error=error, user_failure_data=None)
        )


def _ends_try(event: DagsterEvent) -> bool:
    """Whether a step, or this try of it, ends with the event."""
    return (
        event.is_step_failure
        or event.is_step_success
        or event.event_type is DagsterEventType.STEP_UP_FOR_RETRY
    )


def _name_class(raised: object) -> str:
    """The class of what a task raised.

    Celery (5.7, ``Backend.exception_to_python``) makes an ``Exception`` that names it
    in its text of one that takes other arguments than a message, as SQLAlchemy's do.
    """
    named = re.match(r"<class '(?:\w+\.)*(\w+)'>", str(raised)) if type(raised) is Exception else None
    return named[1] if named else type(raised).__name__
