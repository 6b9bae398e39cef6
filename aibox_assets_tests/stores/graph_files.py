"""Small file graphs in one line each."""

from __future__ import annotations

from aibox_assets.domain.extract import entity_key
from aibox_assets.domain.models import EntityMention, Triple
from aibox_assets.stores.graph_records import FileGraph

Said = tuple[str, str, str, str, str]
"""(head type, head, relation, tail type, tail)"""

WU_FOUNDED_ACME: Said = ("Person", "Jane Wu", "FOUNDED", "Organization", "Acme")


def mention(file_id: str, chunk: int, type_: str, name: str, confidence: float = 0.9) -> EntityMention:
    return EntityMention(
        file_id, f"{file_id}:{chunk}", entity_key(type_, name), name, type_, 0, len(name), confidence
    )


def triple(file_id: str, chunk: int, said: Said, confidence: float = 0.8, version: str = "1") -> Triple:
    head_type, head, relation, tail_type, tail = said
    return Triple(
        file_id=file_id,
        chunk_id=f"{file_id}:{chunk}",
        head=head,
        head_type=head_type,
        head_key=entity_key(head_type, head),
        relation=relation,
        tail=tail,
        tail_type=tail_type,
        tail_key=entity_key(tail_type, tail),
        confidence=confidence,
        char_start=100 * chunk,
        char_end=100 * chunk + 40,
        evidence=f"{head} {relation} {tail} (version {version}).",
    )


def file_graph(file_id: str, *chunks: list[Said], version: str = "1", path: str = "") -> FileGraph:
    """A file whose chunks say these things; each names its heads and tails once."""
    said = [(at, one) for at, chunk in enumerate(chunks) for one in chunk]
    return FileGraph(
        file_id=file_id,
        path=path or f"alice/{file_id}.txt",
        user_id="alice",
        version=version,
        chunks=tuple((f"{file_id}:{at}", at) for at in range(len(chunks))),
        mentions=tuple(
            mention(file_id, at, type_, name)
            for at, one in said
            for type_, name in ((one[0], one[1]), (one[3], one[4]))
        ),
        triples=tuple(triple(file_id, at, one, version=version) for at, one in said),
    )
