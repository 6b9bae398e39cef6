"""The embedding model that all stored vectors are of: one is active, with an index of its own."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy import Connection

from aibox_assets.domain.errors import ConfigurationError
from aibox_assets.domain.models import EmbeddingModelSpec
from aibox_assets.stores.database import embedding_models

MAX_DIMENSION = 4000
"""Most dimensions that an HNSW index takes (as half precision; 2,000 in full precision)."""


@dataclass(frozen=True, slots=True)
class StoredModel:
    """The active embedding model, as every vector refers to it."""

    id: int
    spec: EmbeddingModelSpec


def read_active_model(connection: Connection) -> StoredModel | None:
    """The active model, None before the first."""
    row = connection.execute(sa.select(embedding_models).where(embedding_models.c.active)).first()
    if row is None:
        return None
    spec = EmbeddingModelSpec(row.name, row.revision, row.dimension, row.query_prefix, row.passage_prefix)
    return StoredModel(row.id, spec)


def indexed_vector(dimension: int) -> str:
    """The SQL expression that a model's HNSW index is on; a query must say the same to use it.

    Source: pgvector's README, "Can I store vectors with different dimensions in the same column?".
    """
    return f"embedding::{'vector' if dimension <= 2000 else 'halfvec'}({int(dimension)})"


def add_model(connection: Connection, spec: EmbeddingModelSpec) -> StoredModel:
    """Make *spec* the active model, with an HNSW index of its dimension."""
    insert = sa.insert(embedding_models).values(
        name=spec.name,
        revision=spec.revision,
        dimension=spec.dimension,
        query_prefix=spec.query_prefix,
        passage_prefix=spec.passage_prefix,
        active=True,
    )
    model_id = int(connection.scalars(insert.returning(embedding_models.c.id)).one())
    expression = indexed_vector(spec.dimension)
    operators = "vector_cosine_ops" if spec.dimension <= 2000 else "halfvec_cosine_ops"
    connection.execute(
        sa.text(
            f"CREATE INDEX embeddings_hnsw_{model_id} ON aibox.embeddings "
            f"USING hnsw (({expression}) {operators}) WHERE model_id = {model_id}"
        )
    )
    return StoredModel(model_id, spec)


def remove_model(connection: Connection, model_id: int) -> None:
    """Forget a model and its index; none of its vectors may be left."""
    connection.execute(sa.text(f"DROP INDEX IF EXISTS aibox.embeddings_hnsw_{int(model_id)}"))
    connection.execute(sa.delete(embedding_models).where(embedding_models.c.id == model_id))


def update_query_prefix(connection: Connection, model_id: int, prefix: str) -> None:
    """Another prefix for questions; the stored vectors do not depend on it."""
    update = sa.update(embedding_models).where(embedding_models.c.id == model_id)
    connection.execute(update.values(query_prefix=prefix))


def lock_model(model_id: int, *, exclusive: bool) -> sa.Select[tuple[int]]:
    """Select an active model under a lock: shared by writers of its vectors, exclusive for its end."""
    query = sa.select(embedding_models.c.id).where(
        embedding_models.c.id == model_id, embedding_models.c.active
    )
    return query.with_for_update(read=not exclusive)


def require_active(connection: Connection, model: StoredModel) -> None:
    """Keep *model* active until the transaction ends.

    :raises ConfigurationError: it is not active any more.
    """
    if connection.scalar(lock_model(model.id, exclusive=False)) is None:
        raise ConfigurationError(
            f"{describe_spec(model.spec)} is not the active embedding model any more.",
            "Restart the workers, so that they load the new one, and retry the file.",
        )


def gives_same_vectors(one: EmbeddingModelSpec, other: EmbeddingModelSpec) -> bool:
    """Whether both give the same vectors for passages; the query's prefix has no part in that."""
    return (one.name, one.revision, one.dimension, one.passage_prefix) == (
        other.name, other.revision, other.dimension, other.passage_prefix,
    )  # fmt: skip


def describe_spec(spec: EmbeddingModelSpec) -> str:
    """A model for an error message."""
    prefix = f", passage prefix {spec.passage_prefix!r}" if spec.passage_prefix else ""
    return f"embedding model {spec.name} (revision {spec.revision}, {spec.dimension} dimensions{prefix})"
