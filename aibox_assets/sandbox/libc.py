"""System calls that Python has no function for."""

from __future__ import annotations

import ctypes

LIBC = ctypes.CDLL(None, use_errno=True)
ulong = ctypes.c_ulong  # variadic functions read whole registers

PR_SET_PDEATHSIG = 1
PR_SET_DUMPABLE = 4
PR_SET_SECCOMP = 22
PR_SET_NO_NEW_PRIVS = 38


def prctl(option: int, value: int, address: object = None) -> bool:
    """Whether the kernel took the option."""
    return int(LIBC.prctl(ulong(option), ulong(value), address, ulong(0), ulong(0))) == 0
