"""Putting a file into a folder, whole and at once, and never in the place of another unless that is wanted.

No link is followed: not the file itself, and not a folder on the way to either end.
"""

from __future__ import annotations

import errno
import hashlib
import os
import stat
import uuid
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final

from aibox_assets.domain.errors import PermanentError, StoreUnavailableError, TransientError
from aibox_assets.domain.paths import printable
from aibox_assets.stores.documents import hash_file, open_beneath, parent_beneath

_PIECE: Final = 2**20
_NO_HARD_LINKS: Final = (errno.EPERM, errno.ENOTSUP, errno.EMLINK, errno.ENOSYS)


class Outcome(StrEnum):
    """What became of a file that was to be copied."""

    COPIED = "copied"
    SAME = "same"
    REPLACED = "replaced"
    KEPT = "kept"


@dataclass(frozen=True, slots=True)
class _Copy:
    """A copy under a name of its own, not in its place yet."""

    name: str
    sha256: str


def copy_file(source_root: Path, source: str, root: Path, path: str, *, replace: bool = False) -> Outcome:
    """Copy the file *source* of one folder to *path* of another, with its times and permissions.

    :param replace: another file of that name gives way; else it is kept and nothing is copied.
    :raises PermanentError: the file, or a folder on the way, is a link or may not be read or written.
    :raises TransientError: the file changed meanwhile, or its copy differs from it.
    :raises StoreUnavailableError: the disk is full or did not answer.
    """
    try:
        with parent_beneath(root, path, make=True) as (folder, name):
            there = _hash_there(root, path)
            if there is not None and there == hash_file(source_root, source):
                return Outcome.SAME
            occupied = _exists(folder, name)
            if occupied and not replace:
                return Outcome.KEPT
            copy = _copy_beside(source_root, source, folder)
            try:
                return _put(folder, copy.name, name, replace=replace)
            finally:
                with suppress(FileNotFoundError):
                    os.unlink(copy.name, dir_fd=folder)
    except OSError as error:
        raise _refusal(source, path, error) from error


def _copy_beside(source_root: Path, source: str, folder: int) -> _Copy:
    """Write the copy beside its place, and read it back."""
    name = f".{uuid.uuid4().hex}.part"
    with os.fdopen(open_beneath(source_root, source), "rb") as given:
        before = os.fstat(given.fileno())
        digest = hashlib.sha256()
        flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
        try:
            with os.fdopen(os.open(name, flags, 0o600, dir_fd=folder), "w+b") as copy:
                while piece := given.read(_PIECE):
                    digest.update(piece)
                    copy.write(piece)
                copy.flush()
                os.fsync(copy.fileno())
                copy.seek(0)
                written = hashlib.file_digest(copy, "sha256").hexdigest()
                os.fchmod(copy.fileno(), stat.S_IMODE(before.st_mode) & 0o777)
                os.utime(copy.fileno(), ns=(before.st_atime_ns, before.st_mtime_ns))
            after = os.fstat(given.fileno())
            if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
                raise TransientError(f"{printable(source)} changed while it was copied.", "Copy it again.")
            if written != digest.hexdigest():
                raise TransientError(f"The copy of {printable(source)} differs from it.", "Check the disk.")
        except BaseException:
            with suppress(FileNotFoundError):
                os.unlink(name, dir_fd=folder)
            raise
    return _Copy(name, written)


def _put(folder: int, staged: str, name: str, *, replace: bool) -> Outcome:
    """Give the copy its name. Without *replace* a file that came meanwhile stays, too: a link never overwrites."""
    if not replace:
        try:
            os.link(staged, name, src_dir_fd=folder, dst_dir_fd=folder, follow_symlinks=False)
            return Outcome.COPIED
        except FileExistsError:
            return Outcome.KEPT
        except OSError as error:
            if error.errno not in _NO_HARD_LINKS:
                raise
        if _exists(folder, name):
            return Outcome.KEPT
    replaced = _exists(folder, name)
    os.rename(staged, name, src_dir_fd=folder, dst_dir_fd=folder)
    return Outcome.REPLACED if replaced else Outcome.COPIED


def _hash_there(root: Path, path: str) -> str | None:
    try:
        os.close(open_beneath(root, path))
    except OSError:
        return None
    return hash_file(root, path)


def _exists(folder: int, name: str) -> bool:
    try:
        os.lstat(name, dir_fd=folder)
    except FileNotFoundError:
        return False
    return True


def _refusal(source: str, path: str, error: OSError) -> Exception:
    names = f"{printable(source)} cannot be copied to {printable(path)}"
    if error.errno in (errno.ELOOP, errno.ENOTDIR):
        return PermanentError(
            f"{names}: a link, or behind one; links are not followed.", "Name the file itself."
        )
    if error.errno in (
        errno.ENOENT,
        errno.ENXIO,
        errno.EISDIR,
        errno.ENAMETOOLONG,
        errno.EACCES,
        errno.EPERM,
    ):
        return PermanentError(f"{names}: {error.strerror}.", "Check the names and permissions.")
    return StoreUnavailableError(f"{names}: {error.strerror or error}.", "Check the disk, then try again.")
