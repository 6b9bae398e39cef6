"""The servers of a home: those that run, or for a home that is down its own, for as long as they are needed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from aibox_assets.local.embedded import running
from aibox_assets.local.home import Home
from aibox_assets.local.services import embedded_servers
from aibox_assets.local.state import read_state
from aibox_assets.local.supervisor import STATE_FILE, sole_supervisor
from aibox_assets.settings import GivenSettings, Settings


@contextmanager
def serving(home: Home) -> Iterator[Settings]:
    """Postgres and the graph answer during the block; yields the settings by which.

    :raises ConfigurationError: another process starts or stops the home right now.
    """
    state = read_state(home.run / STATE_FILE)
    if state is not None and state.alive:
        yield settings_of(home)
        return
    with sole_supervisor(home), ExitStack() as stack:
        given = GivenSettings.of_home(home.path)
        for name, server, _ in embedded_servers(home, home.allot(), given):
            if name != "redis":
                stack.enter_context(running(server))
        yield settings_of(home)


def settings_of(home: Home) -> Settings:
    """The settings as the home has them by now."""
    return Settings.of_home(home.path)
