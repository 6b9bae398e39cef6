"""How Celery is set up, the same for the executor that submits and the workers that run."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Final

from aibox_assets.execution.leases import StepLeases
from aibox_assets.settings import load_settings
from aibox_assets.workers.queues import PRIORITY_STEPS

# Message headers that name the step; the task's own arguments are Dagster's to change.
RUN_HEADER: Final = "aibox_run"
STEP_HEADER: Final = "aibox_step"
SUBMISSION_HEADER: Final = "aibox_submission"
BATCH_HEADER: Final = "aibox_batch"

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
    "broker_transport_options": {
        "visibility_timeout": HARD_LIMIT_SECONDS + 3600,
        "socket_keepalive": True,
        "priority_steps": list(PRIORITY_STEPS),
    },
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
