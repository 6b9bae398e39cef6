"""Dagster's code server, with run workers that start at once: ``python -m aibox_assets.dagster_patches.code_server``.

Takes the arguments of ``dagster api grpc``. That one (dagster 1.13) starts every run worker in a new interpreter,
which imports Dagster and the assets again: 3 s of CPU for each run. Here a process that has imported them is forked;
it is itself a fork of the code server, before that has any threads, so that both have the imports in memory once.
It can go when upstream offers another start method.
"""

from __future__ import annotations

import multiprocessing
import os
import sys
import threading
from collections.abc import Sequence
from importlib import import_module
from multiprocessing import forkserver, resource_tracker
from typing import Any, Final

from dagster._cli import main as run_dagster

_PRELOAD: Final = (
    "dagster._grpc.impl",
    "psycopg2.extras",
    "aibox_assets.dagster_patches.instance_storage",
    "aibox_assets.dagster_patches.run_queue",
    "aibox_assets.definitions",
    "aibox_assets.dagster_patches.run_imports",
    "aibox_assets.execution.rehearsal",
    # The last one.
    "aibox_assets.dagster_patches.frozen",
)


def use_fork_server() -> None:
    """Let whoever asks multiprocessing for the method ``spawn`` fork from a process with all imports done."""
    context = multiprocessing.get_context("forkserver")
    original = multiprocessing.get_context

    def get_context(method: str | None = None) -> Any:
        return context if method == "spawn" else original(method)

    multiprocessing.get_context = get_context


def start_fork_server() -> None:
    """Import all that runs need, and fork the server of forks from what this process is then."""
    forkserver.set_forkserver_preload(list(_PRELOAD))
    for name in _PRELOAD:
        import_module(name)
    resource_tracker.ensure_running()  # needs none of it, and is a new interpreter
    util: Any = forkserver.util  # type: ignore[attr-defined]
    spawn = util.spawnv_passfds
    util.spawnv_passfds = _fork
    try:
        forkserver.ensure_running()
    finally:
        util.spawnv_passfds = spawn


def _fork(_path: str, arguments: Sequence[str], kept: Sequence[int]) -> int:
    """``multiprocessing.util.spawnv_passfds`` without a new interpreter: the program of *arguments* runs in a fork."""
    if pid := os.fork():
        return pid
    # Only what it is given stays open, as in a new process: it ends when nobody has the other end of its pipe.
    first = 3
    for descriptor in sorted(kept):
        os.closerange(first, descriptor)
        first = descriptor + 1
    os.closerange(first, os.sysconf("SC_OPEN_MAX"))
    server: Any = forkserver._forkserver
    server._lock = threading.Lock()  # held, as it was forked
    try:
        exec(arguments[-1], {})  # noqa: S102  # the standard library's own line for ``python -c``
    finally:
        os._exit(1)


def main() -> None:
    """Serve until told to stop."""
    start_fork_server()
    use_fork_server()
    sys.argv[1:1] = ["api", "grpc"]
    run_dagster()  # type: ignore[no-untyped-call]


if __name__ == "__main__":
    main()
