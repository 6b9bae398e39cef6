"""What a space is, and how a transaction reads it and holds it in its state."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from aibox_assets.domain.errors import ConfigurationError
from aibox_assets.domain.models import EmbeddingModelSpec
from aibox_assets.stores.tables import spaces


class SpaceState(StrEnum):
    """What a space is for."""

    BUILDING = "building"
    """Being filled; nobody reads it."""
    ACTIVE = "active"
    """New versions of files are written to it, and searches read it."""
    RETIRED = "retired"
    """Kept as it was when another one took its place."""


@dataclass(frozen=True, slots=True)
class Space:
    """One embedding model and the table of its vectors."""

    id: int
    spec: EmbeddingModelSpec
    state: SpaceState

    @property
    def table(self) -> str:
        """Its table, as SQL."""
        return f"aibox.vectors_{int(self.id)}"

    @property
    def vector_type(self) -> str:
        """The SQL type of its vectors: of so many dimensions in half precision."""
        return f"{'vector' if self.spec.dimension <= 2000 else 'halfvec'}({int(self.spec.dimension)})"

    @property
    def indexed_type(self) -> str:
        """The SQL type that its index compares: half the bytes to read for each vector, and the same ones are found."""
        return f"halfvec({int(self.spec.dimension)})"


def read_space(connection: Connection, state: SpaceState) -> Space | None:
    """The one space that is active or building."""
    row = connection.execute(sa.select(spaces).where(spaces.c.state == state)).first()
    return None if row is None else space_of(row)


def read_active(connection: Connection) -> Space | None:
    """The active space for a reader: its table stays until the transaction ends."""
    # Whoever drops a space's table takes this lock alone.
    connection.execute(sa.text("LOCK TABLE aibox.chunks IN ACCESS SHARE MODE"))
    return read_space(connection, SpaceState.ACTIVE)


def still_there(connection: Connection, space: Space) -> Space | None:
    """*space* in its present state for a reader, as :func:`read_active`; None when it was dropped."""
    connection.execute(sa.text("LOCK TABLE aibox.chunks IN ACCESS SHARE MODE"))
    row = connection.execute(sa.select(spaces).where(spaces.c.id == space.id)).first()
    return None if row is None else space_of(row)


def require_space(connection: Connection, space: Space) -> None:
    """Keep *space* until the transaction ends; for writers.

    :raises ConfigurationError: it was dropped.
    """
    if lock_space(connection, space, exclusive=False) is None:
        raise ConfigurationError(
            f"The vectors of {describe_spec(space.spec)} are not there any more.",
            "Restart the workers, so that they load the new one, and retry the file.",
        )


def require_active_among(connection: Connection, chosen: Sequence[Space]) -> None:
    """Keep all of *chosen* in their states until the transaction ends, one of them active; for writers.

    :raises ConfigurationError: none of them is active, or one was dropped.
    """
    states = [lock_space(connection, space, exclusive=False) for space in sorted(chosen, key=lambda s: s.id)]
    if SpaceState.ACTIVE not in states or None in states:
        named = " and ".join(describe_spec(space.spec) for space in chosen)
        raise ConfigurationError(
            f"Searches do not read the vectors of {named} any more.",
            "Workers follow by themselves; a worker on another machine needs the same settings.",
        )


def count_missing(connection: Connection, space: Space, most: int | None = None) -> int:
    """How many chunks have no vector in *space*, without files whose chunks or vectors failed for good.

    :param most: so many are counted.
    """
    query = f"""SELECT count(*) FROM (SELECT FROM aibox.chunks c
        WHERE NOT EXISTS (SELECT FROM {space.table} v WHERE v.chunk_id = c.chunk_id)
        AND NOT EXISTS (SELECT FROM aibox.work w WHERE w.file_id = c.file_id
            AND w.asset IN ('chunks', 'embeddings') AND w.state = 'failed')
        LIMIT :most) AS missing"""  # noqa: S608
    return int(connection.scalar(sa.text(query), {"most": most}) or 0)


def require_model(space: Space, spec: EmbeddingModelSpec) -> None:
    """
    :raises ConfigurationError: the vectors of *space* are of another model than *spec*.
    """
    if not gives_same_vectors(space.spec, spec):
        raise ConfigurationError(
            f"The stored vectors are of {describe_spec(space.spec)}, not of {describe_spec(spec)}.",
            "Put the model's files back as they were ('aibox models fetch'), or drop its vectors with "
            "'aibox models use NAME --reembed'.",
        )


def gives_same_vectors(one: EmbeddingModelSpec, other: EmbeddingModelSpec) -> bool:
    """Whether both give the same vectors for passages; the query's prefix has no part in that."""
    return replace(one, query_prefix="") == replace(other, query_prefix="")


def describe_spec(spec: EmbeddingModelSpec) -> str:
    """A model for an error message."""
    prefix = f", passage prefix {spec.passage_prefix!r}" if spec.passage_prefix else ""
    return f"embedding model {spec.name} (revision {spec.revision}, {spec.dimension} dimensions{prefix})"


def space_of(row: sa.Row[Any]) -> Space:
    """A row of the table."""
    spec = EmbeddingModelSpec(row.name, row.revision, row.dimension, row.query_prefix, row.passage_prefix)
    return Space(row.id, spec, SpaceState(row.state))


def lock_space(connection: Connection, space: Space, *, exclusive: bool) -> str | None:
    """The state of a space under a lock: shared by writers of its vectors, exclusive for a change of state."""
    query = sa.select(spaces.c.state).where(spaces.c.id == space.id)
    return connection.scalar(query.with_for_update(read=not exclusive))
