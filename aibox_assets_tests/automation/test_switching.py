"""Searches read another model's vectors when every file has them, and not before."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import Engine

from aibox_assets.automation.switching import finish_switch
from aibox_assets.domain.embed import ENGLISH, MULTILINGUAL, describe_model
from aibox_assets.domain.models import EmbeddingModelSpec, hash_text
from aibox_assets.resources.platform import Platform
from aibox_assets.resources.recipes import embedding_recipe
from aibox_assets.settings import Settings
from aibox_assets.stores.chosen_models import ChosenModels
from aibox_assets.stores.files import ASSETS, CHUNKS, EMBEDDINGS, NewFile
from aibox_assets.stores.lifecycle import AssetResult, ReadBytes
from aibox_assets.stores.scanning import FileStat
from aibox_assets.stores.space_records import SpaceState
from aibox_assets.stores.vectors import FileEmbeddings
from aibox_assets_tests.stores.documents import chunk_of, unit_vectors

TEXTS = ("one", "two")
SHA = "0" * 64

pytestmark = pytest.mark.integration


def open_platform(engine: Engine, home: Path) -> Platform:
    """A process of a home, without a graph."""
    url = engine.url.render_as_string(hide_password=False)
    return Platform(Settings(AIBOX_HOME=str(home), DATABASE_URL=url))  # type: ignore[call-arg]  # by alias


@pytest.fixture
def platform(engine: Engine, tmp_path: Path) -> Platform:
    """The sensors' process."""
    return open_platform(engine, tmp_path)


@pytest.fixture
def worker(engine: Engine, tmp_path: Path) -> Platform:
    """A worker's process, which had loaded the English model."""
    made = open_platform(engine, tmp_path)
    made.chosen_models.choose(ChosenModels(ENGLISH, "offline"))
    assert made.models.embedding_model.name == ENGLISH
    return made


def embedded(platform: Platform, spec: EmbeddingModelSpec) -> None:
    """A file that is wholly made by the recipes of now, its vectors of *spec* written as its step does."""
    platform.want_recipes()
    platform.lifecycle.add([NewFile("a", "inbox", "a.txt", "amy", FileStat(1, 1))])
    platform.lifecycle.read({"a": ReadBytes(SHA, 1, 1, "text/plain")})
    version = f"{SHA}.{platform.models.recipes[CHUNKS]}"
    platform.lifecycle.complete(CHUNKS, "q", {"a": AssetResult(version, 2, 0.1)})
    for asset in ASSETS[1:]:
        made = AssetResult(f"{version}.{platform.models.recipes[asset]}", 2, 0.1)
        platform.lifecycle.complete(asset, "q", {"a": made})
    write(platform, spec)


def write(platform: Platform, spec: EmbeddingModelSpec) -> None:
    chunks = [chunk_of("a", place, text) for place, text in enumerate(TEXTS)]
    vectors = unit_vectors(2, dimension=spec.dimension)
    space, active = platform.spaces.use_model(spec), platform.spaces.active()
    beside = active if active is not None and active.id != space.id else None
    platform.vectors.replace_files(
        space, [FileEmbeddings("a", chunks, vectors, vectors if beside else None)], beside=beside
    )


def test_the_new_space_is_read_when_it_is_whole(platform: Platform, worker: Platform) -> None:
    old, new = describe_model(ENGLISH).spec, describe_model(MULTILINGUAL).spec
    embedded(platform, old)
    assert finish_switch(platform) is None

    platform.chosen_models.choose(ChosenModels(embedding=MULTILINGUAL))
    platform.want_recipes()
    (waiting,) = platform.lifecycle.waiting(9)
    assert (waiting.assets, waiting.background) == ((EMBEDDINGS,), True)
    building = platform.stored_model
    assert building.state is SpaceState.BUILDING
    assert finish_switch(platform) is None
    assert platform.active_space.spec == old

    write(platform, new)
    switched = finish_switch(platform)
    assert switched is not None
    assert (switched.id, switched.spec) == (building.id, new)
    assert finish_switch(platform) is None
    assert worker.must_start_again() is True  # it has the old model alone


def test_what_a_late_worker_began_is_left(platform: Platform, worker: Platform) -> None:
    embedded(platform, describe_model(ENGLISH).spec)
    platform.spaces.use_model(describe_model(MULTILINGUAL).spec)
    assert finish_switch(platform) is None
    assert platform.spaces.building() is None


def test_vectors_that_went_are_made_again(platform: Platform, worker: Platform) -> None:
    new = describe_model(MULTILINGUAL).spec
    embedded(platform, describe_model(ENGLISH).spec)
    platform.chosen_models.choose(ChosenModels(embedding=MULTILINGUAL))
    platform.want_recipes()
    work = platform.files.get(["a"])["a"].work[EMBEDDINGS]
    platform.lifecycle.complete(EMBEDDINGS, "q", {"a": AssetResult(work.wanted, 2, 0.1)})
    assert platform.lifecycle.waiting(9) == []
    platform.spaces.use_model(new)  # and no vector is in it
    assert finish_switch(platform) is None
    (waiting,) = platform.lifecycle.waiting(9)
    assert waiting.assets == (EMBEDDINGS,)


def test_going_back_costs_no_model(platform: Platform, worker: Platform) -> None:
    old, new = describe_model(ENGLISH).spec, describe_model(MULTILINGUAL).spec
    embedded(platform, old)
    platform.chosen_models.choose(ChosenModels(embedding=MULTILINGUAL))
    platform.want_recipes()
    write(platform, new)
    finish_switch(platform)
    follower = open_platform(platform.engine, platform.settings.home)
    assert follower.models.embedding_model.name == MULTILINGUAL
    assert follower.must_start_again() is False
    follower.models.others["of the model that was read before"] = None  # type: ignore[assignment]
    assert follower.must_start_again() is True
    follower.models.others.clear()

    back = platform.spaces.rollback(ENGLISH)
    assert platform.chosen_models.read().embedding == ENGLISH
    known = platform.vectors.known_vectors(back, [hash_text(text) for text in TEXTS])
    assert len(known) == len(TEXTS)
    assert follower.must_start_again() is True
    platform.want_recipes()
    assert platform.lifecycle.recipes()[EMBEDDINGS] == embedding_recipe(old)
