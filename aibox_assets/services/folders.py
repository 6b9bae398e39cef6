"""What people do with watched folders: see them, decide which is which, confirm a large removal, give one up."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path

from aibox_assets.domain.errors import ConfigurationError
from aibox_assets.domain.paths import actual, printable, storable
from aibox_assets.resources.platform import Platform
from aibox_assets.stores.folders import IdentifiedFolder, WatchedFolder
from aibox_assets.stores.missing import PendingRemoval


class FolderState(StrEnum):
    """How a watched folder stands."""

    WATCHED = "watched"
    NEW = "new"
    HELD = "held"
    AWAY = "away"
    REMOVAL_WAITS = "removal waits"
    NOT_WATCHED = "not watched"


@dataclass(frozen=True, slots=True)
class FolderView:
    """A folder as it is shown.

    :ivar place: where it is, or was last, with the host where that is another one.
    :ivar files: that are known of it.
    :ivar reason: why it is not simply watched. :ivar remedy: what to do about it.
    """

    label: str
    place: str
    state: FolderState
    files: int
    reason: str | None = None
    remedy: str | None = None


def list_folders(platform: Platform) -> list[FolderView]:
    """The folders of the settings first, then those that are known and not among them."""
    store = platform.folder_store
    known, counts, pending = store.known(), store.count_files(), platform.missing.pending()
    shown = []
    for folder in store.recognize(platform.folders.values()):
        state, reason, remedy = _state_of(folder, pending.get(folder.label), new=folder.label not in known)
        shown.append(
            FolderView(folder.label, str(folder.root), state, counts.get(folder.label, 0), reason, remedy)
        )
    here = {view.label for view in shown}
    for label, row in sorted(known.items()):
        if label in here or not (row.has_files or row.held_reason):
            continue
        elsewhere = row.host is not None and row.host != store.host
        place = f"{row.host}:{row.root}" if elsewhere else row.root or label
        held = row.held_reason is not None
        shown.append(
            FolderView(
                label,
                place,
                FolderState.HELD if held else FolderState.NOT_WATCHED,
                counts.get(label, 0),
                row.held_reason if held else "no setting of this host names it; its files stay searchable",
                f"Decide on {row.host}, or 'aibox folders forget {_quoted(label)}' if that host is gone"
                if held
                else f"Name it in AIBOX_FOLDERS, or 'aibox folders forget {_quoted(label)}' to remove its files",
            )
        )
    return shown


def accept_folder(platform: Platform, path: Path, *, apart: bool | None = None) -> FolderView:
    """Decide that what lies at a place is the folder from now on.

    :param apart: as a folder of its own beside the one that its label stands for (True), or in its place (False). By
        default apart where that one is on another host, or watched at another place of this one.
    :raises ConfigurationError: the place is no watched folder, is not there, or nothing is to be decided.
    """
    store = platform.folder_store
    folder, found = _folder_at(platform, path)
    if found.problem:
        raise ConfigurationError(found.problem, "Mount it first.")
    if not found.held_reason:
        raise ConfigurationError(f"{printable(str(path))} is not held: nothing is to be decided.")
    label = storable(folder.label)
    if apart is None:
        apart = found.label != label or label in _watched_elsewhere(platform, folder)
    store.accept(folder, store.own_label(folder) if apart else label)
    return next(view for view in list_folders(platform) if view.place == str(folder.root))


def confirm_removal(platform: Platform, path: Path) -> int:
    """Say that the files that are missing in a folder are really gone; how many.

    :raises ConfigurationError: the place is no watched folder, or no removal waits there.
    """
    _, found = _folder_at(platform, path)
    confirmed = platform.missing.confirm(found.label)
    if not confirmed:
        raise ConfigurationError(f"No removal waits in {printable(str(path))}.", "See 'aibox folders'.")
    return confirmed


def forget_folder(platform: Platform, label: str) -> int:
    """Remove all that was made of the files of a folder that is not watched any more; of how many.

    :raises ConfigurationError: no such folder is known, or it is watched.
    """
    stored = storable(label)
    if stored not in platform.folder_store.known():
        raise ConfigurationError(f"No folder {printable(label)} is known.", "See 'aibox folders'.")
    if any(found.label == stored for found in platform.folder_store.recognize(platform.folders.values())):
        raise ConfigurationError(
            f"{printable(label)} is watched.", "Take it out of AIBOX_FOLDERS first, and start the home again."
        )
    ids = [record.id for record in platform.files.known(stored).values() if not record.gone]
    platform.lifecycle.mark_gone(ids)
    platform.folder_store.forget(stored)
    return len(ids)


def notices(platform: Platform) -> list[str]:
    """What a person should know of the folders wherever they look; from the database alone."""
    known = platform.folder_store.known()
    held = [
        describe_hold(Path(actual(row.root or row.label)), row.held_reason)
        for row in known.values()
        if row.held_reason
    ]
    waiting = [
        describe_removal(Path(actual(known[label].root or label)), pending)
        for label, pending in platform.missing.pending().items()
        if label in known
    ]
    return held + waiting


def describe_hold(root: Path, reason: str) -> str:
    """A folder that is held, and what to do."""
    return (
        f"The watched folder {printable(str(root))} is held, neither read nor emptied: {printable(reason)}. "
        f"If it is the right one, 'aibox folders accept {_quoted(str(root))}'; else mount or name the right one."
    )


def describe_removal(root: Path, pending: PendingRemoval) -> str:
    """A removal that waits, and what to do."""
    return f"{_what_is_missing(root, pending)} {_how_to_confirm(root)}"


def _what_is_missing(root: Path, pending: PendingRemoval) -> str:
    when = "when that is confirmed"
    if pending.due_at is not None:
        left = max(0, (pending.due_at - datetime.now(UTC)).total_seconds())
        when = f"in {left // 60 + 1:.0f} min"
    return (
        f"{pending.files:,} files are missing in {printable(str(root))}. What was made of them is removed {when}, "
        "unless they come back."
    )


def _how_to_confirm(root: Path) -> str:
    return f"'aibox folders confirm {_quoted(str(root))}' does so at once."


def _state_of(
    folder: IdentifiedFolder, pending: PendingRemoval | None, *, new: bool
) -> tuple[FolderState, str | None, str | None]:
    root = _quoted(str(folder.root))
    if folder.problem:
        return FolderState.AWAY, folder.problem, None
    if folder.held_reason:
        remedy = f"'aibox folders accept {root}' if it is the right one; else mount or name the right one."
        return FolderState.HELD, folder.held_reason, remedy
    if pending is not None:
        return (
            FolderState.REMOVAL_WAITS,
            _what_is_missing(folder.root, pending),
            _how_to_confirm(folder.root),
        )
    return FolderState.NEW if new else FolderState.WATCHED, None, None


def _folder_at(platform: Platform, path: Path) -> tuple[WatchedFolder, IdentifiedFolder]:
    root = path.expanduser().absolute()
    for folder in platform.folders.values():
        if folder.root == root or (root.exists() and folder.root.exists() and folder.root.samefile(root)):
            recognized = platform.folder_store.recognize(platform.folders.values())
            return folder, next(found for found in recognized if found.root == folder.root)
    raise ConfigurationError(
        f"{printable(str(path))} is not a watched folder.", "AIBOX_INBOX and AIBOX_FOLDERS name them."
    )


def _watched_elsewhere(platform: Platform, folder: WatchedFolder) -> set[str]:
    """Labels of what the other places of the settings are."""
    recognized = platform.folder_store.recognize(platform.folders.values())
    return {found.label for found in recognized if found.root != folder.root and not found.held_reason}


def _quoted(path: str) -> str:
    return shlex.quote(printable(path))
