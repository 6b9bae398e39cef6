"""The decision of the upload sensor: what a scan means, given what is known. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from aibox_assets.stores.files import KnownFile
from aibox_assets.stores.inbox import FileStat, Scan


@dataclass(frozen=True, slots=True)
class Move:
    """A file whose bytes are at another path now."""

    id: str
    old_path: str
    path: str
    found: FileStat


@dataclass(slots=True)
class Changes:
    """What to do with the files of one folder. *changed* may turn out to be the same bytes when read."""

    new: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)
    unsettled: int = 0


def decide_changes(
    scan: Scan,
    known: Mapping[str, KnownFile],
    *,
    is_settled: Callable[[FileStat], bool],
) -> Changes:
    """Compare a scan with what is known.

    New files come in the order of their paths, those that cannot be documents by their looks last, so that
    they share batches with each other and not with good ones.
    """
    changes = Changes()
    for path, found in scan.files.items():
        record = known.get(path)
        if (
            record is not None
            and not record.gone
            and (found.size, found.mtime_ns) == (record.size, record.mtime_ns)
        ):
            continue
        if not is_settled(found):
            changes.unsettled += 1
        elif record is None:
            changes.new.append(path)
        else:
            changes.changed.append(path)
    changes.new.sort(key=lambda path: (scan.files[path].suspect, path))
    closed = tuple(scan.unreadable)
    changes.gone = [
        path
        for path, record in known.items()
        if path not in scan.files and not record.gone and not path.startswith(closed or ("\0",))
    ]
    return changes


def match_moves(
    new: Sequence[str],
    gone: Sequence[str],
    known: Mapping[str, KnownFile],
    scan: Scan,
    *,
    owner: Callable[[str], str],
    hash_of: Callable[[str], str | None],
) -> list[Move]:
    """New paths that hold the bytes of a path that is gone, of the same owner. Only equal sizes are hashed."""
    by_size: dict[int, list[str]] = {}
    for path in gone:
        if known[path].sha256 is not None:
            by_size.setdefault(known[path].size, []).append(path)
    moves = []
    for path in new:
        candidates = by_size.get(scan.files[path].size)
        if not candidates:
            continue
        digest = hash_of(path)
        old = next((c for c in candidates if known[c].sha256 == digest and owner(c) == owner(path)), None)
        if old is not None:
            candidates.remove(old)
            moves.append(Move(known[old].id, old, path, scan.files[path]))
    return moves
