"""How a page stays as things are: it looks again when something happened, and else only now and then."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Final

from nicegui import app, run, ui

from aibox_assets.console.visit import Visit
from aibox_assets.domain.errors import AIBoxError
from aibox_assets.services.accounts import NotSignedInError

LOOK_SECONDS: Final = 1.0
ANYWAY_SECONDS: Final = 10.0
"""What leaves no event, such as a worker's lease or a pause, is seen after so long."""


class Pulse:
    """Tells in which moment of the history things are: one question a second, however many pages are open."""

    def __init__(self) -> None:
        self._asked, self._last = 0.0, 0
        self._asking = asyncio.Lock()

    async def beat(self, visit: Visit) -> int:
        """The number of the newest event."""
        async with self._asking:
            if time.monotonic() - self._asked >= LOOK_SECONDS:
                self._last = await run.io_bound(visit.platform.events.newest) or 0
                self._asked = time.monotonic()
        return self._last


def follow(visit: Visit, look: Callable[[], Awaitable[None]], *, anyway: float = ANYWAY_SECONDS) -> None:
    """Call *look* again when something happened, at the latest after *anyway* seconds, as long as the page is open.

    A store that is away is said above the page until it is back.
    """
    pulse: Pulse = app.state.pulse
    notice = ui.label().classes("console-notice").props('role="status"')
    notice.set_visibility(False)
    seen: list[float] = [-1, 0.0]

    async def tick() -> None:
        try:
            now = await pulse.beat(visit)
            if now == seen[0] and time.monotonic() - seen[1] < anyway:
                return
            await look()
            seen[:] = [now, time.monotonic()]
        except NotSignedInError:
            timer.deactivate()
            ui.navigate.reload()
        except AIBoxError as error:
            notice.set_text(f"{visit.said(error.reason)} {visit('It is tried again by itself.')}")
            notice.set_visibility(True)
        else:
            notice.set_visibility(False)

    timer = ui.timer(LOOK_SECONDS, tick, immediate=False)
