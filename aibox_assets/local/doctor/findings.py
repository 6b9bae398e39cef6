"""What a check is given, and what it says."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal

from aibox_assets.local.home import Home
from aibox_assets.local.state import SupervisorState
from aibox_assets.settings import GivenSettings, Settings

State = Literal["ok", "warning", "problem"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that a check found.

    :ivar said: what is so, in a sentence. :ivar remedy: the command or the setting that mends it.
    """

    state: State
    said: str
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class Case:
    """An installation as its settings and its supervisor describe it.

    :ivar given: what the person set, without the home's own servers.
    :ivar supervisor: None before the home's first start.
    """

    home: Home
    settings: Settings
    given: GivenSettings
    supervisor: SupervisorState | None

    @property
    def runs(self) -> bool:
        """Whether the home's supervisor is at work."""
        return self.supervisor is not None and self.supervisor.alive

    def remedy_for(self, server: str) -> str:
        """What to do about a server of the home's own that does not answer."""
        return f"aibox logs {server}" if self.runs else "aibox up"


Check = Callable[[Case], Iterable[Finding]]


class NotAskedError(Exception):
    """A check that could not be made, since what it asks is away; another check says so."""


def ok(said: str) -> Finding:
    """All is well."""
    return Finding("ok", said)


def warning(said: str, remedy: str = "") -> Finding:
    """The work goes on, but something is not as it should be."""
    return Finding("warning", said, remedy)


def problem(said: str, remedy: str) -> Finding:
    """The work does not go on, or data is in danger."""
    return Finding("problem", said, remedy)
