"""Questions read which model is active, and never change it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import Engine

from aibox_assets.cli.ask import find_hits
from aibox_assets.domain.embed import ENGLISH, Embedder, describe_model
from aibox_assets.domain.errors import ConfigurationError
from aibox_assets.domain.models import EmbeddingModelSpec, hash_text
from aibox_assets.resources.platform import Platform
from aibox_assets.settings import Settings
from aibox_assets_tests.stores.documents import add_files, chunk_of, entry_of

pytestmark = pytest.mark.integration


@pytest.fixture
def platform(engine: Engine, tmp_path: Path) -> Platform:
    """A platform on the test's database, whose embedder gives vectors of ones."""
    url = engine.url.render_as_string(hide_password=False)
    made = Platform(Settings(AIBOX_HOME=str(tmp_path), DATABASE_URL=url))  # type: ignore[call-arg]  # by alias
    made.models.__dict__["embedder"] = _Embedder()
    return made


class _Embedder(Embedder):
    def __init__(self) -> None:
        """Without a model."""

    def encode_query(self, query: str) -> np.ndarray:
        return np.full(384, 384**-0.5, np.float32)


class _Other(_Embedder):
    def encode_query(self, query: str) -> np.ndarray:
        return -super().encode_query(query)


def store(platform: Platform, spec: EmbeddingModelSpec) -> None:
    add_files(platform.engine, "a")
    space = platform.spaces.use_model(spec)
    entry = entry_of("a", "The battery.")
    vector = np.full((1, spec.dimension), spec.dimension**-0.5, np.float32)
    platform.vectors.replace_files(space, [type(entry)("a", [chunk_of("a", 0, "The battery.")], vector)])


def test_the_first_question_makes_no_model_active(platform: Platform) -> None:
    assert find_hits(platform, "battery", 5, None) == []
    assert platform.spaces.all() == []


def test_a_question_is_asked_with_the_model_of_the_space_that_is_read(platform: Platform) -> None:
    """While another model takes over: its vectors and the question's must be of one model, though both have 384."""
    other = describe_model(ENGLISH)
    store(platform, other.spec)
    platform.models.others[other.revision] = _Other()
    for _ in range(2):
        (hit,) = find_hits(platform, "accumulator", 5, None)
        assert hit.similarity == pytest.approx(-1, abs=1e-5)
    assert [space.spec for space in platform.spaces.all()] == [other.spec]


def test_a_model_that_is_not_here_as_it_was_is_named(platform: Platform) -> None:
    store(platform, replace(describe_model(ENGLISH).spec, revision="older"))
    with pytest.raises(ConfigurationError, match=r"The stored vectors are of .*older") as refused:
        find_hits(platform, "battery", 5, None)
    assert "--reembed" in refused.value.remedy


def test_a_switch_between_question_and_search_mixes_no_vectors(platform: Platform) -> None:
    store(platform, platform.models.embedding_model.spec)
    before = platform.spaces.active()
    other = platform.spaces.build(describe_model(ENGLISH).spec)
    vector = np.full(384, 384**-0.5, np.float32)
    platform.vectors.fill(other, {hash_text("The battery."): -vector})
    platform.spaces.activate(other)
    (hit,) = platform.search.search("accumulator", vector, space=before)
    assert hit.similarity == pytest.approx(1, abs=1e-5)
    platform.spaces.drop(before)
    assert platform.search.search("accumulator", vector, space=before) == []
    assert len(platform.search.search("battery", vector, space=before)) == 1


def test_a_question_of_the_active_model_is_answered_by_meaning(platform: Platform) -> None:
    store(platform, platform.models.embedding_model.spec)
    (hit,) = find_hits(platform, "accumulator", 5, None)
    assert hit.similarity == pytest.approx(1, abs=1e-5)
