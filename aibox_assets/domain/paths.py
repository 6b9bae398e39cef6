"""Paths as text: how a name that is no valid text, or that deceives the eye, is stored and shown."""

from __future__ import annotations

import re
from typing import Final

from aibox_assets.domain.keys import has_hostile_name

_ESCAPED: Final = re.compile(r"\\u(dc(?:5c|[89a-f][0-9a-f]))")


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
