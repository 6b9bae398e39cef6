"""Files without read permission: tried again, given up with a remedy, and taken up by themselves once mended."""

from __future__ import annotations

from pathlib import Path

import pytest

from aibox_assets.automation.intake import take_in
from aibox_assets.domain.errors import UnreadableFileError
from aibox_assets.resources.platform import Platform
from aibox_assets.stores.documents import read_document
from aibox_assets.stores.files import ASSETS, CHUNKS, FailureKind, FileRecord, Status


def fail_to_read(platform: Platform, record: FileRecord) -> None:
    """What the first step does with a file that it may not read, as often as it is tried."""
    for attempt in range(platform.settings.max_attempts):
        run = f"run {attempt}"
        platform.lifecycle.take(run, [record.id], ASSETS, lambda _: set())
        with pytest.raises(UnreadableFileError) as refused:
            read_document(platform.settings.inbox_path, record.path, 1000)
        platform.lifecycle.fail(CHUNKS, {record.id: refused.value}, run)


def only(platform: Platform) -> FileRecord:
    [record] = platform.files.select()
    return record


@pytest.mark.parametrize("restart", [False, True], ids=["the same process", "after a restart"])
def test_a_file_that_gets_its_permission_back_is_taken_up_again(platform: Platform, restart: bool) -> None:
    platform.want_recipes()
    shut = platform.settings.inbox_path / "shut.txt"
    shut.write_text("Nobody may read this.")
    shut.chmod(0)
    assert take_in(platform).new == 1
    fail_to_read(platform, only(platform))
    for _ in range(2):
        assert take_in(platform).changed == 0, "nobody mended it"
    record = only(platform)
    assert (record.status, record.failed_work and record.failed_work.failure) == (
        Status.FAILED,
        FailureKind.EXHAUSTED,
    )
    before = shut.stat().st_mtime_ns
    shut.chmod(0o644)
    assert shut.stat().st_mtime_ns == before, "only its ctime tells"
    again = Platform(platform.settings) if restart else platform
    assert take_in(again).changed == 1
    assert (only(platform).status, only(platform).error) == (Status.QUEUED, None)
    assert take_in(again).changed == 0


def test_results_stay_where_a_file_loses_its_permission_and_gets_it_back(
    platform: Platform, tmp_path: Path
) -> None:
    kept = platform.settings.inbox_path / "kept.txt"
    kept.write_text("It was read before.")
    take_in(platform)
    for mode in (0, 0o644):
        kept.chmod(mode)
        assert take_in(platform).changed == 0
