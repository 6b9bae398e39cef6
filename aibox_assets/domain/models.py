"""The values that pass between layers. Frozen, typed, free of I/O.

Character offsets count Unicode code points of the parsed text, start inclusive, end exclusive.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any, Final

PAST: Final = "past"
FUTURE: Final = "future"


@dataclass(frozen=True, slots=True)
class Block:
    """A stretch of the parsed text that lies in one place of the document.

    :ivar char_start: offset of its first character in the parsed text.
    :ivar char_end: offset behind its last character.
    :ivar page: page (PDF) or slide (PPTX) number, from 1; None where the format has none.
    :ivar sheet: name of the worksheet; None where the format has none.
    :ivar heading_path: the headings above it, outermost first.
    """

    char_start: int
    char_end: int
    page: int | None = None
    sheet: str | None = None
    heading_path: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ParsedDocument:
    """The text of a document with its places.

    :ivar text: the whole text; free of NUL characters and lone surrogates.
    :ivar blocks: in order, not overlapping; text between blocks is white space only.
    :ivar media_type: the detected type, e.g. ``application/pdf``.
    :ivar encoding: of the text formats, e.g. ``utf-8``, ``gb18030``; None for the others.
    :ivar warnings: what a person should know, e.g. a guessed encoding.
    """

    text: str
    blocks: tuple[Block, ...]
    media_type: str
    encoding: str | None = None
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Chunk:
    """A passage of a file's parsed text: ``text == parsed.text[char_start:char_end]``.

    :ivar chunk_id: from the file's id, the text's hash and its occurrence; equal for unchanged text.
    :ivar ordinal: position in the file, from 0.
    :ivar token_count: by the embedding model's tokenizer, without special tokens.
    :ivar page: page or slide number of its first character.
    :ivar language: ISO 639-1 of the main language (``en``, ``zh``, ``ja``, ``ko``), ``und`` where it cannot be told.
    """

    chunk_id: str
    file_id: str
    ordinal: int
    text: str
    token_count: int
    char_start: int
    char_end: int
    page: int | None
    sheet: str | None
    heading_path: tuple[str, ...]
    language: str

    @property
    def text_hash(self) -> str:
        """SHA-256 of the text: equal texts need one model call, in whichever file they stand."""
        return hash_text(self.text)


@dataclass(frozen=True, slots=True)
class Mention:
    """A named entity where the text names it (stage NER).

    :ivar char_start: offset into the **chunk's** text.
    :ivar char_end: offset behind the mention in the chunk's text.
    :ivar type: an entity type of the ontology.
    :ivar name: the canonical name used to join mentions, e.g. without a title or line break.
    :ivar confidence: 0 to 1.
    :ivar source: what found it, for a person: rules, a tagger, a table, a model.
    """

    char_start: int
    char_end: int
    text: str
    type: str
    name: str
    confidence: float
    source: str = "rules"


@dataclass(frozen=True, slots=True)
class Relation:
    """Two mentions that the text relates, in the text's own words (stage RE).

    :ivar phrase: the words that relate them, before typing, e.g. ``was founded by``.
    :ivar char_start: where the evidence starts in the chunk's text; usually its sentence or clause.
    :ivar source: what found it, as of a mention.
    """

    head: Mention
    tail: Mention
    phrase: str
    char_start: int
    char_end: int
    confidence: float
    source: str = "rules"


@dataclass(frozen=True, slots=True)
class Triple:
    """A typed relation that fits the ontology (stage RT), with what says so.

    :ivar head: canonical name of the head entity; ``head_key`` identifies it in the graph.
    :ivar relation: a relation type of the ontology.
    :ivar char_start: offset of the evidence into the **file's parsed text**.
    :ivar tense: :data:`PAST` or :data:`FUTURE` where the text says so, else empty.
    """

    file_id: str
    chunk_id: str
    head: str
    head_type: str
    head_key: str
    relation: str
    tail: str
    tail_type: str
    tail_key: str
    confidence: float
    char_start: int
    char_end: int
    evidence: str
    tense: str = ""


@dataclass(frozen=True, slots=True)
class EntityMention:
    """An entity that a chunk names, whether or not a triple came of it."""

    file_id: str
    chunk_id: str
    key: str
    name: str
    type: str
    char_start: int
    char_end: int
    confidence: float


@dataclass(frozen=True, slots=True)
class Extraction:
    """All that the extractor found in one chunk."""

    chunk_id: str
    mentions: tuple[EntityMention, ...]
    triples: tuple[Triple, ...]


@dataclass(frozen=True, slots=True)
class EmbeddingModelSpec:
    """An embedding model, as far as its vectors depend on it.

    :ivar name: hub name or folder.
    :ivar revision: commit of the hub, or a digest of the folder's weights.
    :ivar dimension: length of its vectors.
    :ivar query_prefix: put before a query, e.g. ``query: ``.
    :ivar passage_prefix: put before a passage, e.g. ``passage: ``.
    """

    name: str
    revision: str
    dimension: int
    query_prefix: str = ""
    passage_prefix: str = ""


def hash_text(text: str) -> str:
    """SHA-256 of *text* in UTF-8, 64 hex digits."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def values_of(item: Chunk | EntityMention | Triple) -> dict[str, Any]:
    """Its fields by name: ``dataclasses.asdict`` copies what it finds, which takes ten times as long."""
    return {name: getattr(item, name) for name in item.__slots__}
