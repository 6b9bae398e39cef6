"""Questions read which model is active, and never change it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import Engine

from aibox_assets.cli.ask import find_hits
from aibox_assets.domain.embed import Embedder
from aibox_assets.domain.errors import ConfigurationError
from aibox_assets.domain.models import EmbeddingModelSpec
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


def store(platform: Platform, spec: EmbeddingModelSpec) -> None:
    add_files(platform.engine, "a")
    space = platform.spaces.use_model(spec)
    entry = entry_of("a", "The battery.")
    vector = np.full((1, spec.dimension), spec.dimension**-0.5, np.float32)
    platform.vectors.replace_files(space, [type(entry)("a", [chunk_of("a", 0, "The battery.")], vector)])


def test_the_first_question_makes_no_model_active(platform: Platform) -> None:
    assert find_hits(platform, "battery", 5, None) == []
    assert platform.spaces.all() == []


def test_a_question_of_another_model_takes_no_empty_space_from_it(platform: Platform) -> None:
    other = platform.spaces.use_model(EmbeddingModelSpec("other", "r1", 8))
    for _ in range(2):
        with pytest.raises(ConfigurationError, match="other"):
            find_hits(platform, "battery", 5, None)
    assert platform.spaces.all() == [other]


def test_a_question_of_the_active_model_is_answered_by_meaning(platform: Platform) -> None:
    store(platform, platform.models.embedding_model.spec)
    (hit,) = find_hits(platform, "accumulator", 5, None)
    assert hit.similarity == pytest.approx(1, abs=1e-5)
