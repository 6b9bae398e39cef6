"""Watching files on their way: a bar for each, until all are done."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from aibox_assets.cli.console import clean, coloured, counted, out
from aibox_assets.domain.errors import StoreUnavailableError
from aibox_assets.domain.paths import actual
from aibox_assets.resources.platform import Platform
from aibox_assets.services.folders import describe_hold
from aibox_assets.stores.files import ASSETS, FileRecord, Status
from aibox_assets.stores.folders import INBOX

BARS: Final = 12
OVER: Final = (Status.FINISHED, Status.FAILED)
PATIENCE: Final = 120.0
"""Seconds that Postgres may be away, as when it is started again: the work goes on behind it, and so does the wait."""


def wait_for(
    platform: Platform, paths: Sequence[str], timeout: float | None, *, quiet: bool
) -> dict[str, FileRecord]:
    """Show a bar for every file until all are done; the records of those that were taken in, by path.

    :raises StoreUnavailableError: the inbox is held, so that nothing would ever come of it; or Postgres stays away.
    """
    label = _inbox_label(platform)
    deadline = time.monotonic() + timeout if timeout is not None else None
    with Progress(
        TextColumn("{task.description}"),
        BarColumn(bar_width=20),
        TextColumn("{task.fields[state]}"),
        TimeElapsedColumn(),
        console=out,
        disable=quiet,
    ) as bars:
        board = _Board(bars, platform, label, paths)
        heard = time.monotonic()
        while True:
            now = time.monotonic()
            late = deadline is not None and now > deadline
            try:
                records = board.refresh()
            except StoreUnavailableError:
                if late or now - heard > PATIENCE:
                    raise
            else:
                heard = now
                over = sum(record.status in OVER for record in records.values())
                if late or over == len(set(paths)):
                    return records
            time.sleep(0.3)


def _inbox_label(platform: Platform) -> str:
    inbox = platform.folders[INBOX]
    found = next(
        f for f in platform.folder_store.recognize(platform.folders.values()) if f.root == inbox.root
    )
    if found.held_reason:
        raise StoreUnavailableError(describe_hold(found.root, found.held_reason))
    return found.label


class _Board:
    """One bar per file; beyond a dozen, one bar for all."""

    def __init__(self, bars: Progress, platform: Platform, label: str, paths: Sequence[str]) -> None:
        self._bars = bars
        self._platform = platform
        self._label = label
        self._paths = list(dict.fromkeys(paths))
        self._given = {path: _version(platform.folders[INBOX].root / actual(path)) for path in self._paths}
        self.records: dict[str, FileRecord] = {}
        shown = self._paths if len(self._paths) <= BARS else []
        self._tasks: dict[str, TaskID] = {p: self._add(_short(p)) for p in shown}
        self._all = None if shown else self._add(counted(len(self._paths), "file"))

    def _add(self, title: str) -> TaskID:
        return self._bars.add_task(clean(title), total=100, state="waiting")

    def refresh(self) -> dict[str, FileRecord]:
        """Ask where the files are, and move the bars."""
        records = self._platform.files.at_paths(self._label, self._paths)
        # A file that was replaced says "finished" of its former bytes until the next look at the folder.
        self.records = {
            path: record
            for path, record in records.items()
            if self._given[path] in (None, (record.size, record.mtime_ns))
        }
        percents = {path: self._percent(path) for path in self._paths}
        for path, task in self._tasks.items():
            state = self.records[path].status if path in self.records else "waiting"
            self._bars.update(task, completed=percents[path], state=coloured(state))
            if state in OVER:
                self._bars.stop_task(task)
        if self._all is not None:
            over = sum(record.status in OVER for record in self.records.values())
            mean = sum(percents.values()) / max(1, len(percents))
            self._bars.update(self._all, completed=mean, state=f"{over} done")
        return self.records

    def _percent(self, path: str) -> float:
        record = self.records.get(path)
        if record is None:
            return 0
        if record.status in OVER:
            return 100
        return 100 * sum(asset in record.counts for asset in ASSETS) / (len(ASSETS) + 1)


def _version(place: Path) -> tuple[int, int] | None:
    try:
        found = place.lstat()
    except OSError:
        return None
    return found.st_size, found.st_mtime_ns


def _short(path: str) -> str:
    return path if len(path) <= 34 else "…" + path[-33:]
