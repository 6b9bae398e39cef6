"""Finding entities by name, page by page, and telling what a viewer sees of them."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import count
from typing import Any, Final

from aibox_assets.domain.errors import QueryRefusedError
from aibox_assets.domain.extract import entity_key
from aibox_assets.domain.viewer import Viewer
from aibox_assets.stores import cypher_questions
from aibox_assets.stores.driver import Transaction
from aibox_assets.stores.graph_connection import rows
from aibox_assets.stores.graph_records import GraphEntity, Page
from aibox_assets.stores.graph_rows import Row

_LOOKED_AT: Final = 500
"""How many entities are looked at at once for those that the viewer sees; at most ``_LOOKS`` times for a page, where
as many as it needs were not enough."""
_LOOKS: Final = 4
WINDOW: Final = 5_000
"""Entities that are read at once for a part of a name: some 40 ms."""

_LAST_KEY: Final = "\U0010ffff"

Place = tuple[str, str]
"""A name, or what else is looked through in its order, and a key after which to go on."""
Cursor = tuple[str, str, str]
"""How names are looked for (one of ``_WAYS``), and the place."""
_WAYS: Final = ("start", "word", "inside")


@dataclass(frozen=True, slots=True)
class Sought:
    """What is looked for.

    :ivar folded: the beginning of a name; where there is none such, of one of its first three words; else a part of it.
    :ivar windows: how many times ``WINDOW`` entities are read for a part of a name before the page ends, with
        fewer items than asked for or none; None for all.
    """

    folded: str
    type: str | None = None
    limit: int = 20
    windows: int | None = None


def find_names(
    transaction: Transaction, viewer: Viewer, sought: Sought, cursor: Cursor | None
) -> Page[GraphEntity]:
    """A page of the entities of that name, by name."""
    for way in _WAYS:
        if cursor is not None and cursor[0] != way:
            continue
        page = _look_one_way(transaction, viewer, way, sought, cursor)
        if page.items or page.next or cursor is not None or not sought.folded:
            return page
    return Page(())


def _look_one_way(
    transaction: Transaction, viewer: Viewer, way: str, sought: Sought, cursor: Cursor | None
) -> Page[GraphEntity]:
    place = ("", "") if cursor is None else cursor[1:]
    # Whoever sees everything sees each candidate: an entity is in the graph as long as a file names it.
    # Of the others many see most.
    at_once = sought.limit + 1
    seen: dict[str, GraphEntity] = {}
    looks: Iterable[int] = range(1 + _LOOKS)
    if way == "inside":
        looks = count() if sought.windows is None else range(sought.windows)
    for _ in looks:
        find = _inside if way == "inside" else partial(_beginnings, way)
        candidates, end = find(transaction, sought, place, at_once)
        described = {
            entity.key: entity for entity in describe(transaction, viewer, [key for _, key in candidates])
        }
        for candidate in candidates:
            key = candidate[1]
            if key in described and key not in seen:
                if len(seen) == sought.limit:
                    return Page(tuple(seen.values()), _token((way, *place)))
                seen[key] = described[key]
            place = candidate
        if end is None:
            return Page(tuple(seen.values()))
        place = end
        at_once = max(_LOOKED_AT, sought.limit + 1)
    return Page(tuple(seen.values()), _token((way, *place)))


def _beginnings(
    way: str, transaction: Transaction, sought: Sought, place: Place, limit: int
) -> tuple[list[Place], Place | None]:
    """Candidates behind a place, each with its own place, and the place to go on from; None behind the last."""
    found = set[Place]()
    for each in ("second", "third") if way == "word" else ("folded",) if sought.type is None else ("key",):
        start = f"{sought.type}:{sought.folded}" if each == "key" else sought.folded
        bound: Row = {"start": start, "after": place[0] or start, "key_after": place[1]}
        bound |= {"type": sought.type, "limit": limit}
        bound |= rows(transaction, cypher_questions.END_OF_START[each], **bound)[0]
        if bound["most"] is not None:
            candidates = rows(transaction, cypher_questions.FIND_BY_START[each], **bound)
            found |= {(row["place"], row["key"]) for row in candidates}
    first = sorted(found)[:limit]
    return first, first[-1] if len(found) >= limit else None


def _inside(
    transaction: Transaction, sought: Sought, place: Place, limit: int
) -> tuple[list[Place], Place | None]:
    by, start = ("folded", "") if sought.type is None else ("key", f"{sought.type}:")
    bound: Row = {"start": start, "after": place[0] or start, "key_after": place[1], "type": sought.type}
    (end,) = rows(transaction, cypher_questions.END_OF_START[by], limit=WINDOW, **bound)
    if not end["looked"]:
        return [], None
    bound |= {"most": end["most"], "inside": sought.folded, "limit": limit}
    found = [
        (row["place"], row["key"]) for row in rows(transaction, cypher_questions.FIND_INSIDE[by], **bound)
    ]
    if len(found) == limit:
        return found, found[-1]
    return found, None if end["looked"] < WINDOW else (end["most"], _LAST_KEY)


def describe(transaction: Transaction, viewer: Viewer, keys: Sequence[str]) -> list[GraphEntity]:
    """Those of *keys* that the viewer sees, with the counts of what it sees."""
    if not keys:
        return []
    found = ask(transaction, cypher_questions.DESCRIBE_ENTITIES, viewer, keys=list(keys))
    return [GraphEntity(**row) for row in found]


def ask(transaction: Transaction, text: str, viewer: Viewer, **bound: Any) -> list[Row]:
    """The rows of a question of :mod:`~aibox_assets.stores.cypher_questions`."""
    return rows(transaction, text, **cypher_questions.eyes(viewer), **bound)


def fold_name(name: str) -> str:
    """A name as the index has it: spellings that ``entity_key`` folds together are one."""
    return entity_key("", name).removeprefix(":").strip()


def read_cursor(after: str | None) -> Cursor | None:
    """Where a page goes on.

    :raises QueryRefusedError: *after* is none of ours.
    """
    if after is None:
        return None
    try:
        way, folded, key = json.loads(base64.urlsafe_b64decode(after + "=" * (-len(after) % 4)))
    except (ValueError, TypeError) as error:
        raise unknown_place(after) from error
    if way not in _WAYS or not isinstance(folded, str) or not isinstance(key, str):
        raise unknown_place(after)
    return way, folded, key


def _token(cursor: Cursor) -> str:
    return base64.urlsafe_b64encode(json.dumps(cursor).encode()).decode().rstrip("=")


def unknown_place(after: str) -> QueryRefusedError:
    """What is said of a place that no page ended at."""
    return QueryRefusedError(
        f"No page of an answer ends at {after[:40]!r}.", "Take 'next' of the page before, unchanged."
    )
