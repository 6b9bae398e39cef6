"""What must change in the graph for files to be there in a new version. Pure functions, no I/O.

Most rewrites change little: what is there already is neither read back, deleted nor written again. Chunks,
and a file's relations of one type, are compared by the digests that ``build_rows`` gives them and by size.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from aibox_assets.stores.graph_rows import GraphRows, Row, prevailing_name

Spellings = dict[str, Counter[str]]
"""Per entity key, how much more (or less) each spelling of its name weighs."""


@dataclass(frozen=True, slots=True)
class StoredRows:
    """What files have in the graph.

    :ivar files: ``id``, ``types`` and ``digests`` (parallel lists, or None) of their relations.
    :ivar chunks: ``id``, ``file_id``, ``ordinal``, ``digest`` and the number of ``mentions``.
    :ivar relations: per relation type the ``triples`` of each file ``id``.
    """

    files: list[Row]
    chunks: list[Row]
    relations: dict[str, list[Row]]


@dataclass(frozen=True, slots=True)
class GraphChanges:
    """From ``StoredRows`` to ``GraphRows``.

    :ivar old_chunks: ids of chunks to delete, with their mentions; changed ones are also in *chunks*.
    :ivar old_relations: per relation type the ids of the files whose relationships of it go.
    """

    old_chunks: list[str]
    old_relations: dict[str, list[str]]
    entities: list[Row]
    chunks: list[Row]
    mentions: list[Row]
    relations: dict[str, list[Row]]


def compare(stored: StoredRows, wanted: GraphRows) -> GraphChanges:
    """The smallest change by whole chunks, and by whole (file, relation type)."""
    sizes = Counter(row["chunk_id"] for row in wanted.mentions)
    before = {
        row["id"]: (row["file_id"], row["ordinal"], row["digest"], row["mentions"]) for row in stored.chunks
    }
    after = {
        row["id"]: (row["file_id"], row["ordinal"], row["digest"], sizes[row["id"]]) for row in wanted.chunks
    }
    come = {id_ for id_, unit in after.items() if before.get(id_) != unit}
    mentions = [row for row in wanted.mentions if row["chunk_id"] in come]
    named = {row["key"] for row in mentions}
    there, needed = _stored_relations(stored), _wanted_relations(wanted)
    fresh = {unit for unit, state in needed.items() if there.get(unit) != state}
    old_relations: dict[str, list[str]] = defaultdict(list)
    for relation, file_id in sorted(unit for unit, state in there.items() if needed.get(unit) != state):
        old_relations[relation].append(file_id)
    return GraphChanges(
        old_chunks=sorted(id_ for id_, unit in before.items() if after.get(id_) != unit),
        old_relations=dict(old_relations),
        entities=[row for row in wanted.entities if row["key"] in named],
        chunks=[row for row in wanted.chunks if row["id"] in come],
        mentions=mentions,
        relations={
            relation: [row for row in wanted.relations[relation] if (relation, row["file_id"]) in fresh]
            for relation in sorted({relation for relation, _ in fresh})
        },
    )


def spelling_changes(lost: Iterable[Row], mentions: Iterable[Row]) -> Spellings:
    """How weights change by *lost* (``key``, ``name``, ``weight``) and new *mentions*; unchanged ones left out.

    A mention weighs two; the end of a triple without one (a row of count 0) weighs one, so that it is known.
    """
    change: Spellings = defaultdict(Counter)
    for row in lost:
        change[row["key"]][row["name"]] -= row["weight"]
    for row in mentions:
        change[row["key"]][row["name"]] += 2 * row["count"] or 1
    return {key: counter for key, counter in change.items() if any(counter.values())}


def rename_entities(described: Iterable[Row], change: Spellings) -> list[Row]:
    """Rows with the new name and weights of those of these entities whose weights change.

    :param described: ``key``, ``spellings`` and ``weights`` (parallel lists, or None on a new entity) of
        entities; each in *change* that still exists is among them.
    """
    renamed: list[Row] = []
    for row in described:
        if row["key"] not in change:
            continue
        weights = Counter(dict(zip(row["spellings"] or (), row["weights"] or (), strict=True)))
        weights.update(change[row["key"]])
        # A spelling weighs nothing once nothing says it; below nothing only in a graph changed by others.
        kept = Counter({name: weight for name, weight in weights.items() if weight > 0})
        if kept:
            names = sorted(kept)
            renamed.append(
                {
                    "key": row["key"],
                    "name": prevailing_name(kept),
                    "spellings": names,
                    "weights": [kept[name] for name in names],
                }
            )
    return renamed


def _stored_relations(stored: StoredRows) -> dict[tuple[str, str], tuple[str, int]]:
    sizes = {
        (relation, row["id"]): row["triples"] for relation, found in stored.relations.items() for row in found
    }
    digests = {
        (relation, row["id"]): digest
        for row in stored.files
        for relation, digest in zip(row["types"] or (), row["digests"] or (), strict=False)
    }
    return {unit: (digests.get(unit, ""), size) for unit, size in sizes.items()}


def _wanted_relations(wanted: GraphRows) -> dict[tuple[str, str], tuple[str, int]]:
    sizes = Counter((relation, row["file_id"]) for relation, rows in wanted.relations.items() for row in rows)
    return {
        (relation, row["id"]): (digest, sizes[relation, row["id"]])
        for row in wanted.files
        for relation, digest in zip(row["relation_types"], row["relation_digests"], strict=True)
    }


def keys_of(found: Iterable[Row], without: Collection[str]) -> list[str]:
    """The distinct ``key`` of rows, sorted, less those in *without*."""
    return sorted({row["key"] for row in found} - set(without))
