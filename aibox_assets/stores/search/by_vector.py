"""The chunks whose vectors are nearest to the question's."""

from __future__ import annotations

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray
from pgvector import Vector
from sqlalchemy import Connection

from aibox_assets.domain.errors import ConfigurationError
from aibox_assets.stores.search.scope import Scope
from aibox_assets.stores.space_records import Space

EXPLORED = 3
"""Vectors that the index keeps in view for each that is wanted: with 1, it missed 5 of 100 of the ten nearest."""

_BY_VECTOR = """
SELECT v.chunk_id, v.embedding::{type} <=> CAST(:vector AS {type}) AS distance
FROM {table} v {scope} ORDER BY distance LIMIT :candidates"""


def bind_vector(space: Space, vector: NDArray[np.float32]) -> str:
    """A vector as a statement takes it.

    :raises ConfigurationError: it is not of the dimension of *space*.
    """
    if vector.shape != (space.spec.dimension,):
        raise ConfigurationError(
            f"The query's vector has shape {vector.shape}; the stored ones are of {space.spec.name} "
            f"and have {space.spec.dimension} dimensions.",
            "Restart, so that the query is embedded by the active model.",
        )
    return Vector(vector).to_text()


def rank_by_vector(
    connection: Connection, space: Space, vector: str, scope: Scope, candidates: int
) -> list[str]:
    """The ids of the nearest chunks, nearest first."""
    statement = _statement(space, scope.as_filter if scope.found else scope.sql)
    parameters = {"vector": vector, "candidates": candidates, **scope.parameters}
    # The scan goes on until enough rows pass the filter, in exact order of distance.
    explored = min(EXPLORED * candidates, 1000)
    connection.execute(
        sa.text(f"SET LOCAL hnsw.iterative_scan = strict_order; SET LOCAL hnsw.ef_search = {explored}")
    )
    rows = connection.execute(statement, parameters).all()
    if scope.sql and len(rows) < candidates:
        # The scan stops after hnsw.max_scan_tuples: an owner of few files among many gets an exact search.
        connection.execute(sa.text("SET LOCAL enable_indexscan = off"))
        rows = connection.execute(_statement(space, scope.sql), parameters).all()
        connection.execute(sa.text("SET LOCAL enable_indexscan = on"))
    return [row.chunk_id for row in sorted(rows, key=lambda row: (row.distance, row.chunk_id))]


def _statement(space: Space, condition: str) -> sa.TextClause:
    joined = f"JOIN aibox.chunks c USING (chunk_id) WHERE true {condition}" if condition else ""
    return sa.text(_BY_VECTOR.format(table=space.table, type=space.indexed_type, scope=joined))
