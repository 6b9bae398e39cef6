"""A worker service on a small app of its own, in a thread or as a process."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil
from celery import Celery

from aibox_assets.workers.service import WorkerService

APP = "aibox_assets_tests.workers.sleepy_app"
ROOT = Path(__file__).parents[2]
QUICK: dict[str, Any] = {"check_interval": 0.5, "restart_delay": 0.1, "settled_seconds": 0.0}


def make_service(redis_url: str, folder: Path, name: str = "sleepy", **options: Any) -> WorkerService:
    given: dict[str, Any] = {
        "app": APP,
        # Celery, unlike `python -m`, does not import from the working directory's tests by itself.
        "environment": {"PYTHONPATH": str(ROOT), "AIBOX_HOME": str(folder)},
        "log_folder": folder,
        **QUICK,
        **options,
    }
    return WorkerService([name], name, redis_url, **given)


@contextmanager
def monitored(service: WorkerService) -> Iterator[None]:
    """Monitor in a thread, once the worker answers, for the time of the block; leaves no process."""
    thread = threading.Thread(target=service.monitor)
    thread.start()
    try:
        eventually(lambda: service.well, 60)
        yield
    finally:
        service.stop()
        thread.join(30)
        assert not thread.is_alive()


def send(redis_url: str, task: str, *args: object, queue: str = "sleepy") -> Any:
    """Submit a task of the small app; returns what its result can be waited on with."""
    app = Celery(broker=redis_url, backend=redis_url, set_as_current=False)
    return app.send_task(f"{APP}.{task}", args=args, queue=queue)


def family(pid: int | None) -> list[psutil.Process]:
    """A process and all its descendants."""
    assert pid is not None
    leader = psutil.Process(pid)
    return [leader, *leader.children(recursive=True)]


def ended(process: psutil.Process) -> bool:
    """Gone, or a zombie that nothing reaps."""
    try:
        return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def eventually(holds: Callable[[], object], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, "did not come true in time"
        time.sleep(0.02)
