"""A server's command line, started so that it dies with whoever started it."""

from __future__ import annotations

import contextlib
import ctypes
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from random import SystemRandom
from typing import IO

from aibox_assets.domain.errors import StoreUnavailableError

MARKER = "AIBOX_SUPERVISED"
# Below the ephemeral range of Linux (32768 and up): no outgoing connection borrows a port that a home keeps.
_PORTS = range(20_000, 32_000)
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")
_PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


@dataclass(frozen=True, slots=True)
class Command:
    """How to run one server in the foreground.

    :ivar env: added to our environment; a value of None removes the name.
    :ivar user: user id to run as; None is ours.
    :ivar stop_signal: asks for a clean end.
    """

    argv: tuple[str, ...]
    env: Mapping[str, str | None] = field(default_factory=dict)
    cwd: Path | None = None
    user: int | None = None
    group: int | None = None
    stop_signal: signal.Signals = signal.SIGTERM


def free_port(taken: frozenset[int] = frozenset()) -> int:
    """A TCP port of loopback that nothing listens on now and that is not in *taken*."""
    random = SystemRandom()
    for _ in range(200):
        port = random.choice(_PORTS)
        if port not in taken and is_free(port):
            return port
    raise StoreUnavailableError("No free port between 20000 and 31999.", "Stop a program that listens there.")


def is_free(port: int) -> bool:
    """Whether a server could listen on *port* of loopback."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def start(command: Command, log: IO[bytes] | int) -> subprocess.Popen[bytes]:
    """Start *command* in a process group of its own, its output going to *log*.

    On Linux the kernel signals it when the **thread** that called this ends, so call it from a thread
    that lives as long as the server shall.
    """
    environment = {**os.environ, **command.env}
    return subprocess.Popen(
        command.argv,
        env={name: value for name, value in environment.items() if value is not None},
        cwd=command.cwd,
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=subprocess.STDOUT,
        start_new_session=True,
        user=command.user,
        group=command.group,
        extra_groups=[] if command.user is not None else None,
        preexec_fn=_die_with_parent(command.stop_signal),  # one system call, no lock taken
    )


def _die_with_parent(stop: signal.Signals) -> Callable[[], None] | None:
    if _LIBC is None:
        return None
    libc, number = _LIBC, int(stop)
    return lambda: libc.prctl(_PR_SET_PDEATHSIG, number) and None


def stop(process: subprocess.Popen[bytes], command: Command, seconds: float) -> None:
    """Ask *process* to end, and kill its whole group when it has not after *seconds*."""
    if process.poll() is None:
        process.send_signal(command.stop_signal)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(seconds)
    kill_group(process.pid)
    process.wait(10)


def kill_group(pid: int) -> None:
    """SIGKILL to what is left of the process group that *pid* leads."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)


def wait_until(
    ping: Callable[[], None], process: subprocess.Popen[bytes], name: str, log: Path, seconds: float
) -> None:
    """Call *ping* until it does not raise.

    :raises StoreUnavailableError: the process ended, or did not answer within *seconds*; with its last lines.
    """
    deadline = time.monotonic() + seconds
    while True:
        try:
            return ping()
        except Exception as error:  # every kind of failure means "not yet"
            code = process.poll()
            if code is None and time.monotonic() < deadline:
                time.sleep(0.05)
                continue
            said = (
                f"ended with code {code}"
                if code is not None
                else f"did not answer in {seconds:g} s ({error})"
            )
            raise StoreUnavailableError(
                f"{name} {said}. Its last lines:\n{tail(log)}", f"The whole log is {log}."
            ) from error


def tail(log: Path, lines: int = 15) -> str:
    """The last *lines* of a log; empty when there is none."""
    try:
        with log.open("rb") as file:
            file.seek(0, os.SEEK_END)
            file.seek(max(0, file.tell() - 16_384))
            text = _COLOUR.sub("", file.read().decode("utf-8", "replace"))
            return "\n".join(text.splitlines()[-lines:])
    except OSError:
        return ""
