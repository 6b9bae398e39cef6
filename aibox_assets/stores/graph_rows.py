"""Files' graphs as rows for the graph's statements. No I/O."""

from __future__ import annotations

import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from aibox_assets.domain.models import Triple
from aibox_assets.domain.resolve import form_of_key
from aibox_assets.stores.cypher import relation_type
from aibox_assets.stores.graph_records import FileGraph

Row = dict[str, Any]
"""One element of an ``UNWIND $rows``, or of an answer; lives between the graph's modules and the driver only."""


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
        said, stated = _mention_rows(entry), _relation_rows(entry)
        for row in said:
            names[row["key"]][row["name"]] += row["count"]
        for name, found in stated.items():
            relation_type(name, allowed)
            relations[name] += found
        files.append(_file_row(entry, stated))
        chunks += _chunk_rows(entry, said)
        mentions += said
    entities = [_entity_row(key, prevailing_name(names[key])) for key in sorted(names)]
    for rows in relations.values():
        rows.sort(key=lambda row: (row["head"], row["tail"], row["file_id"]))
    mentions.sort(key=lambda row: (row["key"], row["chunk_id"]))
    return GraphRows(files, entities, sorted(chunks, key=lambda row: row["id"]), mentions, dict(relations))


def prevailing_name(spellings: Counter[str]) -> str:
    """The commonest spelling, of equally common ones the smallest: the same in any order of arrival."""
    return min(spellings, key=lambda name: (-spellings[name], name))


def _file_row(entry: FileGraph, stated: Mapping[str, Sequence[Row]]) -> Row:
    types = sorted(stated)
    return {
        "id": entry.file_id,
        "path": entry.path,
        "user_id": entry.user_id,
        "version": entry.version,
        "relation_types": types,
        "relation_digests": [_digest(stated[name]) for name in types],
    }


def _chunk_rows(entry: FileGraph, said: Sequence[Row]) -> list[Row]:
    of_chunk: dict[str, list[Row]] = defaultdict(list)
    for row in said:
        of_chunk[row["chunk_id"]].append(row)
    return [
        {"id": id_, "file_id": entry.file_id, "ordinal": ordinal, "digest": _digest(of_chunk[id_])}
        for id_, ordinal in entry.chunks
    ]


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
