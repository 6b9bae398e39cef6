"""Vectors of questions from a warm model: a worker that has it loaded answers, over Redis.

Loading the model costs a command more than ten seconds; asking the worker that holds it costs
milliseconds, also while it works on a batch.
"""

from __future__ import annotations

import json
import threading
import uuid
from typing import TYPE_CHECKING, Final

import numpy as np
from redis import Redis
from redis.exceptions import RedisError

from aibox_assets.domain.embed import Vectors

if TYPE_CHECKING:
    from aibox_assets.domain.embed import Embedder

ANSWER_SECONDS: Final = 30
MAX_CHARS: Final = 4000


def answer_queries(redis_url: str, embedder: Embedder) -> threading.Thread:
    """Answer questions in a thread of this process, for as long as it lives.

    :param embedder: its lock keeps questions and batches apart, batch by batch.
    """
    thread = threading.Thread(target=_serve, args=(redis_url, embedder), daemon=True, name="queries")
    thread.start()
    return thread


def ask_for_vector(redis_url: str, revision: str, query: str, seconds: float = 3.0) -> Vectors | None:
    """The vector of *query* by the model of *revision*, shape ``(dimension,)``; None when no worker answers."""
    client = Redis.from_url(redis_url, socket_timeout=seconds + 2, socket_connect_timeout=2)
    answer = f"aibox:answer:{uuid.uuid4().hex}"
    try:
        pipe = client.pipeline()
        pipe.rpush(_questions(revision), json.dumps({"query": query[:MAX_CHARS], "answer": answer}))
        pipe.expire(_questions(revision), ANSWER_SECONDS)
        pipe.execute()
        found = client.blpop([answer], timeout=seconds)
    except RedisError:
        return None
    finally:
        client.close()
    return np.asarray(json.loads(found[1]), dtype=np.float32) if found else None


def _serve(redis_url: str, embedder: Embedder) -> None:
    client = Redis.from_url(redis_url, socket_timeout=30, socket_connect_timeout=5)
    pause = threading.Event()
    while True:
        try:
            taken = client.blpop([_questions(embedder.model.revision)], timeout=10)
            if taken is None:
                continue
            question = json.loads(taken[1])
            vector = embedder.encode_query(question["query"])
            pipe = client.pipeline()
            pipe.rpush(question["answer"], json.dumps(vector.tolist()))
            pipe.expire(question["answer"], ANSWER_SECONDS)
            pipe.execute()
        except RedisError:
            pause.wait(1)  # Redis is away; the worker itself waits for it as well
        except (ValueError, KeyError):
            continue  # not a question of ours


def _questions(revision: str) -> str:
    return f"aibox:questions:{revision}"
