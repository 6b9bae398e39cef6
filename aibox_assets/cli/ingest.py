"""``aibox ingest``: copy files into the inbox and watch them become searchable."""

from __future__ import annotations

import filecmp
import shutil
import time
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from aibox_assets.cli.console import Json, clean, coloured, err, out, print_json, reported_errors
from aibox_assets.cli.records import describe
from aibox_assets.domain.errors import ConfigurationError
from aibox_assets.resources.platform import Platform, current_platform
from aibox_assets.settings import load_settings
from aibox_assets.stores.files import ASSETS, FileRecord, Status
from aibox_assets.stores.inbox import INBOX, storable

BARS = 12
_OVER = (Status.FINISHED, Status.FAILED)


def register(app: typer.Typer) -> None:
    """Add the command to *app*."""
    app.command()(ingest)


@dataclass(frozen=True, slots=True)
class Copied:
    """A file in the inbox. *fresh*: its bytes were not there before."""

    path: str
    fresh: bool


def ingest(
    paths: Annotated[list[Path], typer.Argument(help="Files, or folders with all that is in them.")],
    user: Annotated[str | None, typer.Option("--user", "-u", help="Owner of the files.")] = None,
    wait: Annotated[
        bool, typer.Option("--wait", "-w", help="Wait until all are done; exit 1 if any failed.")
    ] = False,
    timeout: Annotated[float | None, typer.Option(min=0, help="Seconds to wait at most.")] = None,
    json: Json = False,
) -> None:
    """Copy files into the inbox."""
    with reported_errors(json):
        copied = copy_in(paths, load_settings().inbox_path, user)
        if not wait:
            if json:
                print_json({"files": [{"path": storable(c.path), "status": Status.QUEUED} for c in copied]})
            else:
                out.print(f"{len(copied)} files are in the inbox. 'aibox files' shows how far they are.")
            return
        records = wait_for(current_platform(), [storable(c.path) for c in copied], timeout, quiet=json)
    missing = [
        c for c in copied if storable(c.path) not in records or records[storable(c.path)].status not in _OVER
    ]
    failed = [record for record in records.values() if record.status is Status.FAILED]
    if json:
        print_json({"files": [describe(record) for record in records.values()], "unfinished": len(missing)})
    else:
        done = len(copied) - len(failed) - len(missing)
        out.print(f"[green]{done} finished[/], [red]{len(failed)} failed[/], {len(missing)} not done yet.")
        for record in failed:
            err.print(
                f"[red]{clean(record.display_path)}[/]: {clean(record.error or '')} {clean(record.remedy or '')}"
            )
    if failed or missing:
        raise typer.Exit(1)


def copy_in(paths: Sequence[Path], inbox: Path, user: str | None) -> list[Copied]:
    """Copy files into the inbox, each appearing there whole and at once; equal bytes are left alone.

    :raises ConfigurationError: a path does not exist, or *user* is no plain folder name.
    """
    if user is not None and (not user or user.startswith(".") or "/" in user or "\0" in user):
        raise ConfigurationError(f"{user!r} cannot be a user.", "Take a name without '/' or a leading dot.")
    target = inbox / user if user else inbox
    copied = []
    for path in paths:
        if not path.exists():
            raise ConfigurationError(f"{path} does not exist.", "Check the path.")
        for source, name in _expand(path):
            place = target / name
            fresh = not (place.is_file() and filecmp.cmp(source, place, shallow=False))
            if fresh:
                _copy(source, place)
            copied.append(Copied(str(place.relative_to(inbox)), fresh))
    return copied


def wait_for(
    platform: Platform, paths: Sequence[str], timeout: float | None, *, quiet: bool
) -> dict[str, FileRecord]:
    """Show a bar for every file until all are done; the records of those that were taken in, by path."""
    deadline = time.monotonic() + timeout if timeout is not None else None
    with Progress(
        TextColumn("{task.description}"),
        BarColumn(bar_width=20),
        TextColumn("{task.fields[state]}"),
        TimeElapsedColumn(),
        console=out,
        disable=quiet,
    ) as bars:
        board = _Board(bars, platform, paths)
        while True:
            records = board.refresh()
            over = sum(record.status in _OVER for record in records.values())
            if over == len(set(paths)) or (deadline is not None and time.monotonic() > deadline):
                return records
            time.sleep(0.3)


class _Board:
    """One bar per file; beyond a dozen, one bar for all."""

    def __init__(self, bars: Progress, platform: Platform, paths: Sequence[str]) -> None:
        self._bars = bars
        self._platform = platform
        self._paths = list(dict.fromkeys(paths))
        self.records: dict[str, FileRecord] = {}
        self._since = time.time()
        shown = self._paths if len(self._paths) <= BARS else []
        self._tasks: dict[str, TaskID] = {p: self._add(_short(p)) for p in shown}
        self._all = None if shown else self._add(f"{len(self._paths)} files")

    def _add(self, title: str) -> TaskID:
        return self._bars.add_task(clean(title), total=100, state="waiting")

    def refresh(self) -> dict[str, FileRecord]:
        """Ask where the files are, and move the bars."""
        self.records = self._platform.files.at_paths(INBOX, self._paths)
        percents = {path: self._percent(path) for path in self._paths}
        for path, task in self._tasks.items():
            state = self.records[path].status if path in self.records else "waiting"
            self._bars.update(task, completed=percents[path], state=coloured(state))
            if state in _OVER:
                self._bars.stop_task(task)
        if self._all is not None:
            over = sum(record.status in _OVER for record in self.records.values())
            mean = sum(percents.values()) / max(1, len(percents))
            self._bars.update(self._all, completed=mean, state=f"{over} done")
        return self.records

    def _percent(self, path: str) -> float:
        record = self.records.get(path)
        if record is None:
            return 0
        if record.status in _OVER:
            return 100
        return 100 * sum(asset in record.counts for asset in ASSETS) / (len(ASSETS) + 1)


def _expand(path: Path) -> Iterator[tuple[Path, str]]:
    if not path.is_dir():
        yield path, path.name
        return
    for source in sorted(path.rglob("*")):
        if source.is_file() and not any(part.startswith(".") for part in source.relative_to(path).parts):
            yield source, str(source.relative_to(path))


def _copy(source: Path, place: Path) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    staged = place.with_name(f".{uuid.uuid4().hex}.part")
    try:
        shutil.copy2(source, staged, follow_symlinks=True)
        staged.replace(place)
    finally:
        staged.unlink(missing_ok=True)


def _short(path: str) -> str:
    return path if len(path) <= 34 else "…" + path[-33:]
