"""What belongs to a home is ended with it; what only stands in its folders is not."""

from __future__ import annotations

import subprocess
import time
from pathlib import Path

import psutil
import pytest

from aibox_assets.local.embedded import running
from aibox_assets.local.leftovers import end_processes, find_processes, is_alive
from aibox_assets.local.postgres import PostgresServer
from aibox_assets.local.process import MARKER, free_port


@pytest.fixture
def server(tmp_path: Path) -> PostgresServer:
    return PostgresServer(tmp_path / "real" / "postgres", free_port(), "embedded-secret")


def test_a_killed_postgres_is_ended_and_a_shell_in_its_folder_is_not(
    server: PostgresServer, tmp_path: Path
) -> None:
    (tmp_path / "real").mkdir(exist_ok=True)
    with running(server):
        data = server.data
        (tmp_path / "link").symlink_to(data.parent)  # a home behind a link is the same home
        shell = subprocess.Popen(["sleep", "60"], cwd=data)
        try:
            found = {
                process.name() for process in find_processes(tmp_path / "home", tmp_path / "link" / data.name)
            }
            assert found == {"postgres"}
            assert end_processes(lambda: find_processes(tmp_path / "home", data), 5) > 1
            assert find_processes(tmp_path / "home", data) == []
            assert is_alive(psutil.Process(shell.pid))
        finally:
            shell.kill()
            shell.wait()


def test_a_process_with_the_mark_goes_with_its_children(tmp_path: Path) -> None:
    marked = subprocess.Popen(
        ["sh", "-c", "env -i sleep 60; true"], env={MARKER: str(tmp_path), "PATH": "/bin:/usr/bin"}
    )
    deadline = time.monotonic() + 10
    while not psutil.Process(marked.pid).children() and time.monotonic() < deadline:
        time.sleep(0.05)
    found = find_processes(tmp_path, tmp_path / "none")
    assert len(found) == 2
    assert end_processes(lambda: find_processes(tmp_path, tmp_path / "none"), 5) == 2
    marked.wait()
