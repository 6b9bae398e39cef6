"""The moment of a backup waits for those who write, and they for it, but never each for the other."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa
from sqlalchemy import Engine

from aibox_assets.local.backup.moment import kept_moment

pytestmark = pytest.mark.integration

_WAITS = """SELECT count(*) FROM pg_locks l JOIN pg_database d ON d.oid = l.database
WHERE NOT l.granted AND d.datname = current_database()"""


def test_a_write_that_began_before_ends_before(engine: Engine, postgres_url: str) -> None:
    said: list[str] = []

    def keep() -> None:
        with kept_moment(postgres_url, lambda: said.append("moment")):
            pass

    with ThreadPoolExecutor(1) as pool, engine.begin() as writer, engine.connect() as watcher:
        # As fencing and the life cycle take them: the step's token, then the work.
        writer.execute(sa.text("SELECT 1 FROM aibox.steps FOR SHARE"))
        kept = pool.submit(keep)
        while not watcher.scalar(sa.text(_WAITS)):
            assert not kept.done()
            watcher.rollback()
        writer.execute(sa.text("SELECT 1 FROM aibox.work FOR UPDATE"))
        said.append("written")
        writer.rollback()
        kept.result()
    assert said == ["written", "moment"]
