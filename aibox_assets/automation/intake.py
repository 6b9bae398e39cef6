"""Taking in what the folders hold: rows and partitions for new files, marks on changed, moved and gone ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from aibox_assets.automation.changes import decide_changes, match_moves
from aibox_assets.domain.errors import StoreUnavailableError
from aibox_assets.domain.keys import owner_of, partition_key
from aibox_assets.resources.platform import Platform
from aibox_assets.stores.files import NewFile
from aibox_assets.stores.inbox import INBOX, FileStat, Scan, WatchedFolder, hash_file, is_settled, storable


@dataclass(slots=True)
class Intake:
    """What one tick took in, over all folders."""

    new: int = 0
    changed: int = 0
    moved: int = 0
    gone: int = 0
    waiting: int = 0
    problems: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        return (
            f"{self.new} new, {self.changed} changed, {self.moved} moved, {self.gone} gone, "
            f"{self.waiting} still being written or left for the next tick"
        )


def take_in(platform: Platform) -> Intake:
    """Compare every watched folder with the files' table, and write what differs. A bounded number per tick."""
    intake = Intake()
    for folder in platform.folders.values():
        try:
            _take_in_folder(platform, folder, intake)
        except StoreUnavailableError as error:
            intake.problems.append(str(error))
    return intake


def _take_in_folder(platform: Platform, folder: WatchedFolder, intake: Intake) -> None:
    settings, lifecycle = platform.settings, platform.lifecycle
    scan, raw = _storable(folder.scan(platform.max_bytes))
    known = platform.files.known(folder.label)
    if not folder.is_marked():
        if known and not scan.files:
            raise StoreUnavailableError(
                f"{folder.root} is empty and without its marker, as if its disk were not mounted.",
                "Nothing of it is deleted. If its files are really gone, drop a new one there.",
            )
        folder.mark()

    def settled(found: FileStat) -> bool:
        return is_settled(found, settings.settle_seconds)

    def owner(path: str) -> str:
        return owner_of(path, settings.default_user)

    def hash_of(path: str) -> str | None:
        return hash_file(folder.root, raw[path])

    changes = decide_changes(scan, known, is_settled=settled)
    intake.waiting += changes.unsettled
    gone = [path for path in changes.gone if not folder.exists(raw.get(path, path))]
    moves = match_moves(changes.new, gone, known, scan, owner=owner, hash_of=hash_of)
    for move in moves:
        # The graph first: a crash between the two leaves the move to be found again.
        shown = move.path if folder.label == INBOX else f"{folder.root}/{move.path}"
        platform.graph.rename_file(move.id, shown)
        lifecycle.move(move.id, move.path, folder.label, move.found)
    moved = {move.old_path for move in moves} | {move.path for move in moves}
    lifecycle.mark_gone([known[path].id for path in gone if path not in moved])

    changed, new = changes.changed, [path for path in changes.new if path not in moved]
    budget = settings.scan_batch
    for path in changed[:budget]:
        record, digest = known[path], hash_of(path)
        if digest is not None and digest == record.sha256:
            lifecycle.touch(record.id, scan.files[path])
        else:
            lifecycle.change(record.id, scan.files[path], digest)
            intake.changed += 1
    taken = new[: max(0, budget - len(changed))]
    lifecycle.add(_new_files(platform, folder, scan, taken))
    intake.new += len(taken)
    intake.moved += len(moves)
    intake.gone += len(gone) - len(moves)
    intake.waiting += len(new) - len(taken) + max(0, len(changed) - budget)


def _storable(scan: Scan) -> tuple[Scan, dict[str, str]]:
    """The scan under names that a database takes, and the way back to the real ones."""
    raw = {storable(path): path for path in scan.files}
    files = {shown: scan.files[path] for shown, path in raw.items()}
    return Scan(files, [storable(path) for path in scan.unreadable]), raw


def _new_files(platform: Platform, folder: WatchedFolder, scan: Scan, paths: Sequence[str]) -> list[NewFile]:
    default = platform.settings.default_user
    keys = {path: partition_key(folder.label, path) for path in paths}
    taken = platform.files.existing_ids(keys.values())
    new = []
    for path in paths:
        key, salt = keys[path], 0
        while key in taken:
            salt += 1
            key = partition_key(folder.label, path, salt)
            if key not in taken and not platform.files.existing_ids([key]):
                break
        taken.add(key)
        new.append(NewFile(key, folder.label, path, owner_of(path, default), scan.files[path]))
    return new
