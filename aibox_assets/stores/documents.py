"""One document of a folder at a time: read, hashed or removed without following a link or trusting its kind.

What a folder holds is in ``scanning.py``, which folder it is in ``folders.py``, how files get into one in
``copying.py``.
"""

from __future__ import annotations

import errno
import hashlib
import os
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from aibox_assets.domain.errors import (
    LimitExceededError,
    PermanentError,
    StoreUnavailableError,
    TransientError,
    UnreadableFileError,
)
from aibox_assets.domain.keys import has_hostile_name
from aibox_assets.domain.paths import actual, printable

_PIECE: Final = 2**20
_FOLDER: Final = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC


@dataclass(frozen=True, slots=True)
class Document:
    """A file's bytes as they were read at once, with what they are known by."""

    data: bytes
    sha256: str
    size: int
    mtime_ns: int


def read_document(root: Path, path: str, max_bytes: int) -> Document:
    """Read a file of a watched folder: no link is followed, nothing but a regular file is opened.

    :raises PermanentError: a link, a device, over *max_bytes*, or of a hostile name.
    :raises UnreadableFileError: it has no read permission.
    :raises TransientError: it changed while it was read, or the disk did not answer.
    """
    path = actual(path)
    name = printable(path)
    if has_hostile_name(path):
        raise PermanentError(
            f"The name of '{name}' has control characters or is not valid UTF-8.", "Rename the file."
        )
    try:
        descriptor = open_beneath(root, path)
    except OSError as error:
        raise _refusal(name, root / path, error) from error
    with os.fdopen(descriptor, "rb") as file:
        before = os.fstat(file.fileno())
        if not before.st_mode & 0o444:  # root may read it all the same; its owner said no
            raise _no_permission(name)
        if before.st_size > max_bytes:
            raise LimitExceededError(
                f"{name} has {before.st_size / 2**20:,.0f} MiB; the limit is {max_bytes // 2**20} MiB.",
                "Split it, or raise AIBOX_MAX_FILE_MB.",
            )
        try:
            data = file.read(max_bytes + 1)
        except OSError as error:
            raise StoreUnavailableError(f"{name} cannot be read: {error.strerror}.") from error
        after = os.fstat(file.fileno())
    if (after.st_size, after.st_mtime_ns) != (before.st_size, before.st_mtime_ns) or len(
        data
    ) != after.st_size:
        raise TransientError(f"{name} changed while it was read.", "It is read again when it rests.")
    return Document(data, hashlib.sha256(data).hexdigest(), after.st_size, after.st_mtime_ns)


def hash_file(root: Path, path: str, seconds: float = float("inf")) -> str | None:
    """SHA-256 of a file's bytes; None where it cannot be read as a regular file, or not within *seconds*."""
    deadline = time.monotonic() + seconds
    digest = hashlib.sha256()
    try:
        with os.fdopen(open_beneath(root, path), "rb", buffering=0) as file:
            while piece := file.read(_PIECE):
                digest.update(piece)
                if time.monotonic() > deadline:
                    return None
    except OSError:
        return None
    return digest.hexdigest()


def remove_document(root: Path, path: str) -> None:
    """Delete a file of a folder; one that is gone already is no error.

    :param path: as it is stored. A link is removed itself, and one on the way is refused.
    :raises PermanentError: a folder on the way is a link, or may not be written.
    :raises StoreUnavailableError: the disk did not answer.
    """
    path = actual(path)
    try:
        with parent_beneath(root, path) as (folder, name):
            os.unlink(name, dir_fd=folder)
    except FileNotFoundError:
        return
    except OSError as error:
        if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
            raise PermanentError(
                f"{printable(path)} cannot be removed: {error.strerror}.",
                "Let its folder be written to, or delete it there yourself; the rest follows by itself.",
            ) from error
        raise _refusal(printable(path), root / path, error) from error


@contextmanager
def parent_beneath(root: Path, path: str, *, make: bool = False) -> Iterator[tuple[int, str]]:
    """The open folder that *path* lies in, and its name there; a link on the way below *root* is an ``OSError``.

    :param make: make the folders that are missing.
    """
    *parents, name = path.split("/")
    if ".." in parents or name in ("", ".", ".."):
        raise OSError(errno.ELOOP, "not below the folder")
    folder = os.open(root, _FOLDER)
    try:
        for parent in parents:
            if make:
                with suppress(FileExistsError):
                    os.mkdir(parent, dir_fd=folder)
            below = os.open(parent, _FOLDER | os.O_NOFOLLOW, dir_fd=folder)
            os.close(folder)
            folder = below
        yield folder, name
    finally:
        os.close(folder)


def open_beneath(root: Path, path: str) -> int:
    """Open a regular file below *root* for reading, refusing a link at every step of the way."""
    with parent_beneath(root, path) as (folder, name):
        opened = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, dir_fd=folder)
    if not stat.S_ISREG(os.fstat(opened).st_mode):
        os.close(opened)
        raise OSError(errno.ENXIO, "not a regular file")
    return opened


def _refusal(name: str, place: Path, error: OSError) -> Exception:
    if error.errno in (errno.ELOOP, errno.ENOTDIR) or place.is_symlink():
        return PermanentError(
            f"{name} is a symbolic link, or behind one; links are not followed.",
            "Copy the document itself into the folder.",
        )
    if error.errno in (errno.EACCES, errno.EPERM):
        return _no_permission(name)
    if error.errno == errno.ENOENT:
        return PermanentError(f"{name} is gone.", "Drop it again if it is still wanted.")
    if error.errno == errno.ENXIO:
        return PermanentError(f"{name} is not a regular file.", "Put the document itself there.")
    return StoreUnavailableError(f"{name} cannot be opened: {error.strerror}.")


def _no_permission(name: str) -> UnreadableFileError:
    return UnreadableFileError(
        f"{name} has no read permission.", "Run 'chmod +r' on it; it is then taken up by itself."
    )
