"""Python processes that share their imports: each is a fork of one process that has them (``preloaded.py``).

Whoever asks for one becomes its parent, and waits for it, signals it and dies with it as with any other process; the
process with the imports may end meanwhile, and is asked for the next ones only. Linux only.
"""

from __future__ import annotations

import ctypes
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, TYPE_CHECKING, Final

from aibox_assets.process.command import Command, start

if TYPE_CHECKING:
    from collections.abc import Iterator

_ANSWER_SECONDS: Final = 20.0
_PR_SET_CHILD_SUBREAPER: Final = 36
_PR_GET_CHILD_SUBREAPER: Final = 37


def _can_adopt() -> bool:
    answer = ctypes.c_int()
    if sys.platform != "linux":
        return False
    return bool(ctypes.CDLL(None).prctl(_PR_GET_CHILD_SUBREAPER, ctypes.byref(answer)) == 0)


AVAILABLE: Final = _can_adopt()
"""Whether the kernel lets whoever asks become the parent: Linux does, some sandboxes that stand in for it may not."""


class ForkServer:
    """The process that the others are forked from, and how it is asked.

    :param modules: what it imports, in this order. :param files: beside the sources of what it imported, when one of
        them changes it ends and forks no more: its successor has the new ones.
    :param env: added to ours. Threads do not survive a fork, so none of the modules may start one.
    """

    def __init__(
        self, modules: Sequence[str], env: Mapping[str, str | None], files: Sequence[Path] = ()
    ) -> None:
        watched = (part for file in files for part in ("--file", str(file)))
        self.command = Command(
            (sys.executable, "-m", "aibox_assets.process.preloaded", *watched, *modules), env=env
        )
        self._lock = threading.Lock()
        self._line: socket.socket | None = None
        self._ready = False

    def begin(self, command: Command, log: IO[bytes]) -> subprocess.Popen[bytes]:
        """Start it, as :attr:`Service.start`."""
        ours, theirs = socket.socketpair()
        with theirs:
            process = start(command, log, stdin=theirs.fileno())
        with self._lock:
            if self._line is not None:
                self._line.close()
            self._line, self._ready = ours, False
        return process

    def ping(self, _since: float) -> None:
        """Raises until it has imported everything."""
        with self._lock:
            if self._line is None:
                raise OSError("it was not started")
            if not self._ready:
                self._line.settimeout(1.0)
                if not self._line.recv(1):
                    raise OSError("it ended")
                self._ready = True

    def start(self, command: Command, log: IO[bytes]) -> ForkedProcess:
        """Run *command*, ``PYTHON -m MODULE …``, in a fork, as :attr:`Service.start`.

        :raises OSError: there is no such process to fork from at the moment.
        """
        ours, theirs = socket.socketpair()
        environment = {**os.environ, **command.env}
        request = {
            "argv": command.argv,
            "env": {name: value for name, value in environment.items() if value is not None},
            "orphan_signal": command.orphan_signal or command.stop_signal,
        }
        # Before the request is sent: the fork's own parent may end at any moment behind it.
        with self._lock, ours, _adopting_orphans():
            if self._line is None:
                raise OSError("the process to fork from was not started")
            with theirs:
                # A stream: its length tells the reader where the request ends.
                content = json.dumps(request).encode()
                self._line.settimeout(_ANSWER_SECONDS)
                socket.send_fds(
                    self._line, [len(content).to_bytes(4, "big")], [theirs.fileno(), log.fileno()]
                )
                self._line.sendall(content)
            ours.settimeout(_ANSWER_SECONDS)
            pid = int.from_bytes(ours.recv(4), "big")
            if not pid:
                raise OSError(
                    "the process to fork from has ended, or has other imports than it would have now"
                )
            ours.send(b"!")  # without this it ends
            return ForkedProcess(pid)


class ForkedProcess:
    """A child that somebody else forked, with what :class:`subprocess.Popen` has for one."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self.returncode: int | None = None
        self._lock = threading.Lock()

    def poll(self) -> int | None:
        """Its exit code, or the signal that ended it as a negative number; None while it runs."""
        with self._lock:
            if self.returncode is None:
                try:
                    pid, status = os.waitpid(self.pid, os.WNOHANG)
                except ChildProcessError:  # somebody else has seen its end, and how it ended is gone
                    pid, status = self.pid, 0
                if pid:
                    self.returncode = os.waitstatus_to_exitcode(status)
            return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """Until it ends.

        :raises TimeoutExpired: it did not within *timeout* seconds.
        """
        until = None if timeout is None else time.monotonic() + timeout
        while (code := self.poll()) is None:
            if until is not None and time.monotonic() >= until:
                raise subprocess.TimeoutExpired(f"process {self.pid}", timeout or 0)
            time.sleep(0.01)
        return code

    def send_signal(self, number: int) -> None:
        """Nothing where it ended: its number may be another's by now."""
        with self._lock:
            if self.returncode is None:
                with suppress(ProcessLookupError):
                    os.kill(self.pid, number)

    def kill(self) -> None:
        """SIGKILL."""
        self.send_signal(signal.SIGKILL)


@contextmanager
def _adopting_orphans() -> Iterator[None]:
    """What loses its parent below us gets us as the next one, instead of process 1."""
    libc = ctypes.CDLL(None)
    libc.prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    try:
        yield
    finally:
        libc.prctl(_PR_SET_CHILD_SUBREAPER, 0, 0, 0, 0)
