"""How a page stays as things are: it looks again when something happened, and else only now and then."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Final

from nicegui import app, run, ui

from aibox_assets.console.visit import Visit
from aibox_assets.domain.errors import AIBoxError
from aibox_assets.services.signing_in import NotSignedInError

LOOK_SECONDS: Final = 1.0
ANYWAY_SECONDS: Final = 10.0
"""What leaves no event, such as a worker's lease or a pause, is seen after so long."""
EVENTS_ALONE: Final = 60.0
"""For pages that show nothing but what events tell."""
TURNS: Final = 2
"""Pages that look again at once; with 100,000 files and 50 pages the database would else do nothing but count."""
REST_SECONDS: Final = 2.0


class Pulse:
    """Tells in which moment of the history things are: one question a second, however many pages are open."""

    def __init__(self) -> None:
        self._asked, self._last = 0.0, 0
        self._asking = asyncio.Lock()
        self._turns = asyncio.Semaphore(TURNS)

    async def beat(self, visit: Visit) -> int:
        """The number of the newest event."""
        async with self._asking:
            if time.monotonic() - self._asked >= LOOK_SECONDS:
                self._last = await run.io_bound(visit.platform.events.newest) or 0
                self._asked = time.monotonic()
        return self._last

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """The right to look again. What many pages ask takes half of the time of :data:`TURNS` at most."""
        async with self._turns:
            begun = time.monotonic()
            yield
            await asyncio.sleep(min(time.monotonic() - begun, REST_SECONDS))


def follow(
    visit: Visit, look: Callable[[], Awaitable[None]], *, anyway: float | Callable[[], float] = ANYWAY_SECONDS
) -> None:
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
            latest = anyway() if callable(anyway) else anyway
            if now == seen[0] and time.monotonic() - seen[1] < latest:
                return
            async with pulse.turn():
                await look()
            seen[:] = [now, time.monotonic()]
        except NotSignedInError:
            timer.deactivate()
        except AIBoxError as error:
            notice.set_text(visit.sentences(error.reason, visit("It is tried again by itself.")))
            notice.set_visibility(True)
        else:
            notice.set_visibility(False)

    timer = ui.timer(LOOK_SECONDS, tick, immediate=False)
