"""Postgres as text, by COPY: the tables of our schema, whatever release of Postgres they are in.

Not ``pg_dump``, which refuses servers that are newer than itself, and whose file only the same or a newer server takes.
"""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from contextlib import contextmanager
from graphlib import TopologicalSorter
from pathlib import Path
from typing import IO, Any, Final

from psycopg import Connection, sql

from aibox_assets.local.backup.archive import Progress, Table

AnyConnection = Connection[tuple[Any, ...]]

# Who may write, what waits for a probe, whose answers are repeated: of the moment only. Names: a trigger fills them.
_LEFT_OUT: Final = ("alembic_version", "steps", "pauses", "repeatable_requests", "file_names")
_TABLES: Final = """
SELECT c.relname, array_agg(a.attname::text ORDER BY a.attnum)
FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
WHERE c.relnamespace = 'aibox'::regnamespace AND c.relkind = 'r' AND a.attgenerated = '' GROUP BY c.relname"""
_REFERENCES: Final = """
SELECT DISTINCT conrelid::regclass::text, confrelid::regclass::text FROM pg_constraint
WHERE contype = 'f' AND connamespace = 'aibox'::regnamespace AND conrelid <> confrelid"""
_SEQUENCES: Final = """
SELECT c.relname, a.attname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
WHERE c.relnamespace = 'aibox'::regnamespace AND c.relkind = 'r' AND a.attidentity <> ''"""


def dump(connection: AnyConnection, folder: Path, progress: Progress) -> list[Table]:
    """Write every table into *folder*, as ``NAME.copy.gz``; they can be filled in the order of the answer."""
    tables = []
    found: dict[str, list[str]] = dict(connection.execute(_TABLES).fetchall())
    order: TopologicalSorter[str] = TopologicalSorter(dict.fromkeys(found, ()))
    for table, other in connection.execute(_REFERENCES).fetchall():
        order.add(table.rpartition(".")[2], other.rpartition(".")[2])
    names = [name for name in order.static_order() if name not in _LEFT_OUT]
    for done, name in enumerate(names):
        progress("database", done, len(names))
        columns = tuple(found[name])
        statement = sql.SQL("COPY {} ({}) TO STDOUT").format(_name(name), _columns(columns))
        with _zipped(folder / f"{name}.copy.gz", "wb") as file, connection.cursor() as cursor:
            with cursor.copy(statement) as copy:
                for data in copy:
                    file.write(data)
            tables.append(Table(name, columns, cursor.rowcount))
    progress("database", len(names), len(names))
    return tables


def load(connection: AnyConnection, table: Table, file: IO[bytes]) -> None:
    """Fill an empty table."""
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(_name(table.name), _columns(table.columns))
    with gzip.open(file, "rb") as data, connection.cursor() as cursor:
        with cursor.copy(statement) as copy:
            while piece := data.read(2**16):
                copy.write(piece)
        assert cursor.rowcount == table.rows


def set_sequences(connection: AnyConnection) -> None:
    """Let numbers go on behind the largest that was loaded."""
    for table, column in connection.execute(_SEQUENCES).fetchall():
        connection.execute(
            sql.SQL(
                "SELECT setval(pg_get_serial_sequence({}, {}), coalesce(max({}), 0) + 1, false) FROM {}"
            ).format(sql.Literal(f"aibox.{table}"), sql.Literal(column), sql.Identifier(column), _name(table))
        )


@contextmanager
def _zipped(path: Path, mode: str) -> Iterator[IO[bytes]]:
    with path.open(mode) as raw, gzip.GzipFile(fileobj=raw, mode=mode, compresslevel=3) as file:
        yield file  # type: ignore[misc]  # a GzipFile reads and writes bytes


def _name(table: str) -> sql.Identifier:
    return sql.Identifier("aibox", table)


def _columns(names: tuple[str, ...]) -> sql.Composed:
    return sql.SQL(", ").join(map(sql.Identifier, names))
