"""The worker service with real Celery workers on a real Redis: death, silence, crash loop, drain, orphans."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest
from celery import Celery

from aibox_assets.workers.service import WorkerGaveUpError
from aibox_assets.workers.signs import Sign, Watch, list_workers
from aibox_assets_tests.workers.services import (
    ROOT,
    ended,
    eventually,
    family,
    make_service,
    monitored,
    send,
)

pytestmark = pytest.mark.integration


def test_a_started_worker_works_and_a_stopped_one_is_gone(clean_redis_url: str, tmp_path: Path) -> None:
    service = make_service(clean_redis_url, tmp_path)
    pid = service.start()
    assert service.start() == pid
    try:
        child = send(clean_redis_url, "sleep", 0.0, str(tmp_path / "marks")).get(timeout=60)
        (status,) = list_workers(clean_redis_url)
        assert (status.name, status.queues, status.state) == (service.node, ("sleepy",), "idle")
        processes = family(pid)
        assert child in {process.pid for process in processes}
    finally:
        service.stop()
    assert service.pid is None
    assert all(ended(process) for process in processes)
    assert list_workers(clean_redis_url, seconds=0.5) == []
    service.stop()
    assert "ready" in service.log.path.read_text()


def test_killed_three_times_it_is_back_three_times(clean_redis_url: str, tmp_path: Path) -> None:
    service = make_service(clean_redis_url, tmp_path, check_interval=30.0, max_restarts=3)
    with monitored(service):
        for kill in range(1, 4):
            before = family(service.pid)
            before[0].kill()
            eventually(lambda kill=kill: service.restarts == kill, 25)  # at once, not at the next look
            eventually(lambda before=before: all(ended(process) for process in before))
            eventually(lambda: service.well, 60)
        assert send(clean_redis_url, "sleep", 0.0, str(tmp_path / "marks")).get(timeout=30) > 0


def test_a_crash_loop_backs_off_and_is_given_up(clean_redis_url: str, tmp_path: Path) -> None:
    news: list[tuple[float, str]] = []
    service = make_service(
        clean_redis_url,
        tmp_path,
        app="no_such_app",
        max_restarts=3,
        restart_delay=0.2,
        on_news=lambda line: news.append((time.monotonic(), line)),
    )
    with pytest.raises(WorkerGaveUpError) as caught:
        service.monitor()
    died = [at for at, line in news if "starting it again" in line]
    started = [at for at, line in news if "started as process" in line]
    waits = [there - gone for gone, there in zip(died, started[1:], strict=True)]
    assert len(waits) == 3
    assert all(least <= wait < least + 10 for least, wait in zip((0.2, 0.4, 0.8), waits, strict=True))
    assert service.pid is None
    assert "after 3 restarts in a row" in caught.value.reason
    assert "no_such_app" in caught.value.reason  # the log's last lines
    assert str(service.log.path) in caught.value.remedy


def test_a_worker_that_is_alive_but_silent_is_replaced(clean_redis_url: str, tmp_path: Path) -> None:
    service = make_service(clean_redis_url, tmp_path, drain_seconds=0.5, kill_seconds=0.5)
    with monitored(service):
        before = family(service.pid)
        before[0].suspend()  # it answers no ping, and neither SIGTERM nor SIGQUIT
        eventually(lambda: service.restarts == 1 and service.well, 60)
        assert all(ended(process) for process in before)
    assert "answers no ping" in service.log.path.read_text()


def test_a_worker_that_answers_but_takes_no_task_is_replaced(clean_redis_url: str, tmp_path: Path) -> None:
    service = make_service(clean_redis_url, tmp_path)
    with monitored(service):
        app = Celery(broker=clean_redis_url, set_as_current=False)
        app.control.cancel_consumer("sleepy", destination=[service.node], reply=True)
        result = send(clean_redis_url, "sleep", 0.0, str(tmp_path / "marks"))
        assert result.get(timeout=60) > 0
        assert service.restarts == 1
    assert "takes no task" in service.log.path.read_text()


def test_a_busy_worker_with_tasks_waiting_is_well(clean_redis_url: str, tmp_path: Path) -> None:
    service = make_service(clean_redis_url, tmp_path)
    with monitored(service):
        for _ in range(3):
            send(clean_redis_url, "sleep", 10.0, str(tmp_path / "marks"))
        watch = Watch(clean_redis_url, service.node, ["sleepy"])
        eventually((tmp_path / "marks").exists)
        assert [watch.look() for _ in range(4)] == [Sign.WELL] * 4
        (status,) = list_workers(clean_redis_url)
        assert status.state == "busy"
        assert status.job is not None
        assert status.job.endswith("sleep")
    assert service.restarts == 0


def test_without_its_broker_nothing_is_said_about_a_worker() -> None:
    assert Watch("redis://127.0.0.1:1/0", "any@host", ["sleepy"]).look() is Sign.UNKNOWN


def run_service(redis_url: str, folder: Path, **options: object) -> subprocess.Popen[bytes]:
    """The service as a process that is monitored in its main thread."""
    given = ", ".join(f"{name}={value!r}" for name, value in options.items())
    code = (
        "from pathlib import Path\n"
        "from aibox_assets_tests.workers.services import make_service\n"
        f"make_service({redis_url!r}, Path({str(folder)!r}), {given}).monitor()"
    )
    return subprocess.Popen([sys.executable, "-c", code], cwd=ROOT)


@pytest.mark.parametrize(
    ("drain", "signals", "finished"), [(30.0, 1, True), (0.5, 1, False), (600.0, 2, False)]
)
def test_sigterm_drains_and_its_deadline_or_a_second_one_ends(
    clean_redis_url: str, tmp_path: Path, drain: float, signals: int, finished: bool
) -> None:
    process = run_service(clean_redis_url, tmp_path, drain_seconds=drain, kill_seconds=1.0)
    try:
        marks = tmp_path / "marks"
        send(clean_redis_url, "sleep", 3.0 if finished else 600.0, str(marks))
        eventually(marks.exists, 60)
        processes = family(process.pid)
        for _ in range(signals):
            process.send_signal(signal.SIGTERM)
            time.sleep(0.3)
        assert process.wait(20) == 0
    finally:
        process.kill()
    assert all(ended(each) for each in processes)
    assert marks.read_text().endswith("end\n") is finished


def test_nothing_is_left_when_the_service_is_killed(clean_redis_url: str, tmp_path: Path) -> None:
    process = run_service(clean_redis_url, tmp_path)
    marks = tmp_path / "marks"
    send(clean_redis_url, "sleep", 600.0, str(marks))
    try:
        eventually(marks.exists, 60)
        processes = family(process.pid)
        assert len(processes) == 3
    finally:
        process.kill()
        process.wait()
    eventually(lambda: all(ended(each) for each in processes))


def test_a_child_above_its_limit_is_replaced_after_its_task(clean_redis_url: str, tmp_path: Path) -> None:
    with monitored(make_service(clean_redis_url, tmp_path, max_memory_mb=200)):
        pids = [send(clean_redis_url, "grow", size).get(timeout=30) for size in (1, 1, 300, 1)]
    assert pids[0] == pids[1] == pids[2] != pids[3]


def test_a_child_is_replaced_after_so_many_tasks(clean_redis_url: str, tmp_path: Path) -> None:
    with monitored(make_service(clean_redis_url, tmp_path, max_tasks_per_child=2)):
        pids = [send(clean_redis_url, "grow", 1).get(timeout=30) for _ in range(4)]
    assert pids[0] == pids[1] != pids[2] == pids[3]


def test_a_task_over_its_time_fails_and_the_next_one_runs(clean_redis_url: str, tmp_path: Path) -> None:
    with monitored(make_service(clean_redis_url, tmp_path, task_seconds=1)):
        late = send(clean_redis_url, "sleep", 600.0, str(tmp_path / "marks"))
        with pytest.raises(Exception, match="SoftTimeLimitExceeded"):
            late.get(timeout=30)
        assert send(clean_redis_url, "grow", 1).get(timeout=30) > 0


def test_health_makes_earlier_deaths_forgotten(clean_redis_url: str, tmp_path: Path) -> None:
    service = make_service(clean_redis_url, tmp_path, max_restarts=1, settled_seconds=0.0)
    with monitored(service):
        for kill in (1, 2):
            psutil.Process(service.pid).kill()
            eventually(lambda kill=kill: service.restarts == kill)
            eventually(lambda: service.well, 60)
