"""The Celery app of the workers: ``celery -A aibox_assets.execution.celery_app worker -Q QUEUE``."""

from __future__ import annotations

import logging
import threading
import time
from contextlib import suppress
from typing import Any, Final

from celery import Celery, Task, signals
from celery.exceptions import Ignore
from celery.worker import state
from dagster import DagsterEventType
from dagster_celery.make_app import make_app
from dagster_celery.tasks import create_task

from aibox_assets.domain.errors import StoreUnavailableError
from aibox_assets.execution.celery_config import (
    BATCH_HEADER,
    RUN_HEADER,
    STEP_HEADER,
    SUBMISSION_HEADER,
    celery_args,
    step_leases,
)
from aibox_assets.execution.current_step import working_on
from aibox_assets.execution.leases import RENEW_SECONDS
from aibox_assets.stores.fencing import StepTicket

POSTGRES_PAUSE_SECONDS: Final = 2.0
# In a serialized event only its own type can read so; within a text the quotes are escaped.
_MATERIALIZED: Final = f'"event_type_value": "{DagsterEventType.ASSET_MATERIALIZATION.value}"'


class LeasedTask(Task):  # type: ignore[misc]  # celery has no types
    """Runs a Dagster step under a lease, and only while its token is the newest."""

    abstract = True

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        headers = self.request.headers
        ticket = StepTicket(
            headers[RUN_HEADER],
            headers[STEP_HEADER],
            self.request.id,
            headers[SUBMISSION_HEADER],
            headers.get(BATCH_HEADER),
        )
        with step_leases().hold(self.request.id), working_on(ticket):
            if not _is_current(ticket):
                raise Ignore(f"{ticket.step_key} of run {ticket.run_id} was submitted again or is over")
            events: list[str] = super().__call__(*args, **kwargs)
        # The run's event log has them already, and reading them once more cost the run more than all else it does.
        return [event for event in events if _MATERIALIZED not in event]


def _is_current(ticket: StepTicket) -> bool:
    """Ask until Postgres answers: the lease is held meanwhile, so nobody takes the step for lost."""
    from aibox_assets.resources.platform import current_platform

    while True:
        try:
            return current_platform().fencing.is_current(ticket)
        except StoreUnavailableError as error:
            logging.getLogger(__name__).warning("%s", error)
            time.sleep(POSTGRES_PAUSE_SECONDS)


def make_worker_app() -> Celery:
    """A Celery app that executes Dagster steps from the three queues."""
    made = make_app(celery_args())
    create_task(made, base=LeasedTask)
    return made


@signals.after_setup_logger.connect
def _quieten(**_: object) -> None:
    # It prints the whole result of a task, which here is every event of a step.
    logging.getLogger("celery.app.trace").setLevel(logging.WARNING)


@signals.task_postrun.connect
def _wake_run(task_id: str, task: Task, **_: object) -> None:
    # Only here is the result stored already.
    if isinstance(task, LeasedTask):
        step_leases().release(task.request.headers[RUN_HEADER], task_id)


@signals.worker_ready.connect
def _hold_received(**_: object) -> None:
    # In the worker's main process, which takes messages also while its child starts.
    threading.Thread(target=_keep_received, daemon=True, name="received").start()


def _keep_received() -> None:
    while True:
        with suppress(
            RuntimeError
        ):  # the worker changed the sets while they were read; the next round sees them
            step_leases().keep_received(state.reserved_requests, state.active_requests)
        time.sleep(RENEW_SECONDS)


@signals.worker_process_init.connect
def _load_models(**_: object) -> None:
    # In the child, after the fork: threads of torch and connections do not survive one.
    from aibox_assets.resources.platform import warm_up

    step_leases.cache_clear()
    warm_up(tuple(app.amqp.queues.consume_from))


app = make_worker_app()
