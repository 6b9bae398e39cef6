"""The parser's sandbox as a worker has it, with a record of what became of each file."""

from __future__ import annotations

import contextlib
import resource
import threading
import time
from collections import Counter
from pathlib import Path
from types import TracebackType
from typing import Self

import psutil

from aibox_assets.domain.errors import AIBoxError
from aibox_assets.domain.models import ParsedDocument
from aibox_assets.domain.parse import ParseLimits
from aibox_assets.sandbox import ParserSandbox
from aibox_assets.settings import Settings

TIMEOUT: int = Settings.model_fields["parse_timeout"].default
MEMORY_MB: int = Settings.model_fields["parse_memory_mb"].default


class MeasuredSandbox:
    """A sandbox under the default limits. Only an error that is not ours leaves :meth:`parse`.

    :ivar outcomes: of all files, by kind: ``parsed``, or the name of the error.
    :ivar deaths: children that ended over a file, whose error was typed all the same.
    :ivar longest: seconds of processor time, of parent and children, and name of the dearest file. Not of the
        clock: on a busy machine most of those are spent waiting for a core. :ivar waited: most seconds by the clock.
    :ivar peak_mib: largest resident memory of a child.
    """

    def __init__(self) -> None:
        limits = ParseLimits(max_bytes=Settings.model_fields["max_file_mb"].default * 2**20)
        self._sandbox = ParserSandbox(limits, timeout=TIMEOUT, memory_mb=MEMORY_MB)
        self.outcomes: Counter[str] = Counter()
        self.deaths = 0
        self.longest = (0.0, "")
        self.waited = 0.0
        self.peak_mib = 0.0
        self._closing = threading.Event()
        self._watcher = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> Self:
        self._watcher.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._closing.set()
        self._watcher.join()
        self._sandbox.close()

    def parse(self, data: bytes, name: str) -> ParsedDocument | AIBoxError:
        """The document, or the error it was refused with."""
        before, started, used = self._pid(), time.monotonic(), self._processor_seconds()
        result: ParsedDocument | AIBoxError
        try:
            result = self._sandbox.parse(data, name)
            kind = "parsed"
        except AIBoxError as error:
            result, kind = error, type(error).__name__
        self.waited = max(self.waited, time.monotonic() - started)
        self._measure()
        self.longest = max(self.longest, (self._processor_seconds() - used, name))
        self.deaths += before is not None and self._pid() != before
        self.outcomes[kind] += 1
        return result

    def figures(self) -> str:
        """All of it in one line."""
        kinds = ", ".join(f"{count} {kind}" for kind, count in self.outcomes.most_common())
        return (
            f"files {self.outcomes.total()}: {kinds}; parser children lost {self.deaths}; "
            f"most processor time {self.longest[0]:.1f} s ({self.longest[1]}), "
            f"longest by the clock {self.waited:.1f} s; peak {self.peak_mib:.0f} MiB"
        )

    def _pid(self) -> int | None:
        child = self._sandbox._child
        return child.pid if child is not None else None

    def _processor_seconds(self) -> float:
        """Of this process, of the children that ended and of the one that lives."""
        ended = resource.getrusage(resource.RUSAGE_CHILDREN)
        seconds = time.process_time() + ended.ru_utime + ended.ru_stime
        if pid := self._pid():
            with contextlib.suppress(psutil.Error):
                times = psutil.Process(pid).cpu_times()
                seconds += times.user + times.system
        return seconds

    def _watch(self) -> None:
        while not self._closing.wait(0.02):
            self._measure()

    def _measure(self) -> None:
        try:
            status = Path(f"/proc/{self._pid()}/status").read_text()
        except OSError:  # no child, or it is gone
            return
        for line in status.splitlines():
            if line.startswith("VmHWM:"):  # a dead child that nobody waited for yet has no such line
                self.peak_mib = max(self.peak_mib, int(line.split()[1]) / 1024)
