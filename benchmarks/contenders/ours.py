"""Ours: a real home, files dropped into its inbox, all of it as it is installed."""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from functools import partial
from typing import Final

from aibox_assets.stores.files import CHUNKS, EMBEDDINGS, KG_TRIPLES
from benchmarks.figures import Changed, Latency, Throughput, Unchanged
from benchmarks.homes import MeasuredHome
from benchmarks.texts import vary
from benchmarks.waiting import Display, wait_for

DROPS: Final = 15
PAUSE_SECONDS: Final = 3.0
CHANGES: Final = 5
CHANGED: Final = 3
"""Files that are changed at once, each in another part of all."""
_QUIET_SECONDS: Final = 10.0


def name_texts(texts: Sequence[str], folder: str) -> dict[str, str]:
    """Texts by a path in the inbox."""
    return {f"{folder}/text-{number:05}.txt": text for number, text in enumerate(texts)}


def measure_throughput(
    home: MeasuredHome, texts: Sequence[str], display: Display, name: str, label: str
) -> Throughput:
    """All texts dropped at once into a home that has none yet, until the last one is finished."""
    load, before = os.getloadavg()[0], home.cpu_seconds()
    with display.task(f"Ours: {label}", len(texts)) as advance:
        seconds = home.process(name_texts(texts, "news"), advance)
    cpu = {service: total - before.get(service, 0.0) for service, total in home.cpu_seconds().items()}
    items = home.count_items()
    return Throughput(
        name, label, len(texts), seconds, items[CHUNKS], items[EMBEDDINGS], items[KG_TRIPLES], load, cpu
    )


def measure_latency(
    home: MeasuredHome, texts: Sequence[str], display: Display, drops: int = DROPS
) -> Latency:
    """One new text at a time, with a pause before each."""
    seconds = []
    with display.task("Ours: one small file at a time", drops) as advance:
        for number, text in enumerate(vary(texts, drops, seed=7)):
            time.sleep(PAUSE_SECONDS)
            seconds.append(home.process({f"alone/{number:02}.txt": text}, lambda _: None, every=0.1))
            advance(number + 1)
    return Latency(seconds)


def measure_changed(
    home: MeasuredHome, texts: Sequence[str], display: Display, times: int = CHANGES
) -> Changed:
    """Three files of all get other words, from the drop to the last of their nine new assets; again and again."""
    every = name_texts(texts, "news")
    seconds = []
    with display.task(f"Ours: {CHANGED} changed files of {len(texts)}", times) as advance:
        missing = {path: text for path, text in every.items() if not (home.home.inbox / path).exists()}
        if missing:
            home.process(missing, lambda _: None)
        for number, text in enumerate(vary(texts, times, seed=11)):
            time.sleep(PAUSE_SECONDS)
            paths = list(every)[number :: max(1, len(every) // CHANGED)][:CHANGED]
            moment = time.time()
            started = home.drop_all({path: f"{text}\n{path}" for path in paths})
            made = partial(home.count_made_since, moment)
            ended = wait_for(3 * len(paths), made, lambda _: None, every=0.1)
            seconds.append(ended - started)
            advance(number + 1)
    return Changed(CHANGED, len(texts), seconds)


def measure_unchanged(home: MeasuredHome, texts: Sequence[str], display: Display) -> Unchanged:
    """The same files dropped once more with the same bytes: the runs and assets that follow from it.

    A model is called only by a step, and every step that ends writes its assets: none written, none called.
    """
    again = name_texts(texts, "news")
    with display.task("Ours: unchanged files dropped again", len(texts)) as advance:
        missing = {path: text for path, text in again.items() if not (home.home.inbox / path).exists()}
        if missing:
            home.process(missing, advance)
        # As they are by now: another measurement may have changed some.
        again = {path: (home.home.inbox / path).read_text(encoding="utf-8") for path in again}
        runs, moment = home.count_runs(), time.time()
        time.sleep(0.1)  # the clock of a file system lags behind ours by some milliseconds
        home.drop_all(again)
        # The sensor takes note of the new time of change when it has compared the bytes.
        wait_for(len(texts), lambda: home.count_seen_since(moment), advance, every=0.5)
        time.sleep(_QUIET_SECONDS)
    return Unchanged(len(texts), home.count_runs() - runs, home.count_made_since(moment))
