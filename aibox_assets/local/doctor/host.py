"""The machine: room on its disks and in its memory, permissions, ports, and what listens for others."""

from __future__ import annotations

import ipaddress
import stat
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final

import psutil

from aibox_assets.local.disks import look_at_disks
from aibox_assets.local.doctor.findings import Case, Finding, NotAskedError, ok, problem, warning
from aibox_assets.local.home import Allotment
from aibox_assets.local.process import MARKER, is_free

_MEMORY_BYTES: Final = 1536 * 2**20
"""What models and servers take in a small home."""
_SECRETS: Final = 0o077


def disks_have_room(case: Case) -> Iterator[Finding]:
    """Home, storage and the database's disk can be written to, and are not nearly full."""
    disks = look_at_disks(case.home.path)
    if not disks:
        raise NotAskedError
    for disk in disks:
        free = "" if disk.free is None else f", {disk.free / 2**30:,.1f} GiB free"
        if disk.state == "ok":
            yield ok(f"{disk.name} can be written to{free}.")
        elif disk.state == "low":
            yield warning(f"The disk of {disk.name} is nearly full{free} ({disk.path}).", "Make room: df -h")
        elif disk.state == "full":
            yield problem(f"The disk of {disk.name} is full ({disk.path}).", "Make room: df -h")
        else:
            remedy = (
                "Check the address, its bucket and what it wants to let us in."
                if disk.free is None
                else f"chmod u+rwx {disk.path}, or chown it"
            )
            yield problem(f"{disk.name} ({disk.path}): {disk.reason}", remedy)


def memory_is_left(case: Case) -> Iterator[Finding]:
    """There is room for models; an exhausted machine kills workers, which start again and again."""
    free = psutil.virtual_memory().available
    said = f"{free / 2**30:,.1f} GiB of memory are free"
    if free < _MEMORY_BYTES and not case.runs:
        yield warning(f"{said}; models and servers want {_MEMORY_BYTES / 2**30:g}.", "End other programs.")
    elif free < _MEMORY_BYTES / 4:
        yield warning(f"Only {said}: workers may be killed.", "AIBOX_WORKER_MAX_MEMORY_MB, or fewer workers")
    else:
        yield ok(f"{said}.")


def secrets_are_closed(case: Case) -> Iterator[Finding]:
    """Nobody else reads the home's passwords, nor those of ``.env``."""
    open_files = [path for path in (case.home.file, Path(".env").absolute()) if _mode(path) & _SECRETS]
    for path in open_files:
        yield problem(f"Others may read {path}, which may hold passwords.", f"chmod 600 {path}")
    folders = (
        case.home.path,
        case.home.redis,
        case.home.graph,
        case.home.run,
        case.home.inbox,
        case.home.storage,
    )
    # The home itself may be passed through: Postgres of root's runs as another user.
    loose = [path for path in folders if _mode(path) & (0o066 if path == case.home.path else _SECRETS)]
    for path in loose:
        yield warning(f"Others may look into {path}.", f"chmod go-rw {path}")
    if not open_files and not loose:
        yield ok("Nobody else reads the home's files.")


def ports_are_free(case: Case) -> Iterator[Finding]:
    """A home that is down can have its ports; one that is up has them."""
    if case.runs:
        yield ok("The home runs, and has its ports.")
        return
    if (port := case.given.webserver_port) and not is_free(port):
        yield problem(
            f"Port {port} of AIBOX_WEBSERVER_PORT is taken by {_holder(port)}.",
            "End that program, or set AIBOX_WEBSERVER_PORT to another port.",
        )
        return
    servers = case.home.servers()
    taken = [
        servers[name]
        for name in Allotment.__annotations__
        if name.endswith("_port") and name in servers and not is_free(int(servers[name]))
    ]
    for found in taken:
        yield warning(
            f"Port {found} of this home is taken by {_holder(int(found))}.", "aibox up takes another."
        )
    if not taken:
        yield ok("The home's ports are free.")


def listens_on_loopback(case: Case) -> Iterator[Finding]:
    """Nothing of the home that has no login is there for other machines."""
    seen = sorted(
        {
            f"{process.name()} (process {process.pid}, port {each.laddr.port})"
            for each in psutil.net_connections("inet")
            if each.status == psutil.CONN_LISTEN and each.pid and not _is_loopback(each.laddr.ip)
            if (process := _without_login(each.pid, str(case.home.path))) is not None
        }
    )
    for place in seen:
        yield problem(
            f"{place} listens for other machines, and asks for no login.",
            "aibox down, and let it listen on 127.0.0.1",
        )
    if not seen:
        yield ok("Nothing of this home listens beyond this machine.")


def _without_login(pid: int, home: str) -> psutil.Process | None:
    """The process, if it is one of the home's, and asks for no login as the API does."""
    with suppress(psutil.Error):
        process = psutil.Process(pid)
        if process.environ().get(MARKER) == home and not any(
            "aibox_assets.web" in part for part in process.cmdline()
        ):
            return process
    return None


def _is_loopback(address: str) -> bool:
    found = ipaddress.ip_address(address.partition("%")[0])
    return (getattr(found, "ipv4_mapped", None) or found).is_loopback


def _mode(path: Path) -> int:
    try:
        return stat.S_IMODE(path.stat().st_mode)
    except OSError:
        return 0


def _holder(port: int) -> str:
    """Which program listens on *port*, where we may know."""
    with suppress(psutil.Error):
        for each in psutil.net_connections("tcp"):
            if each.status == psutil.CONN_LISTEN and each.laddr.port == port and each.pid:
                return f"{psutil.Process(each.pid).name()} (process {each.pid})"
    return "another program"
