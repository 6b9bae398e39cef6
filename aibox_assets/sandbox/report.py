"""Which limits hold in a running parsing child, as it measured them itself."""

from __future__ import annotations

import os
import resource
from dataclasses import dataclass, fields
from typing import Any

from aibox_assets.sandbox.libc import LIBC, ulong
from aibox_assets.sandbox.protocol import ProtocolError


@dataclass(frozen=True, slots=True)
class SandboxReport:
    """What holds in one parsing child. Limits are hard ones; -1 is none.

    :ivar user: effective user id. :ivar group: effective group id.
    :ivar capabilities: bits of the permitted capabilities.
    :ivar no_new_privileges: no program can give it more rights.
    :ivar seccomp: only the system calls that parsing needs.
    :ivar landlock: version of the interface; 0 where the kernel has none.
    :ivar own_network: an empty network of its own.
    :ivar cpu_seconds: over all of its files, after which another child takes over.
    :ivar memory_bytes: of address space. :ivar file_bytes: of one file that it writes.
    :ivar processes: that it may have. :ivar open_files: that it may open. :ivar core_bytes: of a core dump.
    :ivar opens_files: it tried to open a file that everybody may read, and could.
    :ivar opens_sockets: it tried to make a socket, and could.
    :ivar starts_processes: it tried to fork, and could.
    """

    user: int
    group: int
    capabilities: int
    no_new_privileges: bool
    seccomp: bool
    landlock: int
    own_network: bool
    cpu_seconds: int
    memory_bytes: int
    file_bytes: int
    processes: int
    open_files: int
    core_bytes: int
    opens_files: bool
    opens_sockets: bool
    starts_processes: bool


def measure(status: int, *, landlock: int, own_network: bool) -> SandboxReport:
    """What holds in this process.

    :param status: a descriptor of ``/proc/self/status``, opened before files were out of reach.
    """
    lines = os.pread(status, 16_384, 0).decode("ascii", "replace").splitlines()
    kernel = {key: value.split() for key, _, value in (line.partition(":") for line in lines)}

    def hard(kind: int) -> int:
        return resource.getrlimit(kind)[1]

    return SandboxReport(
        user=int(kernel["Uid"][1]),
        group=int(kernel["Gid"][1]),
        capabilities=int(kernel["CapPrm"][0], 16),
        no_new_privileges=kernel["NoNewPrivs"] == ["1"],
        seccomp=kernel.get("Seccomp") == ["2"],
        landlock=landlock,
        own_network=own_network,
        cpu_seconds=hard(resource.RLIMIT_CPU),
        memory_bytes=hard(resource.RLIMIT_AS),
        file_bytes=hard(resource.RLIMIT_FSIZE),
        processes=hard(resource.RLIMIT_NPROC),
        open_files=hard(resource.RLIMIT_NOFILE),
        core_bytes=hard(resource.RLIMIT_CORE),
        opens_files=_opens_files(),
        opens_sockets=int(LIBC.socket(ulong(2), ulong(1), ulong(0))) >= 0,
        starts_processes=_starts_processes(),
    )


def decode_report(head: dict[str, Any]) -> SandboxReport:
    """
    :raises ProtocolError: *head* is no report.
    """
    kinds = {"int": int, "bool": bool}
    names = {field.name: kinds[str(field.type)] for field in fields(SandboxReport)}
    if head.keys() != names.keys() or any(type(head[name]) is not kind for name, kind in names.items()):
        raise ProtocolError("no report of its limits")
    return SandboxReport(**head)


def _opens_files() -> bool:
    try:
        os.close(os.open("/", os.O_RDONLY))
    except OSError:
        return False
    return True


def _starts_processes() -> bool:
    try:
        pid = os.fork()
    except OSError:
        return False
    if pid == 0:
        os._exit(0)
    os.waitpid(pid, 0)
    return True
