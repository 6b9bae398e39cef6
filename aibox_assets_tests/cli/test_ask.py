"""A question reads; it never changes what is stored."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import sqlalchemy as sa
from sqlalchemy import Engine

from aibox_assets.cli.ask import find_hits
from aibox_assets.domain.embed import Vectors
from aibox_assets.domain.errors import ConfigurationError
from aibox_assets.resources.platform import Platform
from aibox_assets.settings import Settings
from aibox_assets.stores.database import embedding_models
from aibox_assets.stores.vectors import VectorStore


@pytest.fixture
def platform(engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Platform:
    url = engine.url.render_as_string(hide_password=False)
    made = Platform(
        Settings(**{"AIBOX_HOME": tmp_path, "DATABASE_URL": url, "REDIS_URL": "redis://127.0.0.1:1/0"})
    )  # type: ignore[arg-type]

    def embed(query: str) -> Vectors:
        return np.full(made.embedding_model.dimension, 0.1, dtype=np.float32)

    monkeypatch.setattr(made, "embed_query", embed)
    return made


def models(engine: Engine) -> list[Any]:
    with engine.connect() as connection:
        indexes = sa.text(
            "SELECT indexname FROM pg_indexes WHERE indexname LIKE 'embeddings_hnsw_%' ORDER BY 1"
        )
        return [*connection.execute(sa.select(embedding_models)).all(), *connection.scalars(indexes)]


def test_a_question_under_another_model_changes_none_and_says_so(engine: Engine, platform: Platform) -> None:
    other = replace(platform.embedding_model.spec, name="other/model", revision="0" * 16)
    VectorStore(engine).activate_model(other)  # without any vector yet, which a writer would replace
    before = models(engine)
    with pytest.raises(ConfigurationError, match="other/model") as refused:
        find_hits(platform, "Who?", 5, None)
    assert "AIBOX_EMBEDDING_MODEL" in refused.value.remedy
    assert models(engine) == before


def test_a_question_with_another_prefix_is_asked_and_changes_nothing(
    engine: Engine, platform: Platform
) -> None:
    VectorStore(engine).activate_model(replace(platform.embedding_model.spec, query_prefix="ask: "))
    before = models(engine)
    assert find_hits(platform, "Who?", 5, None) == []
    assert models(engine) == before


def test_a_question_before_the_first_model_finds_nothing(engine: Engine, platform: Platform) -> None:
    assert find_hits(platform, "Who?", 5, None) == []
    assert models(engine) == []
