"""Where a page ends, as a text that a caller hands back unread."""

from __future__ import annotations

import base64
import json
from typing import Annotated, Any

from fastapi import Path, Query
from pydantic import StringConstraints

from aibox_assets.api.problems import ProblemError

Text = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=r"^[^\x00]+$")]
"""What a database takes."""
FileId = Annotated[Text, Path(description="As `POST /files` and `GET /files` tell it.")]
Limit = Annotated[int, Query(ge=1, le=500)]
CursorText = Annotated[str | None, Query(max_length=2000, description="`next` of the page before.")]


def write_cursor(*values: Any) -> str:
    """*values*, which JSON can hold, as a cursor."""
    return base64.urlsafe_b64encode(json.dumps(values).encode()).decode().rstrip("=")


def read_cursor(cursor: str, *kinds: type) -> list[Any]:
    """The values of a cursor.

    :param kinds: of each.
    :raises ProblemError: it is none of ours.
    """
    try:
        values = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except ValueError:
        values = None
    fits = isinstance(values, list) and len(values) == len(kinds)
    if not fits or not all(type(value) is kind for value, kind in zip(values, kinds, strict=True)):
        raise ProblemError(422, "malformed", "The cursor is none of ours.", "Begin with the first page.")
    return list(values)
