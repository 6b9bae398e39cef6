"""Waking the loops of Dagster's daemon: a bell for each :class:`Wake`, rung from any thread of this process."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Collection
from functools import lru_cache
from typing import Any, Final

from sqlalchemy import Engine

from aibox_assets.settings import load_settings
from aibox_assets.stores.database import connect
from aibox_assets.stores.wakes import Wake, wake_now

_SLICE_SECONDS: Final = 0.5


class Bells:
    """What was rung and has not begun yet, and what is at work now.

    :ivar heard_here: whether the loops that they wake are in this process.
    :ivar engine: connections to our database, through which others are rung; without, one is made for that.
    """

    def __init__(self) -> None:
        self.heard_here = False
        self.engine: Engine | None = None
        self._rung: set[Wake] = set()
        self._busy: set[Wake] = set()
        self._rested: dict[Wake, float] = {}
        self._changed = threading.Condition()

    def ring(self, whom: Wake) -> None:
        """It is to begin, as soon as it can."""
        with self._changed:
            self._rung.add(whom)
            self._changed.notify_all()

    def begin(self, whom: Wake) -> None:
        """It begins now: what is rung from now on is for the time after."""
        with self._changed:
            self._rung.discard(whom)
            self._busy.add(whom)

    def end(self, whom: Wake, rest_seconds: float = 0.0) -> None:
        """It is done, and begins again after a rest."""
        with self._changed:
            self._busy.discard(whom)
            self._rested[whom] = time.monotonic() + rest_seconds
            self._changed.notify_all()

    def is_due(self, whom: Wake) -> bool:
        """Whether it was rung, is not at work, and rested after the last time."""
        return self._seconds_until(whom) == 0

    def wait(self, whom: Collection[Wake], seconds: float) -> bool:
        """Until one of them is due, for so long at most; whether one is."""
        until = time.monotonic() + seconds
        with self._changed:
            while (soonest := min(map(self._seconds_until, whom))) > 0:
                left = until - time.monotonic()
                if left <= 0:
                    return False
                self._changed.wait(min(left, soonest))
        return True

    def _seconds_until(self, whom: Wake) -> float:
        if whom not in self._rung or whom in self._busy:
            return float("inf")
        return max(0.0, self._rested.get(whom, 0.0) - time.monotonic())


class WaitOrBell:
    """Dagster's event of a shutdown, whose waits also end when one of *whom* is due."""

    def __init__(self, shutdown: Any, bells: Bells, whom: Collection[Wake]) -> None:
        self._shutdown, self._bells, self._whom = shutdown, bells, whom

    def is_set(self) -> bool:
        """Whether the daemon is to end."""
        return bool(self._shutdown.is_set())

    def wait(self, timeout: float) -> bool:
        """Wait as an event does; whether the daemon is to end, which is noticed within half a second."""
        until = time.monotonic() + timeout
        while not self.is_set() and (left := until - time.monotonic()) > 0:
            if self._bells.wait(self._whom, min(left, _SLICE_SECONDS)):
                break
        return self.is_set()


BELLS: Final = Bells()
"""Those of this process."""


def ring_afar(whom: Wake) -> None:
    """Ring in whichever process they hear it."""
    if BELLS.heard_here:
        BELLS.ring(whom)
    else:
        wake_now(BELLS.engine or _engine(os.getpid()), whom)


@lru_cache(maxsize=1)
def _engine(pid: int) -> Engine:
    return connect(load_settings().require_database_url())
