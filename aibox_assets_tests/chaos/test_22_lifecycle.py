"""Line 22, its rows alone: a hundred thousand files are taken in, cancelled, retried and gone, all at once."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import sqlalchemy as sa
from sqlalchemy import Engine

from aibox_assets.stores.failures import DeadLetters
from aibox_assets.stores.file_store import FileStore
from aibox_assets.stores.tables import work
from aibox_assets_tests.chaos.processes import scaled
from aibox_assets_tests.stores.work_files import add, new_lifecycle

pytestmark = [pytest.mark.chaos, pytest.mark.integration, pytest.mark.timeout(1800)]

AT_ONCE = 500  # what one look takes in


def test_every_verb_takes_a_hundred_thousand_files(engine: Engine) -> None:
    number, took = scaled(100_000), dict[str, float]()

    @contextmanager
    def measured(what: str) -> Iterator[None]:
        started = time.monotonic()
        yield
        took[what] = time.monotonic() - started

    lifecycle, ids = new_lifecycle(engine), [f"f{n}" for n in range(number)]
    with measured("taken in"):
        for first in range(0, number, AT_ONCE):
            add(lifecycle, *ids[first : first + AT_ONCE])
    with measured("cancelled"):
        assert len(lifecycle.cancel(ids)) == number
    with measured("listed"):
        letters = DeadLetters(engine).select()
    with measured("retried"):
        assert len(lifecycle.retry([letter.file_id for letter in letters])) == number
    with engine.connect() as connection:
        assert set(connection.scalars(sa.select(work.c.state).distinct())) == {"queued"}
    with measured("gone"):
        lifecycle.mark_gone(ids)
    assert all(known.gone for known in FileStore(engine).known("inbox").values())
    print(f"\nline 22, rows of {number:,}: " + ", ".join(f"{what} {s:.0f} s" for what, s in took.items()))
