"""The Celery app of the workers: ``celery -A aibox_assets.execution.celery_app worker -Q QUEUE``."""

from __future__ import annotations

import gc
import logging
import os
import socket
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import Any, Final

import dagster_celery.tasks
from billiard.pool import EX_RECYCLE
from celery import Celery, Task, signals
from celery.exceptions import Ignore
from celery.worker import state
from dagster import DagsterEvent, DagsterEventType, DagsterInstance
from dagster_celery.make_app import make_app
from dagster_celery.tasks import create_task
from dagster_shared.serdes import serialize_value
from redis.exceptions import RedisError

from aibox_assets.domain.encoders.mapped import give_back_pages
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
from aibox_assets.execution.interrupts import end_cancelled_steps, ending_when_cancelled
from aibox_assets.execution.leases import RENEW_SECONDS, Lease
from aibox_assets.execution.logs import write_json
from aibox_assets.process.memory import give_back_memory, share_one_arena
from aibox_assets.settings import load_settings
from aibox_assets.stores.fencing import StepTicket
from aibox_assets.workers.holds import held_by
from aibox_assets.workers.presence import Presence, announce, withdraw

POSTGRES_PAUSE_SECONDS: Final = 2.0
_LOGGED: Final = ""
"""In the place of an event that the run need not read."""


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
        lease = Lease(self.request.hostname, ticket.run_id, ticket.step_key)
        with (
            step_leases().hold(self.request.id, lease) as held,
            working_on(ticket, held),
            ending_when_cancelled(partial(step_leases().release, ticket.run_id, self.request.id)),
        ):
            if not _is_current(ticket):
                raise Ignore(f"{ticket.step_key} of run {ticket.run_id} was submitted again or is over")
            if _models_changed():
                step_leases().hand_back(self.request.id)
                # The pool takes this for a clean end and starts another child, which loads the new models.
                sys.exit(EX_RECYCLE)
            events: list[str] = super().__call__(*args, **kwargs)
        return [event for event in events if event != _LOGGED]


def _serialize_for_run(event: DagsterEvent) -> str:
    """What becomes of an event in the task's result.

    The event log has the materializations already; writing and reading them once more cost the run more than all else.
    """
    return _LOGGED if event.event_type is DagsterEventType.ASSET_MATERIALIZATION else serialize_value(event)


dagster_celery.tasks.serialize_value = _serialize_for_run  # type: ignore[assignment,attr-defined]


def _is_current(ticket: StepTicket) -> bool:
    from aibox_assets.resources.platform import current_platform

    return _ask_postgres(lambda: current_platform().fencing.is_current(ticket))


def _models_changed() -> bool:
    from aibox_assets.resources.platform import current_platform

    return _ask_postgres(current_platform().must_start_again)


def _ask_postgres(question: Callable[[], bool]) -> bool:
    """Ask until Postgres answers: the lease is held meanwhile, so nobody takes the step for lost."""
    while True:
        try:
            return question()
        except StoreUnavailableError as error:
            logging.getLogger(__name__).warning("%s", error)
            time.sleep(POSTGRES_PAUSE_SECONDS)


def make_worker_app() -> Celery:
    """A Celery app that executes Dagster steps from the three queues."""
    made = make_app(celery_args())
    create_task(made, base=LeasedTask)
    return made


@signals.after_setup_task_logger.connect
def _format_tasks(logger: logging.Logger, **_: object) -> None:
    if load_settings().log_format == "json":
        write_json(logger)


@signals.after_setup_logger.connect
def _quieten(logger: logging.Logger, **_: object) -> None:
    if load_settings().log_format == "json":
        write_json(logger)
    # It prints the whole result of a task, which here is every event of a step.
    logging.getLogger("celery.app.trace").setLevel(logging.WARNING)


@signals.task_postrun.connect
def _wake_run(task_id: str, task: Task, **_: object) -> None:
    # Only here is the result stored already.
    if isinstance(task, LeasedTask):
        step_leases().release(task.request.headers[RUN_HEADER], task_id)
        give_back_memory()
        give_back_pages()


@signals.worker_ready.connect
def _show_life(sender: Any, **_: object) -> None:
    # In the worker's main process, which takes messages also while its child starts.
    presence = Presence(
        sender.hostname,
        socket.gethostname(),
        os.getpid(),
        tuple(sorted(app.amqp.queues.consume_from)),
        sender.controller.concurrency,
        time.time(),
    )
    _served.extend(presence.queues)
    threading.Thread(target=_keep_showing, args=(presence, sender), daemon=True, name="presence").start()


_served: Final[list[str]] = []
"""The queues of this worker, also while a person holds it."""


def _keep_showing(presence: Presence, consumer: Any) -> None:
    while True:
        if state.should_stop is None and state.should_terminate is None:  # 0 is an exit code here
            with suppress(RedisError):
                by = held_by(step_leases().client, presence.name)
                if (by is None) != (presence.held_by is None):
                    change = consumer.add_task_queue if by is None else consumer.cancel_task_queue
                    for queue in presence.queues:
                        consumer.call_soon(change, queue)
                presence = replace(presence, held_by=by)
                announce(step_leases().client, presence)
        # The worker may change the sets while they are read; the next round sees them.
        with suppress(RuntimeError):
            step_leases().keep_received(state.reserved_requests, state.active_requests)
        time.sleep(RENEW_SECONDS)


@signals.worker_shutting_down.connect
def _say_goodbye(sender: str, **_: object) -> None:
    with suppress(RedisError):
        withdraw(step_leases().client, sender)


@signals.worker_before_create_process.connect
def _share_imports(**_: object) -> None:
    # In the main process, right before a fork: its children share what is imported, as long as nothing writes into
    # it, as a collection of garbage does (gc.freeze in Python's manual).
    from aibox_assets.resources.warming import import_definitions

    import_definitions()
    gc.collect()
    gc.freeze()


@signals.worker_process_init.connect
def _load_models(**_: object) -> None:
    # In the child, after the fork: threads of torch and connections do not survive one.
    from aibox_assets.resources.warming import warm_up

    end_cancelled_steps()
    share_one_arena()
    step_leases.cache_clear()
    load_settings.cache_clear()  # another model may have been written down since the worker started
    warm_up(tuple(_served or app.amqp.queues.consume_from))
    DagsterInstance.get()  # its storage looks for its tables once per process


app = make_worker_app()
