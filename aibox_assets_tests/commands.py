"""``aibox`` commands in processes of their own, forked from one that has imported the CLI.

The imports take most of a command's time, and the tests start hundreds of commands. Environment, folder, arguments and
output are the test's, as if it had started Python. What is not shown this way is that the command starts at all: the
tests of ``aibox up``, ``workers start`` and ``flower`` do so.
"""

from __future__ import annotations

import gc
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from functools import cache
from pathlib import Path

_LARGEST = 200_000  # bytes of a request: its arguments and its environment
_ROOT = Path(__file__).resolve().parents[1]


def outer_environment() -> dict[str, str]:
    """The environment of the tests without what would set up AI-Box."""
    ours = ("AIBOX_", "DATABASE_", "REDIS_", "NEO4J_")
    return {name: value for name, value in os.environ.items() if not name.startswith(ours)}


def aibox(home: Path, *args: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """Run a command in the folder *home*, on the home that lies there."""
    return run(args, {**outer_environment(), "AIBOX_HOME": str(home), "COLUMNS": "80", **settings}, home)


def run(
    args: tuple[str, ...], env: Mapping[str, str], cwd: Path, *, given: str = "", timeout: float = 120
) -> subprocess.CompletedProcess[str]:
    """As ``subprocess.run(["aibox", *args])`` does; *given* is what it reads from its standard input."""
    request = json.dumps({"args": args, "env": dict(env), "cwd": str(cwd)}).encode()
    answer, answers = socket.socketpair()
    with answer, tempfile.TemporaryFile("w+") as stdin, tempfile.TemporaryFile("w+") as stdout, (
        tempfile.TemporaryFile("w+")
    ) as stderr:  # fmt: skip
        stdin.write(given)
        stdin.seek(0)
        with answers:
            files = [stdin.fileno(), stdout.fileno(), stderr.fileno(), answers.fileno()]
            socket.send_fds(_forking_process(), [request], files)
        answer.settimeout(timeout)
        with answer.makefile() as lines:
            pid = int(lines.readline())
            try:
                code = int(lines.readline())
            except TimeoutError:
                os.kill(pid, signal.SIGKILL)
                raise subprocess.TimeoutExpired(args, timeout) from None
        stdout.seek(0)
        stderr.seek(0)
        return subprocess.CompletedProcess(args, code, stdout.read(), stderr.read())


@cache
def _forking_process() -> socket.socket:
    """The connection to it. It ends when this one does, however that happens."""
    ours, its = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    # What is printed on is looked at by the imports, and is each command's own.
    outer = {name: value for name, value in outer_environment().items() if name not in ("COLUMNS", "LINES")}
    with its:
        subprocess.Popen(
            [sys.executable, "-m", __name__, str(its.fileno())],
            # A thread of a library does not live on in a fork.
            env={**outer, "OPENBLAS_NUM_THREADS": "1"},
            cwd=_ROOT,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            pass_fds=[its.fileno()],
            start_new_session=True,
        )
    return ours


def _become_a_command(requests: socket.socket) -> None:
    """Fork at each request. Returns in the new process, once all there is as the request says."""
    while True:
        message, files, *_ = socket.recv_fds(requests, _LARGEST, 4)
        if not message:
            sys.exit()
        if os.fork() == 0:
            break
        for file in files:
            os.close(file)
    requests.close()
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    *standard, answers = files
    if pid := os.fork():
        os.write(answers, f"{pid}\n".encode())
        code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        os.write(answers, f"{code}\n".encode())
        os._exit(0)
    for number, file in enumerate(standard):
        os.dup2(file, number)
    for file in files:
        os.close(file)
    request = json.loads(message)
    os.environ.clear()
    os.environ.update(request["env"])
    os.chdir(request["cwd"])
    sys.argv = ["aibox", *request["args"]]


if __name__ == "__main__":
    from aibox_assets.cli.main import app

    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for the forks
    gc.freeze()
    _become_a_command(socket.socket(fileno=int(sys.argv[1])))
    app(prog_name="aibox")
