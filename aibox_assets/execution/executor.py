"""The executor: dagster-celery's tasks and submission, a waiting loop of our own.

The stock loop (dagster-celery 0.29.27, ``core_execution_loop``) wakes once a second, waits for ever for
a step whose worker died, spins when a task raises while another branch still has steps, and does not
stop a running step on cancel. Ours wakes when a result arrives, submits a lost step again a bounded
number of times, and terminates on cancel. It can go when upstream does these four things. Whose files a run works
on is in :mod:`claim`, what its log says of its steps in :mod:`step_events`.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Collection, Iterator, Mapping
from contextlib import suppress
from typing import Any, Final

from celery import Celery
from dagster import DagsterEvent, Executor, InitExecutorContext, executor
from dagster._core.definitions.executor_definition import multiple_process_executor_requirements
from dagster._core.execution.context.system import PlanOrchestrationContext
from dagster._core.execution.plan.active import ActiveExecution
from dagster._core.execution.plan.instance_concurrency_context import InstanceConcurrencyContext
from dagster._core.execution.plan.plan import ExecutionPlan
from dagster._core.execution.plan.step import ExecutionStep
from dagster._core.execution.retries import RetryMode, get_retries_config
from dagster._grpc.types import ExecuteStepArgs
from dagster_celery.executor import CeleryExecutor
from dagster_celery.make_app import make_app
from dagster_celery.tags import (
    DAGSTER_CELERY_QUEUE_TAG,
    DAGSTER_CELERY_RUN_PRIORITY_TAG,
    DAGSTER_CELERY_STEP_PRIORITY_TAG,
)
from dagster_celery.tasks import create_task
from dagster_shared.serdes import pack_value
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
from aibox_assets.execution.claim import Claim
from aibox_assets.execution.leases import StepLeases, run_lease
from aibox_assets.execution.partitions import BATCH_TAG, describe_no_partition, names_files
from aibox_assets.execution.step_events import StepEvents
from aibox_assets.execution.submission import State, Submission, read_success
from aibox_assets.execution.unconsumed import UnconsumedQueues
from aibox_assets.resources.platform import current_platform
from aibox_assets.stores.fencing import Fencing
from aibox_assets.stores.files import ASSETS
from aibox_assets.workers.queues import FILE_PROCESSING, message_priority

# A batch dies once as a whole, then its files are taken one by one and the guilty one is found (assets/batch.py).
MAX_SUBMISSIONS: Final = 10
WAIT_SECONDS: Final = 1.0
STOP_SECONDS: Final = 20.0
"""From its cancel to the end of a run, at the latest."""
DEFAULT_PRIORITY: Final = 5


class LeasedCeleryExecutor(CeleryExecutor):
    """Runs each step of a plan as a Celery task, under leases (see the module's docstring)."""

    def execute(
        self, plan_context: PlanOrchestrationContext, execution_plan: ExecutionPlan
    ) -> Iterator[DagsterEvent]:
        run = plan_context.dagster_run
        if not names_files(run.tags):
            for asset in ASSETS:
                if asset in execution_plan.step_keys_to_execute:  # Dagster's own words for it lead nowhere
                    raise describe_no_partition(asset)
        platform = current_platform()
        loop = _Loop(plan_context, make_app(self.app_args()), step_leases(), platform.fencing)
        with (
            loop.leases.hold(run_lease(run.run_id)),
            InstanceConcurrencyContext(plan_context.instance, run) as concurrency,
            execution_plan.start(
                retry_mode=self.retries,
                sort_key_fn=lambda step: -loop.priority(step),
                instance_concurrency_context=concurrency,
            ) as active,
        ):
            try:
                assets = execution_plan.step_keys_to_execute
                yield from loop.drive(active, Claim(plan_context.instance, run, assets, platform.lifecycle))
            finally:
                with suppress(StoreUnavailableError):  # the watchdog does it then
                    loop.fencing.end_tokens(run.run_id)


class _Loop:
    def __init__(
        self, context: PlanOrchestrationContext, app: Celery, leases: StepLeases, fencing: Fencing
    ) -> None:
        self.leases, self.fencing = leases, fencing
        self._context = context
        self._events = StepEvents(context)
        self._task = create_task(app)
        self._flying: dict[str, Submission] = {}
        # With retries disabled a step is run once, whatever becomes of its worker.
        self._submissions = 1 if context.executor.retries.disabled else MAX_SUBMISSIONS
        self._unconsumed = UnconsumedQueues(leases.client)
        self._stopped_at: float | None = None

    @property
    def _run_id(self) -> str:
        return self._context.dagster_run.run_id

    def drive(self, active: ActiveExecution, claim: Claim) -> Iterator[DagsterEvent]:
        """Everything that a run does, until its steps are over or it was cancelled."""
        while (not active.is_complete and self._stopped_at is None) or self._flying:
            if active.check_for_interrupts() and self._stopped_at is None:
                yield from self._stop(active)
            if not claim.is_made and self._stopped_at is None and (waits_for := claim.make()):
                yield self._events.engine(f"Waiting for {_name_runs(waits_for)}, at work on the same files.")
            for submission in list(self._flying.values()):
                yield from self._settle(active, submission)
            yield from self._name_unconsumed()
            yield from active.plan_events_iterator(self._context)
            if self._stopped_at is not None:
                if time.monotonic() > self._stopped_at + STOP_SECONDS:
                    return  # a worker that cannot be reached must not hold the run; its token ends with it
            elif claim.is_made:
                for step in active.get_steps_to_execute():
                    yield from self._submit(active, step, count=1)
            if self._flying or not claim.is_made:
                self.leases.wait(self._run_id, WAIT_SECONDS)
            elif not active.is_complete:
                time.sleep(min(WAIT_SECONDS, active.sleep_interval()))

    def _stop(self, active: ActiveExecution) -> Iterator[DagsterEvent]:
        self._stopped_at = time.monotonic()
        yield self._events.engine("Cancelled: ending the running steps.")
        active.mark_interrupted()
        self._terminate()

    def priority(self, step: ExecutionStep) -> int:
        """The step's priority and its run's together, as dagster-celery adds them; more is sooner."""
        of_run = _number(self._context.dagster_run.tags.get(DAGSTER_CELERY_RUN_PRIORITY_TAG), 0)
        return of_run + _number(step.tags.get(DAGSTER_CELERY_STEP_PRIORITY_TAG), DEFAULT_PRIORITY)

    def _submit(self, active: ActiveExecution, step: ExecutionStep, count: int) -> Iterator[DagsterEvent]:
        queue = step.tags.get(DAGSTER_CELERY_QUEUE_TAG, FILE_PROCESSING)
        yield self._events.engine(f'Submitting step "{step.key}" to queue "{queue}".', step, starts=True)
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
                BATCH_HEADER: self._context.dagster_run.tags.get(BATCH_TAG),
            },
        )
        now = time.monotonic()
        self._flying[step.key] = Submission(step, queue, result, count, submitted=now, last_sign=now)

    def _name_unconsumed(self) -> Iterator[DagsterEvent]:
        for queue, step in self._unconsumed.find(self._flying.values()).items():
            yield self._events.engine(
                f'Nobody consumes queue "{queue}", in which step "{step.key}" waits. '
                f"Start a worker: 'aibox up', or 'aibox workers start --queues {queue}'.",
                step,
            )

    def _settle(self, active: ActiveExecution, submission: Submission) -> Iterator[DagsterEvent]:
        step, state = submission.step, submission.look(self.leases)
        if state is State.RUNNING:
            return
        del self._flying[step.key]
        done = read_success(self._context.instance, self._run_id, step.key) if state is State.LOST else []
        if state is State.LOST and not done and self._stopped_at is None:
            if self.leases.was_handed_back(submission.result.id):
                yield self._events.engine(f'Step "{step.key}" waits for a worker with the new models.', step)
                yield from self._submit(active, step, submission.count)
                return
            self.leases.note_loss(submission.queue)
            if submission.count < self._submissions:
                yield self._events.engine(
                    f'The worker of step "{step.key}" died or vanished; submitting it again '
                    f"({submission.count + 1} of {self._submissions}).",
                    step,
                )
                yield from self._submit(active, step, submission.count + 1)
                return
        for event in done or self._events.outcome(submission, state):
            yield event
            active.handle_event(event)
        active.verify_complete(self._context, step.key)

    def _terminate(self) -> None:
        for submission in self._flying.values():
            try:
                submission.cancel(self.leases)
            except (RedisError, OSError) as error:
                self._context.log.warning(f"Cannot reach Redis to end {submission.step.key}: {error}")


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
