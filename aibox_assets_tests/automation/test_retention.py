"""What is kept for a while only, on a real Postgres and Dagster's storage in memory."""

from __future__ import annotations

import hashlib
import os
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from dagster import DagsterInstance, DagsterRun, DagsterRunStatus
from dagster._core.utils import make_new_run_id

from aibox_assets.automation import retention
from aibox_assets.automation.retention import clean, forget_old
from aibox_assets.domain.viewer import OPERATOR
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
    assert platform.events.recent("f0", OPERATOR)
    monkeypatch.setattr(retention, "datetime", Later)
    with platform.engine.begin() as connection:
        connection.execute(sa.text("UPDATE aibox.file_events SET at = now() - interval '31 days'"))
    for _ in range(2):
        forget_old(platform, instance)
        assert {run.run_id for run in instance.get_runs()} == {made.run_id, living.run_id}, idle.run_id
        assert not platform.events.recent("f0", OPERATOR)


OLD_ROWS = """
INSERT INTO aibox.refresh_tokens (hash, family, account, expires_at) VALUES
    ('over', 'f', 'amy', now() - interval '1 minute'), ('good', 'f', 'amy', now() + interval '1 minute');
INSERT INTO aibox.repeatable_requests (caller, key, instance, fingerprint, created_at) VALUES
    ('amy', 'over', 1, 'x', now() - interval '25 hours'), ('amy', 'good', 1, 'x', now());
INSERT INTO aibox.audit_log (account, action, at) VALUES
    ('amy', 'over', now() - interval '366 days'), ('amy', 'good', now() - interval '100 days');
INSERT INTO aibox.extractions (text_hash, extractor, result, used_at) VALUES
    ('over', 'x', '{}', now() - interval '31 days'), ('good', 'x', '{}', now() - interval '29 days');
UPDATE aibox.file_events SET at = now() - interval '31 days' WHERE file_id = 'f0'
"""


def test_what_is_too_old_is_counted_and_then_removed(platform: Platform, instance: DagsterInstance) -> None:
    platform.lifecycle.add(
        [NewFile(id_, "inbox", f"{id_}.txt", "amy", FileStat(1, 1)) for id_ in ("f0", "f1")]
    )
    with platform.engine.begin() as connection:
        connection.execute(sa.text(OLD_ROWS))
    home = platform.settings.home
    old, kept = [], []
    for folder, names in (
        ("inbox/amy", (".5f.part", "report.part", "a.txt")),
        ("logs", ("daemon.log.3", "daemon.log")),
        ("storage/chunks/.staged", ("f0.5f",)),
        ("run", ("backup-5f", "supervisor.json")),
    ):
        for name in names:
            path = home / folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch()
            os.utime(path, (1, 1))
            (old if name in (".5f.part", "daemon.log.3", "f0.5f", "backup-5f") else kept).append(path)
    young = home / "inbox" / "amy" / ".6f.part"
    young.touch()
    expected = {
        "events": 1, "extractions": 1, "spaces": 0, "requests": 0, "runs": 0, "logins": 1, "answers": 1,
        "audit entries": 1, "leftovers": 3, "logs": 1,
    }  # fmt: skip
    for _ in range(2):
        assert {each.name: each.count for each in clean(platform, instance, dry_run=True)} == expected
    assert all(path.exists() for path in old)
    assert {each.name: each.count for each in clean(platform, instance)} == expected
    assert not any(path.exists() for path in old)
    assert all(path.exists() for path in (*kept, young))
    assert {each.count for each in clean(platform, instance)} == {0}
    with platform.engine.connect() as connection:
        for table, column in (
            ("refresh_tokens", "hash"),
            ("repeatable_requests", "key"),
            ("audit_log", "action"),
        ):
            assert connection.scalars(sa.text(f"SELECT {column} FROM aibox.{table}")).all() == ["good"]
