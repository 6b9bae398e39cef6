"""A new file while many are embedded again by another model, and many new files among many.

``python -m benchmarks.growth.again [FILES]``, 100,000 by default: a running home takes in that many tiny files and
embeds them; the triples of these are passed over. Then, at rest: one small file, from its drop to its three assets, and
1,000 new files until all are taken in. Then the same one file while all others are embedded again.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from statistics import median
from typing import Final

import sqlalchemy as sa

from aibox_assets.domain.embed import ENGLISH, INT8
from aibox_assets.stores.database import transaction
from aibox_assets.stores.files import EMBEDDINGS, KG_TRIPLES
from aibox_assets.workers.queues import KG_EXTRACTION
from aibox_assets_tests.integration.real_home import RealHome
from benchmarks.contenders.ours import name_texts
from benchmarks.homes import MeasuredHome
from benchmarks.servers import OFFLINE, forget_settings
from benchmarks.texts import load_texts, vary, write_tiny
from benchmarks.waiting import Display, wait_for

FILES: Final = 100_000
NEW: Final = 1000
DROPS: Final = 8
PAUSE_SECONDS: Final = 5.0
FIRST: Final = f"{ENGLISH}{INT8}"
SECOND: Final = ENGLISH

_LEAVE_OUT: Final = """UPDATE aibox.work SET state = 'finished', made = wanted, items = 0, ended_at = now()
WHERE asset = 'kg_triples' AND state = 'queued' AND wanted IS NOT NULL"""
_REFRESH: Final = """UPDATE aibox.files f SET status = 'finished' WHERE status <> 'finished'
AND NOT EXISTS (SELECT FROM aibox.work w WHERE w.file_id = f.id AND w.state <> 'finished')"""


def main(files: int = FILES) -> None:
    """Print what each took."""
    forget_settings()
    display, texts = Display(), load_texts()
    with _home(display) as home:
        _fill(home, texts, files, display)
        home.wait_until_idle()
        print(f"{files:,} files, at rest: one more", _show(_drops(home, texts, "idle")), flush=True)
        _take_in(home, texts)
        home.home.run("models", "use", SECOND)
        wait_for(1, lambda: _count(home, EMBEDDINGS, "started"), lambda _: None, every=0.1)
        left = _count(home, EMBEDDINGS, "queued")
        print(f"while {left:,} are embedded again:", _show(_drops(home, texts, "again")), flush=True)
        print(f"{_count(home, EMBEDDINGS, 'queued'):,} of them were left", flush=True)


@contextmanager
def _home(display: Display) -> Iterator[MeasuredHome]:
    """A running home whose model was chosen, not set in its environment: it can be changed."""
    home = RealHome(AIBOX_EXTRACTOR=OFFLINE)
    try:
        with display.phase("Again: starting a home"):
            home.run("models", "use", FIRST)
            home.up()
        measured = MeasuredHome(home)
        measured.wait_until_idle()
        yield measured
    finally:
        home.destroy()


def _fill(home: MeasuredHome, texts: list[str], files: int, display: Display) -> None:
    platform = home.home.platform
    platform.pauses.hold(KG_EXTRACTION, "benchmark", "It is measured without.", "")
    with display.task("Again: files", files) as advance:
        for start in range(0, files, NEW):
            some = write_tiny(texts, min(NEW, files - start), seed=start)
            home.drop_all(name_texts(some, f"many-{start // NEW:03}"))
        wait_for(files, partial(_count, home, EMBEDDINGS, "finished"), advance, every=1)
    with transaction(platform.engine) as connection:
        for statement in (_LEAVE_OUT, _REFRESH):
            connection.execute(sa.text(statement))
    platform.pauses.resume(KG_EXTRACTION)
    with platform.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(sa.text("VACUUM ANALYZE"))  # what autovacuum does within a minute


def _drops(home: MeasuredHome, texts: list[str], name: str) -> list[float]:
    """Seconds of one small file at a time, from its drop to the last of its three assets."""
    seconds = []
    for number, text in enumerate(vary(texts, DROPS, seed=len(name))):
        time.sleep(PAUSE_SECONDS)
        path = f"{name}/{number:02}.txt"
        at, started = time.time(), home.drop_all({path: text})
        ended = wait_for(1, partial(_finished, home, path), lambda _: None, every=0.05)
        seconds.append(ended - started)
        print(path, f"{ended - started:.1f} s", _stages(home, path, at), flush=True)
    return seconds


def _stages(home: MeasuredHome, path: str, at: float) -> str:
    """When each asset of a file was begun and made, in seconds behind *at*."""
    query = """SELECT w.asset, extract(epoch FROM w.started_at) - :at, extract(epoch FROM w.ended_at) - :at
    FROM aibox.work w JOIN aibox.files f ON f.id = w.file_id WHERE f.path = :path ORDER BY w.started_at"""
    with transaction(home.home.platform.engine) as connection:
        rows = connection.execute(sa.text(query), {"at": at, "path": path}).all()
    return ", ".join(f"{asset} {begun:.2f} to {made:.2f}" for asset, begun, made in rows)


def _take_in(home: MeasuredHome, texts: list[str]) -> None:
    """Print how long many new files take to be known, and until each has its assets."""
    home.wait_until_idle()
    before = _count(home, EMBEDDINGS)
    done = _count(home, KG_TRIPLES, "finished")
    started = home.drop_all(name_texts(write_tiny(texts, NEW, seed=7), "new"))
    ended = wait_for(NEW, lambda: _count(home, EMBEDDINGS) - before, lambda _: None, every=0.1)
    print(f"{NEW:,} new files among {before:,}: taken in after {ended - started:.1f} s", end=", ", flush=True)
    ended = wait_for(NEW, lambda: _count(home, KG_TRIPLES, "finished") - done, lambda _: None, every=0.5)
    print(f"their last triples after {ended - started:.1f} s", flush=True)
    home.wait_until_idle()


def _count(home: MeasuredHome, asset: str, state: str = "%") -> int:
    query = "SELECT count(*) FROM aibox.work WHERE asset = :asset AND state LIKE :state"
    with transaction(home.home.platform.engine) as connection:
        return int(connection.execute(sa.text(query), {"asset": asset, "state": state}).scalar_one())


def _finished(home: MeasuredHome, path: str) -> int:
    query = "SELECT count(*) FROM aibox.files WHERE path = :path AND status = 'finished'"
    with transaction(home.home.platform.engine) as connection:
        return int(connection.execute(sa.text(query), {"path": path}).scalar_one())


def _show(seconds: list[float]) -> str:
    each = ", ".join(f"{one:.1f}" for one in seconds)
    return f"p50 {median(seconds):.1f}, at most {max(seconds):.1f} s ({each})"


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
