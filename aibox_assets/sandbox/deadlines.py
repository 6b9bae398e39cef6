"""Limits of time for a child process, watched by one thread: one for each file costs more than a small file."""

from __future__ import annotations

import contextlib
import subprocess
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field


@dataclass(slots=True, eq=False)
class _Limit:
    child: subprocess.Popen[bytes]
    until: float
    passed: threading.Event = field(default_factory=threading.Event)


class Deadlines:
    """Kills children that take too long. One child has one limit at a time; a fork needs one of its own."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._limit: _Limit | None = None
        self._wakes_at: float | None = None
        """When the thread looks next by itself; None while there is no thread."""

    @contextlib.contextmanager
    def over(self, child: subprocess.Popen[bytes], seconds: float) -> Iterator[threading.Event]:
        """Kill *child* after *seconds*, unless the block ends before; the event says that it came to that."""
        limit = _Limit(child, time.monotonic() + seconds)
        with self._changed:
            self._limit = limit
            if self._wakes_at is None:
                self._wakes_at = limit.until
                threading.Thread(target=self._watch, name="deadlines", daemon=True).start()
            elif limit.until < self._wakes_at:
                self._changed.notify()
        try:
            yield limit.passed
        finally:
            with self._changed:
                self._limit = None

    def _watch(self) -> None:
        """Sleep until the limit that was known last, which most files never reach; end where there is none then."""
        with self._changed:
            while (limit := self._limit) is not None:
                self._wakes_at = limit.until
                if (left := limit.until - time.monotonic()) > 0:
                    self._changed.wait(left)
                    continue
                self._limit = None
                limit.passed.set()
                limit.child.kill()
            self._wakes_at = None
