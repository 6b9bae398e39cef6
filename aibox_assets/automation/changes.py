"""The decisions of the upload sensor: what a look at a folder means, given what is known. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from aibox_assets.stores.files import UNREAD_NS, KnownFile
from aibox_assets.stores.scanning import FileStat, Scan

LARGE_REMOVAL: Final = 50
SMALL_FOLDER: Final = 20


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
    unsettled: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Moves:
    """Files that moved, and the paths of which the next look must tell: hashing has its limits."""

    found: list[Move] = field(default_factory=list)
    undecided: set[str] = field(default_factory=set)


def decide_changes(
    scan: Scan, known: Mapping[str, KnownFile], *, is_settled: Callable[[str, FileStat], bool]
) -> Changes:
    """Compare what a look found with what is known of the same paths.

    New files come in the order of their paths, those that cannot be documents by their looks last, so that
    they share batches with each other and not with good ones.
    """
    changes = Changes()
    for path, found in scan.files.items():
        record = known.get(path)
        same = record is not None and (found.size, found.mtime_ns) == (record.size, record.mtime_ns)
        if same and record is not None and not record.gone:
            continue
        if record is not None and record.mtime_ns == UNREAD_NS and found.shut and not record.gone:
            continue
        if not is_settled(path, found):
            changes.unsettled.append(path)
        elif record is None:
            changes.new.append(path)
        else:
            changes.changed.append(path)
    changes.new.sort(key=lambda path: (scan.files[path].suspect, path))
    changes.gone = [
        path
        for path, record in known.items()
        if path not in scan.files and not record.gone and not scan.hides(path)
    ]
    return changes


def match_moves(
    new: Sequence[str],
    missing: Mapping[str, KnownFile],
    scan: Scan,
    *,
    owner: Callable[[str], str],
    has_room: Callable[[str], bool],
    hash_of: Callable[[str], str | None],
) -> Moves:
    """New paths that hold the bytes of a file that is missing, of the same owner. Only equal sizes are hashed.

    Where there is no room to hash a path, neither it nor what it may have been is decided.
    """
    by_size: dict[int, list[str]] = {}
    for path, record in missing.items():
        if record.sha256 is not None:
            by_size.setdefault(record.size, []).append(path)
    moves = Moves()
    for path in new:
        found = scan.files[path]
        candidates = [old for old in by_size.get(found.size, ()) if owner(old) == owner(path)]
        if not candidates:
            continue
        if not has_room(path):
            moves.undecided.update(candidates, [path])
            continue
        digest = hash_of(path)
        old = next((old for old in candidates if missing[old].sha256 == digest), None)
        if old is not None:
            by_size[found.size].remove(old)
            moves.found.append(Move(missing[old].id, old, path, found))
    moves.undecided.difference_update(move.old_path for move in moves.found)
    return moves


def is_large_removal(lost: int, present: int) -> bool:
    """Whether the loss of *lost* of *present* files in one look may be a mistake, and is not done at once."""
    return lost > LARGE_REMOVAL or (present >= SMALL_FOLDER and 2 * lost > present)
