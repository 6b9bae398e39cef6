"""Small jobs for the executor: what they do is told by files in the folder of ``STEP_TEST_FOLDER``."""

import hashlib
import os
import signal
import time
import weakref
from pathlib import Path
from typing import Any

from dagster import OpExecutionContext, RetryPolicy, job, op

from aibox_assets.execution.current_step import at
from aibox_assets.execution.executor import celery_redis_executor
from aibox_assets.resources.platform import current_platform

QUEUE = "steps"


def folder() -> Path:
    return Path(os.environ["STEP_TEST_FOLDER"])


def note(line: str) -> None:
    with (folder() / "notes").open("a") as file:
        file.write(line + "\n")


def first_time(name: str) -> bool:
    """Whether this is the first call with *name*, in any process."""
    try:
        (folder() / name).touch(exist_ok=False)
    except FileExistsError:
        return False
    return True


def step(**options: Any) -> Any:
    tags = {"dagster-celery/queue": QUEUE, **options.pop("tags", {})}
    return op(tags=tags, **options)


@step()
def work(context: OpExecutionContext) -> None:
    note(f"work {context.run_id} {os.getpid()}")


@step()
def load_splitter() -> None:
    """Have the embedding model in use, at its cheapest."""
    assert current_platform().models.splitter
    note(f"load_splitter {current_platform().models.embedding_model.name} {os.getpid()}")


@step(retry_policy=RetryPolicy(max_retries=2))
def fail_once(context: OpExecutionContext) -> None:
    note("fail_once")
    if first_time(f"failed-{context.run_id}"):
        raise RuntimeError("the first time")


@step()
def kill_child(context: OpExecutionContext) -> None:
    note(f"kill_child {os.getpid()}")
    if first_time(f"killed-{context.run_id}"):
        os.kill(os.getpid(), signal.SIGKILL)


@step()
def kill_worker(context: OpExecutionContext) -> None:
    note(f"kill_worker {os.getppid()}")
    if first_time(f"killed-{context.run_id}"):
        os.kill(os.getppid(), signal.SIGKILL)
        time.sleep(600)


@step()
def wait() -> None:
    """Until a file ``go`` is there; it is at a file meanwhile."""
    note(f"wait {os.getpid()}")
    at("a-file", "part 2 of 3")
    deadline = time.monotonic() + 60
    while not (folder() / "go").exists():
        assert time.monotonic() < deadline
        time.sleep(0.05)


class _Thing:
    """What a weak reference can point to."""


@step()
def miss_signal() -> None:
    """Be in the callback of a weak reference when the signal comes, and go on for a minute behind it."""
    thing = _Thing()
    kept = weakref.ref(thing, lambda _: time.sleep(60))
    note(f"miss_signal {os.getpid()}")
    del thing
    time.sleep(60)
    assert kept() is None


@step()
def hang() -> None:
    """Be in a library for minutes."""
    note(f"hang {os.getpid()}")
    hashlib.pbkdf2_hmac("sha256", b"", b"", 2**31 - 1)


@step(tags={"dagster-celery/priority": "1"})
def low() -> None:
    note("low")


@step()
def usual() -> None:
    note("usual")


@step(tags={"dagster-celery/priority": "9"})
def high() -> None:
    note("high")


@op(tags={"dagster-celery/queue": "nobody"})
def lonely() -> None:
    note("lonely")


@job(executor_def=celery_redis_executor)
def work_job() -> None:
    work()


@job(executor_def=celery_redis_executor)
def load_splitter_job() -> None:
    load_splitter()


@job(executor_def=celery_redis_executor)
def fail_once_job() -> None:
    fail_once()


@job(executor_def=celery_redis_executor)
def kill_child_job() -> None:
    kill_child()


@job(executor_def=celery_redis_executor)
def kill_worker_job() -> None:
    kill_worker()


@job(executor_def=celery_redis_executor)
def wait_job() -> None:
    wait()


@job(executor_def=celery_redis_executor)
def miss_signal_job() -> None:
    miss_signal()


@job(executor_def=celery_redis_executor)
def hang_job() -> None:
    hang()


@job(executor_def=celery_redis_executor)
def priorities_job() -> None:
    low()
    usual()
    high()


@job(executor_def=celery_redis_executor)
def lonely_job() -> None:
    lonely()
