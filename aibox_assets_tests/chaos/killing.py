"""Killing workers one after the other while files arrive."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from functools import partial

import psutil

from aibox_assets_tests.chaos.acceptance import Figures
from aibox_assets_tests.chaos.processes import HeldStep, eventually, held_steps, is_recovered, kill
from aibox_assets_tests.integration.real_home import RealHome
from aibox_assets_tests.integration.texts import write_news

RECOVERY_SECONDS = 90.0


def drop_news(home: RealHome, count: int, seed: int, *, long: int = 1) -> list[str]:
    """Drop *count* files of *long* texts each; their paths."""
    texts = write_news(count * long, seed=seed)
    return [
        home.drop(f"news-{seed}-{n:03}.txt", "\n\n".join(texts[n * long : (n + 1) * long]))
        for n in range(count)
    ]


def kill_during_work(
    home: RealHome,
    figures: Figures,
    kills: int,
    victims_of: Callable[[HeldStep], list[psutil.Process]],
    *,
    files: int,
    asset_of: Callable[[int], str | None] = lambda _: None,
    rest: float = 0.0,
) -> list[str]:
    """Drop *files*, kill who works on one of them at a random moment, wait until its step is taken up; *kills* times.

    More files are dropped where the work on them was over before the kill.

    :param asset_of: whose step the kill of that number hits; None for any.
    :param rest: least seconds between two kills.
    :returns: the paths of all files.
    """
    dice, paths = random.Random(figures.line), list[str]()
    for number in range(kills):
        wanted, killed, tries = asset_of(number), 0, 0
        while not killed:
            # A step may be over before it is hit; then more files come.
            paths += drop_news(home, files, number + kills * tries)
            tries += 1
            found: list[HeldStep] = []

            def look(found: list[HeldStep] = found, wanted: str | None = wanted) -> bool:
                found[:] = [step for step in held_steps(home) if wanted in (None, step.step_key)]
                return bool(found)

            eventually(look, RECOVERY_SECONDS, f"a worker is at work on {wanted or 'something'}")
            time.sleep(dice.uniform(0, 1.0))
            if look():
                step = dice.choice(found)
                killed = kill(victims_of(step))
        figures.killed += 1
        recovery = eventually(
            partial(is_recovered, home, step), RECOVERY_SECONDS, f"{step} is taken up again"
        )
        figures.recoveries.append(recovery)
        time.sleep(max(0.0, rest - recovery))
    return paths
