"""The executor: dagster-celery's tasks and submission, a waiting loop of our own.

The stock loop (dagster-celery 0.29.27, ``core_execution_loop``) wakes once a second, waits for ever for
a step whose worker died, spins when a task raises while another branch still has steps, and does not
stop a running step on cancel. Ours wakes when a result arrives, submits a lost step again a bounded
number of times, and terminates on cancel. It can go when upstream does these four things. A run that a person
launched also takes its files before its first step, and waits while another run has them.
"""

from __future__ import annotations

import re
import time
import uuid
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any, Final

from celery import Celery
from celery.states import REVOKED
from dagster import DagsterEvent, DagsterEventType, Executor, InitExecutorContext, RunsFilter, executor
from dagster._core.definitions.executor_definition import multiple_process_executor_requirements
from dagster._core.events import EngineEventData
from dagster._core.execution.context.system import PlanOrchestrationContext
from dagster._core.execution.plan.active import ActiveExecution
from dagster._core.execution.plan.instance_concurrency_context import InstanceConcurrencyContext
from dagster._core.execution.plan.objects import StepFailureData
from dagster._core.execution.plan.plan import ExecutionPlan
from dagster._core.execution.plan.step import ExecutionStep
from dagster._core.execution.retries import RetryMode, get_retries_config
from dagster._core.storage.dagster_run import NOT_FINISHED_STATUSES
from dagster._core.storage.tags import (
    ASSET_PARTITION_RANGE_END_TAG,
    ASSET_PARTITION_RANGE_START_TAG,
    PARTITION_NAME_TAG,
)
from dagster._grpc.types import ExecuteStepArgs
from dagster_celery.core_execution_loop import DELEGATE_MARKER
from dagster_celery.executor import CeleryExecutor
from dagster_celery.make_app import make_app
from dagster_celery.tags import (
    DAGSTER_CELERY_QUEUE_TAG,
    DAGSTER_CELERY_RUN_PRIORITY_TAG,
    DAGSTER_CELERY_STEP_PRIORITY_TAG,
)
from dagster_celery.tasks import create_task
from dagster_shared.error import SerializableErrorInfo
from dagster_shared.serdes import deserialize_value, pack_value
from redis.exceptions import RedisError

from aibox_assets.domain.errors import StoreUnavailableError
from aibox_assets.execution.celery_config import (
    BATCH_HEADER,
    RUN_HEADER,
    STEP_HEADER,
    SUBMISSION_HEADER,
    celery_args,
    step_leases,
)
from aibox_assets.execution.leases import StepLeases, run_lease
from aibox_assets.execution.partitions import BATCH_TAG, FILES
from aibox_assets.execution.submission import State, Submission, read_success
from aibox_assets.execution.unconsumed import UnconsumedQueues
from aibox_assets.resources.platform import current_platform
from aibox_assets.stores.fencing import Fencing
from aibox_assets.stores.lifecycle import Lifecycle
from aibox_assets.workers.queues import FILE_PROCESSING, message_priority

# A batch dies once as a whole, then its files are taken one by one and the guilty one is found (assets/batch.py).
MAX_SUBMISSIONS: Final = 10
WAIT_SECONDS: Final = 1.0
# A step has so long to end by SIGTERM, then its worker's child is killed; the run ends at the latest after the second.
TERM_SECONDS: Final = 5.0
STOP_SECONDS: Final = 20.0
DEFAULT_PRIORITY: Final = 5


class LeasedCeleryExecutor(CeleryExecutor):
    """Runs each step of a plan as a Celery task, under leases (see the module's docstring)."""

    def execute(
        self, plan_context: PlanOrchestrationContext, execution_plan: ExecutionPlan
    ) -> Iterator[DagsterEvent]:
        run_id = plan_context.dagster_run.run_id
        platform = current_platform()
        loop = _Loop(
            plan_context,
            make_app(self.app_args()),
            step_leases(),
            platform.fencing,
            platform.lifecycle,
            execution_plan.step_keys_to_execute,
        )
        with (
            loop.leases.hold(run_lease(run_id)),
            InstanceConcurrencyContext(plan_context.instance, plan_context.dagster_run) as concurrency,
            execution_plan.start(
                retry_mode=self.retries,
                sort_key_fn=lambda step: -loop.priority(step),
                instance_concurrency_context=concurrency,
            ) as active,
        ):
            try:
                yield from loop.drive(active)
            finally:
                with suppress(StoreUnavailableError):  # the watchdog does it then
                    loop.fencing.end_tokens(run_id)


class _Loop:
    def __init__(
        self,
        context: PlanOrchestrationContext,
        app: Celery,
        leases: StepLeases,
        fencing: Fencing,
        lifecycle: Lifecycle,
        assets: Sequence[str],
    ) -> None:
        self.leases, self.fencing = leases, fencing
        self._lifecycle, self._assets = lifecycle, assets
        self._context = context
        self._task = create_task(app)
        self._flying: dict[str, Submission] = {}
        # With retries disabled a step is run once, whatever becomes of its worker.
        self._submissions = 1 if context.executor.retries.disabled else MAX_SUBMISSIONS
        self._unconsumed = UnconsumedQueues(leases.client)

    @property
    def _run_id(self) -> str:
        return self._context.dagster_run.run_id

    @property
    def _batch(self) -> str | None:
        return self._context.dagster_run.tags.get(BATCH_TAG)

    def drive(self, active: ActiveExecution) -> Iterator[DagsterEvent]:
        # A requested run has its work since it was requested, and that alone.
        holders, claimed = frozenset[str](), self._batch is not None
        files = [] if claimed else self._files()
        launched = datetime.now(UTC) if claimed else self._launched()
        stopped_at: float | None = None
        signal = "SIGTERM"
        while (not active.is_complete and stopped_at is None) or self._flying:
            if active.check_for_interrupts() and stopped_at is None:
                stopped_at = time.monotonic()
                yield self._engine_event("Cancelled: ending the running steps.")
                active.mark_interrupted()
                self._terminate(signal)
            if not claimed and stopped_at is None:
                waits_for = self._lifecycle.take(self._run_id, files, self._assets, self._over, launched)
                claimed = not waits_for
                if waits_for - holders:
                    yield self._engine_event(
                        f"Waiting for {_name_runs(waits_for)}, at work on the same files."
                    )
                holders = waits_for
            for submission in list(self._flying.values()):
                yield from self._settle(active, submission, stopping=stopped_at is not None)
            yield from self._name_unconsumed()
            yield from active.plan_events_iterator(self._context)
            if stopped_at is not None:
                if time.monotonic() > stopped_at + STOP_SECONDS:
                    return  # a worker that cannot be reached must not hold the run; its token ends with it
                if signal == "SIGTERM" and time.monotonic() > stopped_at + TERM_SECONDS:
                    signal = "SIGKILL"
                    self._terminate(signal)
            elif claimed:
                for step in active.get_steps_to_execute():
                    yield from self._submit(active, step, count=1)
            if self._flying or not claimed:
                self.leases.wait(self._run_id, WAIT_SECONDS)
            elif not active.is_complete:
                time.sleep(min(WAIT_SECONDS, active.sleep_interval()))

    def _files(self) -> list[str]:
        """The files of the run's partitions."""
        tags = self._context.dagster_run.tags
        first = tags.get(ASSET_PARTITION_RANGE_START_TAG)
        if first is None:
            return [key] if (key := tags.get(PARTITION_NAME_TAG)) else []
        keys = list(self._context.instance.get_dynamic_partitions(FILES))
        last = tags[ASSET_PARTITION_RANGE_END_TAG]
        if first not in keys or last not in keys:
            return []  # deleted meanwhile; Dagster says so
        return keys[keys.index(first) : keys.index(last) + 1]

    def _launched(self) -> datetime:
        record = self._context.instance.get_run_record_by_id(self._run_id)
        return record.create_timestamp.replace(tzinfo=UTC) if record else datetime.now(UTC)

    def _over(self, run_ids: Collection[str]) -> set[str]:
        """Those of the runs, by id or as they were requested, that are over or unknown."""
        if not run_ids:
            return set()
        instance, names = self._context.instance, list(run_ids)
        by_id = instance.get_runs(RunsFilter(run_ids=names, statuses=NOT_FINISHED_STATUSES))
        requested = instance.get_runs(RunsFilter(tags={BATCH_TAG: names}, statuses=NOT_FINISHED_STATUSES))
        living = {run.run_id for run in by_id} | {run.tags[BATCH_TAG] for run in requested}
        return set(run_ids) - living

    def priority(self, step: ExecutionStep) -> int:
        """The step's priority and its run's together, as dagster-celery adds them; more is sooner."""
        of_run = _number(self._context.dagster_run.tags.get(DAGSTER_CELERY_RUN_PRIORITY_TAG), 0)
        return of_run + _number(step.tags.get(DAGSTER_CELERY_STEP_PRIORITY_TAG), DEFAULT_PRIORITY)

    def _submit(self, active: ActiveExecution, step: ExecutionStep, count: int) -> Iterator[DagsterEvent]:
        queue = step.tags.get(DAGSTER_CELERY_QUEUE_TAG, FILE_PROCESSING)
        yield self._engine_event(f'Submitting step "{step.key}" to queue "{queue}".', step, start=True)
        arguments = ExecuteStepArgs(
            job_origin=self._context.reconstructable_job.get_python_origin(),
            run_id=self._run_id,
            step_keys_to_execute=[step.key],
            instance_ref=self._context.instance.get_ref(),
            retry_mode=self._context.executor.retries.for_inner_plan(),
            known_state=active.get_known_state(),
        )
        task_id = str(uuid.uuid4())
        # Before the message is sent: a worker that is faster than us must find its own token.
        self.fencing.issue_token(self._run_id, step.key, task_id)
        result = self._task.si(
            execute_step_args_packed=pack_value(arguments),
            executable_dict=self._context.reconstructable_job.to_dict(),
        ).apply_async(
            task_id=task_id,
            queue=queue,
            routing_key=f"{queue}.execute_plan",
            priority=message_priority(self.priority(step)),
            headers={
                RUN_HEADER: self._run_id,
                STEP_HEADER: step.key,
                SUBMISSION_HEADER: count,
                BATCH_HEADER: self._batch,
            },
        )
        now = time.monotonic()
        self._flying[step.key] = Submission(step, queue, result, count, submitted=now, last_sign=now)

    def _name_unconsumed(self) -> Iterator[DagsterEvent]:
        for queue, step in self._unconsumed.find(self._flying.values()).items():
            yield self._engine_event(
                f'Nobody consumes queue "{queue}", in which step "{step.key}" waits. '
                f"Start a worker: 'aibox up', or 'aibox workers start --queues {queue}'.",
                step,
            )

    def _settle(
        self, active: ActiveExecution, submission: Submission, *, stopping: bool
    ) -> Iterator[DagsterEvent]:
        step, state = submission.step, submission.look(self.leases)
        if state is State.RUNNING:
            return
        del self._flying[step.key]
        done = read_success(self._context.instance, self._run_id, step.key) if state is State.LOST else []
        if state is State.LOST and not done and not stopping:
            if self.leases.was_handed_back(submission.result.id):
                yield self._engine_event(f'Step "{step.key}" waits for a worker with the new models.', step)
                yield from self._submit(active, step, submission.count)
                return
            self.leases.note_loss(submission.queue)
            if submission.count < self._submissions:
                yield self._engine_event(
                    f'The worker of step "{step.key}" died or vanished; submitting it again '
                    f"({submission.count + 1} of {self._submissions}).",
                    step,
                )
                yield from self._submit(active, step, submission.count + 1)
                return
        for event in done or self._outcome(submission, state):
            yield event
            active.handle_event(event)
        active.verify_complete(self._context, step.key)

    def _outcome(self, submission: Submission, state: State) -> Iterator[DagsterEvent]:
        """The events that end the step: its own, or a failure that says why there are none."""
        if submission.cancelled and (state is State.LOST or submission.result.state == REVOKED):
            yield self._failure(submission.step, "The step was cancelled.", kind="StepCancelledError")
            return
        if state is State.LOST:
            yield self._failure(
                submission.step,
                f"The worker died {submission.count} times on this step. Its log says why "
                f"('aibox logs worker-{submission.queue}'); memory is the usual reason.",
            )
            return
        if submission.result.state == "SUCCESS":
            events = [deserialize_value(event, DagsterEvent) for event in submission.result.result]
            yield from events
            if any(event.is_step_failure or event.is_step_success for event in events):
                return
            if any(event.event_type is DagsterEventType.STEP_UP_FOR_RETRY for event in events):
                return
            yield self._failure(submission.step, "The step ended without an outcome.")
            return
        raised = submission.result.result
        yield self._failure(
            submission.step, str(raised), submission.result.traceback, kind=_name_class(raised)
        )

    def _terminate(self, signal: str) -> None:
        for submission in self._flying.values():
            try:
                submission.cancel(self.leases, signal)
            except (RedisError, OSError) as error:
                self._context.log.warning(f"Cannot reach Redis to end {submission.step.key}: {error}")

    def _failure(
        self, step: ExecutionStep, reason: str, trace: str | None = None, kind: str = "WorkerKilledError"
    ) -> DagsterEvent:
        error = SerializableErrorInfo(reason, [trace] if trace else [], kind)
        return DagsterEvent.step_failure_event(
            self._context.for_step(step), StepFailureData(error=error, user_failure_data=None)
        )

    def _engine_event(
        self, message: str, step: ExecutionStep | None = None, *, start: bool = False
    ) -> DagsterEvent:
        context: Any = self._context.for_step(step) if step else self._context
        data = EngineEventData(marker_start=DELEGATE_MARKER) if start else EngineEventData()
        return DagsterEvent.engine_event(context, message, data)


def _name_class(raised: object) -> str:
    """The class of what a task raised.

    Celery (5.7, ``Backend.exception_to_python``) makes an ``Exception`` that names it
    in its text of one that takes other arguments than a message, as SQLAlchemy's do.
    """
    named = re.match(r"<class '(?:\w+\.)*(\w+)'>", str(raised)) if type(raised) is Exception else None
    return named[1] if named else type(raised).__name__


def _name_runs(run_ids: Collection[str]) -> str:
    return ", ".join(f"run {run_id[:8]}" for run_id in sorted(run_ids))


def _number(tag: str | None, otherwise: int) -> int:
    """A tag's number; *otherwise* where it is missing or none."""
    try:
        return otherwise if tag is None else int(tag)
    except ValueError:
        return otherwise


@executor(
    name="celery_redis",
    config_schema={"retries": get_retries_config()},
    requirements=multiple_process_executor_requirements(),
)
def celery_redis_executor(init_context: InitExecutorContext) -> Executor:
    """Celery on Redis; addresses come from the settings, never from run configuration."""
    config: Mapping[str, Any] = init_context.executor_config
    retries = RetryMode.from_config(config["retries"])
    return LeasedCeleryExecutor(retries=retries, **celery_args())
