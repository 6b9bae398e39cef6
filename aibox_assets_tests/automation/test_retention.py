"""What is kept for a while only, on a real Postgres and Dagster's storage in memory."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from dagster import DagsterInstance, DagsterRun, DagsterRunStatus
from dagster._core.utils import make_new_run_id

from aibox_assets.automation import retention
from aibox_assets.automation.retention import forget_old
from aibox_assets.resources.platform import Platform
from aibox_assets.stores.files import CHUNKS, NewFile
from aibox_assets.stores.lifecycle import AssetResult
from aibox_assets.stores.scanning import FileStat

SHA = hashlib.sha256(b"hello").hexdigest()


class Later(datetime):
    """Two months from now."""

    @classmethod
    def now(cls, tz: object = None) -> datetime:
        return datetime.now(UTC) + timedelta(days=60)


def test_old_history_goes_and_runs_go_unless_something_stems_from_them(
    platform: Platform, instance: DagsterInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, idle, living = (
        instance.add_run(DagsterRun("job", run_id=make_new_run_id(), status=status))
        for status in (DagsterRunStatus.SUCCESS, DagsterRunStatus.FAILURE, DagsterRunStatus.STARTED)
    )
    platform.lifecycle.add([NewFile("f0", "inbox", "a.txt", "amy", FileStat(1, 1))])
    platform.lifecycle.complete(CHUNKS, "q", {"f0": AssetResult(f"{SHA}.x", 1, 0.1)}, made.run_id)
    forget_old(platform, instance)
    assert len(instance.get_runs()) == 3
    assert platform.events.of_file("f0")
    monkeypatch.setattr(retention, "datetime", Later)
    with platform.engine.begin() as connection:
        connection.execute(sa.text("UPDATE aibox.file_events SET at = now() - interval '31 days'"))
    for _ in range(2):
        forget_old(platform, instance)
        assert {run.run_id for run in instance.get_runs()} == {made.run_id, living.run_id}, idle.run_id
        assert not platform.events.of_file("f0")
