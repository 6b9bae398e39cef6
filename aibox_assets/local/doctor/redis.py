"""Redis: whether it answers, takes writes, keeps what it was given, and has the right time."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final
from urllib.parse import urlsplit

from redis import Redis
from redis.exceptions import (
    AuthenticationError,
    BusyLoadingError,
    ConnectionError,
    RedisError,
    ResponseError,
    TimeoutError,
)

from aibox_assets.domain.errors import ConfigurationError, first_line
from aibox_assets.local.doctor.findings import Case, Finding, NotAskedError, ok, problem, warning

SECONDS: Final = 3
CLOCK_WARNING, CLOCK_PROBLEM = 5.0, 60.0
_PROBE: Final = "aibox:probe"
_CREDENTIALS: Final = "Correct REDIS_URL, or REDIS_PASSWORD, in the environment or .env."


@contextmanager
def connected(case: Case) -> Iterator[Redis]:
    """A client.

    :raises NotAskedError: Redis does not answer, which :func:`answers` says.
    """
    try:
        url = case.settings.require_redis_url()
        with Redis.from_url(url, socket_timeout=SECONDS, socket_connect_timeout=SECONDS) as client:
            _ping(client)
            yield client
    except (ConfigurationError, ConnectionError, TimeoutError) as error:
        raise NotAskedError from error


def answers(case: Case) -> Iterator[Finding]:
    """It is there and lets us in."""
    try:
        url = case.settings.require_redis_url()
    except ConfigurationError as error:
        yield warning(error.reason, error.remedy)
        return
    place = urlsplit(url).netloc.rpartition("@")[2]
    own = case.given.redis_url is None and case.given.redis_host is None
    try:
        with Redis.from_url(url, socket_timeout=SECONDS, socket_connect_timeout=SECONDS) as client:
            _ping(client)
            version = _info(client, "server").get("redis_version", "")
    except AuthenticationError as error:
        yield problem(f"Redis at {place} refuses us: {first_line(error)}.", _CREDENTIALS)
    except BusyLoadingError:
        yield warning(f"Redis at {place} still loads its data.", "aibox doctor, in a while")
    except (ConnectionError, TimeoutError) as error:
        remedy = case.remedy_for("redis") if own else "Start that Redis, or correct REDIS_URL or REDIS_HOST."
        yield problem(f"Redis at {place} does not answer: {str(error).rstrip('.')}.", remedy)
    except RedisError as error:
        yield problem(
            f"Redis at {place} refuses us: {first_line(error)}.",
            f"{_CREDENTIALS} REDIS_DB names the database.",
        )
    else:
        yield ok(f"Redis {version} answers at {place}.")


def takes_writes(case: Case) -> Iterator[Finding]:
    """It is no replica, is not full, and its disk is not."""
    with connected(case) as client:
        info = _info(client, "replication")
        if info.get("role") == "slave":
            where = f"{info.get('master_host')}:{info.get('master_port')}"
            yield problem(
                f"Redis is a read-only replica of {where}.",
                "redis-cli REPLICAOF NO ONE, or let REDIS_URL name the primary",
            )
            return
        try:
            client.set(_PROBE, "1", ex=10)
        except RedisError as error:
            yield problem(f"Redis takes no writes: {first_line(error)}.", _remedy_for_write(str(error)))
        else:
            yield ok("Redis takes writes.")


def keeps_all(case: Case) -> Iterator[Finding]:
    """It evicts nothing, and has room."""
    with connected(case) as client:
        memory = _info(client, "memory")
    policy = memory.get("maxmemory_policy")
    most, used = int(memory.get("maxmemory", 0)), int(memory.get("used_memory", 0))
    if most and policy != "noeviction":
        yield problem(
            f"Redis deletes what it likes when it is full (maxmemory-policy {policy}), tasks too.",
            "redis-cli CONFIG SET maxmemory-policy noeviction, and the same in redis.conf",
        )
    elif policy not in (None, "noeviction"):
        yield warning(
            f"Redis would delete tasks if it got a limit of memory (maxmemory-policy {policy}).",
            "redis-cli CONFIG SET maxmemory-policy noeviction, and the same in redis.conf",
        )
    if most and used > 0.9 * most:
        yield warning(
            f"Redis uses {used / 2**20:,.0f} of its {most / 2**20:,.0f} MiB.",
            "Raise maxmemory in redis.conf (redis-cli CONFIG SET maxmemory …).",
        )
    elif policy == "noeviction":
        yield ok(f"Redis evicts nothing; it uses {used / 2**20:,.0f} MiB.")


def survives_a_restart(case: Case) -> Iterator[Finding]:
    """It writes down what it has, and can."""
    with connected(case) as client:
        info = _info(client, "persistence")
    if not info.get("aof_enabled"):
        yield warning(
            "Redis keeps no append-only file: at a restart tasks are lost, and are requested anew.",
            "redis-cli CONFIG SET appendonly yes, and appendonly yes in redis.conf",
        )
    elif info.get("aof_last_write_status") != "ok":
        yield problem("Redis cannot write its append-only file.", "Make room on its disk (df -h).")
    else:
        yield ok("Redis writes its append-only file.")


def clock(case: Case, now: Callable[[], float] = time.time) -> Iterator[Finding]:
    """Its time is ours: leases and lifetimes are measured with it."""
    with connected(case) as client:
        before = now()
        seconds, microseconds = client.time()
        yield judge_clock("Redis", seconds + microseconds / 1e6, (before + now()) / 2)


def judge_clock(server: str, theirs: float, ours: float) -> Finding:
    """How far two clocks are apart; both in seconds since 1970."""
    apart = theirs - ours
    if abs(apart) < CLOCK_WARNING:
        return ok(f"{server}'s clock is ours.")
    said = f"{server}'s clock is {abs(apart):,.0f} s {'ahead of' if apart > 0 else 'behind'} this machine's."
    remedy = "timedatectl set-ntp true, on both machines"
    return problem(said, remedy) if abs(apart) >= CLOCK_PROBLEM else warning(said, remedy)


def _ping(client: Redis) -> None:
    """Raise where it does not answer. One that cannot write to its disk refuses PING, too, but answers."""
    try:
        client.ping()
    except ResponseError as error:
        if "MISCONF" not in str(error):
            raise


def _info(client: Redis, section: str) -> dict[str, Any]:
    return dict(client.info(section))


def _remedy_for_write(error: str) -> str:
    if "READONLY" in error or "read only" in error:
        return "redis-cli REPLICAOF NO ONE, or let REDIS_URL name the primary"
    if "OOM" in error or "maxmemory" in error:
        return "Raise maxmemory (redis-cli CONFIG SET maxmemory …), or empty other databases of it."
    if "MISCONF" in error:
        return "Make room on Redis's disk (df -h), or: redis-cli CONFIG SET stop-writes-on-bgsave-error no"
    if "NOPERM" in error or "permission" in error.lower():
        return "redis-cli ACL SETUSER <user> +@all ~*, for the user of REDIS_URL"
    return "Look into the log of Redis."
