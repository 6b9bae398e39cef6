"""The watched folders as the installation knows them: their rows in the database.

Which folder a place is, is decided in ``domain/folders.py``; this module reads and writes what the decision needs, with
``markers.py``. What lies in a folder is in ``scanning.py``.
"""

from __future__ import annotations

import socket
import time
import uuid
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy import Engine
from sqlalchemy.dialects.postgresql import insert

from aibox_assets.domain.errors import PermanentError, StoreUnavailableError
from aibox_assets.domain.folders import (
    Held,
    KnownFolder,
    MarkerKind,
    New,
    Place,
    Same,
    Verdict,
    identify,
)
from aibox_assets.domain.paths import actual, printable, storable
from aibox_assets.stores.database import transaction
from aibox_assets.stores.markers import read_marker, write_marker
from aibox_assets.stores.tables import files, folders, installation, missing_files

INBOX: Final = "inbox"
LATELY_SECONDS: Final = 1.0


@dataclass(frozen=True, slots=True)
class WatchedFolder:
    """A folder of the settings. *label*: how it is called when it is new."""

    label: str
    root: Path


@dataclass(frozen=True, slots=True)
class IdentifiedFolder:
    """A place of the settings, and which folder it is.

    :ivar label: of the folder that it is, or, where it is held, whose row has the reason.
    :ivar marked: its marker proves it. Where none can be written, no large removal goes without a person.
    :ivar held_reason: why it is neither read nor emptied.
    :ivar problem: why nothing is known of it at the moment, with what can be done.
    """

    root: Path
    label: str
    marked: bool = True
    held_reason: str | None = None
    problem: str | None = None


class FolderStore:
    """Watched folders as rows. Every verb may be repeated."""

    def __init__(self, engine: Engine, host: str | None = None) -> None:
        self._engine = engine
        self.host = host or socket.gethostname()
        self._read: Mapping[str, KnownFolder] = {}
        self._read_at = float("-inf")

    def installation_id(self) -> str:
        """What our markers name as theirs; made at the first use."""
        with transaction(self._engine) as connection:
            if (found := connection.scalar(sa.select(installation.c.id))) is not None:
                return str(found)
            connection.execute(insert(installation).values(id=uuid.uuid4().hex).on_conflict_do_nothing())
            return str(connection.scalar(sa.select(installation.c.id)))

    def known(self) -> dict[str, KnownFolder]:
        """All folders by label."""
        has_files = sa.exists().where(files.c.folder == folders.c.label)
        columns = (
            folders.c.label,
            folders.c.id,
            folders.c.host,
            folders.c.root,
            has_files,
            folders.c.held_reason,
        )
        with transaction(self._engine) as connection:
            return {row[0]: KnownFolder(*row) for row in connection.execute(sa.select(*columns))}

    def count_files(self) -> dict[str, int]:
        """How many files each folder has, those left out whose removal is under way."""
        query = (
            sa.select(files.c.folder, sa.func.count())
            .where(files.c.gone_at.is_(None))
            .group_by(files.c.folder)
        )
        with transaction(self._engine) as connection:
            return {label: int(count) for label, count in connection.execute(query)}

    def recognize(self, places: Iterable[WatchedFolder]) -> list[IdentifiedFolder]:
        """Say which folder each place is; nothing is written."""
        return [_identified(folder, verdict) for folder, _, verdict in self._decide(places, self.known())]

    def register(self, places: Iterable[WatchedFolder]) -> list[IdentifiedFolder]:
        """Say which folder each place is, mark new ones, and write down which are held and why."""
        registered, known = [], self.known()
        for folder, place, verdict in self._decide(places, known):
            try:
                if isinstance(verdict, New):
                    self._mark(place, verdict.label, verdict.id)
                elif isinstance(verdict, Same):
                    # Each look comes here, and nearly none has anything to write.
                    before = known.get(verdict.label)
                    if before is None or not before.is_at(place) or before.held_reason is not None:
                        self._write(verdict.label, host=place.host, root=place.root, held_reason=None)
                elif isinstance(verdict, Held) and verdict.label == place.own_label:
                    # A row of its own for the place that is held: the folder itself is well, elsewhere.
                    self._write(verdict.label, host=place.host, root=place.root, held_reason=verdict.reason)
                elif isinstance(verdict, Held):
                    self._write(verdict.label, held_reason=verdict.reason)
            except StoreUnavailableError as error:
                verdict = error
            registered.append(_identified(folder, verdict))
        if any(folder.held_reason is not None for folder in known.values()):
            self._release({found.label for found in registered if found.held_reason or found.problem})
        return registered

    def accept(self, folder: WatchedFolder, label: str) -> None:
        """From now on the place is the folder *label*, whatever its marker says. A large removal waits anew."""
        place = self._place(folder)
        of_folder = sa.select(files.c.id).where(files.c.folder == label)
        with transaction(self._engine) as connection:
            connection.execute(missing_files.delete().where(missing_files.c.file_id.in_(of_folder)))
        self._mark(place, label, None, whatever_it_was=True)
        if label != place.own_label:
            self.forget(place.own_label)
        elif place.label in self.known():
            self._write(place.label, held_reason=None)

    def forget(self, label: str) -> None:
        """Drop the row of a folder that has no files."""
        unused = ~sa.exists().where(files.c.folder == folders.c.label)
        with transaction(self._engine) as connection:
            connection.execute(folders.delete().where(folders.c.label == label, unused))

    def own_label(self, folder: WatchedFolder) -> str:
        """How a place is called beside a folder elsewhere that has its label."""
        return self._place(folder).own_label

    def note_read(self, label: str) -> None:
        """The folder was read whole just now."""
        self._write(label, seen_at=sa.func.now())

    def locate(self, label: str, places: Collection[WatchedFolder]) -> Path:
        """Where the folder *label* is, among the places of the settings.

        :raises StoreUnavailableError: its place is held, or not there now.
        :raises PermanentError: it is watched no more.
        """
        folder = self._known_lately().get(label)
        for place in places:
            marker = read_marker(place.root)
            if folder is None or folder.id is None:
                if place.label == label or (folder is not None and folder.is_at(self._place(place))):
                    return place.root
            elif marker.kind is MarkerKind.VALID and marker.folder == folder.id:
                return place.root
        if any(storable(place.label) == label for place in places):
            raise StoreUnavailableError(
                f"The folder {printable(label)} is not what lies at its place now.", "See 'aibox folders'."
            )
        raise PermanentError(
            f"The folder {printable(label)} is not watched any more.",
            "Name it in AIBOX_FOLDERS again, then 'aibox retry' the file.",
        )

    def _known_lately(self) -> Mapping[str, KnownFolder]:
        """As :meth:`known`, for whoever asks for one file after the other."""
        if time.monotonic() - self._read_at > LATELY_SECONDS:
            self._read, self._read_at = self.known(), time.monotonic()
        return self._read

    def _place(self, folder: WatchedFolder) -> Place:
        return Place(storable(folder.label), storable(str(folder.root)), self.host)

    def _decide(
        self, places: Iterable[WatchedFolder], known: Mapping[str, KnownFolder]
    ) -> list[tuple[WatchedFolder, Place, Verdict | StoreUnavailableError]]:
        """Those whose marker is known come first: what they are does not depend on the others."""
        ours = self.installation_id()
        ids = {folder.id for folder in known.values() if folder.id is not None}
        markers = [(folder, read_marker(folder.root)) for folder in places]
        markers.sort(key=lambda found: found[1].folder not in ids)
        decided: list[tuple[WatchedFolder, Place, Verdict | StoreUnavailableError]] = []
        taken: set[str] = set()
        for folder, marker in markers:
            place = self._place(folder)
            if marker.kind is MarkerKind.NONE and not folder.root.is_dir():
                taken.add(place.label)
                decided.append((folder, place, unreadable(folder.root, "no such folder")))
                continue
            verdict = identify(place, marker, known, ours, taken)
            taken.add(verdict.label)
            decided.append((folder, place, verdict))
        return decided

    def _release(self, held: Collection[str]) -> None:
        """Places of this host that are held no more, as they are right again or left the settings."""
        here = sa.or_(folders.c.host == self.host, folders.c.host.is_(None))
        released = sa.and_(folders.c.held_reason.is_not(None), here, folders.c.label.not_in(held))
        unused = sa.and_(folders.c.id.is_(None), ~sa.exists().where(files.c.folder == folders.c.label))
        with transaction(self._engine) as connection:
            connection.execute(folders.delete().where(released, unused))
            connection.execute(folders.update().where(released).values(held_reason=None))

    def _mark(self, place: Place, label: str, id_: str | None, *, whatever_it_was: bool = False) -> None:
        """The marker first: a crash before the row leaves one of ours that is not known, which is taken up."""
        before = None if whatever_it_was else self.known().get(label)
        written: str | None = id_ or uuid.uuid4().hex
        if id_ is None and not write_marker(Path(actual(place.root)), self.installation_id(), str(written)):
            written = None
        unchanged = folders.c.id.is_not_distinct_from(before.id if before is not None else None)
        if not self._write(
            label,
            sa.true() if whatever_it_was else unchanged,
            id=written,
            host=place.host,
            root=place.root,
            held_reason=None,
        ):
            raise StoreUnavailableError(f"The folder {printable(label)} was marked by another host just now.")

    def _write(self, label: str, only_if: sa.ColumnElement[bool] | None = None, **values: Any) -> bool:
        """Write a folder's row, if anything differs; whether it was written."""
        differs = sa.or_(*(folders.c[name].is_distinct_from(value) for name, value in values.items()))
        query = insert(folders).values(label=label, **values)
        query = query.on_conflict_do_update(
            index_elements=["label"], set_=values, where=differs if only_if is None else only_if
        )
        with transaction(self._engine) as connection:
            return connection.execute(query.returning(folders.c.label)).first() is not None


def unreadable(root: Path, reason: str) -> StoreUnavailableError:
    """What is said of a watched folder that is not there."""
    return StoreUnavailableError(
        f"The watched folder {printable(str(root))} cannot be read: {reason}.",
        "Nothing of it is deleted; check that it exists and is mounted.",
    )


def _identified(folder: WatchedFolder, verdict: Verdict | StoreUnavailableError) -> IdentifiedFolder:
    if isinstance(verdict, StoreUnavailableError):
        return IdentifiedFolder(folder.root, folder.label, problem=str(verdict))
    if isinstance(verdict, Held):
        return IdentifiedFolder(folder.root, verdict.label, held_reason=verdict.reason)
    return IdentifiedFolder(folder.root, verdict.label, marked=isinstance(verdict, New) or verdict.marked)
