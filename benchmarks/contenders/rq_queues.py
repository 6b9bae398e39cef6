"""RQ with three queues: how the first generation of the system worked. A worker for each, or one for all.

``fork``: RQ's default, models loaded per job. ``warm``: models loaded once, libraries with their defaults.
``tuned``: warm, the models called as ours calls them. ``single``: one warm worker for all
queues.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Sequence
from contextlib import ExitStack
from typing import Literal, cast

from redis import Redis
from rq import Queue, Worker
from rq.job import Job
from rq.registry import FailedJobRegistry

from aibox_assets.process import Command
from aibox_assets.workers.queues import FILE_PROCESSING, QUEUES
from benchmarks.bars import RQ_FORK, RQ_SINGLE, RQ_TUNED, RQ_WARM
from benchmarks.children import running_child
from benchmarks.contenders.rq_jobs import DONE
from benchmarks.figures import Throughput
from benchmarks.file_work import OUR_CALLS, count_results, put_files
from benchmarks.servers import Servers, running_servers
from benchmarks.texts import BenchmarkError
from benchmarks.waiting import Display, wait_for

RQ_WORKER = (sys.executable, "-m", "benchmarks.contenders.rq_worker")
LABELS = {
    "fork": "RQ, forking workers, models loaded per job",
    "warm": "RQ, three warm workers",
    "tuned": "RQ, three warm workers, models called as ours are",
    "single": "RQ, one warm worker for all queues",
}
NAMES = {"fork": RQ_FORK, "warm": RQ_WARM, "tuned": RQ_TUNED, "single": RQ_SINGLE}


def measure(
    kind: Literal["fork", "warm", "tuned", "single"], texts: Sequence[str], display: Display
) -> Throughput:
    """From the first job in its queue to the last result stored; the workers stand ready before."""
    with ExitStack() as stack:
        served = [",".join(QUEUES)] if kind == "single" else QUEUES
        with display.phase(f"{LABELS[kind]}: starting"):
            servers = stack.enter_context(running_servers())
            platform = servers.platform
            paths = put_files(platform, texts)
            url = servers.env["REDIS_URL"]
            redis = stack.enter_context(Redis.from_url(url))
            workers = [
                stack.enter_context(
                    running_child(
                        Command((*RQ_WORKER, kind, queue, url), env=_environment(servers, kind)),
                        servers.folder / f"rq-{queue}.log",
                    )
                )
                for queue in served
            ]

            def count_ready() -> int:
                for worker in workers:
                    worker.check()
                return len(Worker.all(connection=redis))

            wait_for(len(served), count_ready, lambda _: None, every=0.2)
        load = os.getloadavg()[0]

        def count_done() -> int:
            for worker in workers:
                worker.check()
            _require_no_failure(redis)
            return int(cast("bytes | None", redis.get(DONE)) or 0) // 2

        with display.task(LABELS[kind], len(paths)) as advance:
            started = time.monotonic()
            first = Queue(FILE_PROCESSING, connection=redis)
            for path in paths:
                first.enqueue("benchmarks.contenders.rq_jobs.process", path)
            ended = wait_for(len(paths), count_done, advance, every=0.2)
        return Throughput(
            NAMES[kind], LABELS[kind], len(paths), ended - started, *count_results(platform, paths), load
        )


def _environment(servers: Servers, kind: str) -> dict[str, str | None]:
    """Only the tuned kind limits threads: the libraries' default is all cores for each worker."""
    if kind == "tuned":
        return {**servers.child_env, OUR_CALLS: "1"}
    return {**servers.child_env, "OMP_NUM_THREADS": None, "MKL_NUM_THREADS": None}


def _require_no_failure(redis: Redis) -> None:
    for queue in QUEUES:
        for id_ in FailedJobRegistry(queue, connection=redis).get_job_ids():
            result = Job.fetch(id_, connection=redis).latest_result()
            said = result.exc_string if result is not None else "no result"
            raise BenchmarkError(f"A job of {queue} failed:\n{said}")
