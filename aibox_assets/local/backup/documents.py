"""The inbox and the Parquet tables of a moment: each file gets a second name, which costs no copy.

A table and a document that is replaced get other bytes under their own name; the second name keeps the old ones.
"""

from __future__ import annotations

import os
import shutil
import stat
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Final

from aibox_assets.stores.documents import parent_beneath
from aibox_assets.stores.markers import MARKER

_PREFIX: Final = ".aibox-backup-"
_PIECE: Final = 2**20


@contextmanager
def second_names(root: Path) -> Iterator[Path]:
    """A hidden folder below *root* for second names, which goes at the end; what a killed backup left goes, too."""
    for left in root.glob(f"{_PREFIX}*"):
        shutil.rmtree(left, ignore_errors=True)
    folder = root / f"{_PREFIX}{uuid.uuid4().hex}"
    folder.mkdir(mode=0o700)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def keep_files(root: Path, kept: Path) -> None:
    """Give all that counts below *root* a second name below *kept*: no links, nothing hidden but the marker."""
    for parent, folders, names in os.walk(root):
        folders[:] = [name for name in folders if not name.startswith(".")]
        below = Path(parent).relative_to(root)
        (kept / below).mkdir(exist_ok=True)
        for name in names:
            if not name.startswith(".") or (name == MARKER and below == Path()):
                with suppress(FileNotFoundError):
                    _link(Path(parent) / name, kept / below / name)


def list_kept(kept: Path) -> Iterator[tuple[str, Path]]:
    """All that was kept, by its path below, sorted."""
    for parent, folders, names in os.walk(kept):
        folders.sort()
        for name in sorted(names):
            path = Path(parent) / name
            yield path.relative_to(kept).as_posix(), path


def put_file(root: Path, path: str, file: IO[bytes], mtime_ns: int) -> None:
    """Write a file below *root*, in which there is none of that name, with its time.

    :param file: read by pieces. :raises OSError: something is there, a link is on the way, or the disk is full.
    """
    with parent_beneath(root, path, make=True) as (folder, name):
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
        with os.fdopen(os.open(name, flags, 0o600, dir_fd=folder), "wb") as written:
            shutil.copyfileobj(file, written, _PIECE)
            written.flush()
            os.utime(written.fileno(), ns=(mtime_ns, mtime_ns))


def _link(path: Path, second: Path) -> None:
    if not stat.S_ISREG(path.lstat().st_mode):
        return
    try:
        os.link(path, second, follow_symlinks=False)
    except FileNotFoundError:
        raise
    except OSError:  # a file system without hard links
        shutil.copy2(path, second, follow_symlinks=False)
