"""The triples that a viewer sees as files of graph formats: GraphML and JSON-LD, beside the tables."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from typing import Any, Final
from urllib.parse import quote
from xml.sax.saxutils import escape, quoteattr

import pyarrow as pa

from aibox_assets.domain.viewer import Viewer
from aibox_assets.resources.platform import Platform
from aibox_assets.services.exports import Rows
from aibox_assets.stores.exports import read_file_ids

TRIPLE_COLUMNS: Final = pa.schema(
    [
        ("file_id", pa.string()),
        ("path", pa.string()),
        ("chunk_id", pa.string()),
        ("head", pa.string()),
        ("head_type", pa.string()),
        ("head_key", pa.string()),
        ("relation", pa.string()),
        ("tail", pa.string()),
        ("tail_type", pa.string()),
        ("tail_key", pa.string()),
        ("confidence", pa.float64()),
        ("char_start", pa.int64()),
        ("char_end", pa.int64()),
        ("evidence", pa.string()),
        ("tense", pa.string()),
    ]
)
GRAPH_TYPES: Final = {"graphml": "application/graphml+xml", "json-ld": "application/ld+json"}
PAGE: Final = 500
_KEYS: Final = (
    ("name", "node"), ("type", "node"), ("relation", "edge"), ("confidence", "edge"), ("file", "edge"),
    ("evidence", "edge"), ("tense", "edge"),
)  # fmt: skip
_ENTITY: Final = "urn:aibox:entity:"
_RELATION: Final = "urn:aibox:relation:"


def read_triples(platform: Platform, viewer: Viewer, file_ids: Collection[str] | None = None) -> Rows:
    """The triples of the files that a viewer sees, file by file, each with its evidence."""
    for file_id in read_file_ids(platform.engine, viewer, file_ids):
        after: str | None = None
        while True:
            page = platform.graph.file_relations(viewer, file_id, limit=PAGE, after=after)
            if page.items:
                yield [{name: getattr(each, name) for name in TRIPLE_COLUMNS.names} for each in page.items]
            if page.next is None:
                break
            after = page.next


def write_graph(parts: Rows, format_: str) -> Iterator[bytes]:
    """The bytes of a file of a graph format; of what was written only the entities' keys stay in memory."""
    return (_as_graphml if format_ == "graphml" else _as_json_ld)(parts)


def _as_graphml(parts: Rows) -> Iterator[bytes]:
    """Source: GraphML Primer, graphml.graphdrawing.org."""
    declared = "".join(
        f'<key id="{name}" for="{kind}" attr.name="{name}" attr.type="{_type_of(name)}"/>\n'
        for name, kind in _KEYS
    )
    yield (
        '<?xml version="1.0" encoding="UTF-8"?>\n<graphml xmlns="http://graphml.graphdrawing.org/xmlns">\n'
        f'{declared}<graph edgedefault="directed">\n'
    ).encode()
    seen: set[str] = set()
    for rows in parts:
        lines = []
        for row in rows:
            for end in ("head", "tail"):
                key = row[f"{end}_key"]
                if key not in seen:
                    seen.add(key)
                    data = _data(name=row[end], type=row[f"{end}_type"])
                    lines.append(f"<node id={quoteattr(key)}>{data}</node>\n")
            data = _data(
                relation=row["relation"],
                confidence=row["confidence"],
                file=row["path"],
                evidence=row["evidence"],
                tense=row["tense"],
            )
            ends = f"source={quoteattr(row['head_key'])} target={quoteattr(row['tail_key'])}"
            lines.append(f"<edge {ends}>{data}</edge>\n")
        yield "".join(lines).encode()
    yield b"</graph>\n</graphml>\n"


def _as_json_ld(parts: Rows) -> Iterator[bytes]:
    """Entities as nodes with a label, relations as statements with their evidence. Source: JSON-LD 1.1, W3C."""
    context = {
        "label": "http://www.w3.org/2000/01/rdf-schema#label",
        "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
        "subject": {"@id": "rdf:subject", "@type": "@id"},
        "predicate": {"@id": "rdf:predicate", "@type": "@id"},
        "object": {"@id": "rdf:object", "@type": "@id"},
        "confidence": f"{_RELATION}confidence",
        "evidence": f"{_RELATION}evidence",
        "tense": f"{_RELATION}tense",
        "file": f"{_RELATION}file",
    }
    yield f'{{"@context": {json.dumps(context)},\n"@graph": ['.encode()
    seen: set[str] = set()
    first = True
    for rows in parts:
        nodes: list[Mapping[str, Any]] = []
        for row in rows:
            for end in ("head", "tail"):
                key = row[f"{end}_key"]
                if key not in seen:
                    seen.add(key)
                    kind = f"{_ENTITY}type:{quote(row[f'{end}_type'])}"
                    nodes.append({"@id": _uri(key), "@type": kind, "label": row[end]})
            nodes.append(
                {
                    "@type": "rdf:Statement",
                    "subject": _uri(row["head_key"]),
                    "predicate": f"{_RELATION}{row['relation']}",
                    "object": _uri(row["tail_key"]),
                    "confidence": row["confidence"],
                    "evidence": row["evidence"],
                    "tense": row["tense"],
                    "file": row["path"],
                }
            )
        text = ",\n".join(json.dumps(node, ensure_ascii=False) for node in nodes)
        yield ("" if first else ",").encode() + f"\n{text}".encode()
        first = False
    yield b"\n]}\n"


def _uri(key: str) -> str:
    return f"{_ENTITY}{quote(key, safe=':')}"


def _type_of(name: str) -> str:
    return "double" if name == "confidence" else "string"


def _data(**values: Any) -> str:
    return "".join(f'<data key="{name}">{escape(_xml(str(value)))}</data>' for name, value in values.items())


def _xml(text: str) -> str:
    """*text* without the characters that XML 1.0 has no way to write."""
    return "".join(
        c
        for c in text
        if c in "\t\n\r" or "\x20" <= c <= "\ud7ff" or "\ue000" <= c <= "\ufffd" or c > "\uffff"
    )
