"""Processes of our own, started so that none outlives whoever started it."""

from __future__ import annotations

import contextlib
import ctypes
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Protocol

_COLOUR = re.compile(r"\x1b\[[0-9;]*m")
_PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


class Process(Protocol):
    """What is asked of a process that was started; :class:`subprocess.Popen` has it."""

    pid: int

    def poll(self) -> int | None:
        """Its exit code, or the signal that ended it as a negative number; None while it runs."""

    def wait(self, timeout: float | None = None) -> int:
        """Until it ends."""

    def send_signal(self, sig: int, /) -> None:
        """Nothing where it ended."""

    def kill(self) -> None:
        """SIGKILL."""


@dataclass(frozen=True, slots=True)
class Command:
    """How to run one server in the foreground.

    :ivar env: added to our environment; a value of None removes the name.
    :ivar user: user id to run as; None is ours.
    :ivar stop_signal: asks for a clean end.
    :ivar orphan_signal: what the kernel sends when the starter dies; None is the same.
    """

    argv: tuple[str, ...]
    env: Mapping[str, str | None] = field(default_factory=dict)
    cwd: Path | None = None
    user: int | None = None
    group: int | None = None
    stop_signal: signal.Signals = signal.SIGTERM
    orphan_signal: signal.Signals | None = None


def start(command: Command, log: IO[bytes] | int, stdin: int = subprocess.DEVNULL) -> subprocess.Popen[bytes]:
    """Start *command* in a process group of its own, its output going to *log* (or ``subprocess.PIPE``).

    On Linux the kernel signals it when the **thread** that called this ends, so call it from a thread
    that lives as long as the server shall.
    """
    environment = {**os.environ, **command.env}
    return subprocess.Popen(
        command.argv,
        env={name: value for name, value in environment.items() if value is not None},
        cwd=command.cwd,
        stdin=stdin,
        stdout=log,
        stderr=subprocess.STDOUT,
        start_new_session=True,
        user=command.user,
        group=command.group,
        extra_groups=[] if command.user is not None else None,
        # One system call, no lock taken.
        preexec_fn=die_with_parent(command.orphan_signal or command.stop_signal),
    )


def die_with_parent(number: signal.Signals) -> Callable[[], None] | None:
    """A call by which a process asks the kernel for *number* when its parent's thread ends; Linux only."""
    if _LIBC is None:
        return None
    libc = _LIBC
    return lambda: libc.prctl(_PR_SET_PDEATHSIG, int(number)) and None


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
