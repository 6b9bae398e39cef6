"""Spaces: each embedding model has one, with a table of vectors of its own; searches read the active one.

Here is what becomes of them: building, active, retired, dropped. Their indexes are in ``vector_indexes.py``, what is
in their tables is the matter of ``vectors.py``.
"""

from __future__ import annotations

from dataclasses import replace

import sqlalchemy as sa
from sqlalchemy import Connection, Engine

from aibox_assets.domain.errors import ConfigurationError
from aibox_assets.domain.models import EmbeddingModelSpec
from aibox_assets.stores.chosen_models import ChosenModels, choose_models
from aibox_assets.stores.database import transaction
from aibox_assets.stores.space_records import (
    Space,
    SpaceState,
    count_missing,
    describe_spec,
    gives_same_vectors,
    lock_space,
    read_space,
    space_of,
)
from aibox_assets.stores.tables import spaces

MAX_DIMENSION = 4000
"""Most dimensions that an HNSW index takes (as half precision; 2,000 in full precision)."""

_CHANGES = 0x73_70_61_63_65  # "space": one change of the spaces at a time


class SpaceStore:
    """The table ``spaces``. Every verb may be repeated."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def all(self) -> list[Space]:
        """Every space, the oldest first."""
        with transaction(self._engine) as connection:
            return [space_of(row) for row in connection.execute(sa.select(spaces).order_by(spaces.c.id))]

    def active(self) -> Space | None:
        """The space that searches read; None before the first."""
        with transaction(self._engine) as connection:
            return read_space(connection, SpaceState.ACTIVE)

    def building(self) -> Space | None:
        """The space that is being filled."""
        with transaction(self._engine) as connection:
            return read_space(connection, SpaceState.BUILDING)

    def use_model(self, spec: EmbeddingModelSpec) -> Space:
        """The space that vectors of *spec* are written to, made where there is none.

        That is the active one where it is of this model, and where there is none with vectors; else one that is being
        built beside it. For writers only: a question must never change which spaces there are.

        :raises ConfigurationError: one of a third model is being built (:meth:`abandon`), or the dimension is too high.
        """
        with transaction(self._engine) as connection:
            _lock_changes(connection)
            active = read_space(connection, SpaceState.ACTIVE)
            if active is not None and gives_same_vectors(active.spec, spec):
                # Stored vectors do not depend on the prefix of questions.
                update = sa.update(spaces).where(spaces.c.id == active.id)
                connection.execute(
                    update.where(spaces.c.query_prefix != spec.query_prefix).values(
                        query_prefix=spec.query_prefix
                    )
                )
                return replace(active, spec=spec)
            if active is None:
                return _add(connection, spec, SpaceState.ACTIVE)
            lock_space(connection, active, exclusive=True)
            if not _has_vectors(connection, active):
                _remove(connection, active)
                return _add(connection, spec, SpaceState.ACTIVE)
            building = read_space(connection, SpaceState.BUILDING)
            if building is None:
                return _build(connection, spec)
            if not gives_same_vectors(building.spec, spec):
                raise _being_made(building)
            return building

    def drop_active(self) -> int:
        """Remove the active space with its vectors; how many these were. Chunks stay, and are found by word.

        Afterwards every file is to be embedded again. Without an active space: nothing.
        """
        with transaction(self._engine) as connection:
            _lock_changes(connection)
            active = read_space(connection, SpaceState.ACTIVE)
            if active is None:
                return 0
            lock_space(connection, active, exclusive=True)
            count = int(connection.scalar(sa.text(f"SELECT count(*) FROM {active.table}")) or 0)  # noqa: S608
            _remove(connection, active)
            return count

    def abandon(self, spec: EmbeddingModelSpec) -> Space | None:
        """Stop building a space that is of another model than *spec*, which is wanted now; it keeps what it has."""
        with transaction(self._engine) as connection:
            building = read_space(connection, SpaceState.BUILDING)
            if building is None or gives_same_vectors(building.spec, spec):
                return None
            _lock_changes(connection)
            lock_space(connection, building, exclusive=True)
            return _set_state(connection, building, SpaceState.RETIRED)

    def files_missing(self, space: Space, limit: int) -> list[str]:
        """Files that count as embedded and have a chunk without a vector in *space*."""
        query = f"""SELECT w.file_id FROM aibox.work w WHERE w.asset = 'embeddings' AND w.state = 'finished'
            AND EXISTS (SELECT FROM aibox.chunks c WHERE c.file_id = w.file_id
                AND NOT EXISTS (SELECT FROM {space.table} v WHERE v.chunk_id = c.chunk_id)) LIMIT :limit"""  # noqa: S608
        with transaction(self._engine) as connection:
            return list(connection.scalars(sa.text(query), {"limit": limit}))

    def count_missing(self, space: Space, most: int | None = None) -> int:
        """How many chunks, *most* at most, have no vector in *space*, without files that failed for good."""
        with transaction(self._engine) as connection:
            return count_missing(connection, space, most)

    def activate(self, space: Space) -> Space:
        """Let searches and writers use *space* from now on; the active one is retired with its vectors.

        :raises ConfigurationError: a chunk has no vector in it (:meth:`count_missing`), or it was dropped.
        """
        with transaction(self._engine) as connection:
            _lock_changes(connection)
            return _switch(connection, space, whole=True)

    def last_retired(self) -> Space | None:
        """The space that was active before."""
        with transaction(self._engine) as connection:
            return _last_retired(connection)

    def rollback(self, chosen: str | None = None) -> Space:
        """Activate again what was active before.

        Chunks that came since have no vector there; they are found by word until they are embedded again
        (see :meth:`count_missing`).

        :param chosen: the name of its model, which the installation uses from the same moment on.
        :raises ConfigurationError: nothing was active before.
        """
        with transaction(self._engine) as connection:
            _lock_changes(connection)
            before = _last_retired(connection)
            if before is None:
                raise ConfigurationError(
                    "No other embedding model was active before.", "There is nothing to do."
                )
            choose_models(connection, ChosenModels(embedding=chosen))
            return _switch(connection, before, whole=False)

    def drop_retired(self, days: float, *, dry_run: bool = False) -> int:
        """Remove what has been retired for so many days; how many spaces went.

        :param dry_run: only count.
        """
        old = sa.text(
            """SELECT r.* FROM aibox.spaces r JOIN aibox.spaces a ON a.state = 'active'
            WHERE r.state = 'retired' AND a.activated_at < now() - make_interval(secs => 86400 * :days)"""
        )
        with transaction(self._engine) as connection:
            there = len(connection.execute(old, {"days": days}).all())
            if dry_run or not there:
                return there
            _lock_changes(connection)
            found = list(map(space_of, connection.execute(old, {"days": days})))
            for space in found:
                lock_space(connection, space, exclusive=True)
                _remove(connection, space)
            return len(found)


def _last_retired(connection: Connection) -> Space | None:
    retired = sa.select(spaces).where(
        spaces.c.state == SpaceState.RETIRED, spaces.c.activated_at.is_not(None)
    )
    row = connection.execute(retired.order_by(spaces.c.activated_at.desc()).limit(1)).first()
    return None if row is None else space_of(row)


def _being_made(space: Space) -> ConfigurationError:
    return ConfigurationError(
        f"Vectors of {describe_spec(space.spec)} are being made.",
        "Let that end, or go back with 'aibox models rollback'.",
    )


def _lock_changes(connection: Connection) -> None:
    # Dropping a table locks ``chunks`` against its readers, and whoever waits for that keeps later ones waiting:
    # better to give up than to stop every search behind one long reader, such as a backup.
    connection.execute(sa.text("SET LOCAL lock_timeout = '30s'"))
    connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_CHANGES)))


def _add(connection: Connection, spec: EmbeddingModelSpec, state: SpaceState) -> Space:
    if not 1 <= spec.dimension <= MAX_DIMENSION:
        raise ConfigurationError(
            f"Embedding model {spec.name} has {spec.dimension} dimensions; 1 to {MAX_DIMENSION} can be indexed.",
            "Set AIBOX_EMBEDDING_MODEL to a smaller model.",
        )
    insert = sa.insert(spaces).values(
        name=spec.name,
        revision=spec.revision,
        dimension=spec.dimension,
        query_prefix=spec.query_prefix,
        passage_prefix=spec.passage_prefix,
        state=state,
        activated_at=sa.func.now() if state is SpaceState.ACTIVE else None,
    )
    space = Space(int(connection.scalars(insert.returning(spaces.c.id)).one()), spec, state)
    create_table(connection, space)
    return space


def create_table(connection: Connection, space: Space) -> None:
    """Make the table of a space's vectors."""
    connection.execute(
        sa.text(
            f"CREATE TABLE {space.table} (chunk_id text PRIMARY KEY REFERENCES aibox.chunks ON DELETE CASCADE, "
            f"embedding {space.vector_type} NOT NULL)"
        )
    )


def _build(connection: Connection, spec: EmbeddingModelSpec) -> Space:
    """A space to fill: the retired one of *spec* with what it has, or a new one."""
    retired = sa.select(spaces).where(spaces.c.state == SpaceState.RETIRED)
    for row in connection.execute(retired.order_by(spaces.c.activated_at.desc(), spaces.c.id)):
        if gives_same_vectors(space_of(row).spec, spec):
            return _set_state(connection, space_of(row), SpaceState.BUILDING)
    return _add(connection, spec, SpaceState.BUILDING)


def _has_vectors(connection: Connection, space: Space) -> bool:
    return bool(connection.scalar(sa.text(f"SELECT EXISTS (SELECT FROM {space.table})")))  # noqa: S608


def _remove(connection: Connection, space: Space) -> None:
    # As its readers do, ``chunks`` first: else each would wait for the other.
    connection.execute(sa.text("LOCK TABLE aibox.chunks IN ACCESS EXCLUSIVE MODE"))
    connection.execute(sa.text(f"DROP TABLE IF EXISTS {space.table}"))
    connection.execute(sa.delete(spaces).where(spaces.c.id == space.id))


def _switch(connection: Connection, space: Space, *, whole: bool) -> Space:
    active = read_space(connection, SpaceState.ACTIVE)
    if active is not None and active.id == space.id:
        return active
    # From here on no writer of the active space can add a chunk, so that what is counted stays.
    if active is not None:
        lock_space(connection, active, exclusive=True)
    if lock_space(connection, space, exclusive=True) is None:
        raise ConfigurationError(
            f"The vectors of {describe_spec(space.spec)} were dropped.", "Make them again."
        )
    if whole and (missing := count_missing(connection, space)):
        raise ConfigurationError(
            f"{missing} chunks have no vector of {describe_spec(space.spec)} yet.",
            "Wait until they are made.",
        )
    if active is not None:
        _set_state(connection, active, SpaceState.RETIRED)
    return _set_state(connection, space, SpaceState.ACTIVE)


def _set_state(connection: Connection, space: Space, state: SpaceState) -> Space:
    values = {"state": state} | ({"activated_at": sa.func.now()} if state is SpaceState.ACTIVE else {})
    connection.execute(sa.update(spaces).where(spaces.c.id == space.id).values(values))
    return replace(space, state=state)
