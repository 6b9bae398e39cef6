"""Which models an installation uses, in Postgres, and what a process makes of it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from sqlalchemy import Engine

from aibox_assets.domain.embed import ENGLISH, describe_model
from aibox_assets.domain.errors import ConfigurationError
from aibox_assets.resources.platform import Platform
from aibox_assets.settings import Settings
from aibox_assets.stores.chosen_models import ChosenModels, ChosenModelStore
from aibox_assets.stores.files import CHUNKS, EMBEDDINGS, KG_TRIPLES


def test_a_choice_is_changed_part_by_part_and_twice_the_same(engine: Engine) -> None:
    store = ChosenModelStore(engine)
    assert store.read() == ChosenModels()
    for _ in range(2):
        store.choose(ChosenModels("a", "x"))
        store.choose(ChosenModels(embedding="b"))
        assert store.read() == ChosenModels("b", "x")
    store.choose(ChosenModels("c", "y"), replace=False)
    store.choose(ChosenModels())
    assert store.read() == ChosenModels("b", "x")


@pytest.fixture
def platform(engine: Engine, postgres_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Platform:
    monkeypatch.delenv("AIBOX_EMBEDDING_MODEL", raising=False)
    monkeypatch.delenv("AIBOX_EXTRACTOR", raising=False)
    (tmp_path / "home.json").write_text('{"settings": {"AIBOX_EXTRACTOR": "written down"}}')
    settings = Settings(**{"AIBOX_HOME": tmp_path, "DATABASE_URL": postgres_url})  # type: ignore[arg-type]
    return Platform(settings)


def test_the_environment_wins_over_the_choice_and_that_over_the_home(
    platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert platform.models.names == ChosenModels(None, "written down")
    platform.chosen_models.choose(ChosenModels("chosen", "chosen"))
    assert Platform(platform.settings).models.names == ChosenModels("chosen", "chosen")
    monkeypatch.setenv("AIBOX_EXTRACTOR", "set")
    assert Platform(platform.settings).models.names == ChosenModels("chosen", "set")


def test_a_process_is_out_of_date_only_by_models_that_it_uses(platform: Platform) -> None:
    assert not platform.models.changed()
    platform.chosen_models.choose(ChosenModels(embedding="another"))
    assert not platform.models.changed(), "it has not loaded any"
    assert platform.models.names.embedding == "another"
    platform.chosen_models.choose(ChosenModels(embedding="builtin:all-MiniLM-L6-v2"))
    assert not platform.models.changed()
    assert platform.models.embedding_model.dimension == 384
    platform.chosen_models.choose(ChosenModels(extractor="another"))
    assert not platform.models.changed()
    platform.chosen_models.choose(ChosenModels(embedding="another"))
    assert platform.models.changed()


def test_a_model_that_is_missing_is_no_fault_of_what_is_made_without_it(platform: Platform) -> None:
    platform.chosen_models.choose(ChosenModels("/no/such/folder", "offline"))
    models = Platform(platform.settings.model_copy(update={"home": platform.settings.home / "other"})).models
    assert models.recipe(CHUNKS)
    assert models.recipe(KG_TRIPLES)
    with pytest.raises(ConfigurationError):
        models.recipe(EMBEDDINGS)
    with pytest.raises(ConfigurationError):
        _ = models.recipes


def test_a_model_that_is_damaged_is_a_fault_of_the_installation(
    platform: Platform, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    model = Path(shutil.copytree(describe_model(ENGLISH).folder, tmp_path / "encoder"))
    (model / "model.safetensors").write_bytes(b"no weights at all")
    monkeypatch.setenv("AIBOX_EMBEDDING_MODEL", str(model))
    with pytest.raises(ConfigurationError, match="does not load"):
        _ = platform.models.embedder
