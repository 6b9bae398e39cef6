"""A worker's log: what the process prints, in files of bounded size and number."""

from __future__ import annotations

import logging
import threading
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import IO, Final

LARGEST_BYTES: Final = 10 * 2**20
OLD_LOGS: Final = 5
_LONGEST_LINE: Final = 2**16


class WorkerLog:
    """``NAME.log``, with ``NAME.log.1`` and older ones beside it.

    :param largest: bytes after which it moves aside.
    :param kept: how many old ones stay.
    """

    def __init__(self, path: Path, *, largest: int = LARGEST_BYTES, kept: int = OLD_LOGS) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self.path = path
        self._handler = RotatingFileHandler(path, maxBytes=largest, backupCount=kept, encoding="utf-8")
        self._thread: threading.Thread | None = None

    def write(self, line: str) -> None:
        """Append *line*. A full disk loses lines, never the worker."""
        self._handler.handle(logging.makeLogRecord({"msg": line.rstrip("\n")}))

    def follow(self, stream: IO[bytes]) -> None:
        """Append all that comes out of *stream*, in a thread, until it ends."""
        self._thread = threading.Thread(target=self._copy, args=(stream,), daemon=True, name="worker-log")
        self._thread.start()

    def _copy(self, stream: IO[bytes]) -> None:
        with stream:
            while line := stream.readline(_LONGEST_LINE):
                self.write(line.decode("utf-8", "replace"))

    def finish(self) -> None:
        """Wait for the last lines of a stream that has ended; a later line opens the file again."""
        if self._thread is not None:
            self._thread.join(2)
        self._handler.close()
