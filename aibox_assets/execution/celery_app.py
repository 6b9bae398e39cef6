"""The Celery app of the workers: ``celery -A aibox_assets.execution.celery_app worker -Q QUEUE``."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Final

from celery import Celery, Task, signals
from celery.exceptions import Ignore
from dagster_celery.make_app import make_app
from dagster_celery.tasks import create_task

from aibox_assets.execution.leases import StepLeases
from aibox_assets.settings import load_settings

HARD_LIMIT_SECONDS: Final = 6 * 3600

CELERY_CONFIG: Final[dict[str, Any]] = {
    "task_serializer": "json",
    "result_serializer": "json",
    "accept_content": ["json"],
    # The lease owns redelivery (leases.py), so a message is acknowledged when it is taken.
    "task_acks_late": False,
    "worker_prefetch_multiplier": 1,
    "worker_disable_prefetch": True,
    "task_track_started": False,
    "task_time_limit": HARD_LIMIT_SECONDS,
    "result_expires": 48 * 3600,
    "result_backend_always_retry": True,
    "result_backend_transport_options": {"retry_policy": {"timeout": 60.0}},
    "broker_connection_retry_on_startup": True,
    "broker_connection_max_retries": None,
    "broker_transport_options": {"visibility_timeout": HARD_LIMIT_SECONDS + 3600, "socket_keepalive": True},
    "redis_socket_keepalive": True,
    "redis_retry_on_timeout": True,
    # A child loads its models before it reports itself ready; the default of 4 s would kill it.
    "worker_proc_alive_timeout": 300.0,
    "worker_hijack_root_logger": False,
    "worker_send_task_events": True,
    "worker_cancel_long_running_tasks_on_connection_loss": False,
    "task_default_priority": 5,
}


def celery_args() -> dict[str, Any]:
    """Broker, result store and configuration, the same for the executor and the workers."""
    url = load_settings().require_redis_url()
    return {"broker": url, "backend": url, "config_source": CELERY_CONFIG}


@lru_cache(maxsize=1)
def step_leases() -> StepLeases:
    """The leases of this process."""
    return StepLeases.connect(load_settings().require_redis_url())


class LeasedTask(Task):  # type: ignore[misc]  # celery has no types
    """Runs a Dagster step under a lease, and only while its token is the newest."""

    abstract = True

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        step = kwargs["execute_step_args_packed"]
        run_id, step_key, task_id = step["run_id"], step["step_keys_to_execute"][0], self.request.id
        leases = step_leases()
        if not leases.is_current(run_id, step_key, task_id):
            raise Ignore(f"{step_key} of run {run_id} was submitted again; this older copy does nothing")
        with leases.hold(run_id, task_id):
            return super().__call__(*args, **kwargs)


def make_worker_app() -> Celery:
    """A Celery app that executes Dagster steps from the three queues."""
    made = make_app(celery_args())
    create_task(made, base=LeasedTask)
    return made


@signals.task_postrun.connect
def _wake_run(task_id: str, kwargs: dict[str, Any], **_: object) -> None:
    # Only here is the result stored already.
    if "execute_step_args_packed" in kwargs:
        step_leases().release(kwargs["execute_step_args_packed"]["run_id"], task_id)


@signals.worker_process_init.connect
def _load_models(**_: object) -> None:
    # In the child, after the fork: threads of torch and connections do not survive one.
    from aibox_assets.execution.platform import warm_up

    step_leases.cache_clear()
    warm_up(tuple(app.amqp.queues.consume_from))


app = make_worker_app()
