"""The three stages of a part: it is read, computed and published, while its neighbours are in other stages.

Models release the interpreter's lock, and so do servers that are waited for. Only the model's stage is in the main
thread, since a limit of time raises there, and so does the end of a cancelled step.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

from aibox_assets.assets.step import Step

_Part = TypeVar("_Part")
_Loaded = TypeVar("_Loaded")
_Computed = TypeVar("_Computed")

_UNPUBLISHED: Final = 2
"""Computed parts that may wait for the one that is being published; then the model waits."""


@dataclass(frozen=True, slots=True)
class Stages(Generic[_Loaded, _Computed]):
    """What an asset does with a part of its files. Each stage gets what the one before it returned.

    :ivar load: reads what the model needs, and writes nothing. :ivar compute: the model.
    :ivar publish: writes under the guards of :meth:`Step.write`, since the files may be another run's by now.
    """

    load: Callable[[Step], _Loaded]
    compute: Callable[[Step, _Loaded], _Computed]
    publish: Callable[[Step, _Computed], None]


def run_overlapping(
    parts: Iterator[_Part],
    load: Callable[[_Part], _Loaded],
    compute: Callable[[_Loaded], _Computed],
    publish: Callable[[_Computed], None],
) -> None:
    """Take each part through three stages, in order, each stage with one part at a time, beside the others.

    *load* is one part ahead and takes parts from the iterator; *publish* is a few behind. What a stage raises ends all:
    what is being published is waited for, what comes behind it is not begun.
    """

    def load_next() -> _Loaded | None:
        part = next(parts, None)
        return None if part is None else load(part)

    broken = threading.Event()

    def publish_next(computed: _Computed) -> None:
        if broken.is_set():
            return
        try:
            publish(computed)
        except BaseException:
            broken.set()
            raise

    behind: deque[Future[None]] = deque()
    reader, writer = ThreadPoolExecutor(1, "reader"), ThreadPoolExecutor(1, "writer")
    try:
        ahead = reader.submit(copy_context().run, load_next)
        while (loaded := ahead.result()) is not None:
            ahead = reader.submit(copy_context().run, load_next)
            computed = compute(loaded)
            while len(behind) > _UNPUBLISHED or (behind and behind[0].done()):
                behind.popleft().result()
            behind.append(writer.submit(copy_context().run, publish_next, computed))
        while behind:
            behind.popleft().result()
    finally:
        broken.set()
        writer.shutdown()
        reader.shutdown()


def run_in_turn(
    parts: Iterator[_Part],
    load: Callable[[_Part], _Loaded],
    compute: Callable[[_Loaded], _Computed],
    publish: Callable[[_Computed], None],
) -> None:
    """The same one after the other: each part is published before the next one is looked at."""
    for part in parts:
        publish(compute(load(part)))
