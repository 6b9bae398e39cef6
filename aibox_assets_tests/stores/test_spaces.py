"""The life of spaces against a real Postgres; every verb is tried twice."""

from __future__ import annotations

import threading
from dataclasses import replace

import numpy as np
import pytest
import sqlalchemy as sa
from sqlalchemy import Engine
from sqlalchemy.exc import IntegrityError

from aibox_assets.domain.errors import ConfigurationError
from aibox_assets.domain.models import hash_text
from aibox_assets.stores.chosen_models import ChosenModels, ChosenModelStore
from aibox_assets.stores.database import transaction
from aibox_assets.stores.space_records import Space, SpaceState, read_active
from aibox_assets.stores.spaces import SpaceStore
from aibox_assets.stores.tables import spaces, work
from aibox_assets.stores.vectors import VectorStore
from aibox_assets_tests.stores.documents import SPEC, add_files, entry_of, fill, unit_vectors

pytestmark = pytest.mark.integration

OTHER = replace(SPEC, name="other", dimension=8)
TEXTS = ("one", "two")
VECTORS = dict(zip(map(hash_text, TEXTS), unit_vectors(2, dimension=8), strict=True))


@pytest.fixture
def store(engine: Engine) -> SpaceStore:
    return SpaceStore(engine)


@pytest.fixture
def vectors(engine: Engine) -> VectorStore:
    return VectorStore(engine)


def embed(engine: Engine, space: Space, file_id: str, *texts: str) -> None:
    """A file whose embeddings are finished in *space*."""
    add_files(engine, file_id)
    VectorStore(engine).replace_files(space, [entry_of(file_id, *texts)])
    with transaction(engine) as connection:
        connection.execute(
            sa.insert(work).values(
                file_id=file_id, asset="embeddings", state="finished", owner_id="ann", seq=1
            )
        )


def tables(engine: Engine) -> list[str]:
    with transaction(engine) as connection:
        query = sa.text("SELECT tablename FROM pg_tables WHERE tablename LIKE 'vectors%' ORDER BY 1")
        return list(connection.scalars(query))


def states(store: SpaceStore) -> dict[str, str]:
    return {space.spec.name: space.state.value for space in store.all()}


def test_using_a_model_twice_is_using_it_once(store: SpaceStore) -> None:
    first = store.use_model(SPEC)
    assert store.use_model(SPEC) == first == store.active()
    assert store.all() == [first]


def test_another_model_is_built_beside_the_vectors_that_are_stored(store: SpaceStore, engine: Engine) -> None:
    space = store.use_model(SPEC)
    embed(engine, space, "a", "one")
    for other in (
        OTHER,
        replace(SPEC, revision="r2"),
        replace(SPEC, dimension=8),
        replace(SPEC, passage_prefix=""),
    ):
        for _ in range(2):
            built = store.use_model(other)
            assert (built.state, built.spec) == (SpaceState.BUILDING, other)
            assert store.active() == space
        with pytest.raises(ConfigurationError, match="are being made"):
            store.use_model(replace(SPEC, name="third"))
        assert store.use_model(SPEC).id == space.id
        assert store.abandon(other) is None
        assert [store.abandon(SPEC), store.abandon(SPEC)] == [replace(built, state=SpaceState.RETIRED), None]
        assert store.last_retired() is None  # it was never active
        assert store.use_model(other).id == built.id
        store.abandon(SPEC)


def test_the_query_prefix_may_change_at_any_time(store: SpaceStore, engine: Engine) -> None:
    space = store.use_model(SPEC)
    embed(engine, space, "a", "one")
    changed = store.use_model(replace(SPEC, query_prefix="Q: "))
    assert changed.id == space.id
    assert store.active() == changed


def test_a_model_without_vectors_gives_way(store: SpaceStore, engine: Engine) -> None:
    store.use_model(SPEC)
    second = store.use_model(OTHER)
    assert store.all() == [second]
    assert tables(engine) == [f"vectors_{second.id}"]


@pytest.mark.parametrize("dimension", [0, 4001])
def test_a_dimension_that_no_index_takes_is_refused(store: SpaceStore, dimension: int) -> None:
    with pytest.raises(ConfigurationError, match=str(dimension)):
        store.use_model(replace(SPEC, dimension=dimension))
    assert store.all() == []


def test_dropping_the_active_space_twice_keeps_the_chunks(
    store: SpaceStore, vectors: VectorStore, engine: Engine
) -> None:
    space = store.use_model(SPEC)
    embed(engine, space, "a", *TEXTS)
    assert [store.drop_active(), store.drop_active()] == [2, 0]
    assert store.active() is None
    assert (vectors.verify(["a"])["a"].chunks, vectors.counts(["a"])) == (0, {"a": 0})
    for use in (
        lambda: vectors.replace_files(space, [entry_of("a", "one")]),
        lambda: vectors.known_vectors(space, [hash_text("one")]),
    ):
        with pytest.raises(ConfigurationError, match=r"not .* any more"):
            use()
    other = store.use_model(OTHER)
    assert other.id != space.id
    assert store.count_missing(other) == 2


def test_a_space_takes_over_when_it_is_whole(store: SpaceStore, vectors: VectorStore, engine: Engine) -> None:
    first = store.use_model(SPEC)
    embed(engine, first, "a", *TEXTS)
    second = store.use_model(OTHER)
    assert store.use_model(OTHER) == second == store.building()
    fill(engine, second, {hash_text("one"): VECTORS[hash_text("one")]})
    assert store.count_missing(second) == 1
    for _ in range(2):
        with pytest.raises(ConfigurationError, match="1 chunks have no vector"):
            store.activate(second)
        assert states(store) == {"tiny": "active", "other": "building"}
    fill(engine, second, VECTORS)
    assert store.activate(second).state is SpaceState.ACTIVE
    assert store.activate(second).id == second.id
    assert states(store) == {"tiny": "retired", "other": "active"}
    assert vectors.counts(["a"]) == {"a": 2}
    with pytest.raises(ConfigurationError, match="do not read"):
        vectors.replace_files(first, [entry_of("a", "one")])


@pytest.mark.parametrize("asset", ["chunks", "embeddings"])
def test_a_file_that_failed_keeps_nobody_waiting(
    store: SpaceStore, vectors: VectorStore, engine: Engine, asset: str
) -> None:
    first = store.use_model(SPEC)
    embed(engine, first, "a", "one")
    add_files(engine, "b")
    vectors.replace_files(first, [entry_of("b", "other words")])
    second = store.use_model(OTHER)
    fill(engine, second, VECTORS)
    assert (store.count_missing(second), store.files_missing(second, 9)) == (1, [])
    with transaction(engine) as connection:
        failed = sa.insert(work).values(file_id="b", asset=asset, state="failed", owner_id="ann", seq=2)
        connection.execute(failed)
    store.activate(second)
    assert states(store) == {"tiny": "retired", "other": "active"}


def test_what_counts_as_made_and_is_not_there_is_found(store: SpaceStore, engine: Engine) -> None:
    first = store.use_model(SPEC)
    for file in ("a", "b"):
        embed(engine, first, file, "one")
    second = store.use_model(OTHER)
    assert sorted(store.files_missing(second, 9)) == ["a", "b"]
    assert len(store.files_missing(second, 1)) == store.count_missing(second, most=1) == 1


def test_a_retired_space_goes_after_its_days(store: SpaceStore, vectors: VectorStore, engine: Engine) -> None:
    first = store.use_model(SPEC)
    embed(engine, first, "a", "one")
    second = store.use_model(OTHER)
    fill(engine, second, VECTORS)
    store.activate(second)
    assert store.drop_retired(30) == 0
    with transaction(engine) as connection:
        connection.execute(
            sa.text("UPDATE aibox.spaces SET activated_at = activated_at - interval '31 days'")
        )
    assert [store.drop_retired(30), store.drop_retired(30)] == [1, 0]
    assert tables(engine) == [f"vectors_{second.id}"]


def test_a_rollback_brings_the_space_before_back_at_once(
    store: SpaceStore, vectors: VectorStore, engine: Engine
) -> None:
    with pytest.raises(ConfigurationError, match="before"):
        store.rollback()
    first = store.use_model(SPEC)
    embed(engine, first, "a", "one")
    second = store.use_model(OTHER)
    fill(engine, second, VECTORS)
    second = store.activate(second)
    add_files(engine, "b")
    chunk = entry_of("b", "two")
    vectors.replace_files(second, [replace(chunk, vectors=unit_vectors(1, dimension=8))])
    assert store.last_retired() == replace(first, state=SpaceState.RETIRED)
    assert store.rollback("tiny").id == first.id
    assert ChosenModelStore(engine).read() == ChosenModels(embedding="tiny")
    assert states(store) == {"tiny": "active", "other": "retired"}
    assert store.count_missing(first) == 1
    # And forth again.
    assert store.rollback().id == second.id


def test_a_retired_space_is_built_on_with_what_it_has(
    store: SpaceStore, vectors: VectorStore, engine: Engine
) -> None:
    first = store.use_model(SPEC)
    embed(engine, first, "a", "one")
    second = store.use_model(OTHER)
    fill(engine, second, VECTORS)
    store.activate(second)
    again = store.use_model(SPEC)
    assert (again.id, again.state) == (first.id, SpaceState.BUILDING)
    assert store.count_missing(again) == 0
    with pytest.raises(ConfigurationError, match="being made"):
        store.use_model(replace(SPEC, name="third"))


def test_the_database_keeps_a_second_active_space_out(store: SpaceStore, engine: Engine) -> None:
    embed(engine, store.use_model(SPEC), "a", "one")
    store.use_model(OTHER)
    row = {"name": "x", "revision": "", "dimension": 8, "query_prefix": "", "passage_prefix": ""}
    for state in ("active", "building"):
        with pytest.raises(IntegrityError, match="spaces_state_idx"), engine.begin() as connection:
            connection.execute(sa.insert(spaces).values(state=state, **row))


def test_a_writer_holds_its_space_until_it_has_written(
    store: SpaceStore, vectors: VectorStore, engine: Engine
) -> None:
    first = store.use_model(SPEC)
    embed(engine, first, "a", "one")
    second = store.use_model(OTHER)
    fill(engine, second, VECTORS)
    inside, refused = threading.Event(), []

    def slow(connection: sa.Connection) -> None:
        # Sleeps in the first statement after the space is held.
        @sa.event.listens_for(connection, "before_cursor_execute")
        def wait(_c, cursor, statement, _p, _ctx, _m) -> None:  # type: ignore[no-untyped-def]
            if "CREATE TEMP TABLE" in statement:
                inside.set()
                cursor.execute("SELECT pg_sleep(0.5)")

    def switch() -> None:
        inside.wait(10)
        try:
            store.activate(second)
        except ConfigurationError as error:
            refused.append(str(error))

    thread = threading.Thread(target=switch)
    thread.start()
    vectors.replace_files(first, [entry_of("a", "one", "three")], guard=slow)
    thread.join()
    # The switch waited, and saw the chunk that was written meanwhile.
    assert store.count_missing(second) == 1
    assert refused
    assert store.active() == first


def test_a_reader_keeps_the_table_until_it_has_read(store: SpaceStore, engine: Engine) -> None:
    space = store.use_model(SPEC)
    embed(engine, space, "a", "one")
    dropping = threading.Thread(target=store.drop_active)
    with transaction(engine) as connection:
        assert read_active(connection) == space
        dropping.start()
        dropping.join(0.5)
        assert dropping.is_alive()
        assert connection.scalar(sa.text(f"SELECT count(*) FROM {space.table}")) == 1
    dropping.join(30)
    assert tables(engine) == []


def test_halves_are_stored_where_an_index_takes_no_more(store: SpaceStore, engine: Engine) -> None:
    space = store.use_model(replace(SPEC, dimension=2001))
    assert space.vector_type == "halfvec(2001)"
    add_files(engine, "a")
    entry = entry_of("a", "one")
    vector = unit_vectors(1, dimension=2001)
    VectorStore(engine).replace_files(space, [replace(entry, vectors=vector)])
    assert VectorStore(engine).verify(["a"])["a"].norm_min == pytest.approx(1, abs=1e-3)
    assert np.isfinite(vector).all()
