"""Processes of a measurement, which end with it however it ends."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from aibox_assets.process import Command, start, stop, tail
from benchmarks.texts import BenchmarkError

ROOT: Final = Path(__file__).resolve().parents[1]
_STOP_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Child:
    """A running process and its log."""

    process: subprocess.Popen[bytes]
    log: Path

    def check(self) -> None:
        """See that it runs.

        :raises BenchmarkError: it ended; with its last lines.
        """
        if (code := self.process.poll()) is not None:
            raise BenchmarkError(f"{self.log.stem} ended with code {code}:\n{tail(self.log, 30)}")


@contextmanager
def running_child(command: Command, log: Path) -> Iterator[Child]:
    """Run *command* for the length of the block, then end it and all that it started."""
    with log.open("ab") as output:
        process = start(command, output)
    try:
        yield Child(process, log)
    finally:
        stop(process, command, _STOP_SECONDS)
