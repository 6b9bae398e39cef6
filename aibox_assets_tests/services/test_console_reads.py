"""What the console asks beside the API: failures by reason, parts of a text, the newest event, holds, samples."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine

from aibox_assets.domain.viewer import OPERATOR, Viewer
from aibox_assets.local.backup.last import FILE, LastBackup, last_backup, note_backup
from aibox_assets.services.samples import SAMPLES, bring_samples, has_samples
from aibox_assets.services.steering import Actor, hold_queue, resume_queue
from aibox_assets.stores.database import transaction
from aibox_assets.stores.files import CHUNKS, Status
from aibox_assets.stores.listing import FileFilter
from aibox_assets.stores.tables import files, work
from aibox_assets_tests.services.platforms import make_platform, store_texts
from aibox_assets_tests.stores.work_files import new_lifecycle

pytestmark = pytest.mark.integration
ANN, BEN = Viewer("ann"), Viewer("ben")


def test_files_with_a_word_are_counted_up_to_a_bound(
    engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    platform = make_platform(engine, tmp_path)
    for key in "abcdef":
        store_texts(platform, key, "The pump.", user="ann" if key in "abc" else "ben")
    for key in "de":
        platform.grants.add(key, "ann", "ben")
    count = platform.listing.count
    for bound, counted in ((10, 5), (4, 4), (2, 2)):
        monkeypatch.setattr("aibox_assets.stores.listing.COUNTED", bound)
        assert sum(count(ANN, FileFilter(text="pump")).values()) == counted
        assert sum(count(ANN, FileFilter()).values()) == 5


def test_what_failed_is_found_by_a_part_of_its_reason(engine: Engine, tmp_path: Path) -> None:
    platform = make_platform(engine, tmp_path)
    new_lifecycle(engine, "a", "b", "c", owner="ann")
    with transaction(engine) as connection:
        for key, error in (("a", "It is TORN at 100%"), ("b", "It is empty")):
            chosen = (work.c.file_id == key) & (work.c.asset == CHUNKS)
            connection.execute(work.update().where(chosen).values(state=Status.FAILED, error=error))
            connection.execute(files.update().where(files.c.id == key).values(status=Status.FAILED))
    listing = platform.listing

    def found(problem: str, viewer: Viewer = ANN) -> list[str]:
        records, _ = listing.page(viewer, FileFilter(state=Status.FAILED, problem=problem))
        assert sum(listing.count(viewer, FileFilter(problem=problem)).values()) == len(records)
        return sorted(record.id for record in records)

    assert found("torn") == found("100%") == ["a"]
    assert found("it is") == found("IT IS", OPERATOR) == ["a", "b"]
    assert found("_t is") == found("it is", BEN) == []


def test_a_part_of_a_text_has_the_chunk_that_is_asked_for(engine: Engine, tmp_path: Path) -> None:
    platform = make_platform(engine, tmp_path)
    store_texts(platform, "a", *(f"text {n}" for n in range(12)))
    chunks = platform.listing.chunks("a", ANN)
    for chunk in chunks:
        after = platform.listing.before_chunk("a", ANN, chunk.chunk_id, 5)
        part = platform.listing.chunks("a", ANN, after=after, limit=5)
        assert chunk.chunk_id in {each.chunk_id for each in part}
        assert part[0].ordinal % 5 == 0
    assert platform.listing.before_chunk("a", ANN, "none", 5) == -1
    assert platform.listing.before_chunk("a", BEN, chunks[-1].chunk_id, 5) == -1


def test_the_newest_event_tells_that_something_happened(engine: Engine, tmp_path: Path) -> None:
    platform = make_platform(engine, tmp_path)
    before = platform.events.newest()
    store_texts(platform, "a", "text")
    platform.lifecycle.mark_gone(["a"])
    assert platform.events.newest() > before


def test_a_hold_is_in_the_audit_log_and_ends_once(engine: Engine, tmp_path: Path) -> None:
    platform = make_platform(engine, tmp_path)
    hold_queue(platform, "vectorization", Actor("ann"), "maintenance", draining=True)
    hold_queue(platform, "vectorization", Actor("ann"), "maintenance", draining=True)
    pause = platform.pauses.select()["vectorization"]
    assert (pause.held_by, pause.draining, pause.reason) == ("ann", True, "maintenance")
    assert resume_queue(platform, "vectorization", Actor("ben"))
    assert not resume_queue(platform, "vectorization", Actor("ben"))
    actions = [(entry.account, entry.action) for entry in platform.accounts.audit()]
    assert actions == [("ben", "queue.resume"), ("ann", "queue.drain"), ("ann", "queue.drain")]


def test_samples_are_brought_once(engine: Engine, tmp_path: Path) -> None:
    platform = make_platform(engine, tmp_path)
    assert has_samples()
    count = sum(path.is_file() for path in SAMPLES.rglob("*"))
    assert bring_samples(platform, "ann") == bring_samples(platform, "ann") == count
    assert sum(path.is_file() for path in (platform.settings.inbox_path / "ann").iterdir()) == count


def test_the_last_backup_is_remembered(tmp_path: Path) -> None:
    assert last_backup(tmp_path) is None
    now = datetime.now(UTC)
    note_backup(tmp_path, LastBackup("/backups/a.tar", now.isoformat(), 12))
    found = last_backup(tmp_path)
    assert found is not None
    assert (found.path, found.size, found.at) == ("/backups/a.tar", 12, now)
    (tmp_path / FILE).write_text('{"path": "x", "created": "never", "size": 1}', encoding="utf-8")
    assert last_backup(tmp_path) is None
