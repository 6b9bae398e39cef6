"""Questions are answered by whoever holds the model warm, on a real Redis with the real model."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import cast

import numpy as np
import pytest
import redis

from aibox_assets.domain.embed import ENGLISH, Embedder, Vectors, describe_model
from aibox_assets.workers.queries import answer_queries, ask_for_vector


@pytest.fixture(scope="module")
def embedder() -> Embedder:
    return Embedder(describe_model(ENGLISH))


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
    assert time.monotonic() - started < 20


class Failing:
    """A model that fails at one question, in a way that nobody expects."""

    def __init__(self, embedder: Embedder) -> None:
        self.model = replace(embedder.model, revision="failing")
        self._embedder = embedder

    def encode_query(self, query: str) -> Vectors:
        if query == "poison":
            raise RuntimeError("torch ran out of memory")
        return self._embedder.encode_query(query)


def test_no_question_ends_the_thread_and_none_is_waited_for_in_vain(
    redis_url: str, embedder: Embedder, caplog: pytest.LogCaptureFixture
) -> None:
    thread = answer_queries(redis_url, cast("Embedder", Failing(embedder)))
    with redis.Redis.from_url(redis_url) as client:
        for body in ("[]", "null", "7", "no json", '{"query": "no answer"}', b"\xff\xfe", '"x"'):
            client.rpush("aibox:questions:failing", body)
        client.set("taken", "a key of another kind")
        client.rpush("aibox:questions:failing", '{"query": "x", "answer": "taken"}')
    started = time.monotonic()
    assert ask_for_vector(redis_url, "failing", "poison", seconds=60) is None
    assert time.monotonic() - started < 40, "the answer is an error, not silence"
    assert ask_for_vector(redis_url, "failing", "Who?", seconds=20) is not None
    assert thread.is_alive()
    assert "torch ran out of memory" in caplog.text
