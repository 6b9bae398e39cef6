"""The Cypher of the graph store's writes: constants and pure functions, no driver, no I/O.

What people ask is in ``cypher_questions.py``.

Values are always bound as parameters. Labels and relationship types cannot be bound, so they are fixed here
or pass ``relation_type``, which lets through only what the ontology names. Every statement runs alike on
Neo4j 5 and on the embedded server.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from typing import Final

STRUCTURE: Final = frozenset({"HAS_CHUNK", "MENTIONS"})
"""Relationship types of our own, which no ontology may use for a relation."""

_RELATION_TYPE: Final = re.compile(r"[A-Z][A-Z0-9_]{0,63}")


def relation_type(name: str, allowed: Collection[str]) -> str:
    """*name* quoted as a relationship type.

    :raises ValueError: it is not in *allowed*, is one of ``STRUCTURE``, or is no plain identifier.
    """
    if name not in allowed or name in STRUCTURE or not _RELATION_TYPE.fullmatch(name):
        raise ValueError(
            f"{name!r} cannot be a relation in the graph: it is not in the ontology, or not of the form "
            "WORKS_FOR. Add it to the ontology file."
        )
    return f"`{name}`"


def relation_types(names: Iterable[str]) -> str:
    """``A|B|C`` for a pattern, sorted; *names* are types that the graph already has."""
    known = sorted(set(names))
    return "|".join(relation_type(name, known) for name in known)


def relation_names(found: Iterable[str]) -> list[str]:
    """Those of the graph's relationship types that can be relations: not ours, nor what another program left."""
    return sorted(name for name in set(found) - STRUCTURE if _RELATION_TYPE.fullmatch(name))


def schema(names: Iterable[str]) -> list[str]:
    """One statement each for uniqueness, for look-ups by name and for the relations of a file."""
    relations = sorted(set(names))
    return [
        "CREATE CONSTRAINT entity_key IF NOT EXISTS FOR (e:Entity) REQUIRE e.key IS UNIQUE",
        "CREATE CONSTRAINT chunk_id IF NOT EXISTS FOR (c:Chunk) REQUIRE c.id IS UNIQUE",
        "CREATE CONSTRAINT file_id IF NOT EXISTS FOR (f:File) REQUIRE f.id IS UNIQUE",
        "CREATE INDEX entity_folded IF NOT EXISTS FOR (e:Entity) ON (e.folded)",
        "CREATE INDEX entity_second IF NOT EXISTS FOR (e:Entity) ON (e.second)",
        "CREATE INDEX entity_third IF NOT EXISTS FOR (e:Entity) ON (e.third)",
        "CREATE INDEX entity_form IF NOT EXISTS FOR (e:Entity) ON (e.form)",
        "CREATE INDEX chunk_file_id IF NOT EXISTS FOR (c:Chunk) ON (c.file_id)",
        *(
            f"CREATE INDEX {name.lower()}_file_id IF NOT EXISTS "
            f"FOR ()-[r:{relation_type(name, relations)}]-() ON (r.file_id)"
            for name in relations
        ),
    ]


# Writing ---------------------------------------------------------------------------------------------------

# Relation types as the stored files themselves name them: an older ontology may have had others than today's.
OLD_FILES: Final = (
    "UNWIND $ids AS id MATCH (f:File {id: id}) "
    "RETURN f.id AS id, f.relation_types AS types, f.relation_digests AS digests"
)
OLD_CHUNKS: Final = (
    "UNWIND $ids AS id MATCH (c:Chunk {file_id: id}) OPTIONAL MATCH (c)-[m:MENTIONS]->() "
    "RETURN c.id AS id, c.file_id AS file_id, c.ordinal AS ordinal, c.digest AS digest, count(m) AS mentions"
)
OLD_SPELLINGS: Final = (
    "UNWIND $ids AS id MATCH (c:Chunk {id: id})-[m:MENTIONS]->(e:Entity) RETURN e.key AS key, m.name AS name, "
    "sum(CASE WHEN m.count = 0 THEN 1 ELSE 2 * m.count END) AS weight"
)
DELETE_CHUNKS: Final = "UNWIND $ids AS id MATCH (c:Chunk {id: id}) DETACH DELETE c"
DELETE_FILES: Final = "UNWIND $ids AS id MATCH (f:File {id: id}) DETACH DELETE f"
DELETE_ORPHANS: Final = (
    "UNWIND $keys AS key MATCH (e:Entity {key: key}) WHERE NOT EXISTS { (e)--() } DELETE e"
)
MERGE_FILES: Final = (
    "UNWIND $rows AS row MERGE (f:File {id: row.id}) SET f.path = row.path, f.user_id = row.user_id, "
    "f.version = row.version, f.readers = row.readers, "
    "f.relation_types = row.relation_types, f.relation_digests = row.relation_digests"
)
MERGE_ENTITIES: Final = (
    "UNWIND $rows AS row MERGE (e:Entity {key: row.key}) "
    "ON CREATE SET e.name = row.name, e.type = row.type, e.folded = row.folded, "
    "e.form = row.form, e.second = row.second, e.third = row.third "
    "RETURN e.key AS key, e.spellings AS spellings, e.weights AS weights"
)
# A graph from before there were forms, or second and third words, gets them when a process first writes to it.
FORMLESS: Final = (
    "MATCH (e:Entity) WHERE e.key > $after AND (e.form IS NULL OR (e.second IS NULL AND e.folded CONTAINS ' ')) "
    "RETURN e.key AS key LIMIT $limit"
)
FORMS: Final = (
    "UNWIND $keys AS key MATCH (e:Entity {key: key}) "
    "RETURN e.key AS key, e.form AS form, e.second AS second, e.third AS third"
)
SET_FORMS: Final = (
    "UNWIND $rows AS row MATCH (e:Entity {key: row.key}) "
    "SET e.form = row.form, e.second = row.second, e.third = row.third"
)
CREATE_CHUNKS: Final = (
    "UNWIND $rows AS row MATCH (f:File {id: row.file_id}) "
    "CREATE (f)-[:HAS_CHUNK]->(:Chunk {id: row.id, file_id: row.file_id, ordinal: row.ordinal, "
    "digest: row.digest})"
)
CREATE_MENTIONS: Final = (
    "UNWIND $rows AS row MATCH (c:Chunk {id: row.chunk_id}) MATCH (e:Entity {key: row.key}) "
    "CREATE (c)-[:MENTIONS {name: row.name, count: row.count, confidence: row.confidence}]->(e)"
)
# The weights stand on the entity: to count again over all mentions would cost more with every file.
SPELLINGS: Final = (
    "UNWIND $keys AS key MATCH (e:Entity {key: key}) "
    "RETURN e.key AS key, e.spellings AS spellings, e.weights AS weights"
)
RENAME_ENTITIES: Final = (
    "UNWIND $rows AS row MATCH (e:Entity {key: row.key}) "
    "SET e.name = row.name, e.spellings = row.spellings, e.weights = row.weights"
)
SET_READERS: Final = "UNWIND $rows AS row MATCH (f:File {id: row.id}) SET f.readers = row.readers"


def delete_relations(name: str, allowed: Collection[str]) -> str:
    """Remove the relationships of one type that stem from ``$ids``."""
    return f"MATCH ()-[r:{relation_type(name, allowed)}]->() WHERE r.file_id IN $ids DELETE r"


def create_relations(name: str, allowed: Collection[str]) -> str:
    """Add relationships of one type from ``$rows`` (head, tail and the relationship's properties)."""
    return (
        "UNWIND $rows AS row MATCH (h:Entity {key: row.head}) MATCH (t:Entity {key: row.tail}) "
        f"CREATE (h)-[r:{relation_type(name, allowed)} {{file_id: row.file_id, confidence: row.confidence, "
        "chunk_ids: row.chunk_ids, chunk_id: row.chunk_id, evidence: row.evidence, "
        "char_start: row.char_start, char_end: row.char_end, tense: row.tense}]->(t)"
    )


# Reading ---------------------------------------------------------------------------------------------------

RELATION_TYPES: Final = "CALL db.relationshipTypes() YIELD relationshipType RETURN relationshipType AS name"
FILES: Final = "MATCH (f:File) RETURN f.id AS id, f.version AS version ORDER BY id"
COUNT_CHUNKS: Final = "MATCH (c:Chunk) WHERE c.file_id IN $ids RETURN c.file_id AS id, count(c) AS chunks"
COUNT_MENTIONS: Final = (
    "MATCH (c:Chunk)-[m:MENTIONS]->(e:Entity) WHERE c.file_id IN $ids "
    "RETURN c.file_id AS id, sum(m.count) AS mentions, count(DISTINCT e.key) AS entities"
)
SNAPSHOT_NODES: Final = "MATCH (n) RETURN labels(n) AS labels, properties(n) AS properties"
SNAPSHOT_RELATIONSHIPS: Final = (
    "MATCH (a)-[r]->(b) RETURN type(r) AS type, coalesce(a.key, a.id) AS start, coalesce(b.key, b.id) AS end"
    ", properties(r) AS properties"
)


def count_relations(name: str, allowed: Collection[str]) -> str:
    """Relationships of one type per file of ``$ids``: of several types at once no server uses the index."""
    return (
        f"MATCH ()-[r:{relation_type(name, allowed)}]->() WHERE r.file_id IN $ids "
        "RETURN r.file_id AS id, count(r) AS triples"
    )
