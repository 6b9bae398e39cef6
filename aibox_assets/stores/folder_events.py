"""What the kernel says of a folder as it happens: which files were closed after writing, or were put into their place.

Events are hints. They may get lost, a network mount tells only what this machine did, and none are needed to be right:
what lies in a folder is found by looking (``scanning.py``).
"""

from __future__ import annotations

import fcntl
import os
import select
import signal
import threading
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from typing import Final

from inotify_simple import INotify, flags

from aibox_assets.domain.paths import MAX_DEPTH, is_left_alone

_LOCAL: Final = frozenset(
    {"ext2", "ext3", "ext4", "xfs", "btrfs", "zfs", "f2fs", "bcachefs", "tmpfs", "overlay"}
)
"""Where all that happens is told. On other file systems somebody else may write."""
_WRITTEN: Final = flags.CLOSE_WRITE | flags.MOVED_TO
_MASK: Final = _WRITTEN | flags.MOVED_FROM | flags.CREATE | flags.DELETE | flags.ONLYDIR | flags.DONT_FOLLOW
_GATHER_SECONDS: Final = 0.03
"""What happens so close together is told at once."""
_MAX_PATHS: Final = 100_000


class FolderEvents:
    """The events of one folder and those below it.

    :param wake: called from a thread of its own when something happened, after :meth:`take` again.
    """

    def __init__(self, root: Path, wake: Callable[[], None]) -> None:
        self._root, self._wake = root, wake
        self._lock = threading.Lock()
        self._prefixes: dict[int, str] = {}
        self._watches: dict[str, int] = {}
        self._written: set[str] = set()
        self._told = False
        try:
            self._inotify: INotify | None = INotify(nonblocking=True)
        except OSError:
            self._inotify = None  # all that this user may have are in use
            return
        self._end = os.eventfd(0)
        self._thread = threading.Thread(target=self._listen, name=f"events of {root}", daemon=True)
        self._thread.start()

    def watch(self, prefix: str) -> None:
        """Hear of the folder at *prefix* (with ``/`` at its end, or empty) from now on; may be repeated."""
        if self._inotify is None:
            return
        with self._lock:
            self._watch(self._inotify, prefix)

    def _watch(self, inotify: INotify, prefix: str) -> None:
        try:
            # The root may be a link; what is below it is never followed.
            mask = _MASK if prefix else _MASK & ~flags.DONT_FOLLOW
            found = inotify.add_watch(self._root / prefix, mask)
        except OSError:
            self._watches.pop(prefix, None)  # gone, or more than this user may watch
        else:
            self._prefixes[found] = prefix
            self._watches[prefix] = found

    def _enter(self, inotify: INotify, prefix: str) -> None:
        """Watch a folder that was just made, and note what came into it before it was watched."""
        self._watch(inotify, prefix)
        if prefix.count("/") > MAX_DEPTH:
            return
        with suppress(OSError), os.scandir(self._root / prefix) as entries:
            for entry in entries:
                if is_left_alone(entry.name):
                    continue
                if entry.is_dir(follow_symlinks=False):
                    self._enter(inotify, f"{prefix}{entry.name}/")
                elif entry.is_file(follow_symlinks=False) and nobody_writes(entry.path):
                    self._written.add(prefix + entry.name)

    def unwatch(self, prefixes: Iterable[str]) -> None:
        """These folders are not there any more."""
        with self._lock:
            for prefix in prefixes:
                found = self._watches.pop(prefix, None)
                # A folder that moved has its watch under another prefix already.
                if found is not None and self._prefixes.get(found) == prefix and self._inotify is not None:
                    del self._prefixes[found]
                    with suppress(OSError):
                        self._inotify.rm_watch(found)

    def take(self) -> set[str]:
        """The files that were closed after writing, or moved to their place, since this was asked last."""
        with self._lock:
            written, self._written = self._written, set()
            self._told = False
            return written

    def hears_all(self, prefixes: Iterable[str]) -> bool:
        """Whether whatever happens in these folders is told: each is watched, and on a disk of this machine."""
        return (
            self._inotify is not None and all(p in self._watches for p in prefixes) and is_local(self._root)
        )

    def close(self) -> None:
        """Hear nothing any more."""
        if self._inotify is not None:
            os.eventfd_write(self._end, 1)
            self._thread.join()
            self._inotify.close()
            self._inotify = None
            os.close(self._end)

    def _listen(self) -> None:
        assert self._inotify is not None
        poller = select.poll()
        poller.register(self._inotify, select.POLLIN)
        poller.register(self._end, select.POLLIN)
        while True:
            if any(fd == self._end for fd, _ in poller.poll()):
                return
            # A first time at once: what is put into a new folder right after it was made shall be heard of.
            happened = self._read(self._inotify)
            stopped = select.select([self._end], [], [], _GATHER_SECONDS)[0]
            if not stopped and (self._read(self._inotify) or happened):
                self._wake()

    def _read(self, inotify: INotify) -> bool:
        """Note what happened; whether somebody is to be woken for it."""
        happened = False
        with self._lock:
            for event in inotify.read(timeout=0):
                if event.mask & flags.Q_OVERFLOW:
                    happened = True
                if event.mask & flags.IGNORED:
                    prefix = self._prefixes.pop(event.wd, None)
                    if prefix is not None and self._watches.get(prefix) == event.wd:
                        del self._watches[prefix]
                prefix = self._prefixes.get(event.wd)
                if prefix is None or not event.name or is_left_alone(event.name):
                    continue
                is_folder = event.mask & flags.ISDIR
                if event.mask & _WRITTEN and not is_folder:
                    if len(self._written) < _MAX_PATHS:
                        self._written.add(prefix + event.name)
                elif event.mask & flags.CREATE and not is_folder:
                    continue  # it is closed, too
                elif event.mask & flags.CREATE:
                    self._enter(inotify, f"{prefix}{event.name}/")
                happened = True
            told, self._told = self._told, self._told or happened
        return happened and not told


def nobody_writes(path: str) -> bool:
    """Whether no process has the file open to write: only then the kernel gives a lease for reading (``fcntl(2)``).

    It gives none for files of other users, or on many network mounts: then nothing is known.
    """
    with suppress(OSError):
        file = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
        try:
            # Who opens it to write while we hold the lease has this signal sent to us; SIGIO would end the process.
            fcntl.fcntl(file, fcntl.F_SETSIG, signal.SIGURG)
            fcntl.fcntl(file, fcntl.F_SETLEASE, fcntl.F_RDLCK)
            return True
        finally:
            os.close(file)  # and the lease with it
    return False


def is_local(root: Path) -> bool:
    """Whether *root* lies on a disk of this machine, so that nobody writes there unheard."""
    try:
        device = root.stat().st_dev
        with Path("/proc/self/mountinfo").open(encoding="utf-8", errors="surrogateescape") as mounts:
            for line in mounts:
                left, _, right = line.partition(" - ")
                if left.split()[2] == f"{os.major(device)}:{os.minor(device)}":
                    return right.split()[0] in _LOCAL
    except (OSError, IndexError):
        pass
    return False
