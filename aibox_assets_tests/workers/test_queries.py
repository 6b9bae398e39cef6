"""Questions are answered by whoever holds the model warm, on a real Redis with the real model."""

from __future__ import annotations

import time

import numpy as np
import pytest

from aibox_assets.domain.embed import BUILT_IN, Embedder, describe_model
from aibox_assets.workers.queries import answer_queries, ask_for_vector


@pytest.fixture(scope="module")
def embedder() -> Embedder:
    return Embedder(describe_model(BUILT_IN))


def test_a_warm_model_answers_as_it_would_itself(redis_url: str, embedder: Embedder) -> None:
    answer_queries(redis_url, embedder)
    for query in ("Who founded Northwind Cells?", "", "x" * 10_000):
        vector = ask_for_vector(redis_url, embedder.model.revision, query, seconds=20)
        assert vector is not None
        assert np.allclose(vector, embedder.encode_query(query[:4000]), atol=1e-6)


def test_without_a_worker_there_is_no_answer_within_the_time(redis_url: str) -> None:
    started = time.monotonic()
    assert ask_for_vector(redis_url, "no-such-revision", "hello", seconds=0.3) is None
    assert ask_for_vector("redis://127.0.0.1:1/0", "any", "hello", seconds=0.3) is None
    assert time.monotonic() - started < 5
