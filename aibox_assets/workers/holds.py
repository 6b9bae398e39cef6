"""Workers that a person holds: each ends what it is at, and takes nothing more until a person lets it go on.

A mark in Redis, which the worker's main process reads every two seconds; so it holds for the worker's successor, too.
"""

from __future__ import annotations

from typing import Final, cast

from redis import Redis

_PREFIX: Final = "aibox:worker-held"
_DAYS: Final = 7
"""After so long the mark of a worker that never came back ends by itself."""


def hold(client: Redis, name: str, by: str) -> None:
    """Let the worker ``NAME@HOST`` take nothing more. All verbs raise :class:`redis.exceptions.RedisError`."""
    client.set(f"{_PREFIX}:{name}", by, ex=_DAYS * 86_400)


def let_go(client: Redis, name: str) -> bool:
    """Let it go on; whether it was held."""
    return bool(client.delete(f"{_PREFIX}:{name}"))


def held_by(client: Redis, name: str) -> str | None:
    """Who holds it; None where nobody does."""
    found = cast("bytes | None", client.get(f"{_PREFIX}:{name}"))
    return None if found is None else found.decode()
