"""The markers of watched folders, each a file in its folder: which installation it is of, and which folder it is."""

from __future__ import annotations

import errno
import json
import os
import uuid
from contextlib import suppress
from pathlib import Path
from typing import Final

from aibox_assets.domain.errors import StoreUnavailableError
from aibox_assets.domain.folders import Marker, MarkerKind
from aibox_assets.domain.paths import printable

MARKER: Final = ".aibox-inbox"
_MAX_MARKER: Final = 4096


def read_marker(root: Path) -> Marker:
    """The marker of a folder; a link is none of ours."""
    try:
        opened = os.open(root / MARKER, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        with os.fdopen(opened, "rb") as file:
            content = file.read(_MAX_MARKER + 1)
    except (FileNotFoundError, NotADirectoryError):
        return Marker(MarkerKind.NONE)
    except OSError:
        return Marker(MarkerKind.UNREADABLE)
    if not content.strip():
        return Marker(MarkerKind.EMPTY)
    try:
        said = json.loads(content)
        return Marker(MarkerKind.VALID, _id(said["installation"]), _id(said["folder"]))
    except (ValueError, KeyError, TypeError, RecursionError):
        return Marker(MarkerKind.UNREADABLE)


def write_marker(root: Path, installation: str, folder: str) -> bool:
    """Put a marker into a folder, whole; False where nothing may be written.

    :raises StoreUnavailableError: the folder is not there, or its disk is full.
    """
    staged = root / f"{MARKER}.{uuid.uuid4().hex}.part"
    said = json.dumps({"installation": installation, "folder": folder})
    try:
        staged.write_text(said + "\n", encoding="ascii")
        staged.replace(root / MARKER)
    except OSError as error:
        with suppress(OSError):
            staged.unlink(missing_ok=True)
        if error.errno in (errno.EROFS, errno.EACCES, errno.EPERM):
            return False
        raise StoreUnavailableError(
            f"The watched folder {printable(str(root))} cannot be marked: {error.strerror or error}.",
            "Check that it exists, is mounted and has room.",
        ) from error
    return True


def _id(value: object) -> str:
    if not isinstance(value, str) or not value:
        raise TypeError("an id is a string")
    return value
