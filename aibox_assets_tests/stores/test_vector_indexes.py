"""Indexes of vectors: built late, and built again, against a real Postgres."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
import sqlalchemy as sa
from sqlalchemy import Engine

from aibox_assets.domain.models import hash_text
from aibox_assets.stores.database import transaction
from aibox_assets.stores.space_records import Space
from aibox_assets.stores.spaces import SpaceStore
from aibox_assets.stores.tables import work
from aibox_assets.stores.vector_indexes import LOADING_FILES, ensure_indexes, index_name
from aibox_assets.stores.vectors import FileEmbeddings, VectorStore
from aibox_assets_tests.stores.documents import SPEC, add_files, chunk_of, fill, unit_vectors

pytestmark = pytest.mark.integration

ROWS = 50


@pytest.fixture
def space(engine: Engine) -> Space:
    """An active space with 50 vectors."""
    space = SpaceStore(engine).use_model(SPEC)
    add_files(engine, "a")
    chunks = [chunk_of("a", n, f"text {n}") for n in range(ROWS)]
    VectorStore(engine).replace_files(space, [FileEmbeddings("a", chunks, unit_vectors(ROWS))])
    return space


def definition(engine: Engine, space: Space) -> str | None:
    """The valid index of the space."""
    query = """SELECT pg_get_indexdef(indexrelid) FROM pg_index
        WHERE indexrelid = to_regclass(:name) AND indisvalid"""
    with transaction(engine) as connection:
        return connection.scalar(sa.text(query), {"name": index_name(space)})


def test_a_large_table_gets_its_index_once(engine: Engine, space: Space) -> None:
    assert ensure_indexes(engine, rows=ROWS + 1) == []
    assert definition(engine, space) is None
    assert ensure_indexes(engine, rows=ROWS) == [space]
    assert ensure_indexes(engine, rows=ROWS) == []
    found = definition(engine, space)
    assert found is not None
    assert "halfvec_cosine_ops" in found


def test_the_index_in_full_precision_goes_when_the_other_comes(engine: Engine, space: Space) -> None:
    name = f"vectors_{space.id}_hnsw"
    with transaction(engine) as connection:
        connection.execute(
            sa.text(f"CREATE INDEX {name} ON {space.table} USING hnsw (embedding vector_cosine_ops)")
        )
    assert ensure_indexes(engine, rows=ROWS) == [space]
    with transaction(engine) as connection:
        assert connection.scalar(sa.text(f"SELECT to_regclass('aibox.{name}')")) is None


def test_a_dropped_index_comes_back(engine: Engine, space: Space) -> None:
    ensure_indexes(engine, rows=ROWS)
    with transaction(engine) as connection:
        connection.execute(sa.text(f"DROP INDEX {index_name(space)}"))
    assert ensure_indexes(engine, rows=ROWS) == [space]
    assert definition(engine, space) is not None


def test_what_a_build_left_that_was_cut_short_is_built_anew(engine: Engine, space: Space) -> None:
    ensure_indexes(engine, rows=ROWS)
    with transaction(engine) as connection:
        connection.execute(
            sa.text("UPDATE pg_index SET indisvalid = false WHERE indexrelid = to_regclass(:name)"),
            {"name": index_name(space)},
        )
    assert ensure_indexes(engine, rows=ROWS) == [space]
    assert definition(engine, space) is not None


def test_two_that_look_at_once_build_once(engine: Engine, space: Space) -> None:
    with ThreadPoolExecutor(4) as pool:
        built = [done.result() for done in [pool.submit(ensure_indexes, engine, rows=ROWS) for _ in range(4)]]
    assert sorted(built, key=len)[-1] == [space]
    assert sum(map(len, built)) == 1


def test_the_index_waits_for_the_end_of_a_load(engine: Engine, space: Space) -> None:
    keys = [f"new {n}" for n in range(LOADING_FILES)]
    add_files(engine, *keys)
    with transaction(engine) as connection:
        rows = [
            {"file_id": key, "asset": asset, "owner_id": "ann", "seq": 1}
            for key in keys
            for asset in ("chunks", "embeddings")
        ]
        connection.execute(sa.insert(work), rows)
    assert ensure_indexes(engine, rows=ROWS) == []
    # A table that is large already is searched meanwhile, and cannot wait.
    assert ensure_indexes(engine, rows=2) == [space]
    with transaction(engine) as connection:
        connection.execute(sa.text(f"DROP INDEX {index_name(space)}"))
        connection.execute(sa.update(work).where(work.c.asset == "chunks").values(state="failed"))
    assert ensure_indexes(engine, rows=ROWS) == [space]


def test_a_space_that_is_being_built_gets_its_index_when_it_is_whole(engine: Engine, space: Space) -> None:
    with transaction(engine) as connection:
        connection.execute(
            sa.insert(work).values(file_id="a", asset="embeddings", state="finished", owner_id="ann", seq=1)
        )
    other = SpaceStore(engine).use_model(replace(SPEC, name="other", dimension=2500))
    vectors = unit_vectors(ROWS, dimension=2500)
    by_hash = {hash_text(f"text {n}"): vectors[n] for n in range(ROWS)}
    fill(engine, other, dict(list(by_hash.items())[1:]))
    ensure_indexes(engine, rows=10)
    assert definition(engine, other) is None
    fill(engine, other, by_hash)
    assert ensure_indexes(engine, rows=10) == [other]
    found = definition(engine, other)
    assert found is not None
    assert "halfvec_cosine_ops" in found
