"""Dagster's code server, with run workers that start at once: ``python -m aibox_assets.dagster_patches.code_server``.

Takes the arguments of ``dagster api grpc``. That one (dagster 1.13) starts every run worker in a new interpreter,
which imports Dagster and the assets again: 3 s of CPU for each run. Here a process that has imported them is forked.
It can go when upstream offers another start method.
"""

from __future__ import annotations

import multiprocessing
import sys
from multiprocessing import forkserver
from typing import Any, Final

from dagster._cli import main as run_dagster

_PRELOAD: Final = (
    "dagster._grpc.impl",
    "psycopg2.extras",
    "aibox_assets.dagster_patches.instance_storage",
    "aibox_assets.dagster_patches.run_queue",
    "aibox_assets.definitions",
    # The last one.
    "aibox_assets.dagster_patches.frozen",
)


def use_fork_server() -> None:
    """Let whoever asks multiprocessing for the method ``spawn`` fork from a process with all imports done."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(list(_PRELOAD))
    original = multiprocessing.get_context

    def get_context(method: str | None = None) -> Any:
        return context if method == "spawn" else original(method)

    multiprocessing.get_context = get_context


def main() -> None:
    """Serve until told to stop."""
    use_fork_server()
    forkserver.ensure_running()  # its imports go on beside ours
    sys.argv[1:1] = ["api", "grpc"]
    run_dagster()  # type: ignore[no-untyped-call]


if __name__ == "__main__":
    main()
