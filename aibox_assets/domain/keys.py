"""Names of things, made from names that people chose: never a path, never a control character."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Callable, Collection, Mapping, Sequence
from itertools import islice, product
from typing import Final

_UNSAFE: Final = re.compile(r"[^\w.]+")
_DOTS: Final = re.compile(r"\.{2,}")
_MAX_NAME_BYTES: Final = 80
_MOST_SPELLINGS: Final = 64  # of a path with many such parts; all of it in one spelling is always among them


def partition_key(folder: str, path: str, salt: int = 0) -> str:
    """The key of a file: its readable name and 8 hex digits of its place, e.g. ``report.pdf-1f0c2a9b``.

    Only letters and digits of any script, ``.``, ``_`` and ``-`` come through: Dagster checks dynamic
    partition keys for nearly nothing, and its UI has broken on commas and spaces.

    :param folder: the watched folder's label. :param path: of the file in it, with ``/``.
    :param salt: raised when another file holds the key already, e.g. one that was moved away from here.
    """
    name = unicodedata.normalize("NFKC", path.rsplit("/", 1)[-1])
    name = _DOTS.sub(".", _UNSAFE.sub("-", name)).strip("-._") or "file"
    name = name.encode("utf-8", "ignore")[:_MAX_NAME_BYTES].decode("utf-8", "ignore").rstrip("-._") or "file"
    place = f"{folder}\0{path}\0{salt}" if salt else f"{folder}\0{path}"
    return f"{name}-{hashlib.sha256(place.encode('utf-8', 'surrogatepass')).hexdigest()[:8]}"


def free_keys(
    folder: str, paths: Sequence[str], taken: Callable[[Collection[str]], Collection[str]]
) -> Mapping[str, str]:
    """A key of its own for each of *paths*, which are all different.

    :param taken: which of some keys are in use already; asked once per round, and a round salts all that collide.
    """
    keys: dict[str, str] = {}
    used: set[str] = set()
    waiting, salt = list(paths), 0
    while waiting:
        proposed = {path: partition_key(folder, path, salt) for path in waiting}
        used.update(taken(set(proposed.values())))
        for path, key in proposed.items():
            if key not in used:
                used.add(key)
                keys[path] = key
        waiting = [path for path in waiting if path not in keys]
        salt += 1
    return keys


def owner_of(path: str, default: str) -> str:
    """The owner of a file: the first folder of its path, *default* for a file at the top."""
    first, separator, _ = path.partition("/")
    return composed(first if separator else default)


def composed(name: str) -> str:
    """A name as names are compared: of the ways to spell what a person sees as one, the shortest (NFC).

    Disks keep any spelling, and Macs write é as two characters. Files of two spellings are two files, of one owner.
    """
    return unicodedata.normalize("NFC", name)


def spellings(path: str) -> tuple[str, ...]:
    """The ways in which disks may spell *path*, itself first: each of its parts composed or decomposed."""
    parts = [
        dict.fromkeys((part, composed(part), unicodedata.normalize("NFD", part))) for part in path.split("/")
    ]
    some = ("/".join(spelled) for spelled in islice(product(*parts), _MOST_SPELLINGS))
    return tuple(dict.fromkeys((path, composed(path), unicodedata.normalize("NFD", path), *some)))


def has_hostile_name(path: str) -> bool:
    """Whether a name carries what a person cannot see: control or direction characters, or no valid UTF-8.

    A byte that is not UTF-8 arrives as a lone surrogate (PEP 383).
    """
    return not path.isprintable() and any(
        unicodedata.category(character) in ("Cc", "Cs") or character in _BIDI for character in path
    )


_BIDI: Final = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
