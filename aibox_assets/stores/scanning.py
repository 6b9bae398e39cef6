"""What lies in a folder, without opening anything: names, sizes and times.

A look costs what changed. A folder's own time tells whether names came or went, so only such folders are listed again.
Files that were overwritten in place leave no trace there; some thousands are looked at each time, in turn.
"""

from __future__ import annotations

import os
import stat
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

from aibox_assets.domain.errors import StoreUnavailableError
from aibox_assets.domain.paths import MAX_DEPTH, is_left_alone, printable

if TYPE_CHECKING:
    from aibox_assets.stores.folder_events import FolderEvents

IN_TURN: Final = 10_000
"""Known files that one look asks for their size and time."""
HEARD_IN_TURN: Final = 2_000
"""The same where the kernel tells of what is written over: only what it failed to tell is found in this way."""
OFTEN_SECONDS: Final = 10.0
"""A file that is closed again within this time may be written piece by piece: it has to rest."""
_YOUNG_NS: Final = 2 * 10**9  # a change within the same tick of the disk's clock may follow the listing


@dataclass(frozen=True, slots=True)
class FileStat:
    """What a folder says of a file without opening it.

    :ivar suspect: cannot be a document, by its looks. :ivar shut: has no read permission.
    """

    size: int
    mtime_ns: int
    suspect: bool = False
    shut: bool = False


@dataclass(slots=True)
class Scan:
    """Files of a folder, by path with ``/``.

    :ivar unreadable: sub-folders and files that could not be looked at; nothing is known of what is in them.
    :ivar too_deep: sub-folders that were not entered.
    """

    files: dict[str, FileStat] = field(default_factory=dict)
    unreadable: list[str] = field(default_factory=list)
    too_deep: list[str] = field(default_factory=list)

    def hides(self, path: str) -> bool:
        """Whether *path* lies where this scan could not look."""
        if not self.unreadable and not self.too_deep:
            return False
        parts = path.split("/")
        above = {"/".join(parts[: end + 1]) for end in range(len(parts))}
        return not above.isdisjoint(self.unreadable) or not above.isdisjoint(self.too_deep)


def is_settled(found: FileStat, settle_seconds: float, now: float | None = None) -> bool:
    """Whether a file rested for *settle_seconds*. A time in the future counts as rested: it never changes."""
    age = (time.time() if now is None else now) - found.mtime_ns / 1e9
    return age >= settle_seconds or age < 0


def is_shut(found: os.stat_result, place: str) -> bool:
    """Whether a regular file has no read permission. Root may read it all the same where its owner said no to all."""
    return not found.st_mode & 0o444 or (os.geteuid() != 0 and not os.access(place, os.R_OK))


def exists(root: Path, path: str) -> bool:
    """Whether something lies at *path*; a place that cannot be looked at counts as there."""
    try:
        (root / path).lstat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError:
        return True
    return True


@dataclass(frozen=True, slots=True)
class _Closed:
    """A file that its writer closed. *whole*: it was closed once."""

    found: FileStat
    at: float
    whole: bool


@dataclass(slots=True)
class _Folder:
    mtime_ns: int
    inode: int
    files: dict[str, tuple[int, FileStat]]  # by name, with the inode
    below: list[str]


class FolderTree:
    """A folder's files as the last look saw them, and which of them its owner has not dealt with yet.

    :param max_bytes: files above it are suspect.
    :param events: what the kernel says of the folder; every look works without.
    """

    def __init__(self, root: Path, max_bytes: int, events: FolderEvents | None = None) -> None:
        self.root = root
        self._events = events
        self._closed: dict[str, _Closed] = {}
        self.open: set[str] = set()
        """Paths that are new, changed or gone; whoever has dealt with one takes it out."""
        self._max_bytes = max_bytes
        self._folders: dict[str, _Folder] = {}
        self._turn: Iterator[tuple[str, str]] = iter(())

    def look(self, *, whole: bool = False) -> Scan:
        """Look at the folder again: adds to :attr:`open`, and tells the present state of what is open.

        :param whole: take every file as not dealt with.
        :raises StoreUnavailableError: the folder itself cannot be read. An empty answer would delete all.
        """
        scan = Scan()
        written = self._events.take() if self._events is not None else ()
        found: dict[str, _Folder] = {}
        waiting = [("", 0)]
        while waiting:
            prefix, depth = waiting.pop()
            if depth > MAX_DEPTH:
                scan.too_deep.append(prefix.rstrip("/"))
                continue
            try:
                folder = self._list(prefix, scan)
            except OSError as error:
                if not prefix:
                    raise self._unreadable(error) from error
                if isinstance(error, (FileNotFoundError, NotADirectoryError)):
                    continue  # gone since its parent was listed
                scan.unreadable.append(prefix.rstrip("/"))
                if prefix not in self._folders:
                    continue
                folder = self._folders[prefix]
            found[prefix] = folder
            waiting.extend((f"{prefix}{name}/", depth + 1) for name in folder.below)
        gone = self._folders.keys() - found.keys()
        for prefix in gone:
            self.open.update(prefix + name for name in self._folders[prefix].files)
        if self._events is not None:
            self._events.unwatch(gone)
        self._folders = found
        self._note_closed(written)
        self._look_in_turn()
        if whole:
            self.open.update(prefix + name for prefix, folder in found.items() for name in folder.files)
        scan.files = {path: known for path in self.open if (known := self.get(path)) is not None}
        return scan

    def close(self, paths: Iterable[str]) -> None:
        """These are dealt with."""
        self.open.difference_update(paths)

    def get(self, path: str) -> FileStat | None:
        """The file at *path*, as it was last seen."""
        prefix, slash, name = path.rpartition("/")
        folder = self._folders.get(prefix + slash)
        entry = folder.files.get(name) if folder is not None else None
        return entry[1] if entry is not None else None

    def is_closed(self, path: str, found: FileStat) -> bool:
        """Whether its writer closed the file as it was found, or put it into its place: it need not rest."""
        closed = self._closed.get(path)
        return closed is not None and closed.whole and closed.found == found

    def hears_all(self) -> bool:
        """Whether the kernel tells of whatever happens here."""
        return self._events is not None and self._events.hears_all(self._folders)

    def __len__(self) -> int:
        return sum(len(folder.files) for folder in self._folders.values())

    def _list(self, prefix: str, scan: Scan) -> _Folder:
        """The entries of a sub-folder, from what is remembered where nothing came or went."""
        place = self.root / prefix
        state = place.stat(follow_symlinks=not prefix)
        if not stat.S_ISDIR(state.st_mode):
            raise NotADirectoryError(f"{place} is no folder any more")
        mtime_ns = state.st_mtime_ns
        known = self._folders.get(prefix)
        if known is not None and (known.mtime_ns, known.inode) == (mtime_ns, state.st_ino):
            return known
        if self._events is not None:
            self._events.watch(prefix)
        young = abs(time.time_ns() - mtime_ns) < _YOUNG_NS
        before = known.files if known is not None else {}
        folder = _Folder(-1 if young else mtime_ns, state.st_ino, {}, [])
        with os.scandir(place) as entries:
            for entry in entries:
                if is_left_alone(entry.name):
                    continue
                path = f"{prefix}{entry.name}"
                try:
                    if entry.is_dir(follow_symlinks=False):
                        folder.below.append(entry.name)
                        continue
                    remembered = before.get(entry.name)
                    if remembered is not None and remembered[0] == entry.inode():
                        folder.files[entry.name] = remembered
                        continue
                    current = self._stat(entry.stat(follow_symlinks=False), entry.path)
                except FileNotFoundError:
                    continue  # gone since it was listed
                except OSError:
                    scan.unreadable.append(path)
                    folder.mtime_ns = -1  # to be said again at the next look
                    continue
                folder.files[entry.name] = (entry.inode(), current)
                if remembered is None or remembered[1] != current:
                    self.open.add(path)
        self.open.update(prefix + name for name in before.keys() - folder.files.keys())
        return folder

    def _look_in_turn(self) -> None:
        most = min(HEARD_IN_TURN if self.hears_all() else IN_TURN, len(self))
        for left in range(most, 0, -1):
            step = next(self._turn, None)
            if step is None:
                if left < most:
                    return  # each file at most once in a look
                self._turn = self._each_file()
                step = next(self._turn, None)
            if step is not None:
                self._look_at(*step)

    def _each_file(self) -> Iterator[tuple[str, str]]:
        """All files that there are now, whatever comes and goes between two of them."""
        for prefix in list(self._folders):
            folder = self._folders.get(prefix)
            for name in list(folder.files) if folder is not None else ():
                yield prefix, name

    def _look_at(self, prefix: str, name: str) -> FileStat | None:
        """Ask one known file for its size and time."""
        folder = self._folders.get(prefix)
        if folder is None or name not in folder.files:
            return None
        place = f"{self.root}/{prefix}{name}"
        try:
            found = os.lstat(place)
        except OSError:
            folder.mtime_ns = -1  # its listing is not up to date
            return None
        current = self._stat(found, place)
        if folder.files[name][1] != current:
            self.open.add(prefix + name)
        folder.files[name] = (found.st_ino, current)
        return current

    def _note_closed(self, written: Iterable[str]) -> None:
        now = time.monotonic()
        for path in written:
            prefix, slash, name = path.rpartition("/")
            found = self._look_at(prefix + slash, name)
            if found is not None:
                before = self._closed.get(path)
                again = before is not None and before.found != found and now - before.at < OFTEN_SECONDS
                # Some programs make an empty file first, and write into it when they have opened it again.
                self._closed[path] = _Closed(found, now, whole=not again and not found.suspect)
        if self._closed:
            self._closed = {
                path: closed
                for path, closed in self._closed.items()
                if now - closed.at < OFTEN_SECONDS or path in self.open
            }

    def _stat(self, found: os.stat_result, place: str) -> FileStat:
        regular = stat.S_ISREG(found.st_mode)
        shut = regular and is_shut(found, place)
        suspect = not regular or shut or found.st_size == 0 or found.st_size > self._max_bytes
        return FileStat(found.st_size, found.st_mtime_ns, suspect, shut)

    def _unreadable(self, error: OSError) -> StoreUnavailableError:
        return StoreUnavailableError(
            f"The watched folder {printable(str(self.root))} cannot be read: {error.strerror or error}.",
            "Nothing of it is deleted; check that it exists and is mounted.",
        )


def walk(root: Path) -> Scan:
    """Everything in a folder that is not left alone by its name, once."""
    tree = FolderTree(root, 2**63)
    return tree.look()
