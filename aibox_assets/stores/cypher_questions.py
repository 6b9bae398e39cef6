"""The Cypher of what people ask the graph. Rights are part of each statement; nothing is filtered after reading.

Every statement binds what :func:`eyes` gives. Counts, paths and relations know only files that the viewer sees.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any, Final

from aibox_assets.domain.viewer import Viewer
from aibox_assets.stores.cypher import relation_type, relation_types

# A file of a graph that is older than sharing has no list of readers: nobody but its owner sees it.
_SEEN: Final = (
    "($all OR f.user_id = $viewer OR any(reader IN coalesce(f.readers, []) WHERE reader IN $grantees))"
)


def eyes(viewer: Viewer) -> dict[str, Any]:
    """What each question binds of its viewer."""
    return {"all": viewer.sees_all, "viewer": viewer.name, "grantees": list(viewer.grantees)}


# Finding entities. Candidates come from an index, in its order, and no more of them than are asked for; which of them
# the viewer sees, and with which counts, DESCRIBE_ENTITIES tells.

FIND_BY_KEY: Final = "MATCH (e:Entity {key: $key}) RETURN e.key AS key"
_BEGINNINGS: Final = ("folded", "second", "third", "key")
"""Properties with an index: the name, the name from its second and from its third word on, type and name."""


def _behind(property_: str) -> str:
    return (
        f"MATCH (e:Entity) WHERE e.{property_} STARTS WITH $start AND e.{property_} >= $after "
        # Not as an OR of two conditions on it: Neo4j would ask its index twice, and give the equal ones last.
        f"AND (e.{property_} <> $after OR e.key > $key_after) "
        "AND ($type IS NULL OR e.type = $type)"
    )


END_OF_START: Final = {
    each: f"{_behind(each)} WITH e.{each} AS place LIMIT $limit RETURN max(place) AS most, count(*) AS looked"
    for each in _BEGINNINGS
}
"""The last of some entities behind a place, which is not before ``$start``: the embedded server (ArcadeDB 26.10) reads
its index from there. As many first ones are not behind the last, so that few are sorted, not all; on Neo4j, which reads
an index in its order only where it has to sort, these may be any."""
FIND_BY_START: Final = {
    each: f"{_behind(each)} AND e.{each} <= $most "
    f"RETURN e.{each} AS place, e.key AS key ORDER BY place, key LIMIT $limit"
    for each in _BEGINNINGS
}
FIND_INSIDE: Final = {
    each: f"{_behind(each)} AND e.{each} <= $most AND e.folded CONTAINS $inside "
    f"RETURN e.{each} AS place, e.key AS key ORDER BY place, key LIMIT $limit"
    for each in ("folded", "key")
}
"""Reads as many entities: no index of both servers knows what is inside."""

DESCRIBE_ENTITIES: Final = (
    "UNWIND $keys AS wanted MATCH (e:Entity {key: wanted})<-[m:MENTIONS]-(:Chunk)<-[:HAS_CHUNK]-(f:File) "
    f"WHERE {_SEEN} "
    "WITH e.key AS key, e.name AS name, e.type AS type, sum(m.count) AS mentions, count(DISTINCT f.id) AS files "
    "RETURN key, name, type, mentions, files"
)

# What is asked of a thing is asked of its parts; a part without files counts everywhere.
_OF_PART: Final = "(size(part.files) = 0 OR f.id IN part.files)"

COUNTS_OF: Final = (
    "UNWIND $parts AS part MATCH (e:Entity {key: part.key})<-[m:MENTIONS]-(:Chunk)<-[:HAS_CHUNK]-(f:File) "
    f"WHERE {_SEEN} AND {_OF_PART} RETURN sum(m.count) AS mentions, count(DISTINCT f.id) AS files"
)
MENTIONS_OF: Final = (
    "UNWIND $parts AS part MATCH (e:Entity {key: part.key})<-[m:MENTIONS]-(c:Chunk)<-[:HAS_CHUNK]-(f:File) "
    f"WHERE m.count > 0 AND {_SEEN} AND {_OF_PART} "
    "RETURN f.id AS file_id, f.path AS path, c.id AS chunk_id, m.name AS name, m.count AS count, "
    "m.confidence AS confidence, c.ordinal AS ordinal ORDER BY file_id, ordinal, chunk_id, name SKIP $skip LIMIT $limit"
)

SIBLINGS: Final = (
    "UNWIND $keys AS wanted MATCH (e:Entity {key: wanted}) WHERE e.form IS NOT NULL WITH e "
    "MATCH (o:Entity {form: e.form}) WHERE o.key <> e.key RETURN e.key AS key, o.key AS other LIMIT $limit"
)
"""Entities of the same form. Whether the viewer sees them, DESCRIBE_ENTITIES tells."""

FILE_TYPES: Final = f"MATCH (f:File {{id: $id}}) WHERE {_SEEN} RETURN f.relation_types AS types"

CHUNK_ENTITIES: Final = (
    "UNWIND $ids AS wanted MATCH (c:Chunk {id: wanted})<-[:HAS_CHUNK]-(f:File) "
    f"WHERE {_SEEN} "
    "MATCH (c)-[m:MENTIONS]->(e:Entity) "
    "RETURN c.id AS chunk_id, e.key AS key, e.name AS name, e.type AS type, m.name AS said, m.count AS count "
    "ORDER BY chunk_id, count DESC, key LIMIT $limit"
)

# What a walk of a search reads (``graph_around.py``).

NAMED: Final = (
    "UNWIND $names AS wanted MATCH (e:Entity {folded: wanted}) WHERE NOT e.type IN ['Date', 'Role'] "
    "RETURN wanted, e.key AS key, e.form AS form LIMIT $limit"
)
SAME_FORM: Final = (
    "UNWIND $forms AS wanted MATCH (e:Entity {form: wanted}) RETURN e.key AS key, e.form AS form LIMIT $limit"
)
NAMING: Final = (
    "UNWIND $parts AS part MATCH (e:Entity {key: part.key})<-[m:MENTIONS]-(c:Chunk)<-[:HAS_CHUNK]-(f:File) "
    f"WHERE m.count > 0 AND {_SEEN} AND {_OF_PART} "
    "RETURN c.id AS chunk_id, m.count AS count, m.name AS name LIMIT $limit"
)
SHARED: Final = (
    "UNWIND $ids AS wanted MATCH (c:Chunk {id: wanted})-[m:MENTIONS]->(e:Entity) "
    "WHERE m.count > 0 AND NOT e.type IN ['Date', 'Role'] "
    "WITH coalesce(e.form, e.key) AS thing, min(m.name) AS name, collect(c.id) AS chunk_ids, "
    "collect(m.count) AS counts WHERE size(chunk_ids) > 1 RETURN thing, name, chunk_ids, counts"
)
"""What more than one of the chunks of ``$ids`` name, which the viewer sees."""

_RELATION_COLUMNS: Final = (
    "h.name AS head, h.type AS head_type, h.key AS head_key, type(r) AS relation, t.name AS tail, "
    "t.type AS tail_type, t.key AS tail_key, r.confidence AS confidence, r.file_id AS file_id, "
    "f.path AS path, r.chunk_id AS chunk_id, r.chunk_ids AS chunk_ids, "
    "r.evidence AS evidence, r.char_start AS char_start, r.char_end AS char_end, coalesce(r.tense, '') AS tense"
)


def relations_of(names: Iterable[str]) -> str:
    """Relations that start or end at one of ``$parts`` (key, files, rank); the best-ranked part first."""
    return (
        "UNWIND $parts AS part MATCH (e:Entity {key: part.key}) "
        f"MATCH (e)-[r:{relation_types(names)}]-(:Entity) "
        "WHERE size(part.files) = 0 OR r.file_id IN part.files WITH r, min(part.rank) AS rank "
        "WITH r, rank, startNode(r) AS h, endNode(r) AS t MATCH (f:File {id: r.file_id}) "
        f"WHERE {_SEEN} "
        # Sorted before anything is read of what is not on the page.
        "WITH r, h, t, f, rank ORDER BY rank, r.confidence DESC, h.key, type(r), t.key, f.id SKIP $skip LIMIT $limit "
        f"RETURN {_RELATION_COLUMNS}, rank"
    )


def relations_between(names: Iterable[str]) -> str:
    """The surest relation of each head and tail that are both in ``$keys``, the surest of all first."""
    return (
        f"UNWIND $keys AS wanted MATCH (h:Entity {{key: wanted}})-[r:{relation_types(names)}]->(t:Entity) "
        "WHERE t.key IN $keys "
        f"MATCH (f:File {{id: r.file_id}}) WHERE {_SEEN} "
        "WITH h, t, r, f ORDER BY r.confidence DESC, type(r), f.id "
        "WITH h, t, collect(r)[0] AS r, collect(f)[0] AS f "
        f"RETURN {_RELATION_COLUMNS} ORDER BY confidence DESC, head_key, relation, tail_key LIMIT $limit"
    )


def relations_of_file(name: str, allowed: Collection[str]) -> str:
    """The relations of one type that ``$id`` states: of several types at once no server uses the index."""
    return (
        # Ends without a label: with one the embedded server (ArcadeDB 26.10) reads all relations.
        f"MATCH (h)-[r:{relation_type(name, allowed)}]->(t) WHERE r.file_id = $id "
        f"MATCH (f:File {{id: $id}}) WHERE {_SEEN} "
        f"RETURN {_RELATION_COLUMNS} ORDER BY head_key, tail_key SKIP $skip LIMIT $limit"
    )


def neighbours(names: Iterable[str]) -> str:
    """Each pair of an entity of ``$keys`` and one that a relation joins to it, either way; at most ``$limit``."""
    return (
        "UNWIND $keys AS wanted MATCH (e:Entity {key: wanted}) "
        f"MATCH (e)-[r:{relation_types(names)}]-(o:Entity) "
        # Without this line the embedded server (ArcadeDB 26.10) finds nothing.
        "WITH e, r, o "
        f"MATCH (f:File {{id: r.file_id}}) WHERE {_SEEN} "
        "RETURN DISTINCT e.key AS key, o.key AS other LIMIT $limit"
    )


def edges(names: Iterable[str]) -> str:
    """What joins entities of ``$keys`` with any others: one row per (head, relation, tail), however many state it."""
    return (
        "UNWIND $keys AS wanted MATCH (e:Entity {key: wanted}) "
        f"MATCH (e)-[r:{relation_types(names)}]-(:Entity) WITH DISTINCT r "
        "WITH r, startNode(r) AS h, endNode(r) AS t "
        f"MATCH (f:File {{id: r.file_id}}) WHERE {_SEEN} "
        "WITH h.key AS head_key, h.name AS head, h.type AS head_type, type(r) AS relation, t.key AS tail_key, "
        "t.name AS tail, t.type AS tail_type, max(r.confidence) AS confidence, count(DISTINCT f.id) AS files "
        "RETURN head_key, head, head_type, relation, tail_key, tail, tail_type, confidence, files "
        "ORDER BY files DESC, confidence DESC, head_key, relation, tail_key LIMIT $limit"
    )
