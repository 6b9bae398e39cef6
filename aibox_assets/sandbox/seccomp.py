"""The system calls that a parsing child may make: a seccomp filter, for Linux on x86-64.

A list of what is allowed, not of what is forbidden: the kernel gets new calls each year.
"""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import struct

from aibox_assets.sandbox.libc import PR_SET_SECCOMP, prctl

# Numbers of x86-64: arch/x86/entry/syscalls/syscall_64.tbl
_ALLOWED = {
    **{"read": 0, "write": 1, "close": 3, "fstat": 5, "lseek": 8, "pread64": 17, "readv": 19, "writev": 20},
    **{"mmap": 9, "mprotect": 10, "munmap": 11, "brk": 12, "mremap": 25, "madvise": 28},
    **{"rt_sigaction": 13, "rt_sigprocmask": 14, "rt_sigreturn": 15, "sigaltstack": 131},
    **{"sched_yield": 24, "nanosleep": 35, "futex": 202, "sched_getaffinity": 204, "clock_nanosleep": 230},
    **{"gettimeofday": 96, "time": 201, "clock_gettime": 228, "clock_getres": 229},
    **{"uname": 63, "sysinfo": 99, "getrusage": 98, "times": 100, "getrandom": 318},
    **{
        "getpid": 39,
        "gettid": 186,
        "getppid": 110,
        "getuid": 102,
        "getgid": 104,
        "geteuid": 107,
        "getegid": 108,
    },
    **{"getrlimit": 97, "setrlimit": 160, "restart_syscall": 219, "exit": 60, "exit_group": 231},
}
_TGKILL, _PRLIMIT = 234, 302  # abort() and setrlimit() in glibc; both can reach other processes
# A library that looks for a file finds none, and goes on without it.
_LOOKS_FOR_FILES = {
    **{"open": 2, "stat": 4, "lstat": 6, "access": 21, "readlink": 89, "openat": 257, "newfstatat": 262},
    **{"readlinkat": 267, "faccessat": 269, "statx": 332},
}
# What came later has an older twin, which a C library takes when this one is not there.
_FIRST_RECENT = 424

_ARCHITECTURE = 0xC000003E  # AUDIT_ARCH_X86_64
_NUMBER_OFFSET, _ARCHITECTURE_OFFSET, _ARGUMENT_OFFSET = 0, 4, 16  # in struct seccomp_data
_LOAD, _EQUAL, _GREATER_EQUAL, _RETURN = 0x20, 0x15, 0x35, 0x06  # classic BPF
_ALLOW, _ERRNO = 0x7FFF0000, 0x00050000
_MODE_FILTER = 2


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("instructions", ctypes.c_char_p))


def forbid_system_calls() -> bool:
    """Allow this thread, for good, only what parsing needs; anything else ends in an error number.

    Needs ``PR_SET_NO_NEW_PRIVS``.

    :returns: whether it holds: not on other processors, nor where the kernel has no filters.
    """
    if platform.machine() != "x86_64":
        return False
    program = _build_filter(os.getpid())
    return prctl(PR_SET_SECCOMP, _MODE_FILTER, ctypes.byref(_Program(len(program) // 8, program)))


def _build_filter(pid: int) -> bytes:
    refuse = _instruction(_RETURN, _ERRNO | errno.EPERM)
    allow = _instruction(_RETURN, _ALLOW)
    parts = [
        _instruction(_LOAD, _ARCHITECTURE_OFFSET),
        _instruction(_EQUAL, _ARCHITECTURE, 1, 0),
        refuse,
        _instruction(_LOAD, _NUMBER_OFFSET),
    ]
    for number in _ALLOWED.values():
        parts += [_instruction(_EQUAL, number, 0, 1), allow]
    for number, process in ((_TGKILL, pid), (_PRLIMIT, 0)):  # 0: the caller itself
        parts += [
            _instruction(_EQUAL, number, 0, 4),
            _instruction(_LOAD, _ARGUMENT_OFFSET),
            _instruction(_EQUAL, process, 0, 1),
            allow,
            refuse,
        ]
    for number in _LOOKS_FOR_FILES.values():
        parts += [_instruction(_EQUAL, number, 0, 1), _instruction(_RETURN, _ERRNO | errno.ENOENT)]
    parts += [
        _instruction(_GREATER_EQUAL, _FIRST_RECENT, 0, 1),
        _instruction(_RETURN, _ERRNO | errno.ENOSYS),
        refuse,
    ]
    return b"".join(parts)


def _instruction(code: int, operand: int, if_true: int = 0, if_false: int = 0) -> bytes:
    """One ``struct sock_filter``; jumps count the instructions that they pass over."""
    return struct.pack("=HBBI", code, if_true, if_false, operand)
