"""Which errors are faults of the installation, whatever file is in hand when they are raised.

A library that cannot be imported, memory or a disk that is used up, code that was replaced under a running process.
Errors of our own say themselves what they are; a file's bytes raise none of these, since parsers run in a sandbox and
stores name the file that they cannot read.
"""

from __future__ import annotations

import builtins
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from aibox_assets.domain.errors import InstallationError

_KINDS: Final = (ImportError, MemoryError, OSError)
FAULT_NAMES: Final = frozenset(
    name for name, kind in vars(builtins).items() if isinstance(kind, type) and issubclass(kind, _KINDS)
)
"""Names of their classes, for errors of which only the text is left."""
REMEDY: Final = (
    "Look at 'aibox doctor' and at the worker's log. The work goes on by itself when it is mended."
)
_START_AGAIN: Final = "End what runs and start it again: 'aibox down', then 'aibox up'."
_OWN_PACKAGE: Final = __name__.partition(".")[0]
# What libraries raise in place of a MemoryError: torch, onnxruntime, and Python for a thread that it cannot start.
_OUT_OF_MEMORY: Final = ("allocate memory", "bad_alloc", "can't start new thread")
_imported_at: Final = time.time()


def find_installation_fault(error: BaseException) -> InstallationError | None:
    """What is wrong with the installation that *error* was raised; None where it says nothing of it."""
    for cause in _causes(error):
        text = " ".join(str(cause).split())[:300]
        if isinstance(cause, _KINDS) or any(sign in text for sign in _OUT_OF_MEMORY):
            return InstallationError(
                f"The installation is at fault: {type(cause).__name__}: {text or 'no memory is left'}.",
                REMEDY,
            )
    if code_was_replaced():
        text = " ".join(f"{type(error).__name__}: {error}".split())[:300]
        return InstallationError(f"The program was replaced while it ran ({text}).", _START_AGAIN)
    return None


def code_was_replaced() -> bool:
    """Whether a module of ours that this process runs is another one on the disk by now, or gone."""
    files = (
        getattr(module, "__file__", None)
        for name, module in list(sys.modules.items())
        if name.partition(".")[0] == _OWN_PACKAGE
    )
    return any(_is_newer(file) for file in files if file is not None)


def _is_newer(file: str) -> bool:
    try:
        return Path(file).stat().st_mtime > _imported_at
    except OSError:
        return True


def _causes(error: BaseException) -> Iterator[BaseException]:
    current: BaseException | None = error
    seen: set[int] = set()
    while current is not None and id(current) not in seen:
        seen.add(id(current))
        yield current
        current = current.__cause__
