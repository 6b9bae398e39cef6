"""Landlock: the kernel's own refusal of files, TCP ports and signals outward (Linux 5.13 and later)."""

from __future__ import annotations

import ctypes
import os

from aibox_assets.sandbox.libc import LIBC, ulong

# The same numbers on every processor; glibc has no wrappers. linux/landlock.h
_CREATE_RULESET, _RESTRICT_SELF = 444, 446
_CREATE_RULESET_VERSION = 1
# Rights of files by the version of the interface that brought them; a version keeps those before it.
_FILE_RIGHTS = {1: 13, 2: 14, 3: 15, 5: 16}
_TCP_BIND_AND_CONNECT = 0b11  # from version 4
_ABSTRACT_SOCKETS_AND_SIGNALS = 0b11  # from version 6


class _Ruleset(ctypes.Structure):
    _fields_ = (
        ("files", ctypes.c_uint64),
        ("network", ctypes.c_uint64),
        ("scoped", ctypes.c_uint64),
    )


def forbid_files() -> int:
    """Refuse this process, for good, to open any file, to use TCP, and to signal other processes.

    Needs ``PR_SET_NO_NEW_PRIVS``. No file is excepted: what is open stays open.

    :returns: the version of the interface, which says how much of it the kernel knows; 0 where it has none.
    """
    version = int(LIBC.syscall(ulong(_CREATE_RULESET), None, ulong(0), ulong(_CREATE_RULESET_VERSION)))
    if version < 1:
        return 0
    rights = max(bits for since, bits in _FILE_RIGHTS.items() if since <= version)
    rules = _Ruleset(
        files=(1 << rights) - 1,
        network=_TCP_BIND_AND_CONNECT if version >= 4 else 0,
        scoped=_ABSTRACT_SOCKETS_AND_SIGNALS if version >= 6 else 0,
    )
    # The kernel takes a longer structure than it knows when the rest is zero.
    ruleset = LIBC.syscall(ulong(_CREATE_RULESET), ctypes.byref(rules), ulong(ctypes.sizeof(rules)), ulong(0))
    if ruleset < 0:
        return 0
    refused = LIBC.syscall(ulong(_RESTRICT_SELF), ulong(ruleset), ulong(0))
    os.close(ruleset)
    return 0 if refused else version
