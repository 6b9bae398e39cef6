"""Cancelling one file: which runs go with it, what is left of it."""

from __future__ import annotations

import pytest

from aibox_assets.client import Run
from aibox_assets.resources.platform import Platform
from aibox_assets.services.cancel_runs import runs_of_file
from aibox_assets.services.files import cancel_files
from aibox_assets.stores.files import ASSETS, CHUNKS, NewFile, Status
from aibox_assets.stores.lifecycle.demand import CANCELLED
from aibox_assets.stores.scanning import FileStat

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
    platform.lifecycle.add([NewFile(id_, "inbox", id_, "amy", FileStat(1, 1)) for id_ in ("f0", "f1")])
    if started:
        platform.lifecycle.request(["f0", "f1"], ASSETS, "run")
        platform.lifecycle.start(CHUNKS, ["f0", "f1"])
    for _ in range(2):
        cancel_files(platform, ["f0"])
        records = platform.files.get(["f0", "f1"])
        assert (records["f0"].status, records["f0"].error) == (Status.FAILED, CANCELLED)
        assert records["f1"].status is (Status.STARTED if started else Status.QUEUED)
        live = platform.live.read_progress("f0")
        assert live is not None
        assert (live.status, live.message) == ("failed", CANCELLED)
        taken = platform.lifecycle.taken("run", CHUNKS, ["f0", "f1"])
        assert taken == (["f1"] if started else [])
    assert "f0" not in [file.id for file in platform.lifecycle.waiting(5)]
