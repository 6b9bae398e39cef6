"""The files as they are listed: which there are, where, whose, and how the work on each stands.

Belongs here: what is said of one. Does not: queries (``file_store.py``), and any change of a state (``lifecycle/``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from aibox_assets.stores.folders import INBOX
from aibox_assets.stores.scanning import FileStat

CHUNKS: Final = "chunks"
EMBEDDINGS: Final = "embeddings"
KG_TRIPLES: Final = "kg_triples"
ASSETS: Final = (CHUNKS, EMBEDDINGS, KG_TRIPLES)


class Status(StrEnum):
    """The four words for the state of a file, and of its work on each asset, wherever one is shown."""

    QUEUED = "queued"
    STARTED = "started"
    FINISHED = "finished"
    FAILED = "failed"


class FailureKind(StrEnum):
    """Of what kind a failure was: what may pass is tried again until its attempts are exhausted."""

    TRANSIENT = "transient"
    PERMANENT = "permanent"
    EXHAUSTED = "exhausted"
    CANCELLED = "cancelled"


UNREAD_NS: Final = -1
"""In the place of a file's time, where no attempt could read it for want of permission: the first look that finds it
readable takes it as changed. A mended permission alone changes neither size nor time."""
CHUNK_BYTES: Final = 1000
"""Bytes of a document that make about one chunk."""


def estimate_chunks(size: int) -> int:
    """About how many chunks a document of *size* bytes makes."""
    return max(1, size // CHUNK_BYTES)


@dataclass(frozen=True, slots=True)
class Work:
    """A row of ``work``: one asset of one file.

    :ivar wanted: the version that should be, ``<sha256 of the bytes>.<splitting>[.<recipe>]``; None while unknown.
    :ivar made: the version that is. :ivar made_by: Dagster's id of the run that made it.
    :ivar run: the only run that may write it.
    :ivar attempts: its own failures. :ivar interruptions: runs that died under it.
    :ivar failure: of what kind the last failure was. :ivar items: chunks, vectors or triples.
    """

    asset: str
    state: Status
    wanted: str | None
    made: str | None
    made_by: str | None
    run: str | None
    background: bool
    attempts: int
    interruptions: int
    not_before: datetime | None
    failure: FailureKind | None
    error: str | None
    remedy: str | None
    items: int | None
    seconds: float | None
    queued_at: datetime
    started_at: datetime | None
    ended_at: datetime | None

    @property
    def is_current(self) -> bool:
        """What is made is what is wanted."""
        return self.made is not None and self.made == self.wanted


@dataclass(frozen=True, slots=True)
class FileRecord:
    """A row of ``files`` with its work.

    :ivar folder: label of the watched folder. :ivar path: in that folder.
    :ivar work: by asset, in the order of the assets.
    """

    id: str
    folder: str
    path: str
    user_id: str
    media_type: str | None
    size: int
    mtime_ns: int
    sha256: str | None
    status: Status
    gone_at: datetime | None
    created_at: datetime
    updated_at: datetime
    work: Mapping[str, Work]

    @property
    def display_path(self) -> str:
        """What a person calls the file: its path in the inbox, or the whole path elsewhere."""
        return display_path(self.folder, self.path)

    @property
    def counts(self) -> dict[str, int]:
        """Items by asset, of the last version of each."""
        return {asset: each.items for asset, each in self.work.items() if each.items is not None}

    @property
    def weight(self) -> int:
        """Its chunks; while they are not made, estimated."""
        return self.counts.get(CHUNKS) or estimate_chunks(self.size)

    @property
    def failed_work(self) -> Work | None:
        """The work whose failure explains the file's: the first that failed, else that waits after a failure."""
        rows = list(self.work.values())
        failed = [each for each in rows if each.state is Status.FAILED]
        waiting = [each for each in rows if each.error is not None]
        return next(iter(failed or waiting), None)

    @property
    def error(self) -> str | None:
        """Why it failed, or failed the last time."""
        return each.error if (each := self.failed_work) else None

    @property
    def remedy(self) -> str | None:
        """What to do about it."""
        return each.remedy if (each := self.failed_work) else None

    @property
    def permanent(self) -> bool | None:
        """Whether the same bytes would fail again; None where nothing failed."""
        each = self.failed_work
        return None if each is None else each.failure in (FailureKind.PERMANENT, FailureKind.CANCELLED)

    @property
    def attempts(self) -> int:
        """Most failures of its own in any asset."""
        return max((each.attempts for each in self.work.values()), default=0)

    @property
    def run(self) -> str | None:
        """A run that has some of its work."""
        return next((each.run for each in self.work.values() if each.run), None)

    @property
    def run_id(self) -> str | None:
        """Dagster's id of the run that made the last of it."""
        done = [each for each in self.work.values() if each.made_by and each.ended_at]
        return max(done, key=lambda each: each.ended_at or self.created_at).made_by if done else None

    @property
    def queued_at(self) -> datetime:
        """Since when something of it was to be done."""
        return min((each.queued_at for each in self.work.values()), default=self.created_at)

    @property
    def started_at(self) -> datetime | None:
        """When the first work on it started."""
        return min((each.started_at for each in self.work.values() if each.started_at), default=None)

    @property
    def finished_at(self) -> datetime | None:
        """When the last work on it ended; None while some is to be done."""
        if self.status not in (Status.FINISHED, Status.FAILED):
            return None
        return max((each.ended_at for each in self.work.values() if each.ended_at), default=None)


@dataclass(frozen=True, slots=True)
class KnownFile:
    """What a look at a folder needs to know of a file that is in the table."""

    id: str
    size: int
    mtime_ns: int
    sha256: str | None
    gone: bool


@dataclass(frozen=True, slots=True)
class NewFile:
    """A file to take in.

    :ivar sha256: of its bytes, where they were read on the way in.
    """

    id: str
    folder: str
    path: str
    user_id: str
    found: FileStat
    sha256: str | None = None


def display_path(folder: str, path: str) -> str:
    """What a person calls a file: its path in the inbox, or the whole path elsewhere."""
    return path if folder == INBOX else f"{folder.rstrip('/')}/{path}"


DISPLAY_PATH: Final = (
    f"CASE f.folder WHEN '{INBOX}' THEN f.path ELSE rtrim(f.folder, '/') || '/' || f.path END"
)
"""The same in SQL, of a file ``f``."""
