"""The knowledge graph, over Bolt: Neo4j or the embedded server, the same Cypher for both.

``(:File)-[:HAS_CHUNK]->(:Chunk)-[:MENTIONS]->(:Entity)``, and between entities one relationship per
(head, relation, tail, file). Entities are shared between files; relationships know theirs.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise
from typing import Any, Self

from neo4j import Transaction

from aibox_assets.domain.extract import entity_key
from aibox_assets.stores import cypher
from aibox_assets.stores.graph_changes import (
    GraphChanges,
    StoredRows,
    compare,
    keys_of,
    rename_entities,
    spelling_changes,
)
from aibox_assets.stores.graph_connection import GraphConnection, rows
from aibox_assets.stores.graph_records import (
    FileGraph,
    GraphAddress,
    GraphCounts,
    GraphEntity,
    GraphPath,
    GraphRelation,
    GraphRows,
    Row,
    build_rows,
)
from aibox_assets.stores.locks import GraphLock

_BATCH = 5000
_FOUND = 50
"""Most entities that one name may stand for when its relations are asked."""


def _unguarded() -> None:
    """No check before a commit."""


class GraphStore:
    """Reads and writes the graph. Every write is one transaction, may be repeated, and leaves the same graph.

    :param lock: of ``locks.graph_write_lock``; held around transactions only. Writers that collide are
        slower and, on the embedded server, lose transactions.
    :param retry_seconds: how long a transaction is tried again before ``StoreUnavailableError``.
    """

    def __init__(
        self,
        address: GraphAddress,
        lock: GraphLock,
        *,
        retry_seconds: float = 30,
    ) -> None:
        self._connection = GraphConnection(address, lock, retry_seconds)
        self._allowed: frozenset[str] = frozenset()

    def close(self) -> None:
        """Close the connections."""
        self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def verify(self) -> None:
        """Ask the server once, without retries.

        :raises StoreUnavailableError: it does not answer. :raises ConfigurationError: it refuses us.
        """
        self._connection.ping()

    def ensure_schema(self, relation_types: Iterable[str]) -> None:
        """Make constraints and indexes where missing, and allow *relation_types* to ``replace_files``.

        :raises ValueError: a name is no identifier (``WORKS_FOR``).
        """
        allowed = frozenset(relation_types)
        self._connection.execute(cypher.schema(allowed))
        self._allowed = allowed

    # Writing -----------------------------------------------------------------------------------------------

    def replace_files(self, entries: Sequence[FileGraph], *, guard: Callable[[], None] = _unguarded) -> None:
        """Put these versions of the files in place of their old ones, all in one transaction.

        :param guard: called before the commit, inside the transaction and the lock; what it raises undoes
            all. Here a worker checks that it still holds its lease.
        :raises ValueError: see ``build_rows``; nothing was written.
        """
        if not entries:
            return
        built = build_rows(entries, self._allowed)

        def work(transaction: Transaction) -> None:
            _swap(transaction, built)
            guard()

        self._connection.write(work)

    def delete_files(self, file_ids: Iterable[str], *, guard: Callable[[], None] = _unguarded) -> None:
        """Remove the files with all that is theirs, and the entities that nothing names any more."""
        ids = sorted(set(file_ids))
        if not ids:
            return

        def work(transaction: Transaction) -> None:
            changes = compare(_stored(transaction, ids), GraphRows([], [], [], [], {}))
            rows(transaction, cypher.DELETE_FILES, ids=ids)
            _apply(transaction, changes)
            guard()

        self._connection.write(work)

    def rename_file(self, file_id: str, path: str, user_id: str | None = None) -> None:
        """Give a moved file its new path, and its new owner; a file that is not in the graph is left out of it."""
        self._connection.write(
            lambda transaction: rows(transaction, cypher.RENAME_FILE, id=file_id, path=path, user_id=user_id)
        )

    # Reading -----------------------------------------------------------------------------------------------

    def versions(self) -> dict[str, str]:
        """The version of every file in the graph, by file id."""
        found = self._connection.read(lambda transaction: rows(transaction, cypher.FILES))
        return {row["id"]: row["version"] for row in found}

    def counts(self, file_ids: Iterable[str]) -> dict[str, GraphCounts]:
        """What each of the files has in the graph; zeros for a file that is not there."""
        ids = sorted(set(file_ids))

        def work(transaction: Transaction) -> list[Row]:
            triples = _triples(transaction, rows(transaction, cypher.OLD_FILES, ids=ids))
            return [
                *rows(transaction, cypher.COUNT_CHUNKS, ids=ids),
                *rows(transaction, cypher.COUNT_MENTIONS, ids=ids),
                *(row for found in triples.values() for row in found),
            ]

        merged: dict[str, Counter[str]] = {id_: Counter() for id_ in ids}
        for row in self._connection.read(work):
            merged[row.pop("id")].update(row)
        return {id_: GraphCounts(**counts) for id_, counts in merged.items()}

    # With *user_id*, each of these sees only what this owner's files say.

    def entities(self, name: str = "", limit: int = 20, user_id: str | None = None) -> list[GraphEntity]:
        """Entities of that name, as in ``relations``; with no name the most mentioned ones."""

        def work(transaction: Transaction) -> list[GraphEntity]:
            if not name.strip():
                found = rows(transaction, cypher.TOP_ENTITIES, limit=limit, owner=user_id)
                return [GraphEntity(**row) for row in found]
            keys = [row["key"] for row in _find(transaction, name, limit, user_id)]
            found = rows(transaction, cypher.DESCRIBE_ENTITIES, keys=keys, owner=user_id)
            described = {row["key"]: row for row in found}
            return [GraphEntity(**described[key]) for key in keys if key in described]

        return self._connection.read(work)

    def relations(self, entity_name: str, limit: int = 50, user_id: str | None = None) -> list[GraphRelation]:
        """Relations to and from the entities of that name: exact names first, then the surest relations.

        :param entity_name: a name in any spelling that ``entity_key`` folds together, or its start, or a key;
            where there is none such, a part of a name.
        """

        def work(transaction: Transaction) -> list[Row]:
            names, found = _relation_names(transaction), _find(transaction, entity_name, _FOUND, user_id)
            if not names or not found:
                return []
            return rows(transaction, cypher.relations_of(names), found=found, limit=limit, owner=user_id)

        return [_relation(row) for row in self._connection.read(work)]

    def paths(
        self, start: str, end: str, max_hops: int = 4, limit: int = 5, user_id: str | None = None
    ) -> list[GraphPath]:
        """The shortest paths between two entities, each named as in ``relations`` (its best match is taken).

        :raises ValueError: *max_hops* is not from 1 to ``cypher.MAX_HOPS``.
        """

        def work(transaction: Transaction) -> list[GraphPath]:
            names = _relation_names(transaction)
            ends = [_find(transaction, name, 1, user_id) for name in (start, end)]
            if not names or not all(ends) or ends[0][0]["key"] == ends[1][0]["key"]:
                return []
            first, last = (found[0]["key"] for found in ends)
            text = cypher.shortest_paths(names, max_hops)
            found = rows(transaction, text, start=first, end=last, limit=limit, owner=user_id)
            chains = [tuple(row["keys"]) for row in found]
            keys = sorted({key for chain in chains for key in chain})
            between = rows(transaction, cypher.relations_between(names), keys=keys, owner=user_id)
            surest: dict[frozenset[str], GraphRelation] = {}
            for row in between:
                surest.setdefault(frozenset((row["head_key"], row["tail_key"])), _relation(row))
            return [
                GraphPath(chain, tuple(surest[frozenset(pair)] for pair in pairwise(chain)))
                for chain in chains
            ]

        return self._connection.read(work)

    def snapshot(self) -> list[str]:
        """Every node and relationship as one JSON line each, sorted: equal graphs give equal lists."""

        def work(transaction: Transaction) -> list[Row]:
            return [
                *rows(transaction, cypher.SNAPSHOT_NODES),
                *rows(transaction, cypher.SNAPSHOT_RELATIONSHIPS),
            ]

        return sorted(
            json.dumps(row, sort_keys=True, ensure_ascii=False) for row in self._connection.read(work)
        )


def _swap(transaction: Transaction, built: GraphRows) -> None:
    changes = compare(_stored(transaction, [row["id"] for row in built.files]), built)
    _send(transaction, cypher.MERGE_FILES, built.files)
    _apply(transaction, changes)


def _stored(transaction: Transaction, ids: list[str]) -> StoredRows:
    files = rows(transaction, cypher.OLD_FILES, ids=ids)
    return StoredRows(files, rows(transaction, cypher.OLD_CHUNKS, ids=ids), _triples(transaction, files))


def _triples(transaction: Transaction, files: list[Row]) -> dict[str, list[Row]]:
    """Per relation type the number of triples of each of *files*, as ``OLD_FILES`` tells them."""
    names = sorted({name for row in files for name in row["types"] or ()})
    ids = [row["id"] for row in files]
    return {name: rows(transaction, cypher.count_relations(name, names), ids=ids) for name in names}


def _apply(transaction: Transaction, changes: GraphChanges) -> None:
    lost: list[Row] = []
    for part in _parts(changes.old_chunks):
        lost += rows(transaction, cypher.OLD_SPELLINGS, ids=part)
        rows(transaction, cypher.DELETE_CHUNKS, ids=part)
    for name, ids in changes.old_relations.items():
        rows(transaction, cypher.delete_relations(name, changes.old_relations), ids=ids)
    _send(transaction, cypher.MERGE_ENTITIES, changes.entities)
    _send(transaction, cypher.CREATE_CHUNKS, changes.chunks)
    _send(transaction, cypher.CREATE_MENTIONS, changes.mentions)
    for name, new in changes.relations.items():
        _send(transaction, cypher.create_relations(name, changes.relations), new)
    for part in _parts(keys_of(lost, without={row["key"] for row in changes.entities})):
        rows(transaction, cypher.DELETE_ORPHANS, keys=part)
    spellings = spelling_changes(lost, changes.mentions)
    for part in _parts(sorted(spellings)):
        described = rows(transaction, cypher.SPELLINGS, keys=part)
        _send(transaction, cypher.RENAME_ENTITIES, rename_entities(described, spellings))


def _find(transaction: Transaction, name: str, limit: int, owner: str | None) -> list[Row]:
    """Keys and ranks of the entities that *name* may stand for, the best first; none for an empty name."""
    folded = entity_key("", name).removeprefix(":")
    if not folded.strip():
        return []
    for text in (cypher.FIND_BY_KEY, cypher.FIND_BY_START, cypher.FIND_INSIDE):
        if found := rows(transaction, text, name=name, folded=folded, owner=owner, limit=limit):
            return found
    return []


def _relation_names(transaction: Transaction) -> list[str]:
    return cypher.relation_names(row["name"] for row in rows(transaction, cypher.RELATION_TYPES))


def _relation(row: Row) -> GraphRelation:
    row.pop("rank", None)
    return GraphRelation(**{**row, "chunk_ids": tuple(row["chunk_ids"])})


def _send(transaction: Transaction, text: str, all_rows: list[Row]) -> None:
    for part in _parts(all_rows):
        rows(transaction, text, rows=part)


def _parts(items: list[Any]) -> Iterable[list[Any]]:
    return (items[at : at + _BATCH] for at in range(0, len(items), _BATCH))
