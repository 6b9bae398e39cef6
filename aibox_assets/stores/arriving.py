"""A file that arrives piece by piece: written beside its place under a name of its own, put there whole and at once.

What an arrival that was cut short leaves is ``.upload-<32 hex digits>.part`` in its owner's folder: left alone by every
look, and nobody's once it has not grown for an hour.
"""

from __future__ import annotations

import errno
import hashlib
import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Final

from aibox_assets.domain.errors import AIBoxError, LimitExceededError, PermanentError, StoreUnavailableError
from aibox_assets.domain.paths import printable
from aibox_assets.stores.documents import parent_beneath
from aibox_assets.stores.scanning import FileStat

PREFIX: Final = ".upload-"
SUFFIX: Final = ".part"
_SYNC_BYTES: Final = 32 * 2**20
"""Written through to the disk in such pieces, so that the last one does not keep its sender waiting."""


class ArrivingFile:
    """One file on its way into a folder.

    :param path: its place in *root*; folders on the way are made, and no link is followed.
    :raises PermanentError: a folder on the way is a link or may not be written.
    :raises StoreUnavailableError: the disk is full or did not answer. Every verb may raise both.
    """

    def __init__(self, root: Path, path: str, max_bytes: int) -> None:
        self._root, self._path, self._max_bytes = root, path, max_bytes
        self._staged = f"{PREFIX}{uuid.uuid4().hex}{SUFFIX}"
        self._digest = hashlib.sha256()
        self._unsynced = 0
        self._file: IO[bytes] | None = None
        self.size = 0
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
        with self._folder(make=True) as (folder, _):
            self._file = os.fdopen(os.open(self._staged, flags, 0o600, dir_fd=folder), "wb", buffering=0)

    @property
    def sha256(self) -> str:
        """Of the bytes so far."""
        return self._digest.hexdigest()

    def write(self, data: bytes) -> None:
        """Append a piece.

        :raises LimitExceededError: the file is too large.
        """
        assert self._file is not None
        self.size += len(data)
        if self.size > self._max_bytes:
            name = printable(self._path.rpartition("/")[2])
            raise LimitExceededError(
                f"{name} has more than {self._max_bytes // 2**20} MiB.",
                "Split it, or raise AIBOX_MAX_FILE_MB.",
            )
        self._digest.update(data)
        with self._explained():
            view = memoryview(data)
            while view:
                view = view[self._file.write(view) :]
            self._unsynced += len(data)
            if self._unsynced >= _SYNC_BYTES:
                os.fdatasync(self._file.fileno())
                self._unsynced = 0

    def finish(self) -> None:
        """All pieces are there: nothing of them is lost from now on."""
        assert self._file is not None
        with self._explained():
            os.fsync(self._file.fileno())
        self._file.close()

    def place(self) -> FileStat:
        """Put it into its place; whatever was there gives way."""
        with self._folder() as (folder, name):
            os.rename(self._staged, name, src_dir_fd=folder, dst_dir_fd=folder)
            os.fsync(folder)
            found = os.stat(name, dir_fd=folder, follow_symlinks=False)
        return FileStat(found.st_size, found.st_mtime_ns)

    def discard(self) -> None:
        """Leave nothing of it; after it was placed, this does nothing."""
        if self._file is not None:
            self._file.close()
        with suppress(AIBoxError, FileNotFoundError), self._folder() as (folder, _):
            os.unlink(self._staged, dir_fd=folder)

    @contextmanager
    def _folder(self, *, make: bool = False) -> Iterator[tuple[int, str]]:
        with self._explained(), parent_beneath(self._root, self._path, make=make) as found:
            yield found

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except FileNotFoundError:
            raise
        except OSError as error:
            name = printable(self._path)
            if error.errno in (errno.ELOOP, errno.ENOTDIR, errno.EACCES, errno.EPERM, errno.EISDIR):
                raise PermanentError(
                    f"{name} cannot be written: {error.strerror}.", "Check what is at its place in the inbox."
                ) from error
            raise StoreUnavailableError(f"{name} cannot be written: {error.strerror}.") from error
