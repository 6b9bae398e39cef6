"""The processes of a home, found by the mark in their environment, whoever started them and whoever died."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable
from pathlib import Path

import psutil

from aibox_assets.local.process import MARKER


def find_processes(home: Path, data: Path) -> list[psutil.Process]:
    """Every process that carries the mark of *home*, or is a Postgres on *data*, and their descendants.

    Not this process nor those above it. Postgres writes its children's titles over their environment, so its
    processes are known by their program and their working directory, the data directory. Other programs may
    stand there: a person's shell, an editor.
    """
    me = psutil.Process()
    ours = {me.pid, *(parent.pid for parent in me.parents())}
    found: dict[int, psutil.Process] = {}
    place = str(data.resolve())
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error, OSError):
            if process.environ().get(MARKER) == str(home) or _is_postgres_in(process, place):
                for each in (process, *process.children(recursive=True)):
                    found[each.pid] = each
    return [process for pid, process in found.items() if pid not in ours and is_alive(process)]


def _is_postgres_in(process: psutil.Process, place: str) -> bool:
    # A program that was upgraded meanwhile is called "postgres (deleted)".
    return process.cwd() == place and Path(process.exe()).name.split(" ")[0] == "postgres"


def end_processes(find: Callable[[], list[psutil.Process]], seconds: float) -> int:
    """SIGTERM to all that *find* returns, SIGKILL after *seconds*; again until it returns none.

    :returns: how many processes there were at first.
    """
    processes = find()
    count = len(processes)
    for process in processes:
        with contextlib.suppress(psutil.Error):
            process.terminate()
    _wait(processes, seconds)
    for _ in range(20):
        processes = find()
        if not processes:
            break
        for process in processes:
            with contextlib.suppress(psutil.Error):
                process.kill()
        _wait(processes, 1)
    return count


def _wait(processes: list[psutil.Process], seconds: float) -> None:
    # Not psutil.wait_procs: where nothing reaps orphans (a container), it waits for zombies as well.
    deadline = time.monotonic() + seconds
    while any(is_alive(process) for process in processes) and time.monotonic() < deadline:
        time.sleep(0.05)


def is_alive(process: psutil.Process) -> bool:
    """Whether *process* still runs; a zombie does not."""
    try:
        return bool(process.is_running() and process.status() != psutil.STATUS_ZOMBIE)
    except psutil.Error:
        return False
