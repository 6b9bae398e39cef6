"""Showing how far a measurement is, and waiting for work that others do."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from benchmarks.texts import BenchmarkError

PATIENCE_SECONDS: Final = 300.0

Advance = Callable[[int], None]
"""Told how many of all are done by now."""


@dataclass(frozen=True, slots=True)
class Display:
    """Progress bars on the terminal, one per measurement."""

    console: Console = field(default_factory=lambda: Console(stderr=True))

    @contextmanager
    def task(self, title: str, total: int) -> Iterator[Advance]:
        """A bar for the length of the block."""
        columns = (
            TextColumn("{task.description:<48}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
        )
        # Slowly: drawing must not take a core from what is measured.
        with Progress(*columns, console=self.console, refresh_per_second=2) as progress:
            task = progress.add_task(title, total=total)
            yield lambda done: progress.update(task, completed=done)

    @contextmanager
    def phase(self, title: str) -> Iterator[None]:
        """Say what is prepared; that is not measured."""
        with self.console.status(title, refresh_per_second=2):
            yield


def wait_for(total: int, done: Callable[[], int], advance: Advance, *, every: float) -> float:
    """Ask *done* every so many seconds until it says *total*.

    :returns: ``time.monotonic()`` of the moment when it did.
    :raises BenchmarkError: nothing more was done for ``PATIENCE_SECONDS``.
    """
    before, deadline = 0, time.monotonic() + PATIENCE_SECONDS
    while True:
        count = done()
        at = time.monotonic()
        advance(count)
        if count >= total:
            return at
        if count > before:
            before, deadline = count, at + PATIENCE_SECONDS
        if at > deadline:
            raise BenchmarkError(
                f"{count} of {total} were done, and none more in {PATIENCE_SECONDS:g} s; given up."
            )
        time.sleep(every)
