"""Vectors against a real Postgres; every verb is tried twice."""

from __future__ import annotations

import threading
from dataclasses import replace

import numpy as np
import pytest
import sqlalchemy as sa
from sqlalchemy import Connection, Engine

from aibox_assets.domain.errors import ConfigurationError, PermanentError
from aibox_assets.domain.models import EmbeddingModelSpec, hash_text
from aibox_assets.stores.database import embedding_models, embeddings, files
from aibox_assets.stores.embedding_models import StoredModel
from aibox_assets.stores.vectors import FileEmbeddings, VectorCheck, VectorStore
from aibox_assets_tests.stores.documents import (
    DIMENSION,
    SPEC,
    add_files,
    chunk_of,
    entry_of,
    unit_vectors,
)

pytestmark = pytest.mark.integration


@pytest.fixture
def store(engine: Engine) -> VectorStore:
    return VectorStore(engine)


@pytest.fixture
def model(store: VectorStore) -> StoredModel:
    return store.activate_model(SPEC)


def rows_of(engine: Engine) -> list[tuple[object, ...]]:
    """All rows with their physical place, so that a rewritten row is seen too."""
    query = sa.select(sa.literal_column("ctid::text"), embeddings).order_by(embeddings.c.chunk_id)
    with engine.connect() as connection:
        return [tuple(row) for row in connection.execute(query)]


def test_activating_a_model_twice_is_activating_it_once(store: VectorStore, engine: Engine) -> None:
    first = store.activate_model(SPEC)
    assert store.activate_model(SPEC) == first == store.active_model()
    with engine.connect() as connection:
        assert connection.scalar(sa.select(sa.func.count()).select_from(embedding_models)) == 1


def test_another_model_is_refused_while_vectors_are_stored(store: VectorStore, engine: Engine) -> None:
    model = store.activate_model(SPEC)
    add_files(engine, "a")
    store.replace_files(model, [entry_of("a", "one")])
    for other in (
        replace(SPEC, name="other"),
        replace(SPEC, revision="r2"),
        replace(SPEC, dimension=8),
        replace(SPEC, passage_prefix=""),
    ):
        with pytest.raises(ConfigurationError, match=f"aibox models use {other.name} --reembed"):
            store.activate_model(other)
    assert store.active_model() == model


def test_the_query_prefix_may_change_at_any_time(store: VectorStore, engine: Engine) -> None:
    model = store.activate_model(SPEC)
    add_files(engine, "a")
    store.replace_files(model, [entry_of("a", "one")])
    changed = store.activate_model(replace(SPEC, query_prefix="Q: "))
    assert changed.id == model.id
    assert store.active_model() == changed


def test_a_model_without_vectors_gives_way(store: VectorStore, engine: Engine) -> None:
    store.activate_model(SPEC)
    second = store.activate_model(replace(SPEC, name="other", dimension=8))
    assert store.active_model() == second
    with engine.connect() as connection:
        indexes = connection.scalars(
            sa.text("SELECT indexname FROM pg_indexes WHERE indexname LIKE '%hnsw%'")
        ).all()
    assert indexes == [f"embeddings_hnsw_{second.id}"]


@pytest.mark.parametrize("dimension", [0, 4001])
def test_a_dimension_that_no_index_takes_is_refused(store: VectorStore, dimension: int) -> None:
    with pytest.raises(ConfigurationError, match=str(dimension)):
        store.activate_model(replace(SPEC, dimension=dimension))


@pytest.mark.parametrize("dimension", [2000, 2001, 4000])
def test_large_dimensions_are_stored_in_full_precision(
    store: VectorStore, engine: Engine, dimension: int
) -> None:
    model = store.activate_model(EmbeddingModelSpec("large", "r1", dimension))
    add_files(engine, "a")
    vectors = unit_vectors(1, dimension=dimension)
    store.replace_files(model, [FileEmbeddings("a", [chunk_of("a", 0, "one")], vectors)])
    np.testing.assert_array_equal(
        store.known_vectors(model, [hash_text("one")])[hash_text("one")], vectors[0]
    )


def test_dropping_the_model_twice_leaves_nothing(
    store: VectorStore, engine: Engine, model: StoredModel
) -> None:
    add_files(engine, "a")
    store.replace_files(model, [entry_of("a", "one", "two")])
    assert [store.drop_model(), store.drop_model()] == [2, 0]
    assert store.active_model() is None
    with pytest.raises(ConfigurationError, match="not the active"):
        store.replace_files(model, [entry_of("a", "one")])
    other = store.activate_model(replace(SPEC, name="other"))
    assert other.id != model.id


def test_replacing_twice_leaves_identical_rows_in_place(
    store: VectorStore, engine: Engine, model: StoredModel
) -> None:
    add_files(engine, "a", "b")
    entries = [entry_of("a", "one", "two 北風電池"), entry_of("b", "three")]
    assert store.replace_files(model, entries) == {"a", "b"}
    before = rows_of(engine)
    assert store.replace_files(model, entries) == {"a", "b"}
    assert rows_of(engine) == before
    assert store.counts(["a", "b", "c"]) == {"a": 2, "b": 1, "c": 0}


def test_a_new_version_replaces_just_its_own_file(
    store: VectorStore, engine: Engine, model: StoredModel
) -> None:
    add_files(engine, "a", "b")
    store.replace_files(model, [entry_of("a", "one", "two"), entry_of("b", "two")])
    kept = [row for row in rows_of(engine) if row[2] == "b"]
    for _ in range(2):
        store.replace_files(model, [entry_of("a", "zero", "one", seed=1)])
        with engine.connect() as connection:
            found = connection.execute(
                sa.select(embeddings.c.text, embeddings.c.ordinal).where(embeddings.c.file_id == "a")
            )
            assert sorted(map(tuple, found)) == [("one", 1), ("zero", 0)]
        assert [row for row in rows_of(engine) if row[2] == "b"] == kept


def test_chunks_that_only_move_keep_their_index_entries(
    store: VectorStore, engine: Engine, model: StoredModel
) -> None:
    add_files(engine, "a")
    entry = entry_of("a", *(f"text {n}" for n in range(10)))
    store.replace_files(model, [entry])
    moved = [replace(chunk, ordinal=chunk.ordinal + 1, char_start=7, page=2) for chunk in entry.chunks]
    updated = sa.text(
        "SELECT pg_stat_get_xact_tuples_updated(t), pg_stat_get_xact_tuples_hot_updated(t) "
        "FROM (SELECT 'aibox.embeddings'::regclass) AS tables (t)"
    )
    counts: list[tuple[int, ...]] = []

    def count(connection: Connection) -> None:
        counts.append(tuple(connection.execute(updated).one()))

    sa.event.listen(engine, "commit", count)
    store.replace_files(model, [FileEmbeddings("a", moved, entry.vectors)])
    sa.event.remove(engine, "commit", count)
    # "Hot" updates make no new index entry.
    assert counts == [(10, 10)]
    before = rows_of(engine)
    store.replace_files(model, [FileEmbeddings("a", moved, entry.vectors)])
    assert rows_of(engine) == before
    with engine.connect() as connection:
        found = connection.execute(
            sa.select(embeddings.c.ordinal, embeddings.c.char_start, embeddings.c.page)
        )
        assert sorted(map(tuple, found)) == [(n, 7, 2) for n in range(1, 11)]


def test_a_file_that_became_empty_has_no_rows(store: VectorStore, engine: Engine, model: StoredModel) -> None:
    add_files(engine, "a")
    store.replace_files(model, [entry_of("a", "one")])
    for _ in range(2):
        store.replace_files(model, [FileEmbeddings("a", [], np.empty((0, DIMENSION), np.float32))])
        assert store.counts(["a"]) == {"a": 0}


def test_a_file_that_was_deleted_meanwhile_is_left_out(
    store: VectorStore, engine: Engine, model: StoredModel
) -> None:
    add_files(engine, "a")
    assert store.replace_files(model, [entry_of("a", "one"), entry_of("gone", "two")]) == {"a"}
    assert store.counts(["a", "gone"]) == {"a": 1, "gone": 0}


def test_a_guard_that_refuses_lets_nothing_be_written(
    store: VectorStore, engine: Engine, model: StoredModel
) -> None:
    add_files(engine, "a")
    store.replace_files(model, [entry_of("a", "old")])
    before = rows_of(engine)

    def refuse(connection: Connection) -> None:
        assert connection.scalar(sa.select(embeddings.c.text)) == "old"
        raise PermissionError("token is not ours")

    with pytest.raises(PermissionError):
        store.replace_files(model, [entry_of("a", "new")], guard=refuse)
    assert rows_of(engine) == before


def test_a_chunk_id_of_another_file_is_refused(
    store: VectorStore, engine: Engine, model: StoredModel
) -> None:
    add_files(engine, "a", "b")
    store.replace_files(model, [entry_of("a", "one")])
    before = rows_of(engine)
    stolen = replace(chunk_of("b", 0, "one"), chunk_id="a:one")
    with pytest.raises(PermanentError, match="already used by file a"):
        store.replace_files(model, [FileEmbeddings("b", [stolen], unit_vectors(1))])
    assert rows_of(engine) == before


@pytest.mark.parametrize(
    "vectors",
    [unit_vectors(2), unit_vectors(1, dimension=8), np.full((1, DIMENSION), np.nan, np.float32)],
    ids=["count", "dimension", "nan"],
)
def test_vectors_that_do_not_fit_are_refused(
    store: VectorStore, engine: Engine, model: StoredModel, vectors: np.ndarray
) -> None:
    add_files(engine, "a")
    with pytest.raises(ValueError, match="file a"):
        store.replace_files(model, [FileEmbeddings("a", [chunk_of("a", 0, "one")], vectors)])
    assert store.counts(["a"]) == {"a": 0}


def test_known_vectors_come_back_bit_by_bit(store: VectorStore, engine: Engine, model: StoredModel) -> None:
    add_files(engine, "a", "b")
    entry = entry_of("a", "one", "two")
    store.replace_files(model, [entry, FileEmbeddings("b", [chunk_of("b", 0, "one")], entry.vectors[:1])])
    known = store.known_vectors(model, [hash_text(text) for text in ("one", "two", "three")])
    assert set(known) == {hash_text("one"), hash_text("two")}
    np.testing.assert_array_equal(known[hash_text("two")], entry.vectors[1])
    assert known[hash_text("one")].dtype == np.float32
    assert store.known_vectors(model, []) == {}


def test_deleting_twice_is_deleting_once(store: VectorStore, engine: Engine, model: StoredModel) -> None:
    add_files(engine, "a", "b")
    store.replace_files(model, [entry_of("a", "one"), entry_of("b", "two")])
    assert [store.delete_files(["a"]), store.delete_files(["a"]), store.delete_files([])] == [1, 0, 0]
    assert store.counts(["a", "b"]) == {"a": 0, "b": 1}


def test_a_deleted_file_takes_its_rows_with_it(
    store: VectorStore, engine: Engine, model: StoredModel
) -> None:
    add_files(engine, "a")
    store.replace_files(model, [entry_of("a", "one")])
    with engine.begin() as connection:
        connection.execute(sa.delete(files))
    assert rows_of(engine) == []


def test_verify_sees_what_is_wrong(store: VectorStore, engine: Engine, model: StoredModel) -> None:
    add_files(engine, "a")
    store.replace_files(model, [entry_of("a", "one", "two", "three")])
    check = store.verify(["a"])["a"]
    assert (check.chunks, check.vectors, check.wrong_dimension) == (3, 3, 0)
    assert check.norm_min == pytest.approx(1, abs=1e-6)
    assert check.norm_max == pytest.approx(1, abs=1e-6)
    with engine.begin() as connection:
        index = connection.scalar(sa.text("SELECT indexname FROM pg_indexes WHERE indexname LIKE '%hnsw%'"))
        connection.execute(sa.text(f"DROP INDEX aibox.{index}"))
        connection.execute(
            sa.update(embeddings).where(embeddings.c.text == "one").values(embedding=[3.0, 4.0])
        )
    check = store.verify(["a"])["a"]
    assert (check.chunks, check.wrong_dimension, check.norm_max) == (3, 1, pytest.approx(5))
    assert store.verify(["nobody"])["nobody"] == VectorCheck(0, 0, 0, None, None)


def test_readers_see_one_version_whole_while_ten_write(
    store: VectorStore, engine: Engine, model: StoredModel
) -> None:
    add_files(engine, "a", "b")
    versions = [[entry_of(key, *(f"v{n} {i}" for i in range(20))) for key in ("a", "b")] for n in range(10)]
    store.replace_files(model, versions[0])
    done = threading.Event()
    seen: list[set[str]] = []

    def read() -> None:
        query = sa.select(embeddings.c.text).where(embeddings.c.file_id == "a")
        while not done.is_set():
            with engine.connect() as connection:
                seen.append(set(connection.scalars(query)))

    writers = [
        threading.Thread(target=store.replace_files, args=(model, version[:: (-1) ** n]))
        for n, version in enumerate(versions)
    ]
    reader = threading.Thread(target=read)
    for thread in (reader, *writers):
        thread.start()
    for thread in writers:
        thread.join()
    done.set()
    reader.join()
    assert len(seen) > 3
    for texts in seen:
        assert len(texts) == 20
        assert len({text.split()[0] for text in texts}) == 1
    assert store.counts(["a", "b"]) == {"a": 20, "b": 20}
