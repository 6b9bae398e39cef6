"""The columns of the Parquet tables, and the way between rows and the domain's values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, fields
from typing import Final

import pandas as pd
import pyarrow as pa

from aibox_assets.domain.models import Chunk, Triple

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
    ]
)


def frame_chunks(chunks: Sequence[Chunk]) -> pd.DataFrame:
    """Chunks as rows, in order."""
    return pd.DataFrame([asdict(chunk) for chunk in chunks], columns=[f.name for f in fields(Chunk)]).astype(
        {"page": "Int32"}
    )


def read_chunks(frame: pd.DataFrame) -> list[Chunk]:
    """Rows as chunks, in order."""
    return [
        Chunk(
            chunk_id=row["chunk_id"],
            file_id=row["file_id"],
            ordinal=int(row["ordinal"]),
            text=row["text"],
            token_count=int(row["token_count"]),
            char_start=int(row["char_start"]),
            char_end=int(row["char_end"]),
            page=None if pd.isna(row["page"]) else int(row["page"]),
            sheet=None if pd.isna(row["sheet"]) else str(row["sheet"]),
            heading_path=tuple(row["heading_path"]),
            language=row["language"],
        )
        for row in frame.to_dict("records")
    ]


def frame_triples(triples: Sequence[Triple]) -> pd.DataFrame:
    """Triples as rows."""
    return pd.DataFrame([asdict(triple) for triple in triples], columns=[f.name for f in fields(Triple)])


def preview(frame: pd.DataFrame, columns: Sequence[str], rows: int = 5, width: int = 80) -> str:
    """The first rows as a Markdown table, long texts cut, for the Dagster UI."""
    lines = ["| " + " | ".join(columns) + " |", "|" + " --- |" * len(columns)]
    for _, row in frame.head(rows).iterrows():
        cells = (" ".join(str(row[column]).split()).replace("|", "\\|") for column in columns)
        lines.append(
            "| "
            + " | ".join(cell if len(cell) <= width else cell[: width - 1] + "…" for cell in cells)
            + " |"
        )
    return "\n".join(lines)
