"""The columns of the Parquet tables, and the way between rows and the domain's values."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

import pyarrow as pa

from aibox_assets.domain.models import Chunk, Triple, values_of
from aibox_assets.domain.paths import printable

CHUNK_SCHEMA: Final = pa.schema(
    [
        ("chunk_id", pa.string()),
        ("file_id", pa.string()),
        ("ordinal", pa.int32()),
        ("text", pa.string()),
        ("token_count", pa.int32()),
        ("char_start", pa.int64()),
        ("char_end", pa.int64()),
        ("page", pa.int32()),
        ("sheet", pa.string()),
        ("heading_path", pa.list_(pa.string())),
        ("language", pa.string()),
    ]
)

TRIPLE_SCHEMA: Final = pa.schema(
    [
        ("file_id", pa.string()),
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

_SYNTAX: Final = re.compile(r"[!-+/:<-@\[-`{-~]")
"""ASCII punctuation but for ``, - . ;``, which mean nothing inside a table's cell."""
_ADDRESS: Final = re.compile(r"@|:(?=/)|www(?=\.)", re.IGNORECASE)


def chunk_table(chunks: Sequence[Chunk]) -> pa.Table:
    """Chunks as rows, in order."""
    return pa.Table.from_pylist([values_of(chunk) for chunk in chunks], schema=CHUNK_SCHEMA)


def read_chunks(table: pa.Table) -> list[Chunk]:
    """Rows as chunks, in order."""
    return [Chunk(**{**row, "heading_path": tuple(row["heading_path"])}) for row in table.to_pylist()]


def triple_table(triples: Sequence[Triple]) -> pa.Table:
    """Triples as rows."""
    return pa.Table.from_pylist([values_of(triple) for triple in triples], schema=TRIPLE_SCHEMA)


def preview(items: Sequence[Chunk | Triple], columns: Sequence[str], rows: int = 5, width: int = 80) -> str:
    """The first rows as a Markdown table, long texts cut, for the Dagster UI; documents' text stays text."""
    lines = ["| " + " | ".join(columns) + " |", "|" + " --- |" * len(columns)]
    for item in items[:rows]:
        cells = (" ".join(str(getattr(item, column)).split()) for column in columns)
        cut = (cell if len(cell) <= width else cell[: width - 1] + "…" for cell in cells)
        lines.append("| " + " | ".join(markdown_text(cell) for cell in cut) + " |")
    return "\n".join(lines)


def markdown_text(text: str) -> str:
    """*text* as Markdown that shows it as it is, on one line: no image, link, HTML, code or emphasis comes of it.

    What has a meaning in Markdown becomes a character reference, which never has one (CommonMark, 2.5). The UI
    makes links of bare addresses after it has resolved the references: a word joiner inside keeps it from them.
    """
    joined = _ADDRESS.sub(lambda found: f"{found[0]}\u2060", printable(" ".join(text.split())))
    return _SYNTAX.sub(lambda found: f"&#{ord(found[0])};", joined)
