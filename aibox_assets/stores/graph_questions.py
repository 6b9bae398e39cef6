"""What people ask the graph. Every question takes a viewer, is bounded in rows, and starts from an index."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from itertools import pairwise
from typing import Final

from aibox_assets.domain.viewer import Viewer
from aibox_assets.stores import cypher, cypher_questions
from aibox_assets.stores.driver import Transaction
from aibox_assets.stores.graph_connection import GraphConnection, rows
from aibox_assets.stores.graph_names import (
    Sought,
    ask,
    describe,
    find_names,
    fold_name,
    read_cursor,
    unknown_place,
)
from aibox_assets.stores.graph_records import (
    ChunkEntity,
    GraphEdge,
    GraphEntity,
    GraphMention,
    GraphPath,
    GraphRelation,
    Page,
    Part,
    T,
)
from aibox_assets.stores.graph_rows import Row
from aibox_assets.stores.graph_walk import shortest_chains

MAX_HOPS: Final = 8
LARGEST_PAGE: Final = 1000
_FOUND = 50
"""Most entities that one name may stand for when its relations are asked."""
_PAIRS = 20_000
"""Most pairs of neighbours that one step of a search for a path reads."""
_SHARED = frozenset({"Date", "Role"})
"""Types of what many have without being connected by it: a path may end there, and does not lead on."""


class GraphQuestions:
    """Reads of the graph store."""

    _connection: GraphConnection

    def entities(
        self,
        viewer: Viewer,
        name: str = "",
        *,
        type_: str | None = None,
        limit: int = 20,
        after: str | None = None,
        windows: int | None = None,
    ) -> Page[GraphEntity]:
        """Entities whose name starts with *name*, by name; where there is none such, those of whose first three words
        one does; where there is none such, those with it inside.

        :param name: in any spelling that ``entity_key`` folds together, or a key; empty for all names.
        :param after: ``next`` of the page before.
        :param windows: a page ends after so many times 5,000 names were looked through for a part of one.
        :raises QueryRefusedError: *after* is none of ours.
        """
        limit = _bounded(limit)
        cursor = read_cursor(after)

        def work(transaction: Transaction) -> Page[GraphEntity]:
            if cursor is None and (found := self._keyed(transaction, viewer, name, type_)):
                return Page(tuple(found))
            sought = Sought(fold_name(name), type_, limit, windows)
            return find_names(transaction, viewer, sought, cursor)

        return self._connection.read(work)

    def describe(self, viewer: Viewer, keys: Sequence[str]) -> dict[str, GraphEntity]:
        """Those of the entities that the viewer sees, by key, with the counts of what it sees."""
        found = self._connection.read(
            lambda transaction: describe(transaction, viewer, sorted(set(keys))[:LARGEST_PAGE])
        )
        return {entity.key: entity for entity in found}

    def siblings(self, viewer: Viewer, keys: Sequence[str]) -> list[tuple[str, GraphEntity]]:
        """Entities of the same form as one of *keys* (the first of each pair), that the viewer sees."""

        def work(transaction: Transaction) -> list[tuple[str, GraphEntity]]:
            asked = sorted(set(keys))[:LARGEST_PAGE]
            pairs = rows(transaction, cypher_questions.SIBLINGS, keys=asked, limit=LARGEST_PAGE)
            others = describe(transaction, viewer, sorted({row["other"] for row in pairs}))
            seen = {entity.key: entity for entity in others}
            return sorted(
                ((row["key"], seen[row["other"]]) for row in pairs if row["other"] in seen),
                key=lambda pair: (pair[0], pair[1].key),
            )

        return self._connection.read(work)

    def counts_of(self, viewer: Viewer, parts: Sequence[Part]) -> tuple[int, int]:
        """How many places and files name the thing of these parts."""
        (found,) = self._connection.read(
            lambda transaction: ask(transaction, cypher_questions.COUNTS_OF, viewer, parts=_part_rows(parts))
        )
        return found["mentions"] or 0, found["files"]

    def mentions(
        self, viewer: Viewer, parts: str | Sequence[Part], *, limit: int = 50, after: str | None = None
    ) -> Page[GraphMention]:
        """The chunks that name an entity (by its key) or a thing (by its parts), by file and place."""
        skip, limit, asked = _skip(after), _bounded(limit), _part_rows(parts)
        found = self._connection.read(
            lambda transaction: ask(
                transaction, cypher_questions.MENTIONS_OF, viewer, parts=asked, skip=skip, limit=limit + 1
            )
        )
        return _page([GraphMention(**row) for row in found], skip, limit)

    def relations_of(
        self,
        viewer: Viewer,
        parts: str | Sequence[Part],
        *,
        limit: int = 50,
        after: str | None = None,
        of: Collection[str] = (),
    ) -> Page[GraphRelation]:
        """The relations to and from an entity (by its key) or a thing (by its parts), the surest first.

        :param of: only these relations; empty for all.
        """
        skip, limit, asked = _skip(after), _bounded(limit), _part_rows(parts)
        found = self._connection.read(
            lambda transaction: _relations(transaction, viewer, asked, of, skip=skip, limit=limit + 1)
        )
        return _page(found, skip, limit)

    def relations(self, viewer: Viewer, name: str, limit: int = 50) -> list[GraphRelation]:
        """Relations to and from the entities of that name: exact names first, then the surest relations.

        :param name: as in :meth:`entities`.
        """

        def work(transaction: Transaction) -> list[GraphRelation]:
            found = self._named(transaction, viewer, name, _FOUND)
            return _relations(transaction, viewer, found, (), skip=0, limit=_bounded(limit))

        return self._connection.read(work)

    def named(self, viewer: Viewer, name: str, limit: int = _FOUND) -> list[Part]:
        """Entities that *name* may stand for, exact names first; one of them for a key."""
        found = self._connection.read(lambda transaction: self._named(transaction, viewer, name, limit))
        return [Part(row["key"], (), row["rank"]) for row in found]

    def edges(self, viewer: Viewer, keys: Sequence[str], *, limit: int = 200) -> list[GraphEdge]:
        """What surrounds these entities, for a drawing; what most files state first."""

        def work(transaction: Transaction) -> list[GraphEdge]:
            names = _relation_names(transaction)
            if not names:
                return []
            asked, text = sorted(set(keys))[:LARGEST_PAGE], cypher_questions.edges(names)
            found = ask(transaction, text, viewer, keys=asked, limit=_bounded(limit))
            return [GraphEdge(**row) for row in found]

        return self._connection.read(work)

    def paths(
        self, viewer: Viewer, start: str, end: str, max_hops: int = 4, limit: int = 5
    ) -> list[GraphPath]:
        """The shortest paths between two entities, each a key or a name (its best match is taken).

        :raises ValueError: *max_hops* is not from 1 to ``MAX_HOPS``.
        """
        if not 1 <= max_hops <= MAX_HOPS:
            raise ValueError(f"max_hops must be from 1 to {MAX_HOPS}, not {max_hops}.")

        def work(transaction: Transaction) -> list[GraphPath]:
            names = _relation_names(transaction)
            ends = [self._named(transaction, viewer, name, 1) for name in (start, end)]
            if not names or not all(ends):
                return []
            text = cypher_questions.neighbours(names)

            first, last = (found[0]["key"] for found in ends)

            def expand(keys: list[str]) -> Iterable[tuple[str, str]]:
                found = ask(transaction, text, viewer, keys=keys, limit=_PAIRS)
                pairs = ((row["key"], row["other"]) for row in found)
                return (pair for pair in pairs if pair[1] in (first, last) or not _is_shared(pair[1]))

            chains = shortest_chains(first, last, expand, max_hops=max_hops, limit=min(limit, 50))
            keys = sorted({key for chain in chains for key in chain})
            between = cypher_questions.relations_between(names)
            surest: dict[frozenset[str], GraphRelation] = {}
            for row in ask(transaction, between, viewer, keys=keys, limit=_PAIRS):
                surest.setdefault(frozenset((row["head_key"], row["tail_key"])), _relation(row))
            return [
                GraphPath(chain, tuple(surest[frozenset(pair)] for pair in pairwise(chain)))
                for chain in chains
            ]

        return self._connection.read(work)

    def file_relations(
        self, viewer: Viewer, file_id: str, *, limit: int = 100, after: str | None = None
    ) -> Page[GraphRelation]:
        """The relations that one file states, by type, head and tail."""
        skip, limit = _skip(after), _bounded(limit)

        def work(transaction: Transaction) -> list[GraphRelation]:
            files = ask(transaction, cypher_questions.FILE_TYPES, viewer, id=file_id)
            names = sorted({name for row in files for name in row["types"] or ()})
            left, found = skip, list[GraphRelation]()
            for name in names:
                text = cypher_questions.relations_of_file(name, names)
                part = ask(transaction, text, viewer, id=file_id, skip=0, limit=left + limit + 1 - len(found))
                found += [_relation(row) for row in part[left:]]
                left = max(0, left - len(part))
                if len(found) > limit:
                    break
            return found

        return _page(self._connection.read(work), skip, limit)

    def chunk_entities(self, viewer: Viewer, chunk_ids: Sequence[str]) -> list[ChunkEntity]:
        """The entities that these chunks name, chunk by chunk, the most mentioned first."""
        found = self._connection.read(
            lambda transaction: ask(
                transaction,
                cypher_questions.CHUNK_ENTITIES,
                viewer,
                ids=sorted(set(chunk_ids))[:LARGEST_PAGE],
                limit=10 * LARGEST_PAGE,
            )
        )
        return [ChunkEntity(**row) for row in found]

    def _keyed(
        self, transaction: Transaction, viewer: Viewer, key: str, type_: str | None
    ) -> list[GraphEntity]:
        if ":" not in key or not rows(transaction, cypher_questions.FIND_BY_KEY, key=key):
            return []
        return [entity for entity in describe(transaction, viewer, [key]) if type_ in (None, entity.type)]

    def _named(self, transaction: Transaction, viewer: Viewer, name: str, limit: int) -> list[Row]:
        """Keys and ranks (0 exact, 1 start, 2 elsewhere in it) of what *name* may stand for; none for an empty one."""
        folded = fold_name(name)
        if not folded:
            return []
        if keyed := self._keyed(transaction, viewer, name, None):
            return [{"key": entity.key, "rank": 0, "files": []} for entity in keyed]
        found = find_names(transaction, viewer, Sought(folded, limit=limit), None).items
        ranked = []
        for entity in found:
            own = entity.key.partition(":")[2]
            rank = 0 if own == folded else 1 if own.startswith(folded) else 2
            ranked.append({"key": entity.key, "rank": rank, "files": []})
        return ranked


def _relations(
    transaction: Transaction,
    viewer: Viewer,
    found: Sequence[Row],
    of: Collection[str],
    *,
    skip: int,
    limit: int,
) -> list[GraphRelation]:
    names = [name for name in _relation_names(transaction) if not of or name in of]
    if not names or not found:
        return []
    text = cypher_questions.relations_of(names)
    return [
        _relation(row) for row in ask(transaction, text, viewer, parts=list(found), skip=skip, limit=limit)
    ]


def _part_rows(parts: str | Sequence[Part]) -> list[Row]:
    asked = [Part(parts)] if isinstance(parts, str) else parts
    return [{"key": part.key, "files": list(part.files), "rank": part.rank} for part in asked]


def _relation_names(transaction: Transaction) -> list[str]:
    return cypher.relation_names(row["name"] for row in rows(transaction, cypher.RELATION_TYPES))


def _relation(row: Row) -> GraphRelation:
    row.pop("rank", None)
    return GraphRelation(**{**row, "chunk_ids": tuple(row["chunk_ids"])})


def _bounded(limit: int) -> int:
    return max(1, min(limit, LARGEST_PAGE))


def _page(found: Sequence[T], skip: int, limit: int) -> Page[T]:
    return Page(tuple(found[:limit]), str(skip + limit) if len(found) > limit else None)


def _skip(after: str | None) -> int:
    if after is None:
        return 0
    if not (after.isascii() and after.isdigit() and len(after) < 10):
        raise unknown_place(after)
    return int(after)


def _is_shared(key: str) -> bool:
    return key.partition(":")[0] in _SHARED
