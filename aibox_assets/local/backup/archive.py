"""The backup's file: a tar of regular files, with a manifest behind them that has the digest of each.

Members are compressed one by one, so that one can be read without the others. Nothing of a file is believed before
its digests were compared, and no member decides where it is written.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import tarfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any, Final

from aibox_assets.domain.errors import ConfigurationError, PermanentError, StoreUnavailableError

FORMAT: Final = 1
_MANIFEST: Final = "manifest.json"
_MTIME: Final = "AIBOX.mtime_ns"
_PIECE: Final = 2**20
_LARGEST_MANIFEST: Final = 2**30

Progress = Callable[[str, int, int], None]
"""Told a step's name, and how much of how much of it is done."""


@dataclass(frozen=True, slots=True)
class Table:
    """A table of Postgres in a backup."""

    name: str
    columns: tuple[str, ...]
    rows: int


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup holds, and what it is of.

    :ivar release: of AI-Box. :ivar revision: of the database's schema. :ivar created: ISO 8601.
    :ivar settings: what the home wrote down that is no address and no secret.
    :ivar recipes: how each asset was made: digest by asset. :ivar tables: in an order in which they can be filled.
    :ivar nodes: of the graph; likewise *relationships*.
    :ivar members: SHA-256 by name, of everything else in the file.
    """

    format: int
    release: str
    revision: str
    created: str
    host: str
    settings: Mapping[str, str]
    recipes: Mapping[str, str]
    tables: tuple[Table, ...]
    nodes: int
    relationships: int
    members: Mapping[str, str]

    def count(self, folder: str) -> int:
        """How many members lie in *folder*."""
        return sum(name.startswith(f"{folder}/") for name in self.members)


class ArchiveWriter:
    """Writes a backup beside its place; it takes the place when it is whole."""

    def __init__(self, tar: tarfile.TarFile) -> None:
        self._tar = tar
        self.members: dict[str, str] = {}

    def add(self, name: str, file: IO[bytes], size: int, mtime_ns: int = 0) -> None:
        """Add a member of *size* bytes.

        :raises StoreUnavailableError: the file is shorter than that by now.
        """
        info = tarfile.TarInfo(name)
        info.size, info.mtime, info.mode = size, mtime_ns // 10**9, 0o600
        info.pax_headers = {_MTIME: str(mtime_ns)}
        read = _Hashing(file)
        try:
            self._tar.addfile(info, read)
        except OSError as error:
            raise StoreUnavailableError(
                f"{name} cannot be written: {error}.", "Make room on its disk."
            ) from error
        self.members[name] = read.digest.hexdigest()

    def add_path(self, name: str, path: Path) -> None:
        """Add a file of ours."""
        with path.open("rb") as file:
            self.add(name, file, os.fstat(file.fileno()).st_size, os.fstat(file.fileno()).st_mtime_ns)

    def finish(self, manifest: Manifest) -> None:
        """Write the manifest, which comes last."""
        content = json.dumps(asdict(manifest), ensure_ascii=True).encode()
        self.add(_MANIFEST, io.BytesIO(content), len(content))


@contextmanager
def writing(target: Path) -> Iterator[ArchiveWriter]:
    """A new backup at *target*, which appears whole or not at all, for its owner alone.

    :raises ConfigurationError: there is a file of that name, or its folder cannot be written.
    """
    if target.exists():
        raise ConfigurationError(f"{target} exists already.", "Name another file, or a folder.")
    partial = target.with_name(f".{target.name}.part")
    try:
        with os.fdopen(
            os.open(partial, os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600), "w+b"
        ) as file:
            with tarfile.open(fileobj=file, mode="w", format=tarfile.PAX_FORMAT, encoding="utf-8") as tar:
                yield ArchiveWriter(tar)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(target)
    except OSError as error:
        raise StoreUnavailableError(
            f"{target} cannot be written: {error}.", "Make room on its disk."
        ) from error
    finally:
        partial.unlink(missing_ok=True)


class ArchiveReader:
    """A backup that is there. Its members are read by name only."""

    def __init__(self, tar: tarfile.TarFile, path: Path) -> None:
        self._path = path
        self._infos: dict[str, tarfile.TarInfo] = {}
        for info in tar:
            if not info.isreg() or info.name in self._infos:
                raise _damaged(path, f"{info.name!r} is no file, or comes twice")
            self._infos[info.name] = info
        self._tar = tar
        self.manifest = self._read_manifest()

    def names(self, folder: str) -> list[str]:
        """The members of *folder*, without it, sorted."""
        return sorted(
            name.removeprefix(f"{folder}/") for name in self._infos if name.startswith(f"{folder}/")
        )

    def open(self, name: str) -> IO[bytes]:
        """A member's bytes."""
        file = self._tar.extractfile(self._infos[name])
        assert file is not None  # only regular files are known
        return file

    def mtime_ns(self, name: str) -> int:
        """When the file was changed last."""
        return int(self._infos[name].pax_headers.get(_MTIME, "0"))

    def verify(self, progress: Progress) -> None:
        """Compare every digest.

        :raises PermanentError: something is missing, more than there should be, or changed.
        """
        members = self.manifest.members
        if strange := set(self._infos) - set(members) - {_MANIFEST}:
            raise _damaged(self._path, f"{min(strange)!r} is not in its manifest")
        for done, (name, digest) in enumerate(members.items()):
            progress("verify", done, len(members))
            if name not in self._infos:
                raise _damaged(self._path, f"{name!r} is missing")
            with self.open(name) as file:
                if _digest(file) != digest:
                    raise _damaged(self._path, f"{name!r} has changed")
        progress("verify", len(members), len(members))

    def _read_manifest(self) -> Manifest:
        info = self._infos.get(_MANIFEST)
        if info is None or info.size > _LARGEST_MANIFEST:
            raise _damaged(self._path, "it has no manifest: it is none of ours, or was cut off")
        try:
            with self.open(_MANIFEST) as file:
                found: dict[str, Any] = json.load(file)
            if found["format"] > FORMAT:
                raise ConfigurationError(
                    f"{self._path} was made by release {found.get('release')}, which writes another form.",
                    "Restore it with that release, or a newer one.",
                )
            tables = tuple(
                Table(each["name"], tuple(each["columns"]), each["rows"]) for each in found.pop("tables")
            )
            return Manifest(**found, tables=tables)
        except (ValueError, KeyError, TypeError) as error:
            raise _damaged(self._path, f"its manifest cannot be read ({error})") from error


@contextmanager
def reading(path: Path) -> Iterator[ArchiveReader]:
    """The backup at *path*.

    :raises ConfigurationError: there is none, or it is of a newer release. :raises PermanentError: it is damaged.
    """
    try:
        with tarfile.open(path, "r:", encoding="utf-8") as tar:
            yield ArchiveReader(tar, path)
    except tarfile.TarError as error:
        raise _damaged(path, str(error)) from error
    except (FileNotFoundError, IsADirectoryError, PermissionError) as error:
        raise ConfigurationError(
            f"{path} cannot be opened: {error.strerror}.", "Name a backup's file."
        ) from error


class _Hashing:
    """Reads a file, and hashes what was read."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.digest = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        piece = self._file.read(size)
        self.digest.update(piece)
        return piece


def _digest(file: IO[bytes]) -> str:
    digest = hashlib.sha256()
    while piece := file.read(_PIECE):
        digest.update(piece)
    return digest.hexdigest()


def _damaged(path: Path, why: str) -> PermanentError:
    return PermanentError(
        f"{path} is no whole backup: {why}.", "Take another one; 'aibox backup --verify' tells."
    )
