"""Rows as files of the formats that other programs read, made part by part."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from enum import StrEnum
from typing import Any, Final

import pyarrow as pa
import pyarrow.parquet as pq

Rows = Iterable[Sequence[Mapping[str, Any]]]
"""Parts of rows by column name."""

CHUNK_COLUMNS: Final = pa.schema(
    [
        ("chunk_id", pa.string()),
        ("file_id", pa.string()),
        ("owner", pa.string()),
        ("path", pa.string()),
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


class Format(StrEnum):
    """Formats of tables."""

    JSONL = "jsonl"
    CSV = "csv"
    PARQUET = "parquet"


MEDIA_TYPES: Final = {
    Format.JSONL: "application/x-ndjson",
    Format.CSV: "text/csv; charset=utf-8",
    Format.PARQUET: "application/vnd.apache.parquet",
}


def write_table(parts: Rows, columns: pa.Schema, format_: Format) -> Iterator[bytes]:
    """The bytes of a file with these rows; at most one part is in memory.

    :param columns: names and types, in order; a row may have more.
    """
    return _WRITERS[format_](parts, columns)


def _as_jsonl(parts: Rows, columns: pa.Schema) -> Iterator[bytes]:
    names = columns.names
    for rows in parts:
        lines = (json.dumps({name: row[name] for name in names}, ensure_ascii=False) for row in rows)
        yield "".join(f"{line}\n" for line in lines).encode()


def _as_csv(parts: Rows, columns: pa.Schema) -> Iterator[bytes]:
    names = columns.names
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow(names)
    for rows in parts:
        writer.writerows([_cell(row[name]) for name in names] for row in rows)
        yield buffer.getvalue().encode()
        buffer.seek(0)
        buffer.truncate()
    yield buffer.getvalue().encode()


def _as_parquet(parts: Rows, columns: pa.Schema) -> Iterator[bytes]:
    sink = io.BytesIO()
    with pq.ParquetWriter(_Appending(sink), columns) as writer:
        for rows in parts:
            writer.write_table(pa.Table.from_pylist([dict(row) for row in rows], schema=columns))
            yield sink.getvalue()
            sink.seek(0)
            sink.truncate()
    yield sink.getvalue()


class _Appending(io.RawIOBase):
    """A file that is written from front to end, while what was written already is taken away from *sink*."""

    def __init__(self, sink: io.BytesIO) -> None:
        self._sink, self._written = sink, 0

    def writable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._written

    def write(self, data: Any, /) -> int:
        count = self._sink.write(data)
        self._written += count
        return count


def _cell(value: Any) -> Any:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, list | dict) else value


_WRITERS: Final[dict[Format, Callable[[Rows, pa.Schema], Iterator[bytes]]]] = {
    Format.JSONL: _as_jsonl,
    Format.CSV: _as_csv,
    Format.PARQUET: _as_parquet,
}
