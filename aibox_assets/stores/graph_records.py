"""What goes into the graph store and what comes out of it, and how the former becomes rows. No I/O."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Generic, TypeVar

from aibox_assets.domain.models import EntityMention, Triple
from aibox_assets.domain.resolve import form_of_key
from aibox_assets.stores.cypher import relation_type

T = TypeVar("T")

Row = dict[str, Any]
"""One element of an ``UNWIND $rows``; lives between this module and the driver only."""


@dataclass(frozen=True, slots=True)
class GraphAddress:
    """Where the graph server is.

    :ivar uri: ``bolt://host:port`` or ``neo4j://host:port``.
    :ivar database: None for the server's default one.
    """

    uri: str
    user: str
    password: str = field(repr=False)
    database: str | None = None

    def reader(self) -> GraphAddress:
        """The user of an embedded server who may only read; its password follows from that of the one who may write."""
        secret = hmac.digest(self.password.encode(), b"graph reader", hashlib.sha256)
        return replace(self, user="reader", password=secret.hex())


@dataclass(frozen=True, slots=True)
class FileGraph:
    """The whole graph of one version of one file.

    :ivar chunks: ``(chunk_id, ordinal)`` of every chunk, also of those that name no entity.
    """

    file_id: str
    path: str
    user_id: str
    version: str
    chunks: tuple[tuple[str, int], ...]
    mentions: tuple[EntityMention, ...]
    triples: tuple[Triple, ...]


@dataclass(frozen=True, slots=True)
class GraphCounts:
    """What one file has in the graph.

    :ivar mentions: places in the text.
    :ivar entities: distinct ones.
    :ivar triples: distinct (head, relation, tail).
    """

    chunks: int = 0
    mentions: int = 0
    entities: int = 0
    triples: int = 0


@dataclass(frozen=True, slots=True)
class GraphEntity:
    """An entity, with the number of places and of files that name it."""

    key: str
    name: str
    type: str
    mentions: int
    files: int


@dataclass(frozen=True, slots=True)
class GraphRelation:
    """A relation as one file states it.

    :ivar chunk_ids: every chunk that states it, sorted; ``chunk_id`` is that of the surest evidence.
    :ivar char_start: of that evidence in the file's parsed text; likewise ``char_end``.
    :ivar tense: ``past`` or ``future`` where that evidence says so, else empty.
    """

    head: str
    head_type: str
    head_key: str
    relation: str
    tail: str
    tail_type: str
    tail_key: str
    confidence: float
    file_id: str
    path: str
    chunk_id: str
    chunk_ids: tuple[str, ...]
    evidence: str
    char_start: int
    char_end: int
    tense: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """An entity as a part of a thing: everywhere, or in some *files* alone.

    :ivar rank: parts of a smaller one come first in an answer.
    """

    key: str
    files: tuple[str, ...] = ()
    rank: int = 0


@dataclass(frozen=True, slots=True)
class GraphMention:
    """A chunk that names an entity, *count* times."""

    file_id: str
    path: str
    chunk_id: str
    ordinal: int
    name: str
    count: int
    confidence: float


@dataclass(frozen=True, slots=True)
class ChunkEntity:
    """An entity of a chunk. *name*: its commonest one; *said*: that of this chunk, *count* times."""

    chunk_id: str
    key: str
    name: str
    type: str
    said: str
    count: int


@dataclass(frozen=True, slots=True)
class GraphEdge:
    """A relation for a drawing: once, however many files state it; *confidence* is that of the surest."""

    head_key: str
    head: str
    head_type: str
    relation: str
    tail_key: str
    tail: str
    tail_type: str
    confidence: float
    files: int


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """A part of an answer.

    :ivar next: where the next part begins, None after the last. A part may have fewer items than were asked for,
        or none, and still be followed by another one.
    """

    items: tuple[T, ...]
    next: str | None = None


@dataclass(frozen=True, slots=True)
class GraphPath:
    """A shortest chain of entities.

    :ivar keys: of the entities along it, from start to end.
    :ivar relations: one shorter: the surest relation between each two neighbours, in its own direction.
    """

    keys: tuple[str, ...]
    relations: tuple[GraphRelation, ...]


@dataclass(frozen=True, slots=True)
class GraphRows:
    """A batch of files as rows, each list sorted by its keys, so that all writers take them in one order."""

    files: list[Row]
    entities: list[Row]
    chunks: list[Row]
    mentions: list[Row]
    relations: dict[str, list[Row]]


def build_rows(entries: Sequence[FileGraph], allowed: Collection[str]) -> GraphRows:
    """Check *entries* and aggregate them: a row per entity, (chunk, entity) and (head, relation, tail, file).

    :param allowed: the relation types of the ontology.
    :raises ValueError: a key is empty (the embedded server would make a node without one), an entity's key
        does not match its type, a chunk is not the file's, an id comes twice, a relation is not allowed.
    """
    _require_distinct([entry.file_id for entry in entries], "file")
    _require_distinct([chunk_id for entry in entries for chunk_id, _ in entry.chunks], "chunk")
    files: list[Row] = []
    chunks: list[Row] = []
    mentions: list[Row] = []
    names: dict[str, Counter[str]] = defaultdict(Counter)
    relations: dict[str, list[Row]] = defaultdict(list)
    for entry in sorted(entries, key=lambda entry: entry.file_id):
        rows = _mention_rows(entry)
        mentions += rows
        for row in rows:
            names[row["key"]][row["name"]] += row["count"]
        own = _relation_rows(entry)
        for name in own:
            relation_type(name, allowed)
            relations[name] += own[name]
        files.append(
            {
                "id": entry.file_id,
                "path": entry.path,
                "user_id": entry.user_id,
                "version": entry.version,
                "relation_types": sorted(own),
                "relation_digests": [_digest(own[name]) for name in sorted(own)],
            }
        )
        said: dict[str, list[Row]] = defaultdict(list)
        for row in rows:
            said[row["chunk_id"]].append(row)
        chunks += [
            {"id": id_, "file_id": entry.file_id, "ordinal": ordinal, "digest": _digest(said[id_])}
            for id_, ordinal in entry.chunks
        ]
    entities = [_entity_row(key, prevailing_name(names[key])) for key in sorted(names)]
    for rows in relations.values():
        rows.sort(key=lambda row: (row["head"], row["tail"], row["file_id"]))
    mentions.sort(key=lambda row: (row["key"], row["chunk_id"]))
    return GraphRows(files, entities, sorted(chunks, key=lambda row: row["id"]), mentions, dict(relations))


def prevailing_name(spellings: Counter[str]) -> str:
    """The commonest spelling, of equally common ones the smallest: the same in any order of arrival."""
    return min(spellings, key=lambda name: (-spellings[name], name))


def _mention_rows(entry: FileGraph) -> list[Row]:
    """One row per (chunk, entity).

    A triple's entity that its chunk does not list as a mention gets a row of count 0: so each entity hangs on
    a chunk for as long as anything names it, and ``sum(count)`` stays the number of mentions.
    """
    spellings: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    confidence: dict[tuple[str, str], float] = {}
    known = {chunk_id for chunk_id, _ in entry.chunks}
    ends = [
        (triple.file_id, triple.chunk_id, *end, 0, triple.confidence)
        for triple in entry.triples
        for end in (
            (triple.head_key, triple.head_type, triple.head),
            (triple.tail_key, triple.tail_type, triple.tail),
        )
    ]
    said = [(m.file_id, m.chunk_id, m.key, m.type, m.name, 1, m.confidence) for m in entry.mentions]
    for file_id, chunk_id, key, type_, name, count, sureness in said + ends:
        if file_id != entry.file_id or chunk_id not in known:
            raise ValueError(
                f"Chunk {chunk_id!r} of file {file_id!r} is not a chunk of file {entry.file_id!r}."
            )
        if (
            not type_
            or not name
            or not key.startswith(f"{type_}:")
            or not key.removeprefix(f"{type_}:").strip()
        ):
            raise ValueError(
                f"File {entry.file_id!r} has an entity with key {key!r}, type {type_!r}, name {name!r}: none "
                "may be empty and the key must be 'type:name', as entity_key() makes it."
            )
        place = (chunk_id, key)
        if count or place not in spellings:
            spellings[place][name] += count
        confidence[place] = max(sureness, confidence.get(place, 0.0))
    return [
        {
            "chunk_id": chunk_id,
            "key": key,
            "name": prevailing_name(counter),
            "count": counter.total(),
            "confidence": confidence[chunk_id, key],
        }
        for (chunk_id, key), counter in spellings.items()
    ]


def _relation_rows(entry: FileGraph) -> dict[str, list[Row]]:
    """Per relation type one row per (head, tail), with the surest, then the earliest evidence."""
    groups: dict[tuple[str, str, str], list[Triple]] = defaultdict(list)
    for triple in entry.triples:
        groups[triple.relation, triple.head_key, triple.tail_key].append(triple)
    rows: dict[str, list[Row]] = defaultdict(list)
    for (relation, head, tail), triples in groups.items():
        best = min(triples, key=lambda t: (-t.confidence, t.char_start, t.char_end, t.chunk_id, t.evidence))
        rows[relation].append(
            {
                "head": head,
                "tail": tail,
                "file_id": entry.file_id,
                "confidence": best.confidence,
                "chunk_ids": sorted({triple.chunk_id for triple in triples}),
                "chunk_id": best.chunk_id,
                "evidence": best.evidence,
                "char_start": best.char_start,
                "char_end": best.char_end,
                "tense": best.tense or None,
            }
        )
    return rows


def _digest(rows: Iterable[Row]) -> str:
    """Equal for equal rows in any order."""
    lines = sorted(json.dumps(row, sort_keys=True) for row in rows)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:32]


def _entity_row(key: str, name: str) -> Row:
    type_, _, folded = key.partition(":")
    return {"name": name, "type": type_, "folded": folded, **looked_for(key)}


def looked_for(key: str) -> Row:
    """By what an entity is found beside its key and its name's beginning: its form, and the name from its second and
    from its third word on, with the words before that behind it, so that hardly any two are equal."""
    words = key.partition(":")[2].split(" ")
    second, third = (" ".join(words[at:] + words[:at]) if at < len(words) else None for at in (1, 2))
    return {"key": key, "form": form_of_key(key), "second": second, "third": third}


def _require_distinct(ids: Iterable[str], noun: str) -> None:
    for id_, count in Counter(ids).items():
        # In a MATCH the embedded server (ArcadeDB 26.10) takes "$rows" for the parameter of that name.
        if not id_.strip() or id_.startswith("$") or count > 1:
            raise ValueError(
                f"The {noun} id {id_!r} is empty, starts with '$' or comes {count} times in a batch; "
                "give each one its own, as partition_key() makes it."
            )
