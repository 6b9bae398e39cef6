"""The process that has its imports done, and is forked for each process of Python that is asked for (``forks.py``).

``python -m aibox_assets.process.preloaded [--file FILE]… MODULE…``; its standard input is the socket of whoever asks.
What is imported once is in memory once, as long as nothing writes into it: so garbage is collected before the first
fork, and never looked at again (``gc.freeze`` in Python's manual).
"""

from __future__ import annotations

import ctypes
import gc
import json
import os
import runpy
import signal
import socket
import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Final

from aibox_assets.process.command import die_with_parent

_ADOPTION_SECONDS: Final = 5.0


@dataclass(frozen=True, slots=True)
class _Request:
    argv: Sequence[str]
    env: Mapping[str, str]
    orphan_signal: int


def main() -> None:
    """Import, and fork until whoever asks is gone; in each fork, run its program."""
    arguments = sys.argv[1:]
    files = []
    while arguments[0] == "--file":
        files.append(arguments[1])
        arguments = arguments[2:]
    before = _stamps(files)
    for name in arguments:
        import_module(name)
    files += [file for module in list(sys.modules.values()) if (file := getattr(module, "__file__", None))]
    before |= _stamps(files)
    gc.collect()
    gc.freeze()
    with socket.socket(fileno=os.dup(0)) as line:
        os.dup2(os.open(os.devnull, os.O_RDWR), 0)
        line.send(b"!")
        parent = os.getppid()
        request = _serve(line, parent, before)
    if request is not None:
        _become(request, parent)


def _stamps(files: Iterable[str]) -> dict[str, int]:
    """When each of *files* was changed; 0 for one that is not there."""
    found = dict.fromkeys(files, 0)
    for file in found:
        with suppress(OSError):
            found[file] = os.stat(file).st_mtime_ns  # noqa: PTH116  # thousands of them
    return found


def _serve(line: socket.socket, parent: int, before: Mapping[str, int]) -> _Request | None:
    """What a fork is to run; None in the process that forks, when nobody asks any more."""
    while True:
        head, descriptors, _, _ = socket.recv_fds(line, 4, 2)
        if not head:
            return None
        content = line.recv(int.from_bytes(head, "big"), socket.MSG_WAITALL)
        if _stamps(before) != before:
            return None
        # The fork's own parent ends at once, so that whoever asks inherits it.
        if (between := os.fork()) == 0:
            if os.fork():
                os._exit(0)
            line.close()
            _be_adopted(parent, *descriptors)
            request = _Request(**json.loads(content))
            if (ask := die_with_parent(signal.Signals(request.orphan_signal))) is not None:
                ask()
            if os.getppid() != parent:
                os._exit(1)
            return request
        os.waitpid(between, 0)
        for descriptor in descriptors:
            os.close(descriptor)


def _be_adopted(parent: int, answer: int, log: int) -> None:
    """Become a child of *parent* that leads a session and writes into *log*; end where it is not wanted any more."""
    deadline = time.monotonic() + _ADOPTION_SECONDS
    while os.getppid() != parent:
        if time.monotonic() > deadline:
            os._exit(1)
        time.sleep(0.001)
    os.setsid()
    os.dup2(log, 1)
    os.dup2(log, 2)
    os.write(answer, os.getpid().to_bytes(4, "big"))
    if not os.read(answer, 1):
        os._exit(1)
    os.close(answer)
    os.close(log)


def _become(request: _Request, parent: int) -> None:
    """Run the program as ``PYTHON -m MODULE …`` does."""
    os.environ.clear()
    os.environ.update(request.env)
    _show(request.argv)
    if os.getppid() != parent:
        os._exit(1)  # it died while the kernel was told to signal us
    sys.argv = list(request.argv[2:])
    runpy.run_module(request.argv[2], run_name="__main__", alter_sys=True)


def _show(argv: Sequence[str]) -> None:
    """Write what this process is where ``ps`` reads it: over the arguments with which it was started."""
    fields = Path("/proc/self/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    start, end = int(fields[45]), int(fields[46])
    title = " ".join(argv).encode()[: end - start - 2]
    # What does not end with a zero byte, the kernel takes for such a text up to the first one.
    ctypes.memmove(start, title + bytes(end - start - len(title) - 1) + b".", end - start)


if __name__ == "__main__":
    main()
