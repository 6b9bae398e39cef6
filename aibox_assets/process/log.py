"""A process's log: what it prints, in files of bounded size and number."""

from __future__ import annotations

import os
import shutil
from contextlib import suppress
from pathlib import Path
from typing import IO, Final

LARGEST_BYTES: Final = 10 * 2**20
OLD_LOGS: Final = 5


class ProcessLog:
    """``NAME.log``, with ``NAME.log.1`` and older ones beside it.

    :param largest: bytes after which it moves aside.
    :param kept: how many old ones stay.
    """

    def __init__(self, path: Path, *, largest: int = LARGEST_BYTES, kept: int = OLD_LOGS) -> None:
        self.path, self._largest, self._kept = path, largest, kept

    def open(self) -> IO[bytes]:
        """For the process to write to."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        return self.path.open("ab")

    def write(self, line: str) -> None:
        """Append *line*. A full disk loses lines, never the process."""
        with suppress(OSError), self.open() as file:
            file.write(f"{line}\n".encode())

    def rotate(self) -> None:
        """Copy a log that is too large aside and empty it: its writer keeps its handle.

        What is written between the two is lost; a pipe in between would lose no line, but every server would die
        with whoever reads it.
        """
        try:
            if self.path.stat().st_size <= self._largest:
                return
            for number in range(self._kept - 1, 0, -1):
                if self._older(number).exists():
                    self._older(number).replace(self._older(number + 1))
            shutil.copyfile(self.path, self._older(1))
            os.truncate(self.path, 0)
        except OSError:
            return  # a full disk must not end who keeps the processes; the next call tries again

    def _older(self, number: int) -> Path:
        return self.path.with_name(f"{self.path.name}.{number}")
