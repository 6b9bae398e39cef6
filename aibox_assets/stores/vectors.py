"""Chunks with their words, and the vectors of each space, in Postgres; each file's are swapped whole.

Which space is active is the matter of ``spaces.py``.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, cast

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray
from pgvector.psycopg import register_vector
from psycopg import Connection as PsycopgConnection
from psycopg.types.json import Jsonb
from sqlalchemy import Connection, Engine
from sqlalchemy.dialects.postgresql import ARRAY

from aibox_assets.domain.errors import PermanentError
from aibox_assets.domain.models import Chunk
from aibox_assets.domain.words import segment_words
from aibox_assets.stores.database import plan_anew, transaction
from aibox_assets.stores.fencing import Guard
from aibox_assets.stores.space_records import (
    Space,
    read_active,
    require_active_among,
    require_space,
    still_there,
)
from aibox_assets.stores.tables import files

Vector = NDArray[np.float32]

_COLUMNS = (
    ("chunk_id", "text"), ("file_id", "text"), ("ordinal", "int4"), ("text", "text"), ("text_hash", "text"),
    ("token_count", "int4"), ("char_start", "int4"), ("char_end", "int4"), ("page", "int4"), ("sheet", "text"),
    ("heading_path", "jsonb"), ("language", "text"), ("words", "text"),
)  # fmt: skip
_NAMES = ", ".join(name for name, _ in _COLUMNS)
_PLACE = ("ordinal", "token_count", "char_start", "char_end", "page", "sheet", "language")
_CONTENT = ("file_id", "text", "text_hash", "heading_path", "words")


def _each(alias: str, columns: Sequence[str]) -> str:
    return ", ".join(f"{alias}.{column}" for column in columns)


def _set(alias: str, columns: Sequence[str]) -> str:
    return ", ".join(f"{column} = {alias}.{column}" for column in columns)


_STAGE = f"""CREATE TEMP TABLE incoming ON COMMIT DROP AS
    SELECT {_NAMES.replace("words", "NULL::text AS words")}, NULL::vector AS embedding, NULL::vector AS beside
    FROM aibox.chunks WITH NO DATA"""  # noqa: S608
_FOREIGN = """SELECT i.chunk_id, i.file_id, c.file_id FROM incoming i JOIN aibox.chunks c USING (chunk_id)
    WHERE c.file_id <> i.file_id LIMIT 1"""
_REMOVE = """DELETE FROM aibox.chunks c WHERE c.file_id = ANY(:ids)
    AND NOT EXISTS (SELECT FROM incoming i WHERE i.chunk_id = c.chunk_id)"""
# A chunk that only moved must not touch its indexed columns, for the index of words takes an entry for each word.
# The content is rewritten where it really differs, and so is a vector: HNSW takes milliseconds for each.
_MOVE = f"""UPDATE aibox.chunks c SET {_set("i", _PLACE)} FROM incoming i WHERE c.chunk_id = i.chunk_id
    AND ({_each("c", _PLACE)}) IS DISTINCT FROM ({_each("i", _PLACE)})"""  # noqa: S608
_UPSERT = f"""INSERT INTO aibox.chunks AS c ({_NAMES})
    SELECT {_NAMES.replace("words", "to_tsvector('pg_catalog.english', words)")} FROM incoming
    ON CONFLICT (chunk_id) DO UPDATE SET {_set("excluded", _CONTENT)}
    WHERE ({_each("c", _CONTENT)}) IS DISTINCT FROM ({_each("excluded", _CONTENT)})"""  # noqa: S608
_UPSERT_VECTORS = """INSERT INTO {table} AS v (chunk_id, embedding) SELECT chunk_id, {column} FROM incoming
    ON CONFLICT (chunk_id) DO UPDATE SET embedding = excluded.embedding
    WHERE v.embedding IS DISTINCT FROM excluded.embedding"""

_KNOWN = """SELECT DISTINCT ON (c.text_hash) c.text_hash, v.embedding::vector
    FROM aibox.chunks c JOIN {table} v USING (chunk_id) WHERE c.text_hash = ANY(%s)"""
_COUNTS = """SELECT c.file_id, count(*) FROM aibox.chunks c JOIN {table} v USING (chunk_id)
    WHERE c.file_id = ANY(:ids) GROUP BY c.file_id"""
_CHECKS = """SELECT c.file_id, count(*) AS chunks, count(v.chunk_id) AS vectors,
        min(vector_norm(v.embedding::vector)) AS norm_min, max(vector_norm(v.embedding::vector)) AS norm_max
    FROM aibox.chunks c LEFT JOIN {table} v USING (chunk_id) WHERE c.file_id = ANY(:ids) GROUP BY c.file_id"""


@dataclass(frozen=True, slots=True, eq=False)
class FileEmbeddings:
    """The new version of one file.

    :ivar chunks: all of the file's chunks; none means that it has no text any more.
    :ivar vectors: float32, shape (chunks, dimension), row by row for the chunks.
    :ivar beside: those of a second space, while one takes over from another.
    """

    file_id: str
    chunks: Sequence[Chunk]
    vectors: Vector
    beside: Vector | None = None


@dataclass(frozen=True, slots=True)
class VectorCheck:
    """What is stored for one file, for an asset check.

    :ivar chunks: rows of the file.
    :ivar vectors: those that have a vector in the active space.
    :ivar norm_min: smallest Euclidean norm, None without vectors.
    """

    chunks: int
    vectors: int
    norm_min: float | None
    norm_max: float | None


class VectorStore:
    """The table ``chunks`` and the spaces' tables of vectors."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def known_vectors(self, space: Space, text_hashes: Collection[str]) -> dict[str, Vector]:
        """Vectors in *space* that are already stored for texts of these hashes, in whichever file they stand.

        :returns: hash → float32, shape (dimension,), read-only; hashes without a vector are left out.
        """
        query = _KNOWN.format(table=space.table).encode()
        with transaction(self._engine) as connection:
            require_space(connection, space)
            with _driver(connection).cursor(binary=True) as cursor:
                rows = cursor.execute(query, (list(set(text_hashes)),)).fetchall()
        return {text_hash: vector.to_numpy() for text_hash, vector in rows}

    def replace_files(
        self,
        space: Space,
        entries: Sequence[FileEmbeddings],
        *,
        beside: Space | None = None,
        guard: Guard | None = None,
    ) -> frozenset[str]:
        """Swap the old version of each file for the new one, all in one transaction.

        Readers see the old or the new, never none and never a mix. Files that were deleted meanwhile are left
        out. Rows that did not change are not written.

        :param beside: a second space, which gets the entries' vectors of that name.
        :returns: the ids of the files that were written.
        :raises ConfigurationError: neither space is the active one any more.
        :raises ValueError: vectors do not fit the chunks or the space, or are not finite.
        """
        rows = [row for entry in entries for row in _rows(space, beside, entry)]
        filled = {"embedding": space} | ({"beside": beside} if beside is not None else {})
        with transaction(self._engine) as connection:
            plan_anew(connection)
            if guard is not None:
                guard(connection)
            require_active_among(connection, list(filled.values()))
            present = _lock_files(connection, [entry.file_id for entry in entries])
            connection.execute(sa.text(_STAGE))
            columns = (*_COLUMNS, ("embedding", "vector"), ("beside", "vector"))
            _copy(_driver(connection), columns, (row for row in rows if row[1] in present))
            if foreign := connection.execute(sa.text(_FOREIGN)).first():
                raise PermanentError(
                    f"Chunk id {foreign[0]} of file {foreign[1]} is already used by file {foreign[2]}.",
                    "Rename one of the two files: chunk ids come from a file's path and text.",
                )
            connection.execute(sa.text(_REMOVE), {"ids": sorted(present)})
            connection.execute(sa.text(_MOVE))
            connection.execute(sa.text(_UPSERT))
            for column, each in filled.items():
                connection.execute(sa.text(_UPSERT_VECTORS.format(table=each.table, column=column)))
        return present

    def delete_files(self, ids: Collection[str]) -> int:
        """Remove the chunks of these files and their vectors in every space; the number of chunks that went."""
        query = sa.text("DELETE FROM aibox.chunks WHERE file_id = ANY(:ids)")
        with transaction(self._engine) as connection:
            plan_anew(connection)
            present = _lock_files(connection, ids)
            return connection.execute(query, {"ids": sorted(present)}).rowcount

    def counts(self, ids: Collection[str]) -> dict[str, int]:
        """Vectors per file in the active space; 0 for a file without any."""
        found = {row[0]: row[1] for row in self._ask(_COUNTS, ids)}
        return {file_id: found.get(file_id, 0) for file_id in ids}

    def verify(self, ids: Collection[str], space: Space | None = None) -> dict[str, VectorCheck]:
        """Measure what is stored for each of the files, with the vectors of *space*; of the active one, by default."""
        found = {row[0]: VectorCheck(*row[1:]) for row in self._ask(_CHECKS, ids, space)}
        return {id_: found.get(id_, VectorCheck(0, 0, None, None)) for id_ in ids}

    def _ask(self, query: str, ids: Collection[str], space: Space | None = None) -> list[tuple[Any, ...]]:
        with transaction(self._engine) as connection:
            space = read_active(connection) if space is None else still_there(connection, space)
            if space is None:
                return []
            rows = connection.execute(sa.text(query.format(table=space.table)), {"ids": list(ids)})
            return [tuple(row) for row in rows]


def _lock_files(connection: Connection, ids: Collection[str]) -> frozenset[str]:
    """Keep other writers from these files until the transaction ends; the ids of those that are there."""
    # In the order of the ids, so that two batches with common files wait and do not deadlock.
    found = sa.select(files.c.id).where(files.c.id == sa.any_(sa.literal(list(ids), ARRAY(sa.Text))))
    return frozenset(connection.scalars(found.order_by(files.c.id).with_for_update(key_share=True)))


def _rows(space: Space, beside: Space | None, entry: FileEmbeddings) -> list[tuple[Any, ...]]:
    vectors = _fitting(space, entry, entry.vectors)
    others: Sequence[Vector | None] = [None] * len(entry.chunks)
    if beside is not None:
        if entry.beside is None:
            raise ValueError(f"File {entry.file_id} has no vectors for {beside.spec.name}.")
        others = list(_fitting(beside, entry, entry.beside))
    return [
        (
            chunk.chunk_id, entry.file_id, chunk.ordinal, chunk.text, chunk.text_hash,
            chunk.token_count, chunk.char_start, chunk.char_end, chunk.page, chunk.sheet,
            Jsonb(list(chunk.heading_path)), chunk.language, _searchable(chunk), vector, other,
        )
        for chunk, vector, other in zip(entry.chunks, vectors, others, strict=True)
    ]  # fmt: skip


def _fitting(space: Space, entry: FileEmbeddings, vectors: Vector) -> Vector:
    vectors = np.ascontiguousarray(vectors, dtype=np.float32)
    if entry.chunks:
        _require_fit(space, vectors, (len(entry.chunks), space.spec.dimension), f"file {entry.file_id}")
    return vectors


def _require_fit(space: Space, vectors: Vector, expected: tuple[int, ...], owner: str) -> None:
    if vectors.shape != expected:
        raise ValueError(
            f"The vectors of {owner} have shape {vectors.shape}; {expected} fits {space.spec.name}."
        )
    if not np.isfinite(vectors).all():
        raise ValueError(f"A vector of {owner} holds NaN or infinity.")


def _searchable(chunk: Chunk) -> str:
    """The words a chunk is found by: those of its headings and sheet too."""
    return " ".join(segment_words(" ".join((*chunk.heading_path, chunk.sheet or "", chunk.text))))


def _driver(connection: Connection) -> PsycopgConnection[Any]:
    """The psycopg connection beneath, knowing pgvector's binary format."""
    driver = cast("PsycopgConnection[Any]", connection.connection.driver_connection)
    register_vector(driver)
    return driver


def _copy(
    driver: PsycopgConnection[Any], columns: Sequence[tuple[str, str]], rows: Iterable[tuple[Any, ...]]
) -> None:
    statement = f"COPY incoming ({', '.join(name for name, _ in columns)}) FROM STDIN (FORMAT BINARY)"
    with driver.cursor() as cursor, cursor.copy(statement.encode()) as copy:
        copy.set_types([kind for _, kind in columns])
        for row in rows:
            copy.write_row(row)
