"""Tiny files by the thousand: what one costs when there are many, against when there are few."""

from __future__ import annotations

import os
from collections.abc import Sequence

from aibox_assets.stores.files import ASSETS
from benchmarks.contenders.ours import name_texts
from benchmarks.figures import Scale, Throughput
from benchmarks.homes import MeasuredHome, running_home
from benchmarks.texts import write_tiny
from benchmarks.waiting import Display


def measure(texts: Sequence[str], display: Display, few: int, many: int) -> Scale:
    """*few* files into an empty home, then *many* more into the same one."""
    with running_home(display, "Scale") as home:
        return Scale(_measure(home, texts, display, few, 1), _measure(home, texts, display, many, 2))


def _measure(home: MeasuredHome, texts: Sequence[str], display: Display, count: int, seed: int) -> Throughput:
    before, used, load = home.count_items(), home.cpu_seconds(), os.getloadavg()[0]
    with display.task(f"Scale: {count:,} tiny files", count) as advance:
        seconds = home.process(
            name_texts(write_tiny(texts, count, seed=seed), f"tiny-{seed}"), advance, every=1
        )
    cpu = {service: total - used.get(service, 0.0) for service, total in home.cpu_seconds().items()}
    items = home.count_items()
    chunks, vectors, triples = (items[asset] - before.get(asset, 0) for asset in ASSETS)
    return Throughput(
        f"tiny-{seed}", f"{count:,} tiny files", count, seconds, chunks, vectors, triples, load, cpu
    )
