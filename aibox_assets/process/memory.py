"""Memory of a process that computes, and then rests."""

from __future__ import annotations

import ctypes
import sys
from contextlib import suppress
from typing import Final

_M_ARENA_MAX: Final = -8  # of glibc's malloc.h


def give_back_memory() -> None:
    """Return what was freed to the system: glibc keeps it, up to 90 MB after a model's step."""
    if sys.platform == "linux":
        with suppress(AttributeError):  # another C library
            ctypes.CDLL(None).malloc_trim(0)


def share_one_arena() -> None:
    """Threads that start from now on take memory from one place: an arena for each keeps 80 MiB after a model's step.

    They are few, and compute for milliseconds between two requests for memory: none waits for another.
    """
    if sys.platform == "linux":
        with suppress(AttributeError):
            ctypes.CDLL(None).mallopt(_M_ARENA_MAX, 1)
