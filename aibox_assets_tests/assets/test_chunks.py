"""The step that reads and splits, on real stores."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from dagster import AssetKey, DagsterEventType, DagsterInstance, materialize
from dagster._core.events.log import EventLogEntry
from dagster._core.storage.tags import ASSET_PARTITION_RANGE_END_TAG, ASSET_PARTITION_RANGE_START_TAG
from sqlalchemy import Engine

from aibox_assets.assets.chunks import chunks, find_uncovered
from aibox_assets.assets.io_manager import ParquetIOManager
from aibox_assets.automation.intake import take_in
from aibox_assets.domain.models import Chunk, ParsedDocument
from aibox_assets.execution.partitions import FILES
from aibox_assets.resources.platform import Platform
from aibox_assets.settings import Settings
from aibox_assets.stores.files import CHUNKS


@pytest.mark.integration
def test_the_good_neighbours_of_a_broken_file_are_logged_in_one_write(
    engine: Engine, clean_redis_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DAGSTER_EVENT_BATCH_SIZE", "500")
    url = engine.url.render_as_string(hide_password=False)
    values = {
        "AIBOX_HOME": tmp_path,
        "AIBOX_SETTLE_SECONDS": 0,
        "DATABASE_URL": url,
        "REDIS_URL": clean_redis_url,
    }
    platform = Platform(Settings(**values))  # type: ignore[arg-type]  # by alias
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    for name in ("a.txt", "b.txt", "c.txt"):
        (inbox / name).write_text("The harbour was built of granite.\n", encoding="utf-8")
    (inbox / "d.pdf").write_bytes(b"%PDF-1.7\nand nothing else")
    take_in(platform)
    take_in(platform)  # they are at rest
    platform.want_recipes()
    found = platform.files.at_paths("inbox", ["a.txt", "b.txt", "c.txt", "d.pdf"])
    ids = [found[path].id for path in sorted(found)]
    tables = ParquetIOManager(platform.settings.storage_url)
    written: list[int] = []
    with DagsterInstance.ephemeral() as instance:
        instance.add_dynamic_partitions(FILES, ids)
        store = instance.event_log_storage.store_event_batch

        def note(events: Sequence[EventLogEntry]) -> None:
            written.extend(
                [len(events)]
                if events[0].dagster_event_type is DagsterEventType.ASSET_MATERIALIZATION
                else []
            )
            store(events)

        monkeypatch.setattr(instance.event_log_storage, "store_event_batch", note)
        result = materialize(
            [chunks],
            instance=instance,
            tags={ASSET_PARTITION_RANGE_START_TAG: ids[0], ASSET_PARTITION_RANGE_END_TAG: ids[-1]},
            resources={"platform": platform, "tables": tables, "io_manager": tables},
            raise_on_error=False,
        )
        assert not result.success
        assert instance.get_materialized_partitions(AssetKey(CHUNKS)) == set(ids[:3])
    assert written == [3]
    assert len(result.asset_materializations_for_node(CHUNKS)) == 3


@pytest.mark.integration
def test_a_run_that_names_no_partition_says_how_to_name_one(
    engine: Engine, clean_redis_url: str, tmp_path: Path
) -> None:
    values = {
        "AIBOX_HOME": tmp_path,
        "DATABASE_URL": engine.url.render_as_string(hide_password=False),
        "REDIS_URL": clean_redis_url,
    }
    platform = Platform(Settings(**values))  # type: ignore[arg-type]  # by alias
    tables = ParquetIOManager(platform.settings.storage_url)
    result = materialize(
        [chunks],
        resources={"platform": platform, "tables": tables, "io_manager": tables},
        raise_on_error=False,
    )
    [failed] = result.get_step_failure_events()
    said = failed.step_failure_data.user_failure_data
    assert said is not None
    assert "dagster/partition" in (said.description or "")
    platform.engine.dispose()


def _chunk(text: str, start: int) -> Chunk:
    return Chunk("c", "f", 0, text, 1, start, start + len(text), None, None, (), "en")


def test_what_is_in_no_chunk_is_found() -> None:
    document = ParsedDocument("One. Two.\n Three.", (), "text/plain")
    one, two, three = _chunk("One. Two.", 0), _chunk("Two.\n", 5), _chunk("Three.", 11)
    assert find_uncovered(document, [one, two, three]) is None
    assert find_uncovered(document, [one]) == "6 characters are in no chunk"
    assert find_uncovered(document, [three]) == "8 characters are in no chunk"
    assert find_uncovered(document, [_chunk("Two.", 6)]) == "chunk 0 is not the text at its offsets"
