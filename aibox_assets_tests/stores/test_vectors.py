"""Vectors against a real Postgres; every verb is tried twice."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pytest
import sqlalchemy as sa
from sqlalchemy import Connection, Engine

from aibox_assets.domain.errors import ConfigurationError, PermanentError
from aibox_assets.domain.models import EmbeddingModelSpec, hash_text
from aibox_assets.stores.space_records import Space
from aibox_assets.stores.spaces import SpaceStore
from aibox_assets.stores.tables import chunks, files
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
def space(engine: Engine) -> Space:
    return SpaceStore(engine).use_model(SPEC)


def rows_of(engine: Engine) -> list[tuple[object, ...]]:
    """All chunks and their vectors with their physical places, so that a rewritten row is seen too."""
    query = sa.text(
        "SELECT c.file_id, c.ctid::text, v.ctid::text, c::text, v::text FROM aibox.chunks c "
        "FULL JOIN aibox.vectors_1 v USING (chunk_id) ORDER BY chunk_id"
    )
    with engine.connect() as connection:
        return [tuple(row) for row in connection.execute(query)]


def both(file_id: str, *texts: str) -> FileEmbeddings:
    """A file with vectors of two spaces of one dimension."""
    entry = entry_of(file_id, *texts)
    return replace(entry, beside=entry.vectors)


@pytest.mark.parametrize("dimension", [2000, 2001, 4000])
def test_any_dimension_is_stored(engine: Engine, store: VectorStore, dimension: int) -> None:
    space = SpaceStore(engine).use_model(EmbeddingModelSpec("large", "r1", dimension))
    add_files(engine, "a")
    vectors = unit_vectors(1, dimension=dimension)
    store.replace_files(space, [FileEmbeddings("a", [chunk_of("a", 0, "one")], vectors)])
    known = store.known_vectors(space, [hash_text("one")])[hash_text("one")]
    # More than 2,000 dimensions are kept as an index takes them, in half precision.
    np.testing.assert_allclose(known, vectors[0], rtol=0 if dimension <= 2000 else 1e-3, atol=1e-7)


def test_replacing_twice_leaves_identical_rows_in_place(
    store: VectorStore, engine: Engine, space: Space
) -> None:
    add_files(engine, "a", "b")
    entries = [entry_of("a", "one", "two 北風電池"), entry_of("b", "three")]
    assert store.replace_files(space, entries) == {"a", "b"}
    before = rows_of(engine)
    assert store.replace_files(space, entries) == {"a", "b"}
    assert rows_of(engine) == before
    assert store.counts(["a", "b", "c"]) == {"a": 2, "b": 1, "c": 0}


def test_a_new_version_replaces_just_its_own_file(store: VectorStore, engine: Engine, space: Space) -> None:
    add_files(engine, "a", "b")
    store.replace_files(space, [entry_of("a", "one", "two"), entry_of("b", "two")])
    kept = [row for row in rows_of(engine) if row[0] == "b"]
    for _ in range(2):
        store.replace_files(space, [entry_of("a", "zero", "one", seed=1)])
        with engine.connect() as connection:
            found = connection.execute(
                sa.select(chunks.c.text, chunks.c.ordinal).where(chunks.c.file_id == "a")
            )
            assert sorted(map(tuple, found)) == [("one", 1), ("zero", 0)]
        assert [row for row in rows_of(engine) if row[0] == "b"] == kept


def test_chunks_that_only_move_keep_their_index_entries(
    store: VectorStore, engine: Engine, space: Space
) -> None:
    add_files(engine, "a")
    entry = entry_of("a", *(f"text {n}" for n in range(10)))
    store.replace_files(space, [entry])
    moved = [replace(chunk, ordinal=chunk.ordinal + 1, char_start=7, page=2) for chunk in entry.chunks]
    updated = sa.text(
        "SELECT pg_stat_get_xact_tuples_updated(t), pg_stat_get_xact_tuples_hot_updated(t) "
        "FROM (SELECT 'aibox.chunks'::regclass) AS tables (t)"
    )
    counts: list[tuple[int, ...]] = []

    def count(connection: Connection) -> None:
        counts.append(tuple(connection.execute(updated).one()))

    sa.event.listen(engine, "commit", count)
    store.replace_files(space, [FileEmbeddings("a", moved, entry.vectors)])
    sa.event.remove(engine, "commit", count)
    # "Hot" updates make no new index entry.
    assert counts == [(10, 10)]
    before = rows_of(engine)
    store.replace_files(space, [FileEmbeddings("a", moved, entry.vectors)])
    assert rows_of(engine) == before
    with engine.connect() as connection:
        found = connection.execute(sa.select(chunks.c.ordinal, chunks.c.char_start, chunks.c.page))
        assert sorted(map(tuple, found)) == [(n, 7, 2) for n in range(1, 11)]


def test_a_file_that_became_empty_has_no_rows(store: VectorStore, engine: Engine, space: Space) -> None:
    add_files(engine, "a")
    store.replace_files(space, [entry_of("a", "one")])
    for _ in range(2):
        store.replace_files(space, [FileEmbeddings("a", [], np.empty((0, DIMENSION), np.float32))])
        assert store.counts(["a"]) == {"a": 0}


def test_a_file_that_was_deleted_meanwhile_is_left_out(
    store: VectorStore, engine: Engine, space: Space
) -> None:
    add_files(engine, "a")
    assert store.replace_files(space, [entry_of("a", "one"), entry_of("gone", "two")]) == {"a"}
    assert store.counts(["a", "gone"]) == {"a": 1, "gone": 0}


def test_a_guard_that_refuses_lets_nothing_be_written(
    store: VectorStore, engine: Engine, space: Space
) -> None:
    add_files(engine, "a")
    store.replace_files(space, [entry_of("a", "old")])
    before = rows_of(engine)

    def refuse(connection: Connection) -> None:
        assert connection.scalar(sa.select(chunks.c.text)) == "old"
        raise PermissionError("token is not ours")

    with pytest.raises(PermissionError):
        store.replace_files(space, [entry_of("a", "new")], guard=refuse)
    assert rows_of(engine) == before


def test_a_chunk_id_of_another_file_is_refused(store: VectorStore, engine: Engine, space: Space) -> None:
    add_files(engine, "a", "b")
    store.replace_files(space, [entry_of("a", "one")])
    before = rows_of(engine)
    stolen = replace(chunk_of("b", 0, "one"), chunk_id="a:one")
    with pytest.raises(PermanentError, match="already used by file a"):
        store.replace_files(space, [FileEmbeddings("b", [stolen], unit_vectors(1))])
    assert rows_of(engine) == before


@pytest.mark.parametrize(
    "vectors",
    [unit_vectors(2), unit_vectors(1, dimension=8), np.full((1, DIMENSION), np.nan, np.float32)],
    ids=["count", "dimension", "nan"],
)
def test_vectors_that_do_not_fit_are_refused(
    store: VectorStore, engine: Engine, space: Space, vectors: np.ndarray
) -> None:
    add_files(engine, "a")
    with pytest.raises(ValueError, match="file a"):
        store.replace_files(space, [FileEmbeddings("a", [chunk_of("a", 0, "one")], vectors)])
    assert store.counts(["a"]) == {"a": 0}


def test_known_vectors_come_back_bit_by_bit(store: VectorStore, engine: Engine, space: Space) -> None:
    add_files(engine, "a", "b")
    entry = entry_of("a", "one", "two")
    store.replace_files(space, [entry, FileEmbeddings("b", [chunk_of("b", 0, "one")], entry.vectors[:1])])
    known = store.known_vectors(space, [hash_text(text) for text in ("one", "two", "three")])
    assert set(known) == {hash_text("one"), hash_text("two")}
    np.testing.assert_array_equal(known[hash_text("two")], entry.vectors[1])
    assert known[hash_text("one")].dtype == np.float32
    assert store.known_vectors(space, []) == {}


def test_deleting_twice_is_deleting_once(store: VectorStore, engine: Engine, space: Space) -> None:
    add_files(engine, "a", "b")
    store.replace_files(space, [entry_of("a", "one"), entry_of("b", "two")])
    assert [store.delete_files(["a"]), store.delete_files(["a"]), store.delete_files([])] == [1, 0, 0]
    assert store.counts(["a", "b"]) == {"a": 0, "b": 1}


def test_a_deleted_file_takes_its_rows_with_it(store: VectorStore, engine: Engine, space: Space) -> None:
    add_files(engine, "a")
    store.replace_files(space, [entry_of("a", "one")])
    with engine.begin() as connection:
        connection.execute(sa.delete(files))
    assert rows_of(engine) == []


def test_verify_sees_what_is_wrong(store: VectorStore, engine: Engine, space: Space) -> None:
    add_files(engine, "a")
    store.replace_files(space, [entry_of("a", "one", "two", "three")])
    check = store.verify(["a"])["a"]
    assert (check.chunks, check.vectors) == (3, 3)
    assert check.norm_min == pytest.approx(1, abs=1e-6)
    assert check.norm_max == pytest.approx(1, abs=1e-6)
    far = str([5.0] + [0.0] * (DIMENSION - 1))
    with engine.begin() as connection:
        connection.execute(
            sa.text(f"UPDATE {space.table} SET embedding = :far WHERE chunk_id = 'a:one'"), {"far": far}
        )
        connection.execute(sa.text(f"DELETE FROM {space.table} WHERE chunk_id = 'a:two'"))
    check = store.verify(["a"])["a"]
    assert (check.chunks, check.vectors, check.norm_max) == (3, 2, pytest.approx(5))
    assert store.counts(["a"]) == {"a": 2}
    assert store.verify(["nobody"])["nobody"] == VectorCheck(0, 0, None, None)


def test_readers_see_one_version_whole_while_ten_write(
    store: VectorStore, engine: Engine, space: Space
) -> None:
    add_files(engine, "a", "b")
    versions = [[entry_of(key, *(f"v{n} {i}" for i in range(20))) for key in ("a", "b")] for n in range(10)]
    store.replace_files(space, versions[0])
    done = threading.Event()
    seen: list[set[str]] = []

    def read() -> None:
        query = sa.select(chunks.c.text).where(chunks.c.file_id == "a")
        while not done.is_set():
            with engine.connect() as connection:
                seen.append(set(connection.scalars(query)))

    writers = [
        threading.Thread(target=store.replace_files, args=(space, version[:: (-1) ** n]))
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


def test_a_new_version_enters_both_spaces_while_one_takes_over(
    store: VectorStore, engine: Engine, space: Space
) -> None:
    spaces = SpaceStore(engine)
    add_files(engine, "a")
    store.replace_files(space, [entry_of("a", "one")])
    other = spaces.use_model(replace(SPEC, name="other", dimension=8))
    entry = replace(entry_of("a", "one", "two"), beside=unit_vectors(2, dimension=8))
    for _ in range(2):
        store.replace_files(other, [replace(entry, vectors=entry.beside, beside=entry.vectors)], beside=space)
        assert [store.verify(["a"], each)["a"].vectors for each in (space, other)] == [2, 2]
    spaces.activate(other)
    # A step that began before the switch: what is active then is what counts.
    later = replace(entry_of("a", "three"), beside=unit_vectors(1, dimension=8))
    store.replace_files(space, [later], beside=other)
    assert [store.verify(["a"], each)["a"].vectors for each in (space, other)] == [1, 1]
    with pytest.raises(ValueError, match="no vectors for other"):
        store.replace_files(space, [entry_of("a", "four")], beside=other)
    with pytest.raises(ConfigurationError, match="do not read"):
        store.replace_files(space, [entry_of("a", "four")])
    assert spaces.drop_retired(0) == 1
    with pytest.raises(ConfigurationError, match="do not read"):
        store.replace_files(space, [later], beside=other)


def test_writing_the_same_files_to_both_spaces_at_once_loses_nothing(
    store: VectorStore, engine: Engine, space: Space
) -> None:
    keys = [f"f{n}" for n in range(8)]
    add_files(engine, *keys)
    versions = [[both(key, *(f"v{n} {i}" for i in range(9))) for key in keys] for n in range(6)]
    store.replace_files(space, versions[0])
    spaces = SpaceStore(engine)
    other = spaces.use_model(replace(SPEC, name="other"))
    with ThreadPoolExecutor(4) as pool:
        done = [pool.submit(store.replace_files, space, version, beside=other) for version in versions]
        done += [pool.submit(store.replace_files, other, version, beside=space) for version in versions]
        done += [pool.submit(store.delete_files, keys[n : n + 2]) for n in range(3)]
        for each in done:
            each.result()
    store.replace_files(space, versions[1], beside=other)
    assert spaces.count_missing(other) == spaces.count_missing(space) == 0


def test_a_hundred_thousand_of_anything_go_in_one_call(
    store: VectorStore, engine: Engine, space: Space
) -> None:
    count = 100_000
    add_files(engine, "a")
    chunks_ = [chunk_of("a", n, f"t{n}") for n in range(count)]
    vectors = np.zeros((count, DIMENSION), np.float32)
    vectors[:, 0] = 1
    assert store.replace_files(space, [FileEmbeddings("a", chunks_, vectors)]) == {"a"}
    assert len(store.known_vectors(space, [chunk.text_hash for chunk in chunks_])) == count
    ids = ["a", *(f"file {n}" for n in range(count))]
    assert store.counts(ids)["a"] == store.verify(ids)["a"].vectors == count
    nothing = np.empty((0, DIMENSION), np.float32)
    assert store.replace_files(space, [FileEmbeddings(id_, [], nothing) for id_ in ids[1:]]) == frozenset()
    assert store.delete_files(ids) == count


def test_much_at_once_is_not_checked_by_plans_that_were_made_for_little(
    store: VectorStore, engine: Engine, space: Space
) -> None:
    little, much = [f"t{n}" for n in range(9)], [f"t{n}" for n in range(1000)]
    add_files(engine, "a", "b")
    store.replace_files(space, [entry_of("b", "of another file")])
    other = SpaceStore(engine).use_model(replace(SPEC, name="other"))

    def write_and_remove(texts: list[str]) -> None:
        store.replace_files(space, [both("a", *texts)], beside=other)
        store.replace_files(space, [both("a", "t0")], beside=other)
        store.delete_files(["a"])

    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        tables = f"aibox.files, aibox.chunks, {space.table}, {other.table}"
        connection.exec_driver_sql(f"VACUUM ANALYZE {tables}")  # they are known to be small
    write_and_remove(little)
    read: list[int] = []

    def count(connection: Connection) -> None:
        names = ["aibox.files", "aibox.chunks", space.table, other.table]
        query = sa.text("SELECT pg_stat_get_xact_tuples_returned(CAST(:name AS regclass))")
        read.extend(connection.scalar(query, {"name": name}) or 0 for name in names)

    sa.event.listen(engine, "commit", count)
    write_and_remove(much)
    sa.event.remove(engine, "commit", count)
    # A few looks at a whole table, not one for each row.
    assert max(read) < 10 * len(much)
