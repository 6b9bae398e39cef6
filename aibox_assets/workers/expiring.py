"""Values in Redis with a short life, which can be listed without a walk over all keys."""

from __future__ import annotations

from typing import Any, Final

from redis import Redis

# Longer than any value lives; the index itself must not stay behind for ever either.
_INDEX_SECONDS: Final = 3600


class ExpiringMap:
    """Name to text; each entry ends by itself unless it is put again.

    Every verb is one round trip; :meth:`items` are two. All raise :class:`redis.exceptions.RedisError`.

    :param prefix: of the keys; the index, a set of the names, is ``PREFIX:index``.
    """

    def __init__(self, client: Redis, prefix: str) -> None:
        self._client, self._prefix = client, prefix

    def put(self, name: str, value: str, seconds: int, *, listed: bool = True) -> None:
        """Set the value of *name* for *seconds*."""
        # SET, not EXPIRE: the entry comes back by itself after Redis was restarted empty.
        if not listed:
            self._client.set(self.key(name), value, ex=seconds)
            return
        pipe = self._client.pipeline(transaction=False)
        pipe.set(self.key(name), value, ex=seconds)
        pipe.sadd(self._index, name)
        pipe.expire(self._index, _INDEX_SECONDS)
        pipe.execute()

    def holds(self, name: str) -> bool:
        """Whether *name* has a value now."""
        return bool(self._client.exists(self.key(name)))

    def remove(self, name: str) -> None:
        """Forget *name*."""
        pipe = self._client.pipeline(transaction=False)
        pipe.delete(self.key(name))
        pipe.srem(self._index, name)
        pipe.execute()

    def items(self) -> dict[str, str]:
        """All listed entries that live, by name; names whose entry has ended leave the index."""
        members: set[Any] = set(self._client.smembers(self._index))
        names = sorted(name.decode() for name in members)
        if not names:
            return {}
        found = dict(zip(names, self._client.mget([self.key(name) for name in names]), strict=True))
        if gone := [name for name, value in found.items() if value is None]:
            self._client.srem(self._index, *gone)
        return {name: value.decode() for name, value in found.items() if value is not None}

    def key(self, name: str) -> str:
        """The Redis key of *name*."""
        return f"{self._prefix}:{name}"

    @property
    def _index(self) -> str:
        return f"{self._prefix}:index"
