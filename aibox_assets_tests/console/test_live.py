"""Many pages look again in turn."""

from __future__ import annotations

import asyncio

from aibox_assets.console.live import TURNS, Pulse


def test_many_pages_look_in_turn_and_each_comes_to_its_own() -> None:
    at_once = most = done = 0

    async def page(pulse: Pulse) -> None:
        nonlocal at_once, most, done
        async with pulse.turn():
            at_once += 1
            most = max(most, at_once)
            await asyncio.sleep(0)
            at_once -= 1
            done += 1

    async def pages() -> None:
        pulse = Pulse()
        await asyncio.gather(*(page(pulse) for _ in range(50)))

    asyncio.run(pages())
    assert (most, done) == (TURNS, 50)


def test_a_page_that_fails_gives_its_turn_to_the_next() -> None:
    async def pages() -> str:
        pulse = Pulse()
        for _ in range(TURNS + 1):
            try:
                async with pulse.turn():
                    raise ValueError("away")
            except ValueError:
                pass
        async with pulse.turn():
            return "well"

    assert asyncio.run(pages()) == "well"
