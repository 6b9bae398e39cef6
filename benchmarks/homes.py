"""A whole home, started and used as a person does, and measured from outside."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Final

import psutil
import sqlalchemy as sa

from aibox_assets.domain.embed import ENGLISH
from aibox_assets.stores.database import transaction
from aibox_assets.stores.files import Status
from aibox_assets.stores.tables import files, work
from aibox_assets_tests.integration.real_home import RealHome
from benchmarks.servers import model_settings
from benchmarks.texts import BenchmarkError
from benchmarks.waiting import Advance, Display, wait_for

_IDLE_LOOKS: Final = 60
_IDLE_CORES: Final = 0.5
"""More than the sensors of an idle home take, less than a model that is loaded."""


@contextmanager
def running_home(display: Display, title: str, encoder: str = ENGLISH) -> Iterator[MeasuredHome]:
    """A running home in a folder of its own, under default settings; both are gone after the block."""
    home = RealHome(**model_settings(encoder))
    try:
        with display.phase(f"{title}: starting a home"):
            home.up()
            measured = MeasuredHome(home)
            measured.wait_until_idle()
        yield measured
    finally:
        home.destroy()


class MeasuredHome:
    """Drops files into a running home and watches its database."""

    def __init__(self, home: RealHome) -> None:
        self.home = home
        self._engine = home.platform.engine

    def wait_until_idle(self, others: Collection[int] = ()) -> None:
        """Until all processes rest, those of *others* too. A worker answers before its child has loaded the models."""

        def used() -> float:
            return self._cpu_of_all() + sum(_cpu_of_tree(psutil.Process(pid)) for pid in others)

        before, quiet = used(), 0
        for _ in range(_IDLE_LOOKS):
            time.sleep(1)
            now = used()
            quiet = quiet + 1 if now - before < _IDLE_CORES else 0
            if quiet == 2:
                return
            before = now
        raise BenchmarkError(f"The home did not come to rest within {_IDLE_LOOKS} s.")

    def _cpu_of_all(self) -> float:
        return sum(self.cpu_seconds().values())

    def drop_all(self, texts: Mapping[str, str]) -> float:
        """Put all files, by path, into the inbox as fast as they can be moved there.

        :returns: ``time.monotonic()`` of the moment before the first.
        """
        staged = self.home.path / "staged"
        for path, text in texts.items():
            for place in (staged / path, self.home.inbox / path):
                place.parent.mkdir(parents=True, exist_ok=True)
            (staged / path).write_text(text, encoding="utf-8")
        started = time.monotonic()
        for path in texts:
            os.replace(staged / path, self.home.inbox / path)  # noqa: PTH105 - the one call that is measured
        shutil.rmtree(staged)
        return started

    def finished(self) -> int:
        """Files that have all three assets.

        :raises BenchmarkError: a file failed; says why.
        """
        counts = self.home.platform.files.count_by_status()
        if counts[Status.FAILED]:
            first = self.home.platform.files.select(status=Status.FAILED, limit=1)[0]
            raise BenchmarkError(
                f"{counts[Status.FAILED]} files failed, the first: {first.path}: {first.error}"
            )
        return counts[Status.FINISHED]

    def process(self, texts: Mapping[str, str], advance: Advance, *, every: float = 0.2) -> float:
        """Drop files and wait for the last asset of the last one.

        :returns: seconds.
        """
        before = self.finished()
        started = self.drop_all(texts)
        ended = wait_for(len(texts), lambda: self.finished() - before, advance, every=every)
        return ended - started

    def count_items(self) -> dict[str, int]:
        """Items (chunks, vectors, triples) of all files, by asset."""
        query = sa.select(work.c.asset, sa.func.sum(work.c["items"])).group_by(work.c.asset)
        with transaction(self._engine) as connection:
            return {asset: int(items) for asset, items in connection.execute(query)}

    def count_made_since(self, moment: float) -> int:
        """Assets of files that were made after *moment* (epoch seconds)."""
        query = sa.select(sa.func.count()).where(
            work.c.made.is_not(None), work.c.ended_at > sa.func.to_timestamp(moment)
        )
        with transaction(self._engine) as connection:
            return int(connection.execute(query).scalar_one())

    def count_seen_since(self, moment: float) -> int:
        """Files whose time of change, as the sensor knows it, is after *moment* (epoch seconds)."""
        query = sa.select(sa.func.count()).where(files.c.mtime_ns > int(moment * 1e9))
        with transaction(self._engine) as connection:
            return int(connection.execute(query).scalar_one())

    def count_runs(self) -> int:
        """Dagster runs that there ever were."""
        engine = sa.create_engine(self.home.platform.settings.require_dagster_database_url())
        try:
            with engine.connect() as connection:
                return int(connection.execute(sa.text("SELECT count(*) FROM runs")).scalar_one())
        finally:
            engine.dispose()

    def cpu_seconds(self) -> dict[str, float]:
        """CPU time of every service so far, with its children, by name. Runs are children of the code server."""
        return {
            service["name"]: _cpu_of_tree(psutil.Process(service["pid"]))
            for service in self.home.json("status", check=False)["services"]
        }

    def worker_pids(self) -> dict[str, int]:
        """Process ids of the workers, by name."""
        return {
            service["name"]: service["pid"]
            for service in self.home.json("status", check=False)["services"]
            if service["name"].startswith("worker-")
        }


def _cpu_of_tree(process: psutil.Process) -> float:
    """Of a process, of its children that ended, and of those that live."""
    total = 0.0
    for each in (process, *process.children(recursive=True)):
        with suppress(psutil.NoSuchProcess):
            times = each.cpu_times()
            total += times.user + times.system + times.children_user + times.children_system
    return total
