"""What a process remembers of the folders that it looks at, so that the next look costs what changed.

Nothing here is needed to be right: a process that starts anew compares everything once.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from aibox_assets.stores.documents import hash_file
from aibox_assets.stores.folder_events import FolderEvents
from aibox_assets.stores.scanning import FileStat, FolderTree

LOOK_SECONDS: Final = 5.0
LOOK_BYTES: Final = 512 * 2**20
"""What one look may hash, in time and in bytes, over all folders."""
COMPARE_SECONDS: Final = 300.0
"""After this long every file is compared with the database, as after a start."""
COMPARE_SHARE: Final = 0.01
"""Of the time that may go into that; so among very many files it is done less often."""


class Hasher:
    """Hashes files of a folder, in each look as many as there is room for; what was hashed once is remembered."""

    def __init__(self, root: Path, max_bytes: int) -> None:
        self._root = root
        self._max_bytes = min(max_bytes, LOOK_BYTES)
        self._known: dict[str, tuple[FileStat, str | None]] = {}
        self.begin(LOOK_SECONDS, LOOK_BYTES)

    def begin(self, seconds: float, size: int) -> None:
        """Begin a look, which may hash for so long and so many bytes."""
        self._seconds = seconds
        self._until = time.monotonic() + seconds
        self._room = self._begun_with = size

    def has_room(self, path: str, found: FileStat) -> bool:
        """Whether :meth:`digest` may be asked in this look."""
        if found.size > self._max_bytes or self._remembers(path, found):
            return True
        # One file may exceed a look's share, or it would wait for ever.
        fits = found.size <= self._room or self._room == self._begun_with
        return fits and time.monotonic() < self._until

    def digest(self, path: str, found: FileStat) -> str | None:
        """SHA-256 of a file; None for one that is too large, cannot be read, or takes longer than a look."""
        if found.size > self._max_bytes:
            return None
        if not self._remembers(path, found):
            self._room -= found.size
            self._known[path] = (found, hash_file(self._root, path, self._seconds))
        return self._known[path][1]

    def has_hashed(self, path: str) -> bool:
        """Whether a file was hashed before, whatever it was then."""
        return path in self._known

    def forget_all(self) -> None:
        """Drop what is remembered."""
        self._known.clear()

    def _remembers(self, path: str, found: FileStat) -> bool:
        return path in self._known and self._known[path][0] == found


@dataclass(slots=True)
class FolderView:
    """What is remembered of one folder.

    :ivar compared_at: when all of it was compared, on the monotonic clock. :ivar compare_seconds: how long it took.
    """

    tree: FolderTree
    hasher: Hasher
    events: FolderEvents
    wake: Callable[[], None]
    compared_at: float = field(default=float("-inf"))
    compare_seconds: float = 0.0
    _timer: threading.Timer | None = None

    def must_compare(self) -> bool:
        """Whether everything is to be compared again."""
        between = max(COMPARE_SECONDS, self.compare_seconds / COMPARE_SHARE)
        return time.monotonic() - self.compared_at >= between

    def wake_in(self, seconds: float) -> None:
        """A file will have rested by then. Takes the place of what was asked before."""
        self.stop_waiting()
        self._timer = threading.Timer(seconds, self.wake)
        self._timer.daemon = True
        self._timer.start()

    def stop_waiting(self) -> None:
        """Wake nobody any more."""
        if self._timer is not None:
            self._timer.cancel()


class FolderViews:
    """The views of a process, by label and place.

    :param wake: called, from another thread, when a look is worth it.
    """

    def __init__(self, max_bytes: int, wake: Callable[[], None] = lambda: None) -> None:
        self._max_bytes, self._wake = max_bytes, wake
        self._views: dict[tuple[str, Path], FolderView] = {}

    def of(self, label: str, root: Path) -> FolderView:
        """The view of a folder, empty at first."""
        if (label, root) not in self._views:
            events = FolderEvents(root, self._wake)
            tree = FolderTree(root, self._max_bytes, events)
            self._views[label, root] = FolderView(tree, Hasher(root, self._max_bytes), events, self._wake)
        return self._views[label, root]

    def forget(self, root: Path) -> None:
        """Drop what is remembered of a place: it may be another folder when it is looked at again."""
        for key in [key for key in self._views if key[1] == root]:
            view = self._views.pop(key)
            view.stop_waiting()
            view.events.close()

    def close(self) -> None:
        """Drop all that is remembered."""
        for root in {root for _, root in self._views}:
            self.forget(root)
