"""Importing a library without what it takes along only where it finds it, as thinc does torch, and neo4j pandas."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def imports_without(*names: str) -> Iterator[None]:
    """Let those of the packages *names* that are not imported yet be missing during the block.

    Only for what is never used through the library that is imported: it keeps what it found. Another thread that
    imports such a package in the block fails; so this is for the start of a process, and for the top of modules.
    """
    hidden = [name for name in names if name not in sys.modules]
    # What import makes of None here is documented: it raises ModuleNotFoundError.
    sys.modules.update(dict.fromkeys(hidden))  # type: ignore[arg-type]
    try:
        yield
    finally:
        for name in hidden:
            sys.modules.pop(name, None)
