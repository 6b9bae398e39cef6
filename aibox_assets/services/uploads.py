"""Taking in files that people send: into the inbox, and at once into the table, without a look at the folder.

A file is known by its owner and its name. The same bytes again are the known file; others are its new version.
"""

from __future__ import annotations

import os
import threading
import time
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final

from aibox_assets.domain.errors import PermanentError, StoreUnavailableError
from aibox_assets.domain.keys import composed, free_keys, has_hostile_name, spellings
from aibox_assets.domain.paths import actual, is_left_alone, printable, storable
from aibox_assets.resources.platform import Platform
from aibox_assets.services.folders import describe_hold
from aibox_assets.stores.arriving import ArrivingFile
from aibox_assets.stores.asked import Asked
from aibox_assets.stores.documents import hash_file
from aibox_assets.stores.files import FileRecord, NewFile
from aibox_assets.stores.folders import INBOX, IdentifiedFolder
from aibox_assets.stores.scanning import FileStat

MAX_NAME_BYTES: Final = 240
MAX_FOLDERS: Final = 30
"""In each other."""
_TRIES: Final = 5
_PAUSE_SECONDS: Final = 0.1
_REGISTERING: Final = threading.Lock()
_PLACING: Final = [threading.Lock() for _ in range(64)]
"""Two files of the same place are put there one after the other, each with its row."""


class FolderHeldError(PermanentError):
    """The inbox is neither read nor written until a person decides which folder it is."""


class UploadOutcome(StrEnum):
    """What became of a file that was sent."""

    NEW = "new"
    REPLACED = "replaced"
    KNOWN = "known"


@dataclass(frozen=True, slots=True)
class Destination:
    """Where a file goes. *path*: in the inbox, as it is stored. *file_id*: under which it will be known."""

    folder: IdentifiedFolder
    path: str
    owner: str
    file_id: str


@dataclass(frozen=True, slots=True)
class Uploaded:
    """A file that was sent and taken in."""

    file_id: str
    path: str
    size: int
    sha256: str
    outcome: UploadOutcome


def open_inbox(platform: Platform) -> IdentifiedFolder:
    """The inbox, as it is known or becomes known now.

    :raises FolderHeldError: it waits for a person. :raises StoreUnavailableError: it is not there.
    """
    root, store, places = platform.folders[INBOX].root, platform.folder_store, platform.folders.values()
    found = next(each for each in store.recognize(places) if each.root == root)
    tries = 0
    # While a process marks a new folder, its marker is there and its row is not.
    while found.held_reason or found.problem or found.label not in store.known():
        if tries == _TRIES:
            if found.held_reason:
                raise FolderHeldError(describe_hold(root, found.held_reason))
            raise StoreUnavailableError(found.problem or f"{root} is not known yet.")
        if tries:
            time.sleep(_PAUSE_SECONDS)
        tries += 1
        with _REGISTERING:
            found = next(each for each in store.register(places) if each.root == root)
    return found


def plan_upload(
    platform: Platform, folder: IdentifiedFolder, owner: str, name: str, within: str = ""
) -> Destination:
    """Where a file of this name goes; only the last part of the name counts.

    :param within: folders in that of its owner, with slashes between.
    :raises PermanentError: a name cannot be kept, or there are too many.
    """
    name = name.replace("\\", "/").rpartition("/")[2].strip()
    parts = [part for part in within.split("/") if part]
    for part in (*parts, name):
        if not part or is_left_alone(part) or has_hostile_name(part) or len(part.encode()) > MAX_NAME_BYTES:
            raise PermanentError(
                f"'{printable(part[:100])}' cannot be the name of a file or a folder.",
                "Take a visible name of at most 240 bytes, without a leading dot, and no ending of half a download.",
            )
    if len(parts) > MAX_FOLDERS:
        raise PermanentError(
            f"{name} lies in more than {MAX_FOLDERS} folders.", "Send it from a folder above."
        )
    path = storable(composed("/".join((owner, *parts, name))))
    found = platform.files.at_paths(folder.label, spellings(path))
    known = found.get(path) or next(iter(found.values()), None)
    if known is not None:
        return Destination(folder, known.path, owner, known.id)
    file_id = free_keys(folder.label, [path], platform.files.existing_ids)[path]
    return Destination(folder, path, owner, file_id)


def take_in_upload(platform: Platform, to: Destination, arrived: ArrivingFile, asked: Asked) -> Uploaded:
    """Put a file that has arrived into its place, with its row and its job.

    A crash between the two leaves a file in the inbox that the next look takes in.
    """
    label, root = to.folder.label, to.folder.root
    with _PLACING[hash(to.path) % len(_PLACING)]:
        known = platform.files.at_paths(label, [to.path]).get(to.path)
        if known is not None and (there := _same_there(root, known, arrived)) is not None:
            platform.lifecycle.touch(known.id, there, asked)
            return Uploaded(known.id, to.path, arrived.size, arrived.sha256, UploadOutcome.KNOWN)
        found = arrived.place()
        file_id = to.file_id
        for _ in range(_TRIES):
            if known is not None:
                break
            new = NewFile(file_id, label, to.path, to.owner, found, arrived.sha256)
            if platform.lifecycle.add([new], asked):
                return Uploaded(file_id, to.path, arrived.size, arrived.sha256, UploadOutcome.NEW)
            # A look at the folder was first, or another file has the id now.
            known = platform.files.at_paths(label, [to.path]).get(to.path)
            file_id = free_keys(label, [to.path], platform.files.existing_ids)[to.path]
        if known is None:
            raise StoreUnavailableError(f"{printable(to.path)} has no row yet.", "The next look takes it in.")
        if known.sha256 == arrived.sha256:
            platform.lifecycle.touch(known.id, found, asked)
        else:
            platform.lifecycle.change(known.id, found, arrived.sha256, asked)
        return Uploaded(known.id, to.path, arrived.size, arrived.sha256, UploadOutcome.REPLACED)


def _same_there(root: Path, known: FileRecord, arrived: ArrivingFile) -> FileStat | None:
    """What lies at the place of a known file, where it is what arrived."""
    path = actual(known.path)
    try:
        found = os.lstat(root / path)
    except OSError:
        return None
    there = FileStat(found.st_size, found.st_mtime_ns)
    if known.gone_at is not None or known.size != arrived.size or there.size != arrived.size:
        return None
    if known.sha256 is not None and there.mtime_ns == known.mtime_ns:
        return there if known.sha256 == arrived.sha256 else None
    return there if hash_file(root, path) == arrived.sha256 else None
