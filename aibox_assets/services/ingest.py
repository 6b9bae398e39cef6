"""Giving files to the inbox: which go where, and what became of each.

A folder keeps its name and its structure, so that two files of the same name in two folders both arrive.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from aibox_assets.domain.errors import AIBoxError, ConfigurationError
from aibox_assets.domain.keys import composed, spellings
from aibox_assets.domain.paths import is_left_alone, printable
from aibox_assets.stores.copying import Outcome, copy_file
from aibox_assets.stores.scanning import walk


@dataclass(frozen=True, slots=True)
class Given:
    """A file that was given, and where it belongs in the inbox.

    :ivar root: the folder that it is read from, without following a link below it. :ivar source: its path there.
    """

    root: Path
    source: str
    path: str


@dataclass(frozen=True, slots=True)
class Ingested:
    """What became of a file that was given.

    :ivar path: in the inbox. :ivar source: as it was given. :ivar outcome: None where it could not be copied.
    :ivar problem: why it is not in the inbox.
    """

    path: str
    source: Path
    outcome: Outcome | None
    problem: str | None = None

    @property
    def arrived(self) -> bool:
        """Whether the inbox has its bytes now."""
        return self.problem is None

    @property
    def fresh(self) -> bool:
        """Whether its bytes were not there before."""
        return self.outcome in (Outcome.COPIED, Outcome.REPLACED)


def plan(
    paths: Sequence[Path], user: str | None, default_user: str, apart: Collection[Path] = ()
) -> tuple[list[Given], list[Ingested]]:
    """Where each file belongs, and what is left out, with the reason.

    A single file goes to the top of its owner's folder, and a folder into that under its own name. Without an owner
    single files go to the inbox's top, where they are *default_user*'s, as is every folder that is given.

    :param apart: folders that are left out of those that hold them: a home has passwords and the inbox of everybody.
    :raises ConfigurationError: a path does not exist or has no name that could be kept, or *user* is no folder name.
    """
    if user is not None and (not user or is_left_alone(user) or "/" in user or "\0" in user):
        raise ConfigurationError(f"{user!r} cannot be a user.", "Take a name without '/' or a leading dot.")
    given: list[Given] = []
    left_out: list[Ingested] = []
    for path in paths:
        if not path.exists() and not path.is_symlink():
            raise ConfigurationError(f"{printable(str(path))} does not exist.", "Check the path.")
        whole = path.resolve()
        name = path.name if path.name not in ("", ".", "..") else whole.name
        if not name or is_left_alone(name):
            raise ConfigurationError(
                f"{printable(str(path))} would be left alone in the inbox for its name.", "Rename it first."
            )
        if path.is_symlink():
            left_out.append(Ingested(name, path, None, "it is a link; links are not followed"))
        elif path.is_dir():
            below = f"{user or default_user}/{name}"
            found = walk(whole)
            own = _below(whole, apart)
            given += [
                Given(whole, file, f"{below}/{file}")
                for file in sorted(found.files)
                if not any(_lies_in(file, folder) for folder in own)
            ]
            left_out += [
                Ingested(below, whole / folder, None, "it is of this installation itself") for folder in own
            ]
            left_out += [
                Ingested(f"{below}/{file}", whole / file, None, reason)
                for reason, files in (
                    ("it cannot be read", found.unreadable),
                    ("it lies too deep", found.too_deep),
                )
                for file in files
                if not any(_lies_in(file, folder) for folder in own)
            ]
        else:
            given.append(Given(whole.parent, whole.name, f"{user}/{name}" if user else name))
    return given, left_out


def _below(whole: Path, apart: Collection[Path]) -> list[str]:
    """Those of *apart* that lie in a folder or are it, by their path there; none that lies in another of them."""
    places = {place.resolve() for place in apart}
    inside = sorted(place.relative_to(whole).as_posix() for place in places if place.is_relative_to(whole))
    return [each for each in inside if not any(_lies_in(each, other) for other in inside if other != each)]


def _lies_in(path: str, folder: str) -> bool:
    return folder == "." or path.startswith(f"{folder}/")


def ingest(
    given: Sequence[Given], inbox: Path, *, replace: bool = False, advance: Callable[[], None] = lambda: None
) -> Iterator[Ingested]:
    """Copy files into the inbox, each appearing there whole and at once.

    :param replace: another file of the same name gives way. Two of the given files never replace each other.
    :param advance: called after each file.
    """
    taken: set[str] = set()
    inbox.mkdir(parents=True, exist_ok=True)
    for file in given:
        source, path = file.root / file.source, _as_spelled(inbox, file.path)
        try:
            outcome = copy_file(file.root, file.source, inbox, path, replace=replace and path not in taken)
        except AIBoxError as error:
            yield Ingested(path, source, None, str(error))
        else:
            problem = None
            if outcome is Outcome.KEPT:
                problem = "another file of that name is in the inbox; --replace would replace it"
                if path in taken:
                    problem = "another of the given files has that name"
            yield Ingested(path, source, outcome, problem)
        taken.add(path)
        advance()


def _as_spelled(inbox: Path, path: str) -> str:
    """*path* as the inbox spells it already; a new one is composed."""
    known = (spelled for spelled in spellings(path) if os.path.lexists(inbox / spelled))
    return next(known, composed(path))
