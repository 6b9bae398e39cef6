"""Finding entities by name, page by page, and telling what a viewer sees of them."""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from typing import Any, Final

from aibox_assets.domain.errors import QueryRefusedError
from aibox_assets.domain.extract import entity_key
from aibox_assets.domain.viewer import Viewer
from aibox_assets.stores import cypher_questions
from aibox_assets.stores.driver import Transaction
from aibox_assets.stores.graph_connection import rows
from aibox_assets.stores.graph_records import GraphEntity, Page, Row

_LOOKED_AT: Final = 500
"""How many entities are looked at at once for those that the viewer sees; at most ``_LOOKS`` times for a page, where
as many as it needs were not enough."""
_LOOKS: Final = 4

Cursor = tuple[str, str, str]
"""How names are looked for (``start``, ``inside``), and the folded name and key after which to go on."""


def find_names(
    transaction: Transaction,
    viewer: Viewer,
    folded: str,
    type_: str | None,
    limit: int,
    cursor: Cursor | None,
) -> Page[GraphEntity]:
    """A page of the entities whose name starts so; where there is none such, of those with it inside."""
    for way, text in (("start", cypher_questions.FIND_BY_START), ("inside", cypher_questions.FIND_INSIDE)):
        if cursor is not None and cursor[0] != way:
            continue
        page = _look_one_way(transaction, viewer, (way, text, folded, type_), limit, cursor)
        if page.items or page.next or cursor is not None or not folded:
            return page
    return Page(())


def _look_one_way(
    transaction: Transaction,
    viewer: Viewer,
    question: tuple[str, str, str, str | None],
    limit: int,
    cursor: Cursor | None,
) -> Page[GraphEntity]:
    way, text, folded, type_ = question
    _, folded_after, key_after = cursor or ("", "", "")
    # Whoever sees everything sees each candidate: an entity is in the graph as long as a file names it.
    # Of the others many see most.
    at_once = limit + 1
    seen: list[GraphEntity] = []
    for _ in range(1 + _LOOKS):
        bound: Row = {"folded_after": folded_after, "key_after": key_after, "type": type_}
        bound |= {"folded": folded, "limit": at_once}
        if way == "start":
            bound |= rows(transaction, cypher_questions.END_OF_START, **bound)[0]
            if bound["most"] is None:
                return Page(tuple(seen))
        candidates = rows(transaction, text, **bound)
        described = {
            entity.key: entity for entity in describe(transaction, viewer, [row["key"] for row in candidates])
        }
        for row in candidates:
            if row["key"] in described:
                if len(seen) == limit:
                    return Page(tuple(seen), _token((way, folded_after, key_after)))
                seen.append(described[row["key"]])
            folded_after, key_after = row["folded"], row["key"]
        if len(candidates) < at_once:
            return Page(tuple(seen))
        at_once = max(_LOOKED_AT, limit + 1)
    return Page(tuple(seen), _token((way, folded_after, key_after)))


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
    if way not in ("start", "inside") or not isinstance(folded, str) or not isinstance(key, str):
        raise unknown_place(after)
    return way, folded, key


def _token(cursor: Cursor) -> str:
    return base64.urlsafe_b64encode(json.dumps(cursor).encode()).decode().rstrip("=")


def unknown_place(after: str) -> QueryRefusedError:
    """What is said of a place that no page ended at."""
    return QueryRefusedError(
        f"No page of an answer ends at {after[:40]!r}.", "Take 'next' of the page before, unchanged."
    )
