"""What there is to know of a process that is kept running, and how often it is started again."""

from __future__ import annotations

import signal
from collections.abc import Callable
from dataclasses import dataclass
from typing import IO

from aibox_assets.process.command import Command, Process, start


class CannotTellError(Exception):
    """Who would know whether a service answers does not answer itself."""


@dataclass(frozen=True, slots=True)
class RestartPolicy:
    """How often a service that died is started again.

    :ivar first_start: deaths in a row before anything was ever healthy that count as "cannot start".
    :ivar in_a_row: deaths in a row, later, after which it is given up.
    :ivar first_wait: seconds before the first restart in a row; each further wait is twice as long.
    :ivar longest_wait: seconds; no wait is longer, but for a first one that is.
    :ivar settled: seconds of health after which earlier deaths are forgotten.
    """

    first_start: int = 2
    in_a_row: int = 10
    first_wait: float = 1.0
    longest_wait: float = 30.0
    settled: float = 60.0

    def wait(self, deaths: int) -> float:
        """Seconds before the restart after so many deaths in a row."""
        return min(self.first_wait * 2.0 ** (deaths - 1), max(self.longest_wait, self.first_wait))


def _nothing() -> None:
    return None


@dataclass(frozen=True, slots=True)
class Service:
    """One thing to keep running, or, without a command, a step to do once.

    :ivar needs: names of the services that must be healthy first.
    :ivar stage: the highest stage stops first; those of one stage stop together.
    :ivar before: makes it ready to start.
    :ivar start: starts its command, whose output goes into the file.
    :ivar ping: raises unless it answers; gets the time (epoch seconds) at which the process was started.
        :class:`CannotTellError` says nothing of it, but for the first start of a whole home.
    :ivar after: runs once it answers; only then does it count as healthy.
    :ivar look: asked while it is healthy; why it must be replaced, or None.
    :ivar address: where people and programs reach it; empty for what listens nowhere.
    :ivar start_seconds: in which it must answer. :ivar ping_seconds, look_seconds: between two of them.
    :ivar stop_seconds: what its stop signal gets. :ivar harder: further signals, and what each gets, before SIGKILL.
    """

    name: str
    command: Command | None
    needs: tuple[str, ...] = ()
    stage: int = 0
    before: Callable[[], None] = _nothing
    start: Callable[[Command, IO[bytes]], Process] = start
    ping: Callable[[float], None] = lambda _: None
    after: Callable[[], None] = _nothing
    look: Callable[[], str | None] | None = None
    address: str = ""
    start_seconds: float = 60.0
    ping_seconds: float = 0.1
    look_seconds: float = 30.0
    stop_seconds: float = 15.0
    harder: tuple[tuple[signal.Signals, float], ...] = ()
