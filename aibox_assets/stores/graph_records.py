"""What goes into the graph store and what comes out of it."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass, field, replace
from typing import Generic, TypeVar

from aibox_assets.domain.models import EntityMention, Triple

T = TypeVar("T")


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
