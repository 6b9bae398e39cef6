"""Runs by our executor with a real worker: what dies is submitted again, priorities hold, nothing waits in silence."""

from __future__ import annotations

import signal
import subprocess
import sys
import time

import psutil
import pytest
from celery.result import AsyncResult
from dagster import DagsterInvalidConfigError, validate_run_config

from aibox_assets.automation.blame import Blame, blame_step
from aibox_assets.domain.embed import DEFAULT_MODEL, ENGLISH
from aibox_assets.execution import submission, unconsumed
from aibox_assets.execution.leases import run_lease
from aibox_assets.stores.chosen_models import ChosenModels
from aibox_assets.workers.holds import hold, let_go
from aibox_assets.workers.presence import count_consumers, list_present
from aibox_assets.workers.queues import count_queued
from aibox_assets.workers.service import WorkerService
from aibox_assets.workers.signs import Sign, Watch
from aibox_assets_tests.execution import broken_jobs, jobs, outage_jobs
from aibox_assets_tests.execution.conftest import Stack
from aibox_assets_tests.workers.services import ROOT, eventually

pytestmark = pytest.mark.integration

NO_RETRIES = {"execution": {"config": {"retries": {"disabled": {}}}}}


def test_a_killed_child_costs_a_submission_and_a_failed_try_is_retried(
    stack: Stack, worker: WorkerService
) -> None:
    run = stack.start(jobs.kill_child_job).wait()
    assert run.success
    assert stack.said(run.run_id, "submitting it again (2 of 10)") == 1
    assert stack.start(jobs.fail_once_job).wait().success


def test_with_retries_disabled_a_step_runs_once(stack: Stack, worker: WorkerService) -> None:
    for job in (jobs.fail_once_job, jobs.kill_child_job):
        assert not stack.start(job, run_config=NO_RETRIES).wait().success
    assert [line.split()[0] for line in stack.notes()] == ["fail_once", "kill_child"]


def test_configuration_that_the_executor_does_not_know_is_refused() -> None:
    assert validate_run_config(jobs.work_job, NO_RETRIES)
    with pytest.raises(DagsterInvalidConfigError, match="broker"):
        validate_run_config(jobs.work_job, {"execution": {"config": {"broker": "redis://x"}}})


def test_a_killed_worker_costs_a_submission(stack: Stack, worker: WorkerService) -> None:
    before = worker.pid
    run = stack.start(jobs.kill_worker_job).wait(120)
    assert run.success
    assert stack.said(run.run_id, "submitting it again (2 of 10)") == 1
    assert worker.pid != before


def test_the_urgent_goes_first_within_a_run_and_between_runs(stack: Stack, worker: WorkerService) -> None:
    blocking = stack.start(jobs.wait_job)
    eventually(stack.notes, 60)
    runs = [
        stack.start(jobs.work_job, tags={"dagster-celery/run_priority": "-4"}),
        stack.start(jobs.priorities_job),
        stack.start(jobs.work_job, tags={"dagster-celery/run_priority": "3"}),
    ]
    eventually(lambda: stack.queued() == 5)
    (stack.folder / "go").touch()
    for run in (blocking, *runs):
        assert run.wait().success
    urgent = f"work {runs[2].wait().run_id}"
    patient = f"work {runs[0].wait().run_id}"
    done = [" ".join(line.split()[:2]) if "work" in line else line for line in stack.notes()[1:]]
    # 5 + 4 of its own, 5 + 3 of its run, 5, 5 - 4 of its run and 1 of its own.
    assert done[:3] == ["high", urgent, "usual"]
    assert set(done[3:]) == {patient, "low"}


def test_a_lease_says_what_its_worker_is_at_and_since_when(stack: Stack, worker: WorkerService) -> None:
    started = time.time()
    running = stack.start(jobs.wait_job)
    eventually(lambda: any(lease.file_id for lease in stack.leases.list_held().values()), 30)
    (lease,) = stack.leases.list_held().values()
    assert (lease.worker, lease.step_key) == (worker.node, "wait")
    assert (lease.file_id, lease.part) == ("a-file", "part 2 of 3")
    assert started - 1 < lease.since < time.time() + 1
    assert stack.leases.is_held(run_lease(lease.run_id)), "the watchdog looks at the lease of the run"
    (stack.folder / "go").touch()
    assert running.wait().success
    eventually(lambda: not stack.leases.list_held(), 15)
    eventually(lambda: not stack.leases.is_held(run_lease(lease.run_id)), 15)


def test_workers_are_counted_by_queue_while_they_live(stack: Stack, worker: WorkerService) -> None:
    counts = {"file_processing": 0, "vectorization": 0, "kg_extraction": 0, jobs.QUEUE: 1}
    eventually(lambda: count_consumers(stack.leases.client) == counts, 30)
    (present,) = list_present(stack.leases.client)
    assert (present.name, present.pid, present.queues) == (worker.node, worker.pid, (jobs.QUEUE,))


def test_a_queue_that_nobody_consumes_is_named_in_the_run(
    stack: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unconsumed, "WAIT_SECONDS", 0.5)
    monkeypatch.setattr(unconsumed, "AGAIN_SECONDS", 600.0)
    process = run_process(stack, "lonely_job")
    try:
        eventually(lambda: stack.newest("lonely_job"), 90)
        run_id = stack.newest("lonely_job")
        said = 'Nobody consumes queue "nobody"'
        eventually(lambda: stack.said(run_id, said), 90)
        time.sleep(2)
        assert stack.said(run_id, said) == 1
        assert stack.said(run_id, "aibox workers start --queues nobody") == 1
    finally:
        process.send_signal(signal.SIGINT)
        asked = time.monotonic()
        assert process.wait(40) is not None
    assert time.monotonic() - asked < 10, "what no worker has taken is taken back, not waited for"
    assert count_queued(stack.leases.client, "nobody") == 0


def run_process(stack: Stack, job: str) -> subprocess.Popen[bytes]:
    """A run in a process of its own, which a signal cancels as Dagster does."""
    code = (
        "from dagster import DagsterInstance, reconstructable\n"
        "from dagster._core.execution.api import execute_job\n"
        "from aibox_assets.execution import unconsumed\n"
        "from aibox_assets_tests.execution import jobs\n"
        f"unconsumed.WAIT_SECONDS = {unconsumed.WAIT_SECONDS}\n"
        f"with DagsterInstance.local_temp({stack.instance.root_directory!r}) as instance:\n"
        f"    execute_job(reconstructable(jobs.{job}), instance=instance, raise_on_error=False)\n"
    )
    return subprocess.Popen([sys.executable, "-c", code], cwd=ROOT)


def test_after_a_cancel_the_next_death_of_that_child_is_a_death(stack: Stack, worker: WorkerService) -> None:
    process = run_process(stack, "wait_job")
    eventually(stack.notes, 60)  # it has begun
    child = int(stack.notes()[0].split()[1])
    process.send_signal(signal.SIGINT)
    assert process.wait(40) is not None
    cancelled = stack.newest("wait_job")
    assert stack.said(cancelled, "Cancelled: ending the running steps.") == 1
    assert blame_step(stack.instance, cancelled) == Blame(), "a cancel says nothing of the files"
    assert psutil.pid_exists(child), "the step ended by SIGTERM, so its child lives on"

    run = stack.start(jobs.kill_child_job).wait()
    assert stack.notes()[1] == f"kill_child {child}", "it died in the child that was told to cancel before"
    assert run.success
    assert stack.said(run.run_id, "submitting it again (2 of 10)") == 1


@pytest.mark.parametrize(("job", "lives_on"), [("miss_signal_job", True), ("hang_job", False)])
def test_a_step_that_a_signal_does_not_reach_is_ended(
    stack: Stack, worker: WorkerService, job: str, lives_on: bool
) -> None:
    process = run_process(stack, job)
    eventually(stack.notes, 60)  # it has begun
    child = int(stack.notes()[0].split()[1])
    process.send_signal(signal.SIGINT)
    assert process.wait(40) is not None
    assert stack.start(jobs.work_job).wait(30).success, "what comes next does not wait for it"
    assert psutil.pid_exists(child) is lives_on
    assert (int(stack.notes()[1].split()[2]) == child) is lives_on


def test_a_library_that_a_worker_lacks_is_a_fault_of_the_installation(
    stack: Stack, worker: WorkerService
) -> None:
    run = stack.start(broken_jobs.unimportable_job).wait()
    assert not run.success
    fault = blame_step(stack.instance, run.run_id).fault
    assert fault is not None
    assert "a_library_that_is_missing" in fault.reason


def test_a_worker_that_lost_its_database_before_the_step_says_nothing_of_the_files(
    stack: Stack, worker: WorkerService
) -> None:
    run = stack.start(outage_jobs.outage_job).wait()
    assert not run.success
    assert blame_step(stack.instance, run.run_id) == Blame()


def test_a_result_that_is_lost_after_the_success_is_read_from_the_log(
    stack: Stack, worker: WorkerService, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(AsyncResult, "ready", lambda _: False)
    monkeypatch.setattr(submission, "LOST_SECONDS", 2.0)
    run = stack.start(jobs.work_job).wait()
    assert run.success
    assert stack.said(run.run_id, "submitting it again") == 0
    assert len(stack.notes()) == 1


def test_a_child_with_other_models_gives_its_step_back_and_a_new_one_takes_it(
    stack: Stack, worker: WorkerService
) -> None:
    assert stack.start(jobs.load_splitter_job).wait().success
    stack.platform.chosen_models.choose(ChosenModels(extractor="another"))
    assert stack.start(jobs.load_splitter_job).wait().success
    stack.platform.chosen_models.choose(ChosenModels(embedding=ENGLISH))
    run = stack.start(jobs.load_splitter_job).wait(120)
    assert run.success
    assert stack.said(run.run_id, "waits for a worker with the new models") == 1
    assert stack.said(run.run_id, "died or vanished") == 0
    (_, *first), (_, *same), (_, model, child) = (line.split() for line in stack.notes())
    assert first == same, "a model that it has not loaded does not concern it"
    assert first[0] == DEFAULT_MODEL
    assert model == ENGLISH
    assert child != first[1]


def test_a_worker_that_a_person_holds_takes_nothing_until_it_may_go_on(
    stack: Stack, worker: WorkerService
) -> None:
    client = stack.leases.client
    (presence,) = list_present(client)
    hold(client, presence.name, "ada")
    eventually(lambda: count_consumers(client).get(jobs.QUEUE, 0) == 0, 20)
    watch = Watch(stack.redis_url, presence.name, [jobs.QUEUE])
    pid = worker.pid
    run = stack.start(jobs.work_job)
    eventually(lambda: stack.queued() > 0, 60)
    assert {watch.look() for _ in range(4)} == {Sign.WELL}
    assert (stack.queued() > 0, worker.pid) == (True, pid)
    assert let_go(client, presence.name)
    assert run.wait(120).success
    assert count_consumers(client)[jobs.QUEUE] == presence.children
