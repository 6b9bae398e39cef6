"""A tick of the upload sensor over many known files."""

from __future__ import annotations

import os
import shutil
import time
from pathlib import Path
from typing import Final

import sqlalchemy as sa
from dagster import DagsterInstance, SensorResult, SkipReason, build_sensor_context

from aibox_assets import local
from aibox_assets.automation.intake import take_in
from aibox_assets.automation.sensors import upload_sensor
from aibox_assets.execution.partitions import FILES
from aibox_assets.resources.platform import Platform
from aibox_assets.stores.database import transaction
from benchmarks.figures import SensorTick
from benchmarks.servers import Servers, running_servers
from benchmarks.texts import BenchmarkError
from benchmarks.waiting import Advance, Display

TICKS: Final = 3
NEW: Final = 100
_INSTANCE: Final = Path(local.__path__[0], "dagster.yaml")
_DATABASE: Final = "AIBOX_DAGSTER_DATABASE_URL"
_PER_FOLDER: Final = 1000
_PER_FILL: Final = 5000
_LONG_AGO: Final = 1_700_000_000

_FINISH: Final = (
    "UPDATE aibox.files SET status = 'finished', sha256 = encode(sha256(id::bytea), 'hex')",
    "UPDATE aibox.work SET state = 'finished', wanted = 'known', made = 'known', items = 1, ended_at = now()",
)


def measure(display: Display, files: int) -> SensorTick:
    """Fill folder, table and partitions with finished files; then time ticks with nothing new, and with new files."""
    with running_servers() as servers:
        dagster_home = servers.folder / "dagster"
        dagster_home.mkdir()
        shutil.copyfile(_INSTANCE, dagster_home / "dagster.yaml")
        # The instance's file names the first; the sensor asks for workers by the settings of its process.
        os.environ |= {name: servers.env[name] for name in (_DATABASE, "REDIS_URL")}
        with DagsterInstance.from_config(str(dagster_home)) as instance:
            with display.task(f"Sensor tick: {files:,} known files", files) as advance:
                _fill(servers, instance, files, advance)
            _tick(servers.platform, instance, expect_requests=False)  # the first one compares all
            with display.task("Sensor tick: ticks", 2 * TICKS) as advance:
                idle, busy = [], []
                for at in range(TICKS):
                    idle.append(_tick(servers.platform, instance, expect_requests=False))
                    advance(at + 1)
                for at in range(TICKS):
                    _drop(servers, f"new-{at}", NEW)
                    busy.append(_tick(servers.platform, instance, expect_requests=True))
                    advance(TICKS + at + 1)
    return SensorTick(files, NEW, idle, busy)


def _fill(servers: Servers, instance: DagsterInstance, files: int, advance: Advance) -> None:
    platform = servers.make_platform(AIBOX_SCAN_BATCH=str(_PER_FILL), AIBOX_SETTLE_SECONDS="0")
    platform.want_recipes()  # else the first tick would, and every file would be stale
    for start in range(0, files, _PER_FOLDER):
        _drop(servers, f"known-{start // _PER_FOLDER:03}", min(_PER_FOLDER, files - start))
    known = 0
    while known < files:
        new = take_in(platform).new
        if new == 0:
            raise BenchmarkError(f"The sensor took in {known:,} of {files:,} files and no more.")
        known += new
        advance(known)
    with transaction(platform.engine) as connection:
        for statement in _FINISH:
            connection.execute(sa.text(statement))
        ids = connection.scalars(sa.text("SELECT id FROM aibox.files ORDER BY seq")).all()
    for start in range(0, files, _PER_FILL):
        instance.add_dynamic_partitions(FILES, list(ids[start : start + _PER_FILL]))
    with platform.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(sa.text("VACUUM ANALYZE"))  # what autovacuum does within a minute
    platform.engine.dispose()


def _drop(servers: Servers, folder: str, count: int) -> None:
    """Tiny files whose last change is long ago."""
    place = servers.inbox / folder
    place.mkdir()
    for number in range(count):
        file = place / f"{number:04}.txt"
        file.write_text(f"{folder} {number}", encoding="utf-8")
        os.utime(file, (_LONG_AGO, _LONG_AGO))


def _tick(platform: Platform, instance: DagsterInstance, *, expect_requests: bool) -> float:
    context = build_sensor_context(instance=instance, resources={"platform": platform})
    started = time.perf_counter()
    result = upload_sensor(context)
    seconds = time.perf_counter() - started
    if isinstance(result, SensorResult) != expect_requests:
        said = result.skip_message if isinstance(result, SkipReason) else "runs are requested"
        raise BenchmarkError(f"The sensor did not do what was to be measured: {said}.")
    return seconds
