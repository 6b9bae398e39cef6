"""Throughput against the number of workers of one queue, with a slow model in its place.

What is measured is everything around the model: how batches are cut and handed out, and what writing costs. Each
number of workers gets as much work for each, so that each run takes equally long where nothing is lost.
"""

from __future__ import annotations

import os
import time
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Final

import redis
import sqlalchemy as sa

from aibox_assets.stores.database import transaction
from aibox_assets.stores.files import CHUNKS, KG_TRIPLES
from aibox_assets.stores.tables import work
from aibox_assets.stores.wakes import Wake, wake_now
from aibox_assets.workers.holds import hold
from aibox_assets.workers.presence import count_consumers, list_present
from aibox_assets.workers.queues import KG_EXTRACTION, VECTORIZATION
from aibox_assets.workers.service import WorkerService
from benchmarks.children import ROOT
from benchmarks.contenders.ours import name_texts
from benchmarks.figures import Width
from benchmarks.homes import MeasuredHome, running_home
from benchmarks.texts import vary
from benchmarks.waiting import Display, wait_for

WIDTHS: Final = (16, 16, 8, 4, 2, 1)
"""The first pass is the queue's first work: nobody knows its pace yet."""
SECONDS_A_CHUNK: Final = 0.2
SLOWNESS: Final = "BENCHMARK_SECONDS_A_CHUNK"
"""How the slow worker is told."""
FILES_A_WORKER: Final = 40
TEXTS_A_FILE: Final = 5
"""About seven chunks."""


def measure(texts: Sequence[str], display: Display, files_a_worker: int = FILES_A_WORKER) -> Width:
    """Chunks per second with so many workers as ``WIDTHS`` says, each a process of its own."""
    with running_home(display, "Width") as home:
        platform = home.home.platform
        client = redis.Redis.from_url(platform.settings.require_redis_url())
        for worker in list_present(client):
            if worker.queues == (KG_EXTRACTION,):
                hold(client, worker.name, "benchmark")
        for queue in (VECTORIZATION, KG_EXTRACTION):
            platform.pauses.hold(queue, "benchmark", "It is measured without.", "")
        count = max(WIDTHS) * files_a_worker
        long = ["\n\n".join(vary(texts, TEXTS_A_FILE, seed=number)) for number in range(count)]
        with display.task("Width: chunks", count) as advance:
            home.drop_all(name_texts(long, "wide"))
            wait_for(count, lambda: len(_made(home, CHUNKS)), advance, every=0.5)
        chunks = _made(home, CHUNKS)
        rates: list[float] = []
        cpu: list[float] = []
        for width in WIDTHS:
            ids = sorted(chunks)[: width * files_a_worker]
            done = partial(_count_triples, home, ids)
            with _slow_workers(home, client, width):
                before, started = home.cpu_seconds(), time.monotonic()
                if not rates:
                    platform.pauses.resume(KG_EXTRACTION)
                else:
                    platform.lifecycle.redo(ids, [KG_TRIPLES])
                wake_now(platform.engine, Wake.LOOK)
                with display.task(f"Width: {width} workers", len(ids)) as advance:
                    ended = wait_for(len(ids), done, advance, every=0.25)
                rates.append(sum(chunks[id_] for id_ in ids) / (ended - started))
                cpu.append(sum(home.cpu_seconds().values()) - sum(before.values()))
        return Width(SECONDS_A_CHUNK, list(WIDTHS), rates, cpu)


@contextmanager
def _slow_workers(home: MeasuredHome, client: redis.Redis, count: int) -> Iterator[None]:
    """*count* processes that take steps of the queue, under one worker."""
    environment = {
        **os.environ,
        **home.home.env,
        "DAGSTER_HOME": str(home.home.path / "dagster"),
        "AIBOX_DAGSTER_DATABASE_URL": home.home.platform.settings.require_dagster_database_url(),
        "DAGSTER_EVENT_BATCH_SIZE": "500",
        "AIBOX_MAX_RUNS": "64",
        "PYTHONPATH": str(ROOT),
        "OMP_NUM_THREADS": "1",
        SLOWNESS: str(SECONDS_A_CHUNK),
    }
    service = WorkerService(
        [KG_EXTRACTION],
        f"slow-{count}",
        home.home.platform.settings.require_redis_url(),
        concurrency=count,
        environment=environment,
        log_folder=home.home.path / "logs",
        app="benchmarks.slow_worker",
    )
    pid = service.start()
    try:
        wait_for(count, lambda: count_consumers(client)[KG_EXTRACTION], lambda _: None, every=0.5)
        # What is measured begins with warm workers: sixteen that start take both cores for half a minute.
        home.wait_until_idle([pid])
        yield
    finally:
        service.stop()


def _count_triples(home: MeasuredHome, ids: Collection[str]) -> int:
    return len(_made(home, KG_TRIPLES, ids))


def _made(home: MeasuredHome, asset: str, ids: Collection[str] | None = None) -> dict[str, int]:
    """Files that have *asset* as it is wanted, with their items."""
    query = sa.select(work.c.file_id, work.c["items"]).where(
        work.c.asset == asset, work.c.state == "finished"
    )
    if ids is not None:
        query = query.where(work.c.file_id.in_(ids))
    with transaction(home.home.platform.engine) as connection:
        return {row.file_id: row[1] for row in connection.execute(query)}
