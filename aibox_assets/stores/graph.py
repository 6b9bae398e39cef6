"""The knowledge graph, over Bolt: Neo4j or the embedded server, the same Cypher for both.

``(:File)-[:HAS_CHUNK]->(:Chunk)-[:MENTIONS]->(:Entity)``, and between entities one relationship per
(head, relation, tail, file). Entities are shared between files; relationships know theirs.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any, Self

from aibox_assets.domain.errors import QueryRefusedError
from aibox_assets.domain.resolve import country_keys
from aibox_assets.domain.viewer import Viewer
from aibox_assets.stores import cypher
from aibox_assets.stores.driver import Transaction
from aibox_assets.stores.graph_around import GraphSurroundings
from aibox_assets.stores.graph_changes import (
    GraphChanges,
    StoredRows,
    compare,
    keys_of,
    rename_entities,
    spelling_changes,
)
from aibox_assets.stores.graph_connection import GraphConnection, rows
from aibox_assets.stores.graph_free import FreeAnswer, FreeQuestions
from aibox_assets.stores.graph_questions import GraphQuestions
from aibox_assets.stores.graph_records import FileGraph, GraphAddress, GraphCounts
from aibox_assets.stores.graph_rows import GraphRows, Row, build_rows, looked_for
from aibox_assets.stores.locks import GraphLock

_BATCH = 5000


def _unguarded() -> None:
    """No check before a commit."""


def _unshared(_: Collection[str]) -> Mapping[str, Sequence[str]]:
    """No file is shared."""
    return {}


class GraphStore(GraphQuestions, GraphSurroundings):
    """Reads and writes the graph. Every write is one transaction, may be repeated, and leaves the same graph.

    :param lock: of ``locks.graph_write_lock``; held around transactions only. Writers that collide are
        slower and, on the embedded server, lose transactions.
    :param readers: who sees each of some files beside their owners, by file id; a file without any may be left out.
    :param retry_seconds: how long a transaction is tried again before ``StoreUnavailableError``.
    """

    def __init__(
        self,
        address: GraphAddress,
        lock: GraphLock,
        *,
        readers: Callable[[Collection[str]], Mapping[str, Sequence[str]]] = _unshared,
        retry_seconds: float = 30,
    ) -> None:
        self._connection = GraphConnection(address, lock, retry_seconds)
        self._free = FreeQuestions(address)
        self._readers = readers
        self._allowed: frozenset[str] = frozenset()

    def close(self) -> None:
        """Close the connections."""
        self._free.close()
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
        """Make constraints and indexes where missing, and allow *relation_types* to ``replace_files``; once.

        :raises ValueError: a name is no identifier (``WORKS_FOR``).
        """
        allowed = frozenset(relation_types)
        if allowed == self._allowed:
            return
        self._connection.execute(cypher.schema(allowed))
        if not self._allowed:
            self._fill_forms()
        self._allowed = allowed

    def _fill_forms(self) -> None:
        def lacking(transaction: Transaction, after: str = "", limit: int = 1) -> list[Row]:
            return rows(transaction, cypher.FORMLESS, after=after, limit=limit)

        def fill(transaction: Transaction) -> str:
            found = lacking(transaction, after, _BATCH)
            _send(transaction, cypher.SET_FORMS, [looked_for(row["key"]) for row in found])
            return max((row["key"] for row in found), default="")

        def renew(transaction: Transaction) -> None:
            found = rows(transaction, cypher.FORMS, keys=keys)
            wanted = [looked_for(row["key"]) for row in found]
            _send(transaction, cypher.SET_FORMS, [row for row in wanted if row not in found])

        while self._connection.read(lacking):
            after = ""
            while after := self._connection.write(fill):
                pass
        # The list of countries grows; graphs from before get the forms that their places have now.
        keys = country_keys()
        stored = self._connection.read(lambda transaction: rows(transaction, cypher.FORMS, keys=keys))
        if any(row != looked_for(row["key"]) for row in stored):
            self._connection.write(renew)

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
            readers = self._readers([row["id"] for row in built.files])
            for row in built.files:
                row["readers"] = sorted(readers.get(row["id"], ()))
            _swap(transaction, built)
            guard()

        self._connection.write(work)

    def delete_files(self, file_ids: Iterable[str]) -> None:
        """Remove the files with all that is theirs, and the entities that nothing names any more."""
        ids = sorted(set(file_ids))
        if not ids:
            return

        def work(transaction: Transaction) -> None:
            changes = compare(_stored(transaction, ids), GraphRows([], [], [], [], {}))
            rows(transaction, cypher.DELETE_FILES, ids=ids)
            _apply(transaction, changes)

        self._connection.write(work)

    def set_readers(
        self,
        readers: Callable[[], Mapping[str, Sequence[str]]],
        *,
        guard: Callable[[], None] = _unguarded,
        finish: Callable[[], None] = _unguarded,
    ) -> None:
        """Say who sees files beside their owners; a file that is not in the graph is left out of it.

        :param readers: by file id; asked under the lock, so that no file is written meanwhile.
        :param guard: as in :meth:`replace_files`. :param finish: called after the commit, still under the lock.
        """

        def work(transaction: Transaction) -> None:
            changed = [{"id": id_, "readers": sorted(names)} for id_, names in sorted(readers().items())]
            _send(transaction, cypher.SET_READERS, changed)
            guard()

        self._connection.write(work, finish=finish)

    # Reading, for the installation itself. What people ask is in GraphQuestions ------------------------------

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

    def query_readonly(
        self,
        text: str,
        parameters: Mapping[str, Any],
        viewer: Viewer,
        *,
        seconds: float = 10,
        limit: int = 1000,
    ) -> FreeAnswer:
        """The answer to Cypher that a person wrote, for those who see everything; see :meth:`FreeQuestions.ask`.

        Not held back by writers nor holding them back: on Neo4j it may see a write in parts.

        :raises QueryRefusedError: also where the viewer does not see everything.
        """
        if not viewer.sees_all:
            raise QueryRefusedError(
                "Free questions to the graph are for admins: they see what every file says.",
                "Ask for entities, relations or paths instead.",
            )
        return self._free.ask(text, parameters, seconds=seconds, limit=limit)

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
    described = _send(transaction, cypher.MERGE_ENTITIES, changes.entities)
    _send(transaction, cypher.CREATE_CHUNKS, changes.chunks)
    _send(transaction, cypher.CREATE_MENTIONS, changes.mentions)
    for name, new in changes.relations.items():
        _send(transaction, cypher.create_relations(name, changes.relations), new)
    for part in _parts(keys_of(lost, without={row["key"] for row in changes.entities})):
        rows(transaction, cypher.DELETE_ORPHANS, keys=part)
        described += rows(transaction, cypher.SPELLINGS, keys=part)
    _send(
        transaction,
        cypher.RENAME_ENTITIES,
        rename_entities(described, spelling_changes(lost, changes.mentions)),
    )


def _send(transaction: Transaction, text: str, all_rows: list[Row]) -> list[Row]:
    return [row for part in _parts(all_rows) for row in rows(transaction, text, rows=part)]


def _parts(items: list[Any]) -> Iterable[list[Any]]:
    return (items[at : at + _BATCH] for at in range(0, len(items), _BATCH))
