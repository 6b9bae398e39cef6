"""Cancelling one file: which runs go with it, what is left of it."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from aibox_assets.stores.inbox import FileStat

from aibox_assets.automation.cancel import cancel_file, runs_of_file
from aibox_assets.client import Run
from aibox_assets.resources.platform import Platform
from aibox_assets.stores.claims import CANCELLED
from aibox_assets.stores.database import claims
from aibox_assets.stores.files import NewFile, Status

FIRST, LAST = "dagster/asset_partition_range_start", "dagster/asset_partition_range_end"


@pytest.mark.parametrize(
    ("tags", "ended"),
    [
        ({"dagster/partition": "f0"}, True),
        ({FIRST: "f0", LAST: "f0"}, True),
        ({FIRST: "f0", LAST: "f1"}, False),
        ({"dagster/partition": "f1"}, False),
        ({}, False),
    ],
)
def test_only_runs_of_this_file_alone_are_ended(tags: dict[str, str], ended: bool) -> None:
    run = Run("r", "STARTED", tags=tags)
    assert runs_of_file([run], "f0") == ([run] if ended else [])


@pytest.mark.parametrize("started", [True, False])
def test_a_cancelled_file_is_taken_from_its_run_and_says_so_everywhere(
    platform: Platform, started: bool
) -> None:
    platform.files.add([NewFile(id_, "inbox", id_, "amy", FileStat(1, 1)) for id_ in ("f0", "f1")])
    if started:
        platform.progress.start(["f0", "f1"], "run")
        with platform.engine.begin() as connection:
            taken = [{"file_id": id_, "run_id": "run"} for id_ in ("f0", "f1")]
            connection.execute(claims.insert().values(taken))
    for _ in range(2):
        cancel_file(platform, "f0")
        records = platform.files.get(["f0", "f1"])
        assert (records["f0"].status, records["f0"].error) == (Status.FAILED, CANCELLED)
        assert records["f1"].status is (Status.STARTED if started else Status.QUEUED)
        live = platform.live.read_progress("f0")
        assert live is not None
        assert (live.status, live.message) == ("failed", CANCELLED)
        with platform.engine.connect() as connection:
            assert list(connection.scalars(sa.select(claims.c.file_id))) == (["f1"] if started else [])
    assert "f0" not in [file.id for file in platform.progress.waiting(5)]
