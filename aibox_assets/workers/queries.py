"""Vectors of questions from a warm model: a worker that has it loaded answers, over Redis.

Loading the model costs a command more than ten seconds; asking the worker that holds it costs
milliseconds, also while it works on a batch.
"""

from __future__ import annotations

import json
import logging
import threading
import uuid
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from redis import Redis
from redis.exceptions import RedisError

from aibox_assets.domain.embed import Vectors

if TYPE_CHECKING:
    from aibox_assets.domain.embed import Embedder

ANSWER_SECONDS: Final = 30
MAX_CHARS: Final = 4000
_PAUSE_SECONDS: Final = 1.0

_log = logging.getLogger(__name__)


def answer_queries(redis_url: str, embedder: Embedder) -> threading.Thread:
    """Answer questions in a thread of this process, for as long as it lives.

    :param embedder: its lock keeps questions and batches apart, batch by batch.
    """
    thread = threading.Thread(target=_serve, args=(redis_url, embedder), daemon=True, name="queries")
    thread.start()
    return thread


def ask_for_vector(redis_url: str, revision: str, query: str, seconds: float = 3.0) -> Vectors | None:
    """The vector of *query* by the model of *revision*, shape ``(dimension,)``; None when no worker gives it."""
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
    said = json.loads(found[1]) if found else None
    return np.asarray(said, dtype=np.float32) if isinstance(said, list) else None


def _serve(redis_url: str, embedder: Embedder) -> None:
    """Answer one question after another. Nothing that a question or Redis does ends the thread."""
    client = Redis.from_url(redis_url, socket_timeout=30, socket_connect_timeout=5)
    pause = threading.Event()
    away = False
    while True:
        try:
            if taken := client.blpop([_questions(embedder.model.revision)], timeout=10):
                _answer(client, embedder, taken[1])
            away = False
        except RedisError as error:
            if not away:
                _log.warning("Questions are not answered: Redis did not answer (%s).", error)
            away = True
            pause.wait(_PAUSE_SECONDS)
        except Exception:  # noqa: BLE001  # a thread that ended would leave every later question unanswered
            _log.exception("A question was not answered; the next one is.")
            pause.wait(_PAUSE_SECONDS)  # so that a fault of the connection does not fill the log


def _answer(client: Redis, embedder: Embedder, body: bytes | str) -> None:
    """Answer one question; one that the model fails at gets an error, so that nobody waits for it."""
    try:
        question = json.loads(body)
        query, answer = str(question["query"]), str(question["answer"])
    except (ValueError, KeyError, TypeError):
        _log.warning("What is no question stood among the questions: %.80r", body)
        return
    said: Any
    try:
        said = embedder.encode_query(query).tolist()
    except Exception as error:  # noqa: BLE001  # whatever a model raises
        _log.exception("The model failed at a question of %d characters.", len(query))
        said = {"error": f"{type(error).__name__}: {error}"}
    pipe = client.pipeline()
    pipe.rpush(answer, json.dumps(said))
    pipe.expire(answer, ANSWER_SECONDS)
    pipe.execute()


def _questions(revision: str) -> str:
    return f"aibox:questions:{revision}"
