"""Processes that are forked from one that has their imports: whose children they are, how they end, what they show."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO

import psutil
import pytest

from aibox_assets.process import Command
from aibox_assets.process.forks import AVAILABLE, ForkedProcess, ForkServer

PROGRAM = """
import os, sys, time
import imported
print(sys.argv[1:], os.environ.get("GIVEN"), os.environ.get("TAKEN"), imported.PLACE == os.getpid(), flush=True)
if sys.argv[1:] == ["wait"]:
    time.sleep(600)
sys.exit(3)
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Has a module that is imported once, and a program."""
    (tmp_path / "imported.py").write_text("import os\nPLACE = os.getpid()\n")
    (tmp_path / "program.py").write_text(PROGRAM)
    return tmp_path


@pytest.fixture
def log(folder: Path) -> Iterator[IO[bytes]]:
    with (folder / "log").open("ab") as file:
        yield file


@pytest.fixture
def server(folder: Path, log: IO[bytes]) -> Iterator[ForkServer]:
    server = ForkServer(("imported",), {"PYTHONPATH": str(folder), "TAKEN": "x"}, (folder / "settings",))
    process = server.begin(server.command, log)
    server.process = process  # type: ignore[attr-defined]
    eventually(lambda: answers(server))
    yield server
    process.kill()
    process.wait(10)


def answers(server: ForkServer) -> bool:
    try:
        server.ping(0)
    except OSError:
        return False
    return True


def eventually(holds: Callable[[], object], seconds: float = 15) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, "did not come true in time"
        time.sleep(0.02)


def command(*arguments: str) -> Command:
    return Command((sys.executable, "-m", "program", *arguments), env={"GIVEN": "y", "TAKEN": None})


def said(folder: Path) -> str:
    return (folder / "log").read_text()


def test_a_fork_runs_its_program_and_is_a_child_of_who_asked(
    server: ForkServer, folder: Path, log: IO[bytes]
) -> None:
    assert AVAILABLE
    process = server.start(command("a b", "c"), log)
    assert psutil.Process(process.pid).ppid() == os.getpid()
    assert process.wait(15) == 3
    assert said(folder) == "['a b', 'c'] y None False\n", "it has the import of another process"
    assert process.poll() == 3


def test_a_fork_leads_a_session_shows_its_command_and_can_be_killed(
    server: ForkServer, folder: Path, log: IO[bytes]
) -> None:
    process = server.start(command("wait"), log)
    eventually(lambda: "wait" in said(folder))
    assert os.getsid(process.pid) == process.pid
    assert psutil.Process(process.pid).cmdline() == [*command("wait").argv]
    with pytest.raises(subprocess.TimeoutExpired):
        process.wait(0.05)
    assert process.poll() is None
    process.send_signal(signal.SIGKILL)
    assert process.wait(15) == -signal.SIGKILL
    process.send_signal(signal.SIGTERM)  # nobody has this number any more


def test_forks_outlive_the_process_they_are_forked_from(
    server: ForkServer, folder: Path, log: IO[bytes]
) -> None:
    process = server.start(command("wait"), log)
    kill(server)
    with pytest.raises(OSError, match=r"fork|pipe"):
        server.start(command("wait"), log)
    assert process.poll() is None
    again = server.begin(server.command, log)
    eventually(lambda: answers(server))
    another = server.start(command("wait"), log)
    for each in (process, another):
        assert each.poll() is None
        each.kill()
        each.wait(15)
    again.kill()
    again.wait(10)


def kill(server: ForkServer) -> None:
    first: subprocess.Popen[bytes] = server.process  # type: ignore[attr-defined]
    first.kill()
    first.wait(10)


@pytest.mark.parametrize("name", ["imported.py", "settings"])
def test_what_would_be_imported_anew_is_not_forked(
    server: ForkServer, folder: Path, log: IO[bytes], name: str
) -> None:
    (folder / name).write_text("import os\nPLACE = 0\n# longer")
    with pytest.raises(OSError, match="other imports"):
        server.start(command(), log)
    first: subprocess.Popen[bytes] = server.process  # type: ignore[attr-defined]
    assert first.wait(15) == 0, "whoever keeps it running starts one with the new sources"


def test_a_fork_gets_its_signal_when_who_asked_for_it_is_killed(
    server: ForkServer, folder: Path, log: IO[bytes]
) -> None:
    asker = subprocess.Popen(
        [sys.executable, "-c", ASKER], stdout=subprocess.PIPE, env={**os.environ, "PYTHONPATH": str(folder)}
    )
    assert asker.stdout is not None
    with asker.stdout:
        process = psutil.Process(int(asker.stdout.readline()))
        asker.kill()
        asker.wait(10)
    eventually(lambda: not process.is_running() or process.status() == psutil.STATUS_ZOMBIE)


ASKER = """
import sys, time
from aibox_assets.process import Command
from aibox_assets.process.forks import ForkServer
server = ForkServer(("imported",), {})
log = open("/dev/null", "ab")
server.begin(server.command, log)
while True:
    try:
        server.ping(0)
        break
    except OSError:
        time.sleep(0.02)
print(server.start(Command((sys.executable, "-m", "program", "wait")), log).pid, flush=True)
time.sleep(600)
"""


def test_a_process_whose_end_somebody_else_saw_is_over() -> None:
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait(15)
    assert ForkedProcess(gone.pid).poll() is not None
