"""What Redis knows for a while: live progress, revoked tokens, agents' short-term memory.

The keys and lifetimes are those of the first generation, for programs that read them. Progress is best
effort: what counts is in Postgres, so a Redis that is away never fails the work. All else raises.
"""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from statistics import median
from typing import Any, cast

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from aibox_assets.domain.errors import StoreUnavailableError, first_line

STATUS_SECONDS = 2 * 60 * 60
UPLOAD_SECONDS = 60 * 60
MEMORY_SECONDS = 60 * 60
_STATUS = "processing:status:"
_SETTLED_SECONDS = 60.0
_PACE = "aibox:pace:"
_PACES = 9
_PAUSE_SECONDS = 5.0
"""After a failed write none is tried for this long, so that a dead host costs no second per chunk."""

# One command for many keys. Value and lifetime are set in one: a key can never stay for ever.
_SET_ALL = "for _, key in ipairs(KEYS) do redis.call('SET', key, ARGV[1], 'EX', ARGV[2]) end"

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class LiveProgress:
    """How far the work on one file is.

    :ivar status: queued, started, finished or failed.
    :ivar step: the asset that is being made, e.g. ``embeddings``.
    :ivar percent: 0 to 100, of the step.
    """

    status: str
    step: str
    percent: float
    message: str
    updated: datetime


class LiveStatus:
    """Short-lived keys in Redis. Safe for threads; connects at the first use."""

    def __init__(self, redis_url: str) -> None:
        # One retry covers a connection that a restart of Redis closed.
        self._redis = redis.Redis.from_url(
            redis_url,
            decode_responses=True,
            socket_timeout=2,
            socket_connect_timeout=1,
            retry=Retry(NoBackoff(), 1),
            health_check_interval=30,
        )
        self._silent_until = 0.0
        self._failing = False

    def report_progress(
        self, file_id: str, status: str, step: str, percent: float, message: str = ""
    ) -> None:
        """Write ``processing:status:{file_id}`` for two hours. Never raises for a Redis that is away."""
        self.report_files([file_id], status, step, percent, message)

    def report_files(
        self, file_ids: Collection[str], status: str, step: str, percent: float, message: str = ""
    ) -> None:
        """The same for many files, in one exchange with Redis."""
        value = {
            "status": status,
            "step": step,
            "percent": round(min(max(percent, 0.0), 100.0), 1),
            "message": message,
        }
        self._report([f"{_STATUS}{file_id}" for file_id in file_ids], value, STATUS_SECONDS)

    def report_upload(self, file_id: str, received: int, total: int | None) -> None:
        """Write ``upload:progress:{file_id}`` (bytes) for an hour. Never raises for a Redis that is away."""
        self._report([f"upload:progress:{file_id}"], {"received": received, "total": total}, UPLOAD_SECONDS)

    def read_progress(self, file_id: str) -> LiveProgress | None:
        """The last report; None when there was none within two hours.

        :raises StoreUnavailableError: Redis did not answer.
        """
        value = self._read(f"{_STATUS}{file_id}")
        if value is None:
            return None
        return _progress(value)

    def report_pace(self, asset: str, seconds: float) -> None:
        """Seconds that a worker lately took for a chunk of *asset*. Never raises for a Redis that is away."""
        pipeline = self._redis.pipeline(transaction=False)
        pipeline.lpush(f"{_PACE}{asset}", f"{seconds:.6f}")
        pipeline.ltrim(f"{_PACE}{asset}", 0, _PACES - 1)
        pipeline.expire(f"{_PACE}{asset}", STATUS_SECONDS)
        self._try(pipeline.execute)

    def read_pace(self, asset: str) -> float | None:
        """The median of the last reports of all workers; None when there was none within two hours.

        :raises StoreUnavailableError: Redis did not answer.
        """
        with self._answering():
            found = cast("list[str]", self._redis.lrange(f"{_PACE}{asset}", 0, -1))
        return median(float(each) for each in found) if found else None

    def scan_started(self, cursor: int, count: int) -> tuple[int, dict[str, LiveProgress]]:
        """Files whose last report says ``started`` and is older than a minute, among about *count* keys of Redis.

        :param cursor: 0, or what the last call returned; after 0 came back all were seen.
        :raises StoreUnavailableError: Redis did not answer.
        """
        with self._answering():
            next_cursor, found = self._redis.scan(cursor, match=f"{_STATUS}*", count=count)
            keys = cast("list[str]", found)
            bodies = self._redis.mget(keys) if keys else []
        before = datetime.now(UTC) - timedelta(seconds=_SETTLED_SECONDS)
        reports = {
            key.removeprefix(_STATUS): _progress(json.loads(body))
            for key, body in zip(keys, bodies, strict=True)
            if body is not None
        }
        return int(next_cursor), {
            id_: live for id_, live in reports.items() if live.status == "started" and live.updated < before
        }

    def forget_file(self, file_id: str) -> None:
        """Remove both keys of a deleted file; best effort, since they end by themselves."""
        keys = (f"{_STATUS}{file_id}", f"upload:progress:{file_id}")
        self._try(lambda: self._redis.delete(*keys))

    def revoke_token(self, token_hash: str, expires_at: datetime) -> None:
        """Write ``jwt:blacklist:{token_hash}`` until the token would have ended anyway.

        :param expires_at: the token's ``exp``, with a time zone.
        :raises StoreUnavailableError: Redis did not answer; the token is **not** revoked.
        """
        seconds = int((expires_at - datetime.now(UTC)).total_seconds()) + 1
        if seconds > 0:
            with self._answering():
                self._redis.set(f"jwt:blacklist:{token_hash}", "1", ex=seconds)

    def is_revoked(self, token_hash: str) -> bool:
        """Whether the token was revoked.

        :raises StoreUnavailableError: Redis did not answer; the caller must refuse the token.
        """
        with self._answering():
            return bool(self._redis.exists(f"jwt:blacklist:{token_hash}"))

    def count(self, who: str, seconds: int) -> tuple[int, int]:
        """Count one more request of *who* in a window of *seconds*; how many there were, and seconds until its end.

        :raises StoreUnavailableError: Redis did not answer.
        """
        key = f"aibox:rate:{who}"
        with self._answering():
            pipeline = self._redis.pipeline(transaction=True)
            pipeline.set(key, 0, ex=seconds, nx=True)
            pipeline.incr(key)
            pipeline.ttl(key)
            _, count, left = pipeline.execute()
        return int(count), max(1, int(left))

    def remember(self, key: str, value: str, seconds: int = MEMORY_SECONDS) -> None:
        """Write ``aam:memory:{key}``, an agent's note, for an hour or as long as is said.

        :raises StoreUnavailableError: Redis did not answer.
        """
        with self._answering():
            self._redis.set(f"aam:memory:{key}", value, ex=seconds)

    def recall(self, key: str) -> str | None:
        """The agent's note; None when there is none from the last hour.

        :raises StoreUnavailableError: Redis did not answer.
        """
        with self._answering():
            return cast("str | None", self._redis.get(f"aam:memory:{key}"))

    def forget(self, key: str) -> bool:
        """Remove the agent's note; whether there was one.

        :raises StoreUnavailableError: Redis did not answer.
        """
        with self._answering():
            return bool(self._redis.delete(f"aam:memory:{key}"))

    def _report(self, keys: Collection[str], value: dict[str, object], seconds: int) -> None:
        body = json.dumps(value | {"updated": datetime.now(UTC).isoformat()})
        if keys:
            self._try(lambda: self._redis.eval(_SET_ALL, len(keys), *keys, body, str(seconds)))

    def _try(self, command: Callable[[], object]) -> None:
        """Run a command that may fail; the log says so once, and once when it works again."""
        if time.monotonic() < self._silent_until:
            return
        try:
            command()
        except redis.RedisError as error:
            self._silent_until = time.monotonic() + _PAUSE_SECONDS
            if not self._failing:
                _log.warning("Live status is not shown: Redis did not answer (%s). The work goes on.", error)
            self._failing = True
        else:
            if self._failing:
                _log.info("Live status is shown again.")
            self._failing = False

    @contextmanager
    def _answering(self) -> Iterator[None]:
        try:
            yield
        except redis.RedisError as error:
            raise StoreUnavailableError(
                f"Redis did not answer: {first_line(error)}.",
                "See that it runs ('aibox status') and that REDIS_URL or REDIS_HOST and REDIS_PASSWORD fit.",
            ) from error

    def _read(self, key: str) -> dict[str, Any] | None:
        with self._answering():
            body = cast("str | None", self._redis.get(key))
        return None if body is None else cast("dict[str, Any]", json.loads(body))


def _progress(value: dict[str, Any]) -> LiveProgress:
    updated = datetime.fromisoformat(value["updated"])
    return LiveProgress(value["status"], value["step"], value["percent"], value["message"], updated)
