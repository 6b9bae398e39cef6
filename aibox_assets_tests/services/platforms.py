"""A platform on the test's database, whose model is not loaded."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from sqlalchemy import Engine

from aibox_assets.domain.embed import Embedder
from aibox_assets.resources.platform import Platform
from aibox_assets.settings import Settings
from aibox_assets.stores.vectors import FileEmbeddings
from aibox_assets_tests.stores.documents import add_files, chunk_of

NEAR = np.full(384, 384**-0.5, np.float32)
"""What every question means, unless it holds ``zzz``."""
FAR = np.concatenate([NEAR[:192], -NEAR[192:]])


class _Embedder(Embedder):
    def __init__(self) -> None:
        """Without a model."""

    def encode_query(self, query: str) -> np.ndarray:
        return NEAR if "zzz" not in query else -NEAR


def make_platform(engine: Engine, home: Path, **settings: object) -> Platform:
    """A platform whose embedder gives :data:`NEAR`."""
    url = engine.url.render_as_string(hide_password=False)
    made = Platform(Settings(AIBOX_HOME=str(home), DATABASE_URL=url, **settings))  # type: ignore[arg-type]  # by alias
    made.models.__dict__["embedder"] = _Embedder()
    return made


def store_texts(
    platform: Platform, key: str, *texts: str, user: str = "ann", vector: np.ndarray = NEAR
) -> None:
    """A file with a chunk for each text."""
    add_files(platform.engine, key, user_id=user)
    space = platform.spaces.use_model(platform.models.embedding_model.spec)
    chunks = [chunk_of(key, n, text) for n, text in enumerate(texts)]
    platform.vectors.replace_files(space, [FileEmbeddings(key, chunks, np.tile(vector, (len(texts), 1)))])
