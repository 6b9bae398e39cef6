"""One Dagster run per file: stock dagster-celery with warm workers, and the default executor."""

from __future__ import annotations

import os
import socket
import sys
import time
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Final

import sqlalchemy as sa
from celery import Celery

from aibox_assets.process import Command, tail
from aibox_assets.workers.queues import QUEUES
from benchmarks import stock
from benchmarks.bars import DEFAULT, STOCK, STOCK_SINGLE
from benchmarks.children import Child, running_child
from benchmarks.figures import Throughput
from benchmarks.file_work import count_results, put_files
from benchmarks.servers import Servers, running_servers
from benchmarks.texts import BenchmarkError
from benchmarks.waiting import Display, wait_for

HEARTBEATS: Final = (
    "SELECT count(*) FROM daemon_heartbeats WHERE daemon_type IN ('SENSOR', 'QUEUED_RUN_COORDINATOR')"
)
RUNS: Final = "SELECT status, count(*) FROM runs GROUP BY status"
_STOCK_FOLDER: Final = Path(stock.__file__).parent
_ONE_AT_A_TIME: Final = "concurrency:\n  runs:\n    max_concurrent_runs: 1\n"


def measure_celery(texts: Sequence[str], display: Display) -> Throughput:
    """Stock ``celery_executor``; one worker per queue, whose children have their models loaded."""
    label = "stock dagster-celery, one run per file, ten at once, warm workers"
    return _measure(STOCK, label, texts, display, QUEUES)


def measure_celery_singly(texts: Sequence[str], display: Display) -> Throughput:
    """The same, but that a run waits for the one before it."""
    label = "stock dagster-celery, one run per file, one at a time, warm workers"
    return _measure(STOCK_SINGLE, label, texts, display, QUEUES, _ONE_AT_A_TIME)


def measure_multiprocess(texts: Sequence[str], display: Display) -> Throughput:
    """Dagster's default executor: a process per step, which imports and loads what it needs."""
    return _measure(DEFAULT, "Dagster's default executor, one run per file", texts, display, ())


def _measure(
    name: str, label: str, texts: Sequence[str], display: Display, queues: Sequence[str], config: str = ""
) -> Throughput:
    """From the moment when the files are in the watched folder to the end of the last run."""
    module = "celery_definitions" if queues else "multiprocess_definitions"
    with ExitStack() as stack:
        with display.phase(f"{label}: starting"):
            servers = stack.enter_context(running_servers())
            home = servers.folder / "dagster"
            home.mkdir()
            given = (_STOCK_FOLDER / "dagster.yaml").read_text(encoding="utf-8")
            (home / "dagster.yaml").write_text(given + config, encoding="utf-8")
            env = {**servers.child_env, "DAGSTER_HOME": str(home)}
            children = [_start_worker(stack, servers, queue, env) for queue in queues]
            _wait_for_workers(servers, children)
            argv = (sys.executable, "-m", "dagster._daemon", "run", "-m", f"benchmarks.stock.{module}")
            log = servers.folder / "daemon.log"
            children.append(stack.enter_context(running_child(Command(argv, env=env), log)))
            engine = sa.create_engine(
                servers.platform.settings.require_dagster_database_url(), isolation_level="AUTOCOMMIT"
            )
            stack.callback(engine.dispose)
            wait_for(2, lambda: _count_daemons(engine, children), lambda _: None, every=0.5)
        load = os.getloadavg()[0]
        with display.task(f"{label}", len(texts)) as advance:
            started = time.monotonic()
            paths = put_files(servers.platform, texts)
            ended = wait_for(
                len(paths),
                lambda: _count_runs(engine, children),
                advance,
                every=0.5,
            )
        results = count_results(servers.platform, paths)
        return Throughput(name, label, len(paths), ended - started, *results, load)


def _start_worker(stack: ExitStack, servers: Servers, queue: str, env: dict[str, str | None]) -> Child:
    argv = (
        *(sys.executable, "-m", "celery", "-A", "benchmarks.stock.celery_worker", "worker"),
        *("-Q", queue, "-n", f"{queue}@{socket.gethostname()}", "--concurrency", "1"),
    )
    log = servers.folder / f"stock-{queue}.log"
    return stack.enter_context(running_child(Command(argv, env=env), log))


def _wait_for_workers(servers: Servers, workers: Sequence[Child]) -> None:
    url = servers.env["REDIS_URL"]

    def count_ready() -> int:
        for worker in workers:
            worker.check()
        return len(app.control.ping(timeout=1))

    with Celery(broker=url, backend=url) as app:
        wait_for(len(workers), count_ready, lambda _: None, every=0.5)


def _count_daemons(engine: sa.Engine, children: Sequence[Child]) -> int:
    """The daemons that have said that they run; the daemon itself makes the table."""
    for child in children:
        child.check()
    if not sa.inspect(engine).has_table("daemon_heartbeats"):
        return 0
    with engine.connect() as connection:
        return int(connection.execute(sa.text(HEARTBEATS)).scalar_one())


def _count_runs(engine: sa.Engine, children: Sequence[Child]) -> int:
    """Runs that ended well."""
    for child in children:
        child.check()
    with engine.connect() as connection:
        counts = {str(status): int(count) for status, count in connection.execute(sa.text(RUNS))}
    if failed := counts.get("FAILURE", 0) + counts.get("CANCELED", 0):
        daemon = children[-1].log
        raise BenchmarkError(
            f"{failed} of the stock runs failed. The daemon's last lines:\n{tail(daemon, 30)}"
        )
    return counts.get("SUCCESS", 0)
