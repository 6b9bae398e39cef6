"""A table in an object store: each write is an object of its own, ``<table>/<time>.<digest>.parquet``."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Sequence
from typing import Final

from upath import UPath

LOCAL: Final = ("", "file")
"""Protocols of a folder, which has no such objects."""
_OLD_SECONDS: Final = 3600
"""How long a table is kept after a newer one came: somebody may be about to read it."""


def later_stamp(older: Sequence[UPath]) -> int:
    """A time in nanoseconds that is later than those of *older*."""
    return max(time.time_ns(), *(_time_of(each) + 1 for each in older)) if older else time.time_ns()


def put_object(path: UPath, older: Sequence[UPath], content: bytes, version: str, now: int) -> None:
    """Write a table beside *older* ones, the newest of which comes first; the oldest of these go."""
    target = _folder(path) / f"{now:020}{ending_of(path, version)}"
    target.write_bytes(content)
    for each in (*older[1:], *([path] if older else [])):
        if _time_of(each) < now - _OLD_SECONDS * 10**9:
            each.unlink(missing_ok=True)


def ending_of(path: UPath, version: str) -> str:
    """How the names of a table's objects of a version end."""
    return f".{hashlib.sha256(version.encode()).hexdigest()[:16]}{path.suffix}"


def _folder(path: UPath) -> UPath:
    return path.parent / path.name.removesuffix(path.suffix)


def list_objects(path: UPath) -> list[UPath]:
    """What an object store has of a table, the newest first; none in a folder."""
    if path.protocol in LOCAL:
        return []
    folder = _folder(path)
    folder.fs.invalidate_cache(folder.path)  # others write, too
    try:
        # Not ls: where there is nothing, S3's looks through all tables of the asset for an object of the folder's name.
        names = (str(each).rpartition("/")[2] for each in folder.fs.find(folder.path))
        return [folder / name for name in sorted(names, reverse=True) if name.endswith(path.suffix)]
    except FileNotFoundError:
        return []


def _time_of(path: UPath) -> int:
    """When an object was written, in nanoseconds; 0 for one of version 0.1."""
    stamp = path.name.partition(".")[0]
    return int(stamp) if len(stamp) == 20 and stamp.isdecimal() else 0
