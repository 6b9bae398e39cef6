"""Mentions and typed relations of one chunk → its extraction, with offsets into the file's parsed text."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from aibox_assets.domain.extract.names import entity_key
from aibox_assets.domain.extract.text.tense import tense_of
from aibox_assets.domain.extract.type_relations import TypedRelation
from aibox_assets.domain.models import Chunk, EntityMention, Extraction, Mention, Triple


def assemble(chunk: Chunk, mentions: Sequence[Mention], relations: Iterable[TypedRelation]) -> Extraction:
    """The extraction of *chunk*: one triple per (head, relation, tail), the surest evidence of each kept."""
    triples: dict[tuple[str, str, str], Triple] = {}
    for relation in relations:
        triple = _triple(chunk, relation)
        key = (triple.head_key, triple.relation, triple.tail_key)
        if key not in triples or triples[key].confidence < triple.confidence:
            triples[key] = triple
    return Extraction(
        chunk.chunk_id, tuple(_mention(chunk, each) for each in mentions), tuple(triples.values())
    )


def _mention(chunk: Chunk, mention: Mention) -> EntityMention:
    return EntityMention(
        file_id=chunk.file_id,
        chunk_id=chunk.chunk_id,
        key=entity_key(mention.type, mention.name),
        name=mention.name,
        type=mention.type,
        char_start=chunk.char_start + mention.char_start,
        char_end=chunk.char_start + mention.char_end,
        confidence=mention.confidence,
    )


def _triple(chunk: Chunk, typed: TypedRelation) -> Triple:
    head, tail, said = typed.head, typed.tail, typed.evidence
    return Triple(
        file_id=chunk.file_id,
        chunk_id=chunk.chunk_id,
        head=head.name,
        head_type=head.type,
        head_key=entity_key(head.type, head.name),
        relation=typed.relation,
        tail=tail.name,
        tail_type=tail.type,
        tail_key=entity_key(tail.type, tail.name),
        confidence=typed.confidence,
        char_start=chunk.char_start + said.char_start,
        char_end=chunk.char_start + said.char_end,
        evidence=chunk.text[said.char_start : said.char_end],
        tense=tense_of(chunk.text, typed),
    )
