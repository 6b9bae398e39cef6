"""Runs of small jobs by our executor: real Postgres and Redis, a real worker process, no home and no models."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from dagster import DagsterInstance, JobDefinition, RunsFilter, reconstructable
from dagster._core.execution.api import execute_job
from sqlalchemy import Engine

from aibox_assets.execution.celery_config import step_leases
from aibox_assets.execution.leases import StepLeases
from aibox_assets.resources.platform import Platform, current_platform
from aibox_assets.settings import load_settings
from aibox_assets.workers.queues import count_queued
from aibox_assets.workers.service import WorkerService
from aibox_assets_tests.execution import jobs
from aibox_assets_tests.workers.services import ROOT, monitored


@dataclass
class Run:
    """A run in a thread."""

    thread: threading.Thread
    results: list[Any] = field(default_factory=list)

    def wait(self, seconds: float = 60) -> Any:
        """Its result, once it is over."""
        self.thread.join(seconds)
        assert not self.thread.is_alive(), "the run did not end in time"
        assert self.results, "the run raised"
        return self.results[0]


@dataclass(frozen=True)
class Stack:
    """What a run needs.

    :ivar folder: where jobs leave notes, and where their worker's log is.
    """

    folder: Path
    redis_url: str
    environment: Mapping[str, str]
    instance: DagsterInstance

    @property
    def leases(self) -> StepLeases:
        return step_leases()

    @property
    def platform(self) -> Platform:
        return current_platform()

    def notes(self) -> list[str]:
        """What the jobs noted, in order."""
        path = self.folder / "notes"
        return path.read_text().splitlines() if path.exists() else []

    def start(self, job: JobDefinition, **options: Any) -> Run:
        """Launch *job* in a thread of this process."""
        results: list[Any] = []

        def execute() -> None:
            results.append(
                execute_job(reconstructable(job), instance=self.instance, raise_on_error=False, **options)
            )

        thread = threading.Thread(target=execute, daemon=True)
        thread.start()
        return Run(thread, results)

    def said(self, run_id: str, text: str) -> int:
        """In how many events of the run *text* is."""
        return sum(text in entry.user_message for entry in self.instance.all_logs(run_id))

    def newest(self, job: str) -> str:
        """The id of the newest run of the job of that name; empty before the first."""
        runs = self.instance.get_runs(RunsFilter(job_name=job), limit=1)
        return runs[0].run_id if runs else ""

    def queued(self) -> int:
        """Steps that wait for the worker."""
        return count_queued(self.leases.client, jobs.QUEUE)


@pytest.fixture(scope="module")
def servers(postgres_url: str, redis_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """Servers, an empty Dagster instance, and this process's settings for them."""
    folder = tmp_path_factory.mktemp("steps")
    environment = {
        "AIBOX_HOME": str(folder),
        "DATABASE_URL": postgres_url,
        "REDIS_URL": redis_url,
        "STEP_TEST_FOLDER": str(folder),
        "NEO4J_URI": "bolt://127.0.0.1:1",
    }
    with pytest.MonkeyPatch.context() as patch:
        for name, value in environment.items():
            patch.setenv(name, value)
        _forget_settings()
        with DagsterInstance.local_temp(str(folder)) as instance:
            yield Stack(folder, redis_url, environment, instance)
        current_platform().engine.dispose()
    _forget_settings()


def _forget_settings() -> None:
    for cached in (load_settings, step_leases, current_platform):
        cached.cache_clear()


@pytest.fixture
def stack(servers: Stack, engine: Engine) -> Stack:
    """The same for each test, with nothing in our tables and no notes."""
    for name in ("notes", "go"):
        (servers.folder / name).unlink(missing_ok=True)
    return servers


@pytest.fixture(scope="module")
def worker(servers: Stack) -> Iterator[WorkerService]:
    """A worker of the queue that all tests of the module share; it is started again when it dies."""
    service = WorkerService(
        [jobs.QUEUE],
        "steps",
        servers.redis_url,
        environment={**servers.environment, "PYTHONPATH": str(ROOT)},
        log_folder=servers.folder,
        drain_seconds=2.0,
        kill_seconds=1.0,
        restart_delay=0.1,
    )
    with monitored(service):
        yield service
