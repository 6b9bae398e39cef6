"""A Celery app without models, for tests of the worker service."""

from __future__ import annotations

import os
import time
from pathlib import Path

from celery import Celery

app = Celery(broker=os.environ.get("REDIS_URL"), backend=os.environ.get("REDIS_URL"))
app.conf.update(worker_disable_prefetch=True, worker_prefetch_multiplier=1, task_default_queue="sleepy")


@app.task
def sleep(seconds: float, marks: str) -> int:
    """Write one mark at the start and one at the end; returns the child's process id."""
    marks_file = Path(marks)
    with marks_file.open("a") as file:
        file.write(f"start {os.getpid()}\n")
    time.sleep(seconds)
    with marks_file.open("a") as file:
        file.write("end\n")
    return os.getpid()


@app.task
def grow(mebibytes: int) -> int:
    """Touch so much memory; returns the child's process id."""
    _ = bytearray(mebibytes * 2**20)
    return os.getpid()
