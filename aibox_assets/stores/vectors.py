"""Chunks with their vectors and words in Postgres, each file's swapped whole."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, cast

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray
from pgvector.psycopg import register_vector
from psycopg import Connection as PsycopgConnection
from psycopg.types.json import Jsonb
from sqlalchemy import Connection, Engine

from aibox_assets.domain.errors import ConfigurationError, PermanentError
from aibox_assets.domain.models import Chunk, EmbeddingModelSpec
from aibox_assets.domain.words import segment_words
from aibox_assets.stores.database import embedding_models, embeddings, files, transaction
from aibox_assets.stores.embedding_models import (
    MAX_DIMENSION,
    StoredModel,
    add_model,
    describe_spec,
    gives_same_vectors,
    lock_model,
    read_active_model,
    remove_model,
    require_active,
    update_query_prefix,
)
from aibox_assets.stores.fencing import Guard

_MODEL_LOCK = 0x6D_6F_64_65_6C  # "model"
_COLUMNS = (
    ("chunk_id", "text"), ("file_id", "text"), ("model_id", "int4"), ("ordinal", "int4"), ("text", "text"),
    ("text_hash", "text"), ("token_count", "int4"), ("char_start", "int4"), ("char_end", "int4"),
    ("page", "int4"), ("sheet", "text"), ("heading_path", "jsonb"), ("language", "text"), ("words", "text"),
    ("embedding", "vector"),
)  # fmt: skip
_NAMES = ", ".join(name for name, _ in _COLUMNS)
_PLACE = ("ordinal", "token_count", "char_start", "char_end", "page", "sheet", "language")
_CONTENT = ("file_id", "model_id", "text", "text_hash", "heading_path", "words", "embedding")


def _each(alias: str, columns: Sequence[str]) -> str:
    return ", ".join(f"{alias}.{column}" for column in columns)


def _set(alias: str, columns: Sequence[str]) -> str:
    return ", ".join(f"{column} = {alias}.{column}" for column in columns)


_STAGE = f"""CREATE TEMP TABLE incoming ON COMMIT DROP AS
    SELECT {_NAMES.replace("words", "NULL::text AS words")} FROM aibox.embeddings WITH NO DATA"""  # noqa: S608
_FOREIGN = """SELECT i.chunk_id, i.file_id, e.file_id FROM incoming i JOIN aibox.embeddings e USING (chunk_id)
    WHERE e.file_id <> i.file_id LIMIT 1"""
_REMOVE = """DELETE FROM aibox.embeddings e WHERE e.file_id = ANY(:ids)
    AND NOT EXISTS (SELECT FROM incoming i WHERE i.chunk_id = e.chunk_id)"""
# A chunk that only moved must not touch its indexed columns: HNSW takes milliseconds for a row, and a vector
# that is set anew counts as changed even when it is equal. The content is rewritten where it really differs.
_MOVE = f"""UPDATE aibox.embeddings e SET {_set("i", _PLACE)} FROM incoming i WHERE e.chunk_id = i.chunk_id
    AND ({_each("e", _PLACE)}) IS DISTINCT FROM ({_each("i", _PLACE)})"""  # noqa: S608
_UPSERT = f"""INSERT INTO aibox.embeddings AS e ({_NAMES})
    SELECT {_NAMES.replace("words", "to_tsvector('pg_catalog.english', words)")} FROM incoming
    ON CONFLICT (chunk_id) DO UPDATE SET {_set("excluded", _CONTENT)}
    WHERE ({_each("e", _CONTENT)}) IS DISTINCT FROM ({_each("excluded", _CONTENT)})"""  # noqa: S608


@dataclass(frozen=True, slots=True, eq=False)
class FileEmbeddings:
    """The new version of one file.

    :ivar chunks: all of the file's chunks; none means that it has no text any more.
    :ivar vectors: float32, shape (chunks, dimension), row by row for the chunks.
    """

    file_id: str
    chunks: Sequence[Chunk]
    vectors: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class VectorCheck:
    """What is stored for one file, for an asset check.

    :ivar chunks: rows of the file.
    :ivar vectors: rows whose vector is of the active model.
    :ivar wrong_dimension: rows whose vector is not of its model's dimension.
    :ivar norm_min: smallest Euclidean norm, None without rows.
    """

    chunks: int
    vectors: int
    wrong_dimension: int
    norm_min: float | None
    norm_max: float | None


class VectorStore:
    """The table ``embeddings`` and the model that its vectors are of."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def active_model(self) -> StoredModel | None:
        """The model of the stored vectors; None before the first."""
        with transaction(self._engine) as connection:
            return read_active_model(connection)

    def activate_model(self, spec: EmbeddingModelSpec) -> StoredModel:
        """Make *spec* the model of all vectors, with an index of its dimension. Again with the same: nothing.

        :raises ConfigurationError: vectors of another model are stored, or its dimension is out of range.
        """
        if not 1 <= spec.dimension <= MAX_DIMENSION:
            raise ConfigurationError(
                f"Embedding model {spec.name} has {spec.dimension} dimensions; "
                f"1 to {MAX_DIMENSION} can be indexed.",
                "Set AIBOX_EMBEDDING_MODEL to a smaller model.",
            )
        with transaction(self._engine) as connection:
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_MODEL_LOCK)))
            stored = read_active_model(connection)
            if stored is not None and gives_same_vectors(stored.spec, spec):
                if stored.spec != spec:
                    update_query_prefix(connection, stored.id, spec.query_prefix)
                return StoredModel(stored.id, spec)
            if stored is not None:
                # Keeps writers of the old model out until this transaction ends.
                connection.execute(lock_model(stored.id, exclusive=True))
                if connection.scalar(sa.select(sa.exists().select_from(embeddings))):
                    raise ConfigurationError(
                        f"The stored vectors are of {describe_spec(stored.spec)}, not of {describe_spec(spec)}.",
                        f"Run 'aibox models use {spec.name} --reembed', which drops the stored vectors and "
                        f"embeds every file again, or set AIBOX_EMBEDDING_MODEL back to {stored.spec.name}.",
                    )
                remove_model(connection, stored.id)
            return add_model(connection, spec)

    def drop_model(self) -> int:
        """Remove the active model with all vectors and its index; the number of vectors that went.

        Afterwards every file is to be embedded again. Without an active model: nothing.
        """
        with transaction(self._engine) as connection:
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_MODEL_LOCK)))
            stored = read_active_model(connection)
            if stored is None:
                return 0
            connection.execute(lock_model(stored.id, exclusive=True))
            dropped = connection.execute(sa.delete(embeddings)).rowcount
            remove_model(connection, stored.id)
            return dropped

    def known_vectors(self, model: StoredModel, text_hashes: Sequence[str]) -> dict[str, NDArray[np.float32]]:
        """Vectors of *model* that are already stored for texts of these hashes, in whichever file they stand.

        :returns: hash → float32, shape (dimension,), read-only; hashes without a vector are left out.
        """
        query = """SELECT DISTINCT ON (text_hash) text_hash, embedding FROM aibox.embeddings
            WHERE model_id = %s AND text_hash = ANY(%s)"""
        with transaction(self._engine) as connection, _driver(connection).cursor(binary=True) as cursor:
            rows = cursor.execute(query, (model.id, list(set(text_hashes)))).fetchall()
        return {text_hash: vector.to_numpy() for text_hash, vector in rows}

    def replace_files(
        self, model: StoredModel, entries: Sequence[FileEmbeddings], *, guard: Guard | None = None
    ) -> frozenset[str]:
        """Swap the old version of each file for the new one, all in one transaction.

        Readers see the old or the new, never none and never a mix. Files that were deleted meanwhile are left
        out. Rows that did not change are not written.

        :returns: the ids of the files that were written.
        :raises ConfigurationError: *model* is not the active one any more.
        :raises ValueError: vectors do not fit the chunks or the model, or are not finite.
        """
        rows = [row for entry in entries for row in _rows(model, entry)]
        ids = sorted({entry.file_id for entry in entries})
        with transaction(self._engine) as connection:
            if guard is not None:
                guard(connection)
            require_active(connection, model)
            # In the order of the ids, so that two batches with common files wait and do not deadlock.
            lock = sa.select(files.c.id).where(files.c.id.in_(ids)).order_by(files.c.id)
            present = frozenset(connection.scalars(lock.with_for_update(key_share=True)))
            connection.execute(sa.text(_STAGE))
            _copy(_driver(connection), [row for row in rows if row[1] in present])
            if foreign := connection.execute(sa.text(_FOREIGN)).first():
                raise PermanentError(
                    f"Chunk id {foreign[0]} of file {foreign[1]} is already used by file {foreign[2]}.",
                    "Rename one of the two files: chunk ids come from a file's path and text.",
                )
            connection.execute(sa.text(_REMOVE), {"ids": sorted(present)})
            connection.execute(sa.text(_MOVE))
            connection.execute(sa.text(_UPSERT))
        return present

    def delete_files(self, ids: Sequence[str]) -> int:
        """Remove the chunks and vectors of these files; the number that went. Again: nothing."""
        with transaction(self._engine) as connection:
            return connection.execute(sa.delete(embeddings).where(embeddings.c.file_id.in_(ids))).rowcount

    def counts(self, ids: Sequence[str]) -> dict[str, int]:
        """Stored chunks per file; 0 for a file without any."""
        query = (
            sa.select(embeddings.c.file_id, sa.func.count())
            .where(embeddings.c.file_id.in_(ids))
            .group_by(embeddings.c.file_id)
        )
        with transaction(self._engine) as connection:
            found = {row[0]: row[1] for row in connection.execute(query)}
        return {file_id: found.get(file_id, 0) for file_id in ids}

    def verify(self, file_ids: Collection[str]) -> dict[str, VectorCheck]:
        """Measure what is stored for each of the files."""
        vector = embeddings.c.embedding
        norm = sa.func.vector_norm(vector)
        query = (
            sa.select(
                embeddings.c.file_id,
                sa.func.count(),
                sa.func.count().filter(embedding_models.c.active),
                sa.func.count().filter(sa.func.vector_dims(vector) != embedding_models.c.dimension),
                sa.func.min(norm),
                sa.func.max(norm),
            )
            .select_from(embeddings.join(embedding_models))
            .where(embeddings.c.file_id.in_(list(file_ids)))
            .group_by(embeddings.c.file_id)
        )
        with transaction(self._engine) as connection:
            found = {row[0]: VectorCheck(*row[1:]) for row in connection.execute(query)}
        return {id_: found.get(id_, VectorCheck(0, 0, 0, None, None)) for id_ in file_ids}


def _rows(model: StoredModel, entry: FileEmbeddings) -> list[tuple[Any, ...]]:
    vectors = np.ascontiguousarray(entry.vectors, dtype=np.float32)
    expected = (len(entry.chunks), model.spec.dimension)
    if entry.chunks and vectors.shape != expected:
        raise ValueError(f"Vectors of file {entry.file_id} have shape {vectors.shape}; expected {expected}.")
    if not np.isfinite(vectors).all():
        raise ValueError(f"A vector of file {entry.file_id} holds NaN or infinity.")
    return [
        (
            chunk.chunk_id, entry.file_id, model.id, chunk.ordinal, chunk.text, chunk.text_hash,
            chunk.token_count, chunk.char_start, chunk.char_end, chunk.page, chunk.sheet,
            Jsonb(list(chunk.heading_path)), chunk.language, _searchable(chunk), vector,
        )
        for chunk, vector in zip(entry.chunks, vectors, strict=True)
    ]  # fmt: skip


def _searchable(chunk: Chunk) -> str:
    """The words a chunk is found by: those of its headings and sheet too."""
    return " ".join(segment_words(" ".join((*chunk.heading_path, chunk.sheet or "", chunk.text))))


def _driver(connection: Connection) -> PsycopgConnection[Any]:
    """The psycopg connection beneath, knowing pgvector's binary format."""
    driver = cast("PsycopgConnection[Any]", connection.connection.driver_connection)
    register_vector(driver)
    return driver


def _copy(driver: PsycopgConnection[Any], rows: Sequence[tuple[Any, ...]]) -> None:
    statement = f"COPY incoming ({_NAMES}) FROM STDIN (FORMAT BINARY)"
    with driver.cursor() as cursor, cursor.copy(statement) as copy:
        copy.set_types([kind for _, kind in _COLUMNS])
        for row in rows:
            copy.write_row(row)
