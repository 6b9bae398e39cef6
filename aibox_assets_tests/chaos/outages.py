"""A server of a home that is away for a while: gone, or there and silent."""

from __future__ import annotations

import time
from collections.abc import Callable

from aibox_assets_tests.chaos.processes import (
    eventually,
    family_of,
    find_pid,
    find_supervisor,
    frozen,
    is_back,
    kill,
)
from aibox_assets_tests.integration.real_home import RealHome

BACK_SECONDS = 60.0


def take_away(
    home: RealHome, service: str, seconds: float, meanwhile: Callable[[], object] = lambda: None
) -> None:
    """Kill the service and keep it from coming back for so long; *meanwhile* runs while it is down."""
    pid = find_pid(home, service)
    assert pid is not None
    with frozen([find_supervisor(home)]):
        kill(family_of(pid))
        meanwhile()
        time.sleep(seconds)
    eventually(lambda: is_back(home, service, pid), BACK_SECONDS, f"{service} is back")


def silence(home: RealHome, service: str, seconds: float) -> None:
    """Freeze the service: its connections stay open, and nothing answers."""
    with frozen(family_of(find_pid(home, service) or 0)):
        time.sleep(seconds)
