"""Run workers are forked from a process with all imports done; what is patched is still there upstream."""

from __future__ import annotations

import importlib.util
import multiprocessing
import subprocess
import sys

import psutil
import pytest

from aibox_assets.dagster_patches import code_server


def test_who_asks_for_a_spawned_process_gets_a_forked_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(multiprocessing, "get_context", multiprocessing.get_context)  # put back at the end
    code_server.use_fork_server()
    assert multiprocessing.get_context("spawn").get_start_method() == "forkserver"
    assert multiprocessing.get_context("fork").get_start_method() == "fork"


def test_what_is_imported_before_the_fork_exists() -> None:
    assert all(importlib.util.find_spec(name) for name in code_server._PRELOAD)


_FORKED = """
import os, sys
from aibox_assets.dagster_patches import code_server

code_server.start_fork_server()
code_server.use_fork_server()
import multiprocessing
parent, child = multiprocessing.Pipe()
code = "import os, sys; " + sys.argv[1]
process = multiprocessing.get_context("spawn").Process(target=exec, args=(code, {"pipe": child}))
process.start()
print(parent.recv(), process.join(), process.exitcode)
"""


def test_a_forked_process_has_the_imports_and_can_start_another_one() -> None:
    told = (
        "import multiprocessing as m; from multiprocessing import forkserver as f; "
        "pipe.send(('aibox_assets.definitions' in sys.modules, f._forkserver._lock.locked()))"
    )
    done = subprocess.run(
        [sys.executable, "-c", _FORKED, told], capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout.strip() == "(True, False) None 0", done.stderr


def test_the_server_of_forks_ends_with_whom_it_serves() -> None:
    program = (
        "from multiprocessing import forkserver; from aibox_assets.dagster_patches import code_server; "
        "code_server.start_fork_server(); print(forkserver._forkserver._forkserver_pid, flush=True); input()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as parent:
        assert parent.stdout is not None
        server = psutil.Process(int(parent.stdout.readline()))
        parent.kill()
        psutil.wait_procs([server], timeout=20)
        assert not server.is_running() or server.status() == psutil.STATUS_ZOMBIE
