"""Whether there is room: the disks of a home and the place of its tables, each tried by writing to it."""

from __future__ import annotations

import errno
import os
import shutil
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal
from urllib.parse import urlsplit

from aibox_assets.local.health import ask_all
from aibox_assets.local.home import Home
from aibox_assets.local.postgres import PostgresServer
from aibox_assets.settings import Settings

DiskState = Literal["ok", "low", "full", "unwritable"]

LOW_BYTES: Final = 512 * 2**20
_PROBE_BYTES: Final = 64 * 1024
_SECONDS: Final = 8.0


@dataclass(frozen=True, slots=True)
class DiskStatus:
    """A place that the home writes to.

    :ivar name: ``home``, ``storage`` (Parquet) or ``postgres`` (its data, where they lie elsewhere).
    :ivar free: bytes; None for an object store.
    :ivar reason: why it cannot be written to; empty when it can.
    """

    name: str
    path: str
    state: DiskState
    free: int | None
    reason: str

    @property
    def usable(self) -> bool:
        """Whether the work can go on."""
        return self.state in ("ok", "low")


def look_at_disks(home_path: Path) -> list[DiskStatus]:
    """The places of a home; none before its first start."""
    home = Home(home_path)
    if not home.run.is_dir():
        return []
    settings = Settings.of_home(home.path)
    found = [check_folder("home", home.run)]
    if urlsplit(settings.storage_url).scheme not in ("", "file"):
        found.append(_check_object_store(settings.storage_url))
    elif (storage := Path(settings.storage_url.removeprefix("file://"))).is_dir():
        found.append(check_folder("storage", storage))
    data = PostgresServer(home.postgres, 0, "").data
    if settings.database_url is not None and data.is_dir() and not data.is_relative_to(home.path):
        found.append(_measured("postgres", data, ""))  # another user's folder: nothing is written there
    return found


def check_folder(name: str, folder: Path) -> DiskStatus:
    """Write a little file into *folder* and remove it."""
    probe = folder / f".aibox-probe-{uuid.uuid4().hex}"
    reason = ""
    try:
        with probe.open("wb") as file:
            file.write(bytes(_PROBE_BYTES))
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        full = error.errno in (errno.ENOSPC, errno.EDQUOT)
        reason = "full" if full else f"{error.strerror}"
    finally:
        try:
            probe.unlink(missing_ok=True)
        except OSError as error:
            reason = reason or f"{error.strerror}"
    return _measured(name, folder, reason)


def _measured(name: str, folder: Path, reason: str) -> DiskStatus:
    free = shutil.disk_usage(folder).free
    if reason == "full" or free < _PROBE_BYTES:
        return DiskStatus(name, str(folder), "full", free, "No space is left on its disk.")
    if reason:
        return DiskStatus(name, str(folder), "unwritable", free, f"It cannot be written to: {reason}.")
    return DiskStatus(name, str(folder), "low" if free < LOW_BYTES else "ok", free, "")


def _check_object_store(url: str) -> DiskStatus:
    def write() -> None:
        from upath import UPath

        probe = UPath(url) / f".aibox-probe-{uuid.uuid4().hex}"
        probe.write_bytes(b"probe")
        probe.unlink(missing_ok=True)

    fault = ask_all({"storage": write}, _SECONDS).get("storage")
    return DiskStatus("storage", url, "unwritable" if fault else "ok", None, fault or "")
