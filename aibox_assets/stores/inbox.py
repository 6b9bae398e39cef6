"""The watched folders: what lies in them, and reading one document without trusting its name or kind."""

from __future__ import annotations

import errno
import hashlib
import os
import re
import stat
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from aibox_assets.domain.errors import (
    LimitExceededError,
    PermanentError,
    StoreUnavailableError,
    TransientError,
)
from aibox_assets.domain.keys import has_hostile_name

INBOX: Final = "inbox"
MARKER: Final = ".aibox-inbox"
_ESCAPED: Final = re.compile(r"\\u(dc(?:5c|[89a-f][0-9a-f]))")
_PARTIAL: Final = (".part", ".crdownload", ".tmp", ".swp", ".download")


@dataclass(frozen=True, slots=True)
class FileStat:
    """What a folder says of a file without opening it. *suspect*: cannot be a document, by its looks."""

    size: int
    mtime_ns: int
    suspect: bool = False


@dataclass(slots=True)
class Scan:
    """All files below a folder, by path with ``/``; *unreadable* sub-folders say nothing of their files."""

    files: dict[str, FileStat] = field(default_factory=dict)
    unreadable: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class WatchedFolder:
    """A watched folder. *label* stands for it in the database, so that a home can be moved."""

    label: str
    root: Path

    def scan(self, max_bytes: int) -> Scan:
        """List the folder.

        :param max_bytes: files above it are suspect.
        :raises StoreUnavailableError: the folder itself cannot be read, or is not the one it was: its marker
            is missing although it is empty, as when a disk is not mounted. An empty answer would delete all.
        """
        scan = Scan()
        try:
            for path, found in self._walk("", scan):
                scan.files[path] = FileStat(found.st_size, found.st_mtime_ns, _is_suspect(found, max_bytes))
        except OSError as error:
            raise StoreUnavailableError(
                f"The watched folder {self.root} cannot be read: {error.strerror}.",
                "Nothing of it is deleted; check that it exists and is mounted.",
            ) from error
        return scan

    def is_marked(self) -> bool:
        """Whether the folder carries our marker, which an empty mount point does not."""
        return (self.root / MARKER).exists()

    def mark(self) -> None:
        """Put our marker into the folder, where it may be written."""
        try:
            (self.root / MARKER).touch()
        except OSError as error:
            if error.errno not in (errno.EROFS, errno.EACCES, errno.EPERM):
                raise

    def _walk(self, prefix: str, scan: Scan) -> Iterator[tuple[str, os.stat_result]]:
        with os.scandir(self.root / prefix) as entries:
            listed = sorted(entries, key=lambda entry: entry.name)
        for entry in listed:
            if entry.name.startswith((".", "~$")) or entry.name.endswith(_PARTIAL):
                continue
            path = f"{prefix}{entry.name}"
            try:
                if entry.is_dir(follow_symlinks=False):
                    yield from self._walk(f"{path}/", scan)
                else:
                    yield path, entry.stat(follow_symlinks=False)
            except FileNotFoundError:
                continue  # gone since it was listed
            except OSError:
                scan.unreadable.append(path)

    def exists(self, path: str) -> bool:
        """Whether something lies at *path*; a place that cannot be looked at counts as there."""
        try:
            (self.root / path).lstat()
        except (FileNotFoundError, NotADirectoryError):
            return False
        except OSError:
            return True
        return True


@dataclass(frozen=True, slots=True)
class Document:
    """A file's bytes as they were read at once, with what they are known by."""

    data: bytes
    sha256: str
    size: int
    mtime_ns: int


def read_document(root: Path, path: str, max_bytes: int) -> Document:
    """Read a file of a watched folder: no link is followed, nothing but a regular file is opened.

    :raises PermanentError: a link, a device, without read permission, over *max_bytes*, or of a hostile name.
    :raises TransientError: it changed while it was read, or the disk did not answer.
    """
    path = actual(path)
    name = printable(path)
    if has_hostile_name(path):
        raise PermanentError(
            f"The name of {name!r} has control characters or is not valid UTF-8.", "Rename the file."
        )
    try:
        descriptor = _open_beneath(root, path)
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


def hash_file(root: Path, path: str) -> str | None:
    """SHA-256 of a file's bytes, streamed; None where it cannot be read as a regular file."""
    try:
        descriptor = _open_beneath(root, path)
    except OSError:
        return None
    with os.fdopen(descriptor, "rb") as file:
        try:
            return hashlib.file_digest(file, "sha256").hexdigest()
        except OSError:
            return None


def is_settled(found: FileStat, settle_seconds: float, now: float | None = None) -> bool:
    """Whether a file rested for *settle_seconds*. A time in the future counts as rested: it never changes."""
    age = (time.time() if now is None else now) - found.mtime_ns / 1e9
    return age >= settle_seconds or age < 0


def printable(path: str) -> str:
    """*path* for a database or a screen: in a hostile name, what cannot be shown stands as an escape."""
    if not has_hostile_name(path):
        return path
    return "".join(c.encode("unicode_escape").decode("ascii") if has_hostile_name(c) else c for c in path)


def storable(path: str) -> str:
    """*path* as a database takes it: a byte that is not UTF-8 stands as ``\\udcXX``; see :func:`actual`.

    The backslash of a name that really has these characters in it stands as ``\\udc5c``.
    """
    return _ESCAPED.sub(r"\\udc5cu\1", path).encode("utf-8", "backslashreplace").decode("utf-8")


def actual(path: str) -> str:
    """The name on the disk that :func:`storable` was made from."""
    return _ESCAPED.sub(
        lambda found: "\\" if found[1] == "dc5c" else chr(int(found[1], 16)),
        path,
    )


def _open_beneath(root: Path, path: str) -> int:
    """Open a regular file below *root*, refusing a link at every step of the way."""
    folder = os.open(root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        *parents, name = path.split("/")
        if ".." in parents or name in ("", ".", ".."):
            raise OSError(errno.ELOOP, "not below the folder")
        for parent in parents:
            below = os.open(
                parent, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=folder
            )
            os.close(folder)
            folder = below
        opened = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, dir_fd=folder)
        if not stat.S_ISREG(os.fstat(opened).st_mode):
            os.close(opened)
            raise OSError(errno.ENXIO, "not a regular file")
        return opened
    finally:
        os.close(folder)


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


def _no_permission(name: str) -> PermanentError:
    return PermanentError(
        f"{name} has no read permission.", f"Run 'chmod +r' on it, then 'aibox retry {name}'."
    )


def _is_suspect(found: os.stat_result, max_bytes: int) -> bool:
    return (
        not stat.S_ISREG(found.st_mode)
        or found.st_size == 0
        or found.st_size > max_bytes
        or not found.st_mode & 0o444
    )
