"""The Celery app of the workers: ``celery -A aibox_assets.execution.celery_app worker -Q QUEUE``."""

from __future__ import annotations

import logging
from typing import Any

from celery import Celery, Task, signals
from celery.exceptions import Ignore
from dagster_celery.make_app import make_app
from dagster_celery.tasks import create_task

from aibox_assets.execution.celery_config import RUN_HEADER, STEP_HEADER, celery_args, step_leases


class LeasedTask(Task):  # type: ignore[misc]  # celery has no types
    """Runs a Dagster step under a lease, and only while its token is the newest."""

    abstract = True

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        run_id, step_key = self.request.headers[RUN_HEADER], self.request.headers[STEP_HEADER]
        task_id = self.request.id
        leases = step_leases()
        if not leases.is_current(run_id, step_key, task_id):
            raise Ignore(f"{step_key} of run {run_id} was submitted again; this older copy does nothing")
        with leases.hold(task_id):
            return super().__call__(*args, **kwargs)


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


@signals.worker_process_init.connect
def _load_models(**_: object) -> None:
    # In the child, after the fork: threads of torch and connections do not survive one.
    from aibox_assets.execution.platform import warm_up

    step_leases.cache_clear()
    warm_up(tuple(app.amqp.queues.consume_from))


app = make_worker_app()
