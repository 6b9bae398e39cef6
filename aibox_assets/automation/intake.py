"""Taking in what the folders hold: rows for new files, marks on changed, moved and gone ones.

A look goes over what changed since the last one. One folder that cannot be looked at never keeps the others waiting.
"""

from __future__ import annotations

import time
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from aibox_assets.automation.changes import Moves, decide_changes, is_large_removal, match_moves
from aibox_assets.domain.errors import AIBoxError, StoreUnavailableError
from aibox_assets.domain.keys import free_keys, owner_of
from aibox_assets.domain.paths import actual, printable, storable
from aibox_assets.resources.platform import Platform
from aibox_assets.services.folders import describe_hold, describe_removal
from aibox_assets.stores.files import UNREAD_NS, KnownFile, NewFile
from aibox_assets.stores.folders import IdentifiedFolder
from aibox_assets.stores.scanning import FileStat, Scan, exists, is_settled
from aibox_assets.stores.views import LOOK_BYTES, LOOK_SECONDS

_LOOKS: Final = 20
"""A look compares all that is open: however much came at once, it is taken in with some twenty times that work."""


@dataclass(slots=True)
class Intake:
    """What one look took in, over all folders. *heard*: the kernel tells of whatever happens in them."""

    new: int = 0
    changed: int = 0
    moved: int = 0
    gone: int = 0
    waiting: int = 0
    heard: bool = True
    problems: list[str] = field(default_factory=list)

    @property
    def is_at_rest(self) -> bool:
        """Whether nothing was to be done, and whatever happens in the folders is told."""
        busy = self.new or self.changed or self.moved or self.gone or self.waiting or self.problems
        return self.heard and not busy

    def __str__(self) -> str:
        return (
            f"{self.new} new, {self.changed} changed, {self.moved} moved, {self.gone} gone, "
            f"{self.waiting} still being written or left for the next look"
        )


def take_in(platform: Platform) -> Intake:
    """Compare every watched folder with the files' table, and write what differs. A bounded number per look."""
    intake = Intake()
    try:
        folders = platform.folder_store.register(platform.folders.values())
    except AIBoxError as error:
        intake.problems.append(str(error))
        return intake
    for folder in folders:
        if folder.problem or folder.held_reason:
            platform.views.forget(folder.root)
            intake.problems.append(folder.problem or describe_hold(folder.root, folder.held_reason or ""))
            continue
        try:
            _Look(platform, folder, intake, share=len(folders)).take_in()
        except Exception as error:  # noqa: BLE001  # whatever it is, the other folders are looked at
            kind = "" if isinstance(error, AIBoxError) and str(error) else type(error).__name__
            reason = f"{kind} {error}".strip()
            intake.problems.append(f"The look at {printable(str(folder.root))} ended early: {reason}")
    return intake


class _Look:
    """One look at one folder. What it does not come to, or what fails, is open again in the next one."""

    def __init__(self, platform: Platform, folder: IdentifiedFolder, intake: Intake, share: int) -> None:
        self._platform = platform
        self._folder = folder
        self._intake = intake
        self._view = platform.views.of(folder.label, folder.root)
        self._hasher = self._view.hasher
        self._hasher.begin(LOOK_SECONDS / share, LOOK_BYTES // share)
        self._budget = platform.settings.scan_batch

    def take_in(self) -> None:
        """Write what differs, a bounded number of files."""
        tree, missing, label = self._view.tree, self._platform.missing, self._folder.label
        began = time.monotonic()
        whole = self._view.must_compare()
        scan = tree.look(whole=whole)
        if whole:
            known = self._platform.files.known(label)
        else:
            known = missing.known_at(label, [storable(path) for path in tree.open])
        scan = _storable(scan)
        self._budget = max(self._budget, len(scan.files) // _LOOKS)
        self._intake.problems += [
            f"{printable(path)} lies too deep, and is left out." for path in scan.too_deep
        ]
        self._intake.problems += [
            f"{printable(path)} cannot be looked at: check its permissions." for path in scan.unreadable
        ]
        changes = decide_changes(scan, known, is_settled=self._is_settled)
        waiting = missing.waiting(label)
        missing.forget([record.id for path, record in waiting.items() if path in scan.files])
        gone = [path for path in changes.gone if path not in waiting and not self._exists(path)]
        moves = self._move(scan, changes.new, {**waiting, **{path: known[path] for path in gone}})
        moved = {path for move in moves.found for path in (move.old_path, move.path)}
        removed = [known[path].id for path in gone if path not in moved | moves.undecided]
        if removed or waiting:
            self._remove(removed)
            self._remove_due()
        self._change(scan, known, changes.changed)
        self._add(scan, [path for path in changes.new if path not in moved | moves.undecided])
        self._await_rest(scan, changes.unsettled)
        self._intake.waiting += len(changes.unsettled) + len(moves.undecided.intersection(changes.new))
        # What was just written is compared once more in the next look, and closed if all went well.
        self._intake.heard &= tree.hears_all()
        left = {*changes.new, *changes.changed, *changes.unsettled, *moves.undecided}
        tree.open = {actual(path) for path in left}
        if whole:
            self._view.compared_at = began
            self._view.compare_seconds = time.monotonic() - began
            self._hasher.forget_all()
            self._platform.folder_store.note_read(label)

    def _move(self, scan: Scan, new: Sequence[str], missing: Mapping[str, KnownFile]) -> Moves:
        moves = match_moves(
            new,
            missing,
            scan,
            owner=self._owner,
            has_room=lambda path: self._hasher.has_room(actual(path), scan.files[path]),
            hash_of=lambda path: self._hasher.digest(actual(path), scan.files[path]),
        )
        for move in moves.found:
            self._platform.lifecycle.move(move.id, move.path, self._folder.label, move.found)
        self._platform.missing.forget([move.id for move in moves.found])
        self._intake.moved += len(moves.found)
        return moves

    def _remove(self, ids: Collection[str]) -> None:
        """Mark files as gone. A large removal waits, and so does what goes missing while one waits."""
        missing, label = self._platform.missing, self._folder.label
        pending = missing.pending().get(label)
        if ids:
            if pending is not None or is_large_removal(len(ids), missing.count_present(label)):
                missing.wait(ids, ends=self._folder.marked)
                pending = missing.pending().get(label)
            else:
                self._mark_gone(ids)
        if pending is not None:
            self._intake.problems.append(describe_removal(self._folder.root, pending))

    def _remove_due(self) -> None:
        """What waited long enough, or was confirmed, and is still not there."""
        due = self._platform.missing.waiting(self._folder.label, due=True)
        self._mark_gone([record.id for path, record in due.items() if not self._exists(path)])
        self._platform.missing.forget([record.id for record in due.values()])

    def _mark_gone(self, ids: Collection[str]) -> None:
        if not ids:
            return
        # A disk may have gone between the look at the marker and the look at the files.
        if self._folder not in self._platform.folder_store.recognize(self._platform.folders.values()):
            raise StoreUnavailableError(
                "It is not the folder that it was any more.", "Nothing of it is deleted."
            )
        self._platform.lifecycle.mark_gone(ids)
        self._intake.gone += len(ids)

    def _change(self, scan: Scan, known: Mapping[str, KnownFile], changed: Sequence[str]) -> None:
        """Other bytes, or the same with another time, or what can be read at last. Where the size differs, so do the
        bytes."""
        # One that changes all the time keeps no other waiting.
        for path in sorted(changed, key=lambda path: self._hasher.has_hashed(actual(path))):
            found, record = scan.files[path], known[path]
            comparable = (
                record.sha256 is not None and found.size == record.size and record.mtime_ns != UNREAD_NS
            )
            if self._budget <= 0 or (comparable and not self._hasher.has_room(actual(path), found)):
                self._intake.waiting += 1
                continue
            self._budget -= 1
            digest = self._hasher.digest(actual(path), found) if comparable else None
            if digest is not None and digest == record.sha256:
                self._platform.lifecycle.touch(record.id, found)
            else:
                self._platform.lifecycle.change(record.id, found, digest)
                self._intake.changed += 1

    def _add(self, scan: Scan, new: Sequence[str]) -> None:
        taken, default = new[: max(0, self._budget)], self._platform.settings.default_user
        self._intake.waiting += len(new) - len(taken)
        if not taken:
            return
        label = self._folder.label
        keys = free_keys(label, taken, self._platform.files.existing_ids)
        self._platform.lifecycle.add(
            [NewFile(keys[p], label, p, owner_of(p, default), scan.files[p]) for p in taken]
        )
        self._intake.new += len(taken)

    def _is_settled(self, path: str, found: FileStat) -> bool:
        closed = self._view.tree.is_closed(actual(path), found)
        return closed or is_settled(found, self._platform.settings.settle_seconds)

    def _await_rest(self, scan: Scan, unsettled: Sequence[str]) -> None:
        """Look again when the next of these files has rested, and not only when the sensor's turn comes."""
        if unsettled:
            oldest = min(scan.files[path].mtime_ns for path in unsettled) / 1e9
            self._view.wake_in(max(0.1, oldest + self._platform.settings.settle_seconds - time.time()))

    def _owner(self, path: str) -> str:
        return owner_of(path, self._platform.settings.default_user)

    def _exists(self, path: str) -> bool:
        return exists(self._folder.root, actual(path))


def _storable(scan: Scan) -> Scan:
    """A scan under names that a database takes."""
    return Scan(
        {storable(path): found for path, found in scan.files.items()},
        [storable(path) for path in scan.unreadable],
        [storable(path) for path in scan.too_deep],
    )
