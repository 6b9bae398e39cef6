"""A program in the parsing child's place: it starts as one, then answers each file with the file's own bytes, raw."""

from __future__ import annotations

import sys
import time
from dataclasses import asdict

from aibox_assets.sandbox.protocol import read_message, write_message
from aibox_assets.sandbox.report import SandboxReport

NO_LIMITS = SandboxReport(
    user=0,
    group=0,
    capabilities=0,
    no_new_privileges=False,
    seccomp=False,
    landlock=0,
    own_network=False,
    cpu_seconds=-1,
    memory_bytes=-1,
    file_bytes=-1,
    processes=-1,
    open_files=-1,
    core_bytes=-1,
    opens_files=True,
    opens_sockets=True,
    starts_processes=True,
)

if __name__ == "__main__":
    write_message(sys.stdout.buffer, asdict(NO_LIMITS))
    while (message := read_message(sys.stdin.buffer, 2**30)) is not None:
        if message.body == b"silence":
            time.sleep(600)
        sys.stdout.buffer.write(message.body)
        sys.stdout.buffer.flush()
        if message.body == b"end":
            sys.exit(0)
