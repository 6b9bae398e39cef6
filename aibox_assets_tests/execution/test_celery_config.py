"""How Celery and Dagster are set up: settings that hold only together, on whose defaults work hung or ran twice."""

from __future__ import annotations

from pathlib import Path

import yaml
from celery import Celery

from aibox_assets import local
from aibox_assets.execution.celery_config import CELERY_CONFIG

INSTANCE = yaml.safe_load((Path(local.__file__).parent / "dagster.yaml").read_text(encoding="utf-8"))


def test_no_message_is_delivered_a_second_time_while_its_step_may_run() -> None:
    conf = Celery(changes=CELERY_CONFIG).conf
    assert conf.task_acks_late is False
    assert conf.broker_transport_options["visibility_timeout"] > conf.task_time_limit
    assert INSTANCE["run_monitoring"]["max_resume_run_attempts"] == 0


def test_a_result_outlives_every_run_and_every_outage_of_redis() -> None:
    conf = Celery(changes=CELERY_CONFIG).conf
    assert conf.result_expires > INSTANCE["run_monitoring"]["max_runtime_seconds"] > 0
    assert conf.result_backend_always_retry is True
    assert conf.broker_connection_retry_on_startup is True
    assert conf.broker_connection_max_retries is None


def test_a_worker_takes_no_more_than_it_works_on() -> None:
    conf = Celery(changes=CELERY_CONFIG).conf
    assert conf.worker_prefetch_multiplier == 1
    assert conf.worker_disable_prefetch is True
    assert conf.accept_content == ["json"]


def test_what_a_run_that_was_killed_held_is_free_again() -> None:
    monitoring = INSTANCE["run_monitoring"]
    assert monitoring["enabled"] is True
    assert monitoring["free_slots_after_run_end_seconds"] > 0
    assert monitoring["cancel_timeout_seconds"] > 0
    assert INSTANCE["run_retries"] == {"enabled": False}, "attempts are counted by file"
