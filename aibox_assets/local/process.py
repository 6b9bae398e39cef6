"""The ports of a home's servers, the mark of its processes, and waiting for an answer."""

from __future__ import annotations

import socket
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from random import SystemRandom

from aibox_assets.domain.errors import StoreUnavailableError
from aibox_assets.process import Command, kill_group, start, stop, tail

__all__ = ["MARKER", "Command", "free_port", "is_free", "kill_group", "start", "stop", "tail", "wait_until"]

MARKER = "AIBOX_SUPERVISED"
# Below the ephemeral range of Linux (32768 and up): no outgoing connection borrows a port that a home keeps.
_PORTS = range(20_000, 32_000)


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
