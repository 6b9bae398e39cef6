"""Line 22: 70,000 files go at once, one file has 200,000 chunks, and 100,000 failed files are retried together."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from aibox_assets.services.files import cancel_files
from aibox_assets.stores import tables
from aibox_assets.stores.database import transaction
from aibox_assets.stores.folders import INBOX
from aibox_assets.stores.queues import FILE_PROCESSING
from aibox_assets_tests.chaos.acceptance import Figures, accept
from aibox_assets_tests.chaos.processes import eventually, scaled
from aibox_assets_tests.integration.real_home import RealHome

pytestmark = [pytest.mark.chaos, pytest.mark.stack, pytest.mark.timeout(4 * 3600)]

LOOK_SECONDS = 1800.0
"""For the looks that take many files in or out, 500 at a time, on a machine that has other work."""


@pytest.fixture
def home() -> Iterator[RealHome]:
    """A home with the shortest chunks, and without a limit for the length of a step."""
    made = RealHome(AIBOX_SETTLE_SECONDS="0.5", AIBOX_CHUNK_TOKENS="32", AIBOX_MAX_FILE_MB="200")
    try:
        made.up()
        yield made
    finally:
        made.destroy()


def count(home: RealHome, table: sa.Table, *where: sa.ColumnElement[bool]) -> int:
    """Rows of *table*."""
    with transaction(home.platform.engine) as connection:
        return connection.scalar(sa.select(sa.func.count()).select_from(table).where(*where)) or 0


def write_notes(home: RealHome, number: int) -> list[str]:
    """So many tiny files in a folder of their own, put in place at once; their paths."""
    staged = home.path / "staged"
    staged.mkdir()
    for n in range(number):
        (staged / f"note-{n:06}.txt").write_text(f"Note {n}: Ann Lee works for Acme Ltd in Oslo.")
    staged.rename(home.inbox / "notes")
    return [f"notes/note-{n:06}.txt" for n in range(number)]


def test_many_files_are_taken_in_and_go_at_once(home: RealHome) -> None:
    number, figures = scaled(70_000), Figures("22, removal")
    keeper = home.drop("keeper.txt", "Bo Berg works for Acme Ltd.")
    started = time.monotonic()
    write_notes(home, number)
    eventually(lambda: count(home, tables.files) == number + 1, LOOK_SECONDS, "all are taken in")
    figures.recoveries.append(time.monotonic() - started)
    with transaction(home.platform.engine) as connection:
        ids = list(connection.scalars(sa.select(tables.files.c.id).where(tables.files.c.path != keeper)))
    # What was made of the first ones goes too; the rest need not be made for that.
    eventually(lambda: count(home, tables.chunks) >= min(number, 500), LOOK_SECONDS, "some are made")
    cancel_files(home.platform, ids)
    # At once, so that what a person confirms is all of it; a removal waits from the look on that misses the files.
    (home.inbox / "notes").rename(home.path / "away")
    started = time.monotonic()
    eventually(lambda: count(home, tables.missing_files) == number, LOOK_SECONDS, "all are missed")
    home.run("folders", "confirm", str(home.inbox))
    eventually(lambda: count(home, tables.files) == 1, LOOK_SECONDS, "all are removed")
    figures.recoveries.append(time.monotonic() - started)
    home.wait([keeper])
    figures.killed = number
    accept(home, [keeper], figures)


def test_failed_files_are_retried_together(home: RealHome) -> None:
    number, figures, began = scaled(100_000), Figures("22, retry --all"), time.monotonic()
    # Nothing is made, so that every file is among those that fail.
    home.platform.pauses.hold(FILE_PROCESSING, "test", "All are to fail.", "Let it go on.")
    write_notes(home, number)
    eventually(lambda: count(home, tables.files) == number, LOOK_SECONDS, "all are taken in")
    figures.recoveries.append(time.monotonic() - began)
    with transaction(home.platform.engine) as connection:
        ids = list(connection.scalars(sa.select(tables.files.c.id)))
    assert len(cancel_files(home.platform, ids)) == number
    failed = count(home, tables.work, tables.work.c.state == "failed", tables.work.c.asset == "chunks")
    assert failed == number
    started = time.monotonic()
    home.run("retry", "--all", timeout=LOOK_SECONDS)
    figures.note = f"retried in {time.monotonic() - started:.0f} s"
    assert count(home, tables.work, tables.work.c.state == "failed") == 0
    figures.killed = failed
    figures.tell()


def test_a_file_of_many_chunks_is_searched_like_any_other(home: RealHome) -> None:
    number, figures = scaled(200_000), Figures("22, one file")
    lines = (f"Paragraph {n} tells of the valve zq{n}x and how it is mended at night." for n in range(number))
    started = time.monotonic()
    path = home.drop("long.txt", "\n\n".join(lines))
    neighbour = home.drop("short.txt", "A short neighbour waits for nobody.")
    home.wait([neighbour], 600)
    figures.note = f"its neighbour was finished after {time.monotonic() - started:.0f} s"
    record = home.wait([path], 3 * 3600)[path]
    figures.recoveries.append(time.monotonic() - started)
    accept(home, [path, neighbour], figures)
    assert record["status"] == "finished", record
    assert record["chunks"] >= 0.9 * number
    assert f"zq{number - 1}x" in home.json("search", f"zq{number - 1}x")[0]["text"]
    home.run("delete", path)
    eventually(lambda: not home.platform.files.at_paths(INBOX, [path]), LOOK_SECONDS, "it is removed")
