"""Importing a library without what it takes along only where it finds it, as thinc does torch, and neo4j pandas."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.abc import MetaPathFinder
from typing import Any


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


def forgo_pandas() -> None:
    """Let Arrow not import pandas at its first column, to ask whether that is one of pandas'.

    For a process that makes no columns of them: 48 MB, and half a second of its first step. What converts to pandas
    imports it still.
    """
    import pyarrow

    if "pandas" in sys.modules:
        return
    finder = _NoPandas()
    sys.meta_path.insert(0, finder)  # what is None in sys.modules, Cython takes for the package
    try:
        pyarrow.array([])
    finally:
        sys.meta_path.remove(finder)


class _NoPandas(MetaPathFinder):
    """Finds that there is no pandas."""

    def find_spec(self, fullname: str, *_: Any) -> None:
        if fullname == "pandas":
            raise ModuleNotFoundError("pandas is left out here.", name=fullname)
