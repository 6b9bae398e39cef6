"""Which watched folder a place on a disk is: decided by the marker that lies in it. Pure.

A folder is what its marker says, wherever it is mounted and whatever it is called in the settings. A place that ought
to be a known folder and has no marker, or another's, is held: neither read nor emptied until a person decides. An
unmounted disk, a half-restored folder and a mistyped setting all look alike from here.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum


class MarkerKind(StrEnum):
    """What lies where the marker is expected."""

    NONE = "none"
    EMPTY = "empty"  # as release 0.1 made it
    VALID = "valid"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class Marker:
    """A folder's marker: the ids of the installation and of the folder, where it is valid."""

    kind: MarkerKind
    installation: str | None = None
    folder: str | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """A folder of the settings. *label*: how it is called when it is new."""

    label: str
    root: str
    host: str

    @property
    def own_label(self) -> str:
        """Its label where *label* stands for a folder elsewhere."""
        return f"{self.host}:{self.root}"


@dataclass(frozen=True, slots=True)
class KnownFolder:
    """A folder that the database knows.

    :ivar id: as its marker has it; none for one whose marker could not be written, or of release 0.1.
    :ivar host: where it was last; none for one of release 0.1.
    """

    label: str
    id: str | None
    host: str | None
    root: str | None
    has_files: bool
    held_reason: str | None = None

    def is_at(self, place: Place) -> bool:
        """Whether it was at this place last."""
        return (self.host, self.root) == (place.host, place.root)


@dataclass(frozen=True, slots=True)
class Same:
    """The place is a known folder. *marked*: its marker says so; else the place alone does."""

    label: str
    marked: bool = True


@dataclass(frozen=True, slots=True)
class New:
    """The place becomes the folder *label*. *id*: that its marker has already."""

    label: str
    id: str | None = None


@dataclass(frozen=True, slots=True)
class Held:
    """A person must decide. *label*: whose row keeps the reason."""

    label: str
    reason: str


Verdict = Same | New | Held


def identify(
    place: Place, marker: Marker, known: Mapping[str, KnownFolder], installation: str, taken: Collection[str]
) -> Verdict:
    """Say which folder a place is.

    :param known: by label.
    :param installation: our own id.
    :param taken: labels of the other places of the settings, as far as they are decided.
    """
    own = known.get(place.label)

    def hold(reason: str) -> Held:
        elsewhere = own is not None and own.host is not None and own.host != place.host
        return Held(place.own_label if elsewhere or place.label in taken else place.label, reason)

    if marker.kind is MarkerKind.UNREADABLE:
        return hold("its marker cannot be read")
    if marker.kind is MarkerKind.VALID:
        if marker.installation != installation:
            return hold("its marker is that of another installation")
        found = next((folder for folder in known.values() if folder.id == marker.folder), None)
        if found is not None and found.label in taken:
            return hold(f"it has the same marker as the folder {found.label}, as a copy of it would")
        if found is not None:
            return Same(found.label)
    apart = known.get(place.own_label)
    if apart is not None and apart.id is None and apart.held_reason is None:
        return Same(apart.label, marked=False)
    if own is None:
        return New(place.label, marker.folder)
    if own.id is None and own.root is None and not (own.has_files and marker.kind is MarkerKind.NONE):
        return New(place.label, marker.folder)  # one of release 0.1, whose marker is empty
    if own.id is None and own.is_at(place):
        return Same(own.label, marked=False)
    if not own.has_files and own.host == place.host and place.label not in taken:
        return New(place.label, marker.folder)  # there is nothing to lose
    at = f"known at {own.host}:{own.root}" if own.host else "known"
    if marker.kind is MarkerKind.VALID:
        return hold(f"its marker is that of a folder that is not known; {own.label} is {at} with another one")
    if marker.kind is MarkerKind.EMPTY:
        return hold(f"its marker is one of release 0.1; {own.label} is {at} with one of its own")
    return hold(f"it has no marker, and files of {own.label} are {at}")
