"""Takes from the parsing child what parsing does not need, for good. Each layer holds without the others.

What a kernel or a container does not offer is left out; :mod:`aibox_assets.sandbox.report` tells what holds.
"""

from __future__ import annotations

import contextlib
import ctypes
import encodings
import os
import pkgutil
import resource
import signal
import sys
from importlib import import_module
from importlib.machinery import BuiltinImporter, FrozenImporter
from pathlib import Path

from aibox_assets.domain.parse.document import load_parsers
from aibox_assets.domain.parse.limits import MIB
from aibox_assets.sandbox import landlock, seccomp
from aibox_assets.sandbox.libc import (
    LIBC,
    PR_SET_DUMPABLE,
    PR_SET_NO_NEW_PRIVS,
    PR_SET_PDEATHSIG,
    prctl,
    ulong,
)
from aibox_assets.sandbox.report import SandboxReport, measure

_NOBODY = 65_534
_CLONE_NEWUSER, _CLONE_NEWNET = 0x10000000, 0x40000000
_CAPABILITY_VERSION = 0x20080522  # _LINUX_CAPABILITY_VERSION_3: two words of each set
_OUTPUT_BYTES = MIB  # what libraries print goes to a file that the parent empties before each document


def load_modules() -> None:
    """Import all that a document may need: afterwards no file can be opened."""
    load_parsers()
    for module in pkgutil.iter_modules(encodings.__path__):
        with contextlib.suppress(ImportError):  # some are of other systems
            import_module(f"encodings.{module.name}")


def confine(memory_bytes: int, cpu_seconds: int) -> SandboxReport:
    """Limit this process to what parsing needs; :func:`load_modules` comes before it.

    :returns: what holds.
    """
    status = os.open("/proc/self/status", os.O_RDONLY)
    own_network = _drop_user()
    LIBC.capset(_capability_header(), (ctypes.c_uint32 * 6)())
    prctl(PR_SET_DUMPABLE, 0)
    # After the user: a change of credentials forgets it.
    prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    prctl(PR_SET_NO_NEW_PRIVS, 1)
    for kind, most in (
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_CPU, cpu_seconds),
        (resource.RLIMIT_FSIZE, _OUTPUT_BYTES),
        (resource.RLIMIT_MEMLOCK, 0),
        (resource.RLIMIT_NPROC, 0),
        (resource.RLIMIT_AS, memory_bytes),
    ):
        _limit(kind, most)
    # An import that was forgotten shall fail as one, whatever the kernel says to a search for files.
    sys.path.clear()
    sys.meta_path[:] = [BuiltinImporter, FrozenImporter]
    version = landlock.forbid_files()
    _limit(resource.RLIMIT_NOFILE, 0)
    seccomp.forbid_system_calls()
    report = measure(status, landlock=version, own_network=own_network)
    os.close(status)
    return report


def _drop_user() -> bool:
    """Become nobody where we are root, in an empty network where we may have one; whether we do."""
    before = _network()
    LIBC.unshare(ulong(_CLONE_NEWNET))
    if os.geteuid() == 0:
        with contextlib.suppress(OSError):  # a container may know no other users
            os.setgroups([])
            os.setresgid(_NOBODY, _NOBODY, _NOBODY)
            os.setresuid(_NOBODY, _NOBODY, _NOBODY)
    prctl(PR_SET_DUMPABLE, 1)  # else our own entry in /proc is root's
    if _network() == before:
        _enter_namespaces(os.geteuid(), os.getegid())
    return _network() != before


def _network() -> Path:
    return Path("/proc/self/ns/net").readlink()


def _enter_namespaces(user: int, group: int) -> None:
    """An empty network for who is not root takes a user namespace, in which ids stay what they are."""
    if LIBC.unshare(ulong(_CLONE_NEWUSER | _CLONE_NEWNET)) == 0:
        with contextlib.suppress(OSError):
            Path("/proc/self/setgroups").write_text("deny")
            Path("/proc/self/uid_map").write_text(f"{user} {user} 1")
            Path("/proc/self/gid_map").write_text(f"{group} {group} 1")


def _capability_header() -> ctypes.Array[ctypes.c_uint32]:
    return (ctypes.c_uint32 * 2)(_CAPABILITY_VERSION, 0)


def _limit(kind: int, most: int) -> None:
    """Set a limit; one that is lower already stays."""
    hard = resource.getrlimit(kind)[1]
    most = most if hard == resource.RLIM_INFINITY else min(most, hard)
    resource.setrlimit(kind, (most, most))
