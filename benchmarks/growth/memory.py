"""The workers' memory over many files."""

from __future__ import annotations

from collections.abc import Sequence

import psutil

from benchmarks.contenders.ours import name_texts
from benchmarks.figures import Memory
from benchmarks.homes import running_home
from benchmarks.texts import vary
from benchmarks.waiting import Display


def measure(texts: Sequence[str], display: Display, files: int) -> Memory:
    """Each worker's resident memory once a second, until all files are finished."""
    done: list[int] = []
    with running_home(display, "Memory") as home:
        pids = home.worker_pids()
        mib: dict[str, list[float]] = {worker: [] for worker in pids}
        with display.task(f"Memory: {files:,} texts", files) as advance:

            def sample(finished: int) -> None:
                done.append(finished)
                for worker, pid in pids.items():
                    mib[worker].append(resident_mib(pid))
                advance(finished)

            home.process(name_texts(vary(texts, files, seed=3), "memory"), sample, every=1)
    return Memory(files, max(1, files // 10), done, mib)


def resident_mib(pid: int) -> float:
    """Resident memory of a process and its descendants, MiB (pages that they share count for each)."""
    root = psutil.Process(pid)
    total = root.memory_info().rss
    for child in root.children(recursive=True):
        try:
            total += child.memory_info().rss
        except psutil.NoSuchProcess:
            continue
    return float(total) / 2**20
