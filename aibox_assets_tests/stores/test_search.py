"""Hybrid search against a real Postgres."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pytest
import sqlalchemy as sa
from sqlalchemy import Engine

from aibox_assets.domain.errors import ConfigurationError
from aibox_assets.domain.filters import Filters
from aibox_assets.domain.viewer import OPERATOR, Viewer
from aibox_assets.stores.search import Hit, SearchStore
from aibox_assets.stores.search import store as search
from aibox_assets.stores.search.by_word import QUERY_CHARS, QUERY_WORDS, pick_words, query_words
from aibox_assets.stores.space_records import Space
from aibox_assets.stores.spaces import SpaceStore
from aibox_assets.stores.tables import files
from aibox_assets.stores.vector_indexes import ensure_indexes, index_name
from aibox_assets.stores.vectors import FileEmbeddings, VectorStore
from aibox_assets_tests.stores.documents import DIMENSION, SPEC, add_files, chunk_of, entry_of, unit_vectors

integration = pytest.mark.integration


@pytest.fixture
def space(engine: Engine) -> Space:
    return SpaceStore(engine).use_model(SPEC)


@pytest.fixture
def store(engine: Engine, space: Space) -> SearchStore:
    return SearchStore(engine)


def write(engine: Engine, space: Space, texts: Mapping[str, str], user_id: str = "ann") -> None:
    """One file per text, with one chunk and a random vector."""
    add_files(engine, *texts, user_id=user_id)
    vectors = unit_vectors(len(texts), seed=len(user_id))
    VectorStore(engine).replace_files(
        space,
        [
            FileEmbeddings(key, [chunk_of(key, 0, text)], vectors[i : i + 1])
            for i, (key, text) in enumerate(texts.items())
        ],
    )


def ask(
    store: SearchStore,
    text: str,
    vector: np.ndarray | None,
    *,
    viewer: Viewer = OPERATOR,
    limit: int = 10,
    **filters: Any,
) -> list[Hit]:
    return store.search(text, vector, viewer, Filters(**filters), limit=limit)


def test_a_very_long_query_is_capped() -> None:
    assert len(query_words(" ".join(f"w{n}" for n in range(5000))).split()) == QUERY_WORDS
    assert query_words("a" * QUERY_CHARS + " tail").split() == query_words("a" * QUERY_CHARS).split()


TEXTS = {
    "code": "The housing AX-4471 ships in March.",
    "near": "The housing AX-4472 ships in March, and so does housing 4471.",
    "trad": "北風電池由林美華創立，總部位於新竹。",
    "simp": "极光动力的董事长是陈志强，工厂在深圳。",
    "mixed": "林美玲 founded Northwind Cells in 臺灣.",
    "plain": "Batteries were discussed by the boards of several running companies.",
}


@integration
@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("AX-4471", "code"),
        ("What does the ax4471 cost?", "code"),
        ("ax-4472", "near"),
        ("林美华", "trad"),
        ("林美華创立了什么？", "trad"),
        ("陳志強", "simp"),
        ("極光動力的工廠", "simp"),
        ("台湾", "mixed"),
        ("northwind", "mixed"),
        ("battery discussions", "plain"),
        ("run the company", "plain"),
    ],
)
def test_words_are_found_that_the_model_does_not_know(
    engine: Engine, store: SearchStore, space: Space, query: str, first: str
) -> None:
    write(engine, space, TEXTS)
    assert ask(store, query, None)[0].file_id == first
    # A vector that is unlike every text: the exact words still come first.
    noise = -unit_vectors(len(TEXTS), seed=len("ann")).sum(axis=0)
    assert ask(store, query, noise)[0].file_id == first


@integration
def test_meaning_finds_what_words_do_not(engine: Engine, store: SearchStore, space: Space) -> None:
    write(engine, space, TEXTS)
    vector = unit_vectors(len(TEXTS), seed=len("ann"))[list(TEXTS).index("plain")]
    hit = ask(store, "accumulator", vector)[0]
    assert hit.file_id == "plain"
    assert hit.similarity == pytest.approx(1, abs=1e-5)
    assert 0 < hit.score <= 1


@integration
def test_hits_lead_back_to_their_place_once_each_and_in_the_same_order(
    engine: Engine, store: SearchStore, space: Space
) -> None:
    add_files(engine, "a")
    chunks = [chunk_of("a", n, f"battery number {n}", heading_path=("Stock", "電池")) for n in range(30)]
    VectorStore(engine).replace_files(space, [FileEmbeddings("a", chunks, unit_vectors(30))])
    query = unit_vectors(1, seed=5)[0]
    hits = ask(store, "battery", query, limit=30)
    assert len(hits) == len({hit.chunk_id for hit in hits}) == 30
    assert hits == ask(store, "battery", query, limit=30)
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    by_id = {chunk.chunk_id: chunk for chunk in chunks}
    for hit in hits:
        chunk = by_id[hit.chunk_id]
        assert (hit.file_id, hit.path, hit.user_id) == ("a", "ann/a.txt", "ann")
        assert (hit.text, hit.char_start, hit.char_end) == (chunk.text, chunk.char_start, chunk.char_end)
        assert (hit.page, hit.sheet, hit.heading_path, hit.ordinal) == (
            1,
            None,
            ("Stock", "電池"),
            chunk.ordinal,
        )
    assert [hit.chunk_id for hit in ask(store, "电池", None, limit=3)] == [c.chunk_id for c in chunks[:3]]


@integration
def test_an_owner_sees_only_their_files(engine: Engine, store: SearchStore, space: Space) -> None:
    write(engine, space, {"a": "battery one"}, "ann")
    write(engine, space, {"b": "battery two"}, "bob")
    vector = unit_vectors(1, seed=5)[0]
    for query_vector in (None, vector):
        assert [hit.file_id for hit in ask(store, "battery", query_vector, owner="bob")] == ["b"]
        assert ask(store, "battery", query_vector, owner="carl") == []
        assert {hit.file_id for hit in ask(store, "battery", query_vector)} == {"a", "b"}


@integration
@pytest.mark.parametrize("vector", [None, unit_vectors(1, seed=5)[0]])
def test_filters_narrow(engine: Engine, store: SearchStore, space: Space, vector: np.ndarray | None) -> None:
    write(engine, space, {"a": "battery one", "b": "battery two", "c": "電池 battery"})
    with engine.begin() as connection:
        connection.execute(sa.text("UPDATE aibox.files SET media_type = 'text/' || id"))
        connection.execute(sa.text("UPDATE aibox.files SET mtime_ns = 1735689600000000000 WHERE id = 'b'"))
        connection.execute(sa.text("UPDATE aibox.chunks SET language = 'zh' WHERE file_id = 'c'"))

    def found(**filters: Any) -> list[str]:
        return sorted(hit.file_id for hit in ask(store, "battery", vector, **filters))

    new_year = datetime(2025, 1, 1, tzinfo=UTC)
    assert found(media_types=["text/a", "text/c"]) == ["a", "c"]
    assert found(media_types=[]) == found(languages=["fr"]) == []
    assert found(languages=["zh"]) == ["c"]
    assert (found(since=new_year), found(before=new_year)) == (["b"], ["a", "c"])
    assert found(since=new_year, before=new_year) == []
    assert found(owner="ann", media_types=["text/b"], since=new_year, languages=["en"], file_ids=["b"]) == [
        "b"
    ]


@integration
@pytest.mark.parametrize(
    "text",
    ["", " \n", "...", "the of and", "\x00", "a\x00b", "\ud800", "🔋", "%_%", "\\", "a & b | !c:*",
     "'; DROP TABLE aibox.files; --", "'quoted' \"double\" <-> (", "x" * 99_999, "電" * 99_999, "w " * 9_999],
)  # fmt: skip
def test_any_text_is_a_query(engine: Engine, store: SearchStore, space: Space, text: str) -> None:
    write(engine, space, TEXTS)
    ask(store, text, None)
    assert len(ask(store, text, unit_vectors(1)[0])) == len(TEXTS)
    with engine.connect() as connection:
        assert connection.scalar(sa.select(sa.func.count()).select_from(files)) == len(TEXTS)


@integration
def test_nothing_stored_answers_nothing(engine: Engine) -> None:
    assert ask(SearchStore(engine), "battery", unit_vectors(1)[0]) == []
    SpaceStore(engine).use_model(SPEC)
    assert ask(SearchStore(engine), "battery", unit_vectors(1)[0]) == []


@integration
def test_a_vector_of_another_dimension_is_refused(store: SearchStore) -> None:
    with pytest.raises(ConfigurationError, match="16 dimensions"):
        ask(store, "x", np.ones(8, np.float32))
    with pytest.raises(ValueError, match="limit"):
        ask(store, "x", None, limit=0)


@pytest.fixture
def plans(engine: Engine) -> list[str]:
    """The plans of all rankings by vector, as they come."""
    seen: list[str] = []

    @sa.event.listens_for(engine, "before_cursor_execute")
    def explain(conn, cursor, statement, parameters, context, executemany) -> None:  # type: ignore[no-untyped-def]
        if "AS distance" in statement:
            cursor.execute("EXPLAIN " + statement, parameters)
            seen.append("\n".join(row[0] for row in cursor.fetchall()))

    return seen


def fill_two_owners(engine: Engine, space: Space, count: int) -> np.ndarray:
    """*count* chunks of ann, and one of bob, which is the farthest from ann's first; the vectors of ann's."""
    add_files(engine, "big")
    add_files(engine, "small", user_id="bob")
    vectors = unit_vectors(count, dimension=space.spec.dimension)
    big = FileEmbeddings("big", [chunk_of("big", n, f"passage {n}") for n in range(count)], vectors)
    rare = FileEmbeddings("small", [chunk_of("small", 0, "rare")], -vectors[:1])
    VectorStore(engine).replace_files(space, [big, rare])
    ensure_indexes(engine, rows=1)
    with engine.begin() as connection:
        connection.execute(sa.text(f"ANALYZE aibox.chunks; ANALYZE aibox.files; ANALYZE {space.table}"))
    return vectors


@integration
def test_two_thousand_rows_are_searched_by_the_index(
    engine: Engine, store: SearchStore, space: Space, plans: list[str]
) -> None:
    vectors = fill_two_owners(engine, space, 2000)
    # So few rows are sorted otherwise.
    sa.event.listen(
        engine, "begin", lambda connection: connection.execute(sa.text("SET LOCAL enable_sort = off"))
    )
    for user_id in (None, "ann"):
        hits = ask(store, "nothing", vectors[7], owner=user_id)
        exact = np.argsort(-(vectors @ vectors[7]))[:10]
        assert [hit.ordinal for hit in hits] == exact.tolist()
    assert f"Index Scan using {index_name(space).removeprefix('aibox.')}" in plans[0]
    # The owner of one chunk, which lies farthest from the query, still finds it.
    assert [hit.file_id for hit in ask(store, "nothing", vectors[0], owner="bob")] == ["small"]


@integration
def test_the_chosen_files_answer_however_far_they_are(
    engine: Engine, store: SearchStore, space: Space
) -> None:
    vectors = fill_two_owners(engine, space, 2000)
    for _ in range(2):
        assert [hit.file_id for hit in ask(store, "x", vectors[0], file_ids=["small"])] == ["small"]
        assert [hit.file_id for hit in ask(store, "rare passage", None, file_ids=["small"])] == ["small"]
        assert len(ask(store, "x", vectors[0], file_ids=["small", "big"], limit=50)) == 50
        assert ask(store, "rare", vectors[0], file_ids=[]) == []
        assert ask(store, "rare", vectors[0], file_ids=["small"], owner="ann") == []
        assert len(ask(store, "rare", vectors[0], file_ids=["small", *map(str, range(100_000))])) == 1


@integration
@pytest.mark.parametrize("dimension", [DIMENSION, 2500])
def test_the_query_says_what_the_index_says(engine: Engine, dimension: int, plans: list[str]) -> None:
    space = SpaceStore(engine).use_model(type(SPEC)("large", "r1", dimension))
    vectors = fill_two_owners(engine, space, 200)
    # So few rows are sorted otherwise.
    sa.event.listen(
        engine, "begin", lambda connection: connection.execute(sa.text("SET LOCAL enable_sort = off"))
    )
    assert ask(SearchStore(engine), "", vectors[0])[0].similarity == pytest.approx(1, abs=1e-3)
    assert "hnsw" in plans[0]


@integration
def test_words_are_found_while_no_vectors_are_there(engine: Engine, store: SearchStore, space: Space) -> None:
    write(engine, space, TEXTS)
    SpaceStore(engine).drop_active()
    hit = ask(store, "AX-4471", unit_vectors(1)[0])[0]
    assert (hit.file_id, hit.similarity) == ("code", None)


@integration
def test_a_search_never_changes_the_active_space(engine: Engine) -> None:
    ask(SearchStore(engine), "battery", unit_vectors(1)[0])
    assert SpaceStore(engine).all() == []


@integration
def test_a_question_counts_no_table(engine: Engine, store: SearchStore, space: Space) -> None:
    """A common word is known as one without being looked up."""
    add_files(engine, "a", "b")
    count = 3000
    common = [chunk_of("a", n, f"battery number {n}") for n in range(count)]
    vectors = np.tile(unit_vectors(1), (count, 1))
    rare = FileEmbeddings("b", [chunk_of("b", 0, "The housing AX-4471 of a battery.")], vectors[:1])
    VectorStore(engine).replace_files(space, [FileEmbeddings("a", common, vectors), rare])
    with engine.begin() as connection:
        connection.execute(sa.text("ANALYZE aibox.chunks"))
    looked_up: list[list[str]] = []

    @sa.event.listens_for(engine, "before_cursor_execute")
    def listen(conn, cursor, statement, parameters, context, executemany) -> None:  # type: ignore[no-untyped-def]
        if "AS match" in statement or "match AS" in statement:
            looked_up.append(parameters["lexemes"])

    assert [hit.file_id for hit in ask(store, "battery housing", None)] == ["b"]
    assert looked_up == [["hous"]]
    # Where the rare words find nothing, the common ones do.
    assert ask(store, "battery turbine", None)[0].file_id == "a"
    assert looked_up[1:] == [["turbin"], ["batteri"]]
    assert ask(store, "battery housing", None, file_ids=["a"])[0].file_id == "a"


def test_the_rarest_of_the_common_words_are_asked_last() -> None:
    assert pick_words({"a": 0, "b": 999, "c": 60_000, "d": 40_000}, 100_000) == (["a", "b"], ["d"])
    assert pick_words({"a": 1000}, 1200) == (["a"], [])
    assert pick_words({}, 0) == ([], [])


@integration
def test_a_file_elsewhere_has_its_whole_path_and_one_that_is_gone_no_hits(
    engine: Engine, store: SearchStore, space: Space
) -> None:
    add_files(engine, "a", "b")
    for id_ in ("a", "b"):
        chunk = chunk_of(id_, 0, f"battery of {id_}")
        VectorStore(engine).replace_files(space, [FileEmbeddings(id_, [chunk], unit_vectors(1))])
    with engine.begin() as connection:
        connection.execute(sa.text("INSERT INTO aibox.folders (label) VALUES ('/srv/docs')"))
        connection.execute(sa.text("UPDATE aibox.files SET folder = '/srv/docs' WHERE id = 'a'"))
        connection.execute(sa.text("UPDATE aibox.files SET gone_at = now() WHERE id = 'b'"))
    assert [hit.path for hit in ask(store, "battery", None)] == ["/srv/docs/ann/a.txt"]


@integration
def test_a_file_that_changes_during_a_search_is_found_in_one_version(
    store: SearchStore, engine: Engine, space: Space, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_files(engine, "a")
    vectors = VectorStore(engine)
    vectors.replace_files(space, [entry_of("a", "old harbour one", "old harbour two", "shared harbour")])
    read = search._read_evidence

    def change_first(*args: Any) -> Any:
        vectors.replace_files(space, [entry_of("a", "new harbour one", "new harbour two", "shared harbour")])
        return read(*args)

    monkeypatch.setattr(search, "_read_evidence", change_first)
    hits = ask(store, "harbour", unit_vectors(1)[0], limit=10)
    assert sorted(hit.text for hit in hits) == ["old harbour one", "old harbour two", "shared harbour"]
