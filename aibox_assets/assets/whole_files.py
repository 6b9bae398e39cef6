"""Files of a folder that come into their places whole, many at once.

Belongs here: how bytes get onto a disk so that a crash leaves the old file or the new one. Does not: what is in them.
"""

from __future__ import annotations

import os
import uuid
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from itertools import islice
from typing import Final

STAGED: Final = ".staged"
"""The folder beside the files in which each is written whole before it takes its place."""
_GROUP: Final = 64
"""Files that are open at once: a disk takes the second of them in a tenth of the time of one that comes alone."""


def replace_whole(folder: str, contents: Iterable[tuple[str, bytes]], guard: Callable[[], None]) -> None:
    """Replace files of *folder*, by name, each as a whole.

    :param guard: called before each comes into its place; what it raises leaves that one and the rest out.
    :raises OSError: the folder did not take one.
    """
    os.makedirs(os.path.join(folder, STAGED), exist_ok=True)  # noqa: PTH103, PTH118 - paths as objects cost more
    left = iter(contents)
    while group := list(islice(left, _GROUP)):
        _replace_group(folder, group, guard)


def _replace_group(folder: str, group: Sequence[tuple[str, bytes]], guard: Callable[[], None]) -> None:
    staged: list[tuple[str, str, int]] = []
    try:
        for name, content in group:
            stem = name.rpartition(".")[0]
            path = f"{folder}/{STAGED}/{stem}.{uuid.uuid4().hex}"
            file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o666)
            staged.append((path, f"{folder}/{name}", file))
            rest = memoryview(content)
            while rest:
                rest = rest[os.write(file, rest) :]
        for _, _, file in staged:
            os.fsync(file)
        for path, target, _ in staged:
            guard()
            os.replace(path, target)  # noqa: PTH105
    finally:
        for path, _, file in staged:
            os.close(file)
            with suppress(FileNotFoundError):
                os.unlink(path)  # noqa: PTH108
