"""Paths as text: which are left alone, and how what is no valid text, or deceives the eye, is stored and shown."""

from __future__ import annotations

import re
from typing import Final

from aibox_assets.domain.keys import has_hostile_name

MAX_DEPTH: Final = 64
"""Folders within folders that are looked into."""
_PARTIAL: Final = (".part", ".crdownload", ".tmp", ".swp", ".download")
_ESCAPED: Final = re.compile(r"\\u(dc(?:5c|[89a-f][0-9a-f]))")


def is_left_alone(name: str) -> bool:
    """Whether a name says that it is hidden, a lock or half of a download."""
    return name.startswith((".", "~$")) or name.endswith(_PARTIAL)


def printable(path: str) -> str:
    """*path* for a database or a screen: in a hostile name, what cannot be shown stands as an escape."""
    if not has_hostile_name(path):
        return path
    return "".join(c.encode("unicode_escape").decode("ascii") if has_hostile_name(c) else c for c in path)


def storable(path: str) -> str:
    """*path* as a database takes it: a byte that is not UTF-8 stands as ``\\udcXX``; see :func:`actual`.

    The backslash of a name that really has these characters in it stands as ``\\udc5c``.
    """
    return _ESCAPED.sub(r"\\udc5cu\1", path).encode("utf-8", "backslashreplace").decode("utf-8")


def actual(path: str) -> str:
    """The name on the disk that :func:`storable` was made from."""
    return _ESCAPED.sub(
        lambda found: "\\" if found[1] == "dc5c" else chr(int(found[1], 16)),
        path,
    )
