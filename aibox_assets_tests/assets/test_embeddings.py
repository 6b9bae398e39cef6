"""The step that embeds, on real stores: which space gets what while one model takes over from another."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
import sqlalchemy as sa
from dagster import DagsterInstance, materialize
from sqlalchemy import Engine

from aibox_assets.assets.chunks import chunks
from aibox_assets.assets.embeddings import embeddings
from aibox_assets.assets.io_manager import ParquetIOManager
from aibox_assets.automation.intake import take_in
from aibox_assets.domain.embed import DEFAULT_MODEL, ENGLISH, Embedder, Vectors, describe_model
from aibox_assets.execution.partitions import FILES
from aibox_assets.resources.platform import Platform
from aibox_assets.settings import Settings
from aibox_assets.stores.chosen_models import ChosenModels
from aibox_assets.stores.files import EMBEDDINGS, Status
from aibox_assets.stores.space_records import SpaceState

pytestmark = pytest.mark.integration


class _Embedder(Embedder):
    def __init__(self) -> None:
        """Without a model: what the vectors are is no matter here."""
        self.encoded: list[str] = []

    def encode_passages(self, texts: Sequence[str], **_: object) -> Vectors:  # type: ignore[override]
        self.encoded += texts
        return np.full((len(texts), 384), 384**-0.5, np.float32)


def process(engine: Engine, redis_url: str, home: Path) -> Platform:
    """A process of the home in *home*."""
    url = engine.url.render_as_string(hide_password=False)
    values = {"AIBOX_HOME": home, "AIBOX_SETTLE_SECONDS": 0, "DATABASE_URL": url, "REDIS_URL": redis_url}
    made = Platform(Settings(**values))  # type: ignore[arg-type]  # by alias
    made.models.__dict__["embedder"] = _Embedder()
    made.models.others[describe_model(ENGLISH).revision] = _Embedder()
    return made


def make(platform: Platform, instance: DagsterInstance, path: str, text: str) -> str:
    """The file is dropped, taken in, and made; its id."""
    (platform.settings.inbox_path / path).write_text(text, encoding="utf-8")
    take_in(platform)
    take_in(platform)  # it is at rest
    platform.want_recipes()
    (record,) = platform.files.at_paths("inbox", [path]).values()
    instance.add_dynamic_partitions(FILES, [record.id])
    tables = ParquetIOManager(platform.settings.storage_url)
    assert materialize(
        [chunks, embeddings],
        instance=instance,
        partition_key=record.id,
        resources={"platform": platform, "tables": tables, "io_manager": tables},
    ).success
    return record.id


def test_a_file_that_comes_meanwhile_enters_both_spaces(
    engine: Engine, clean_redis_url: str, tmp_path: Path
) -> None:
    (tmp_path / "inbox").mkdir()
    before = process(engine, clean_redis_url, tmp_path)
    before.chosen_models.choose(ChosenModels(ENGLISH, "offline"))
    with DagsterInstance.ephemeral() as instance:
        old = make(before, instance, "old.txt", "The harbour was built of granite.\n")
        active = before.active_space
        assert active is not None
        before.chosen_models.choose(ChosenModels(embedding=DEFAULT_MODEL))
        after = process(engine, clean_redis_url, tmp_path)
        new = make(after, instance, "new.txt", "The lighthouse keeper came late.\n")
    building = after.spaces.building()
    assert building is not None
    assert after.spaces.active() == active
    assert (active.state, active.spec.name) == (SpaceState.ACTIVE, ENGLISH)
    assert after.vectors.counts([old, new]) == {old: 1, new: 1}
    found = after.vectors.verify([old, new], building)
    assert {id_: check.vectors for id_, check in found.items()} == {old: 0, new: 1}
    states = {id_: record.work[EMBEDDINGS].state for id_, record in after.files.get([old, new]).items()}
    assert states == {old: Status.QUEUED, new: Status.FINISHED}


def test_the_same_bytes_under_two_names_cost_the_model_once(
    engine: Engine, clean_redis_url: str, tmp_path: Path
) -> None:
    (tmp_path / "inbox").mkdir()
    platform = process(engine, clean_redis_url, tmp_path)
    text = "The harbour was built of granite.\n"
    with DagsterInstance.ephemeral() as instance:
        ids = {make(platform, instance, name, text) for name in ("one.txt", "two.txt")}
    used = platform.models.embedder
    assert isinstance(used, _Embedder)
    assert len(used.encoded) == 1
    assert len(ids) == 2
    with platform.engine.begin() as connection:
        found = connection.execute(
            sa.text("SELECT file_id FROM aibox.chunks WHERE text LIKE '%granite%'")
        ).scalars()
        assert set(found) == ids
