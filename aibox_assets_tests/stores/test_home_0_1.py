"""The database of a home that release 0.1 made comes to this release without computing anything again."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import psycopg
import pytest
import sqlalchemy as sa

from aibox_assets.domain.filters import Filters
from aibox_assets.domain.models import EmbeddingModelSpec
from aibox_assets.domain.viewer import OPERATOR
from aibox_assets.stores.database import connect, migrate, transaction
from aibox_assets.stores.search import SearchStore
from aibox_assets.stores.space_records import SpaceState
from aibox_assets.stores.spaces import SpaceStore
from aibox_assets.stores.vector_indexes import ensure_indexes
from aibox_assets.stores.vectors import VectorStore

pytestmark = pytest.mark.integration

DUMP = Path(__file__).parents[1] / "data" / "home_0_1.sql.gz"
Rows = list[tuple[Any, ...]]

CHUNKS = """SELECT chunk_id, file_id, ordinal, text, text_hash, token_count, char_start, char_end, page, sheet,
    heading_path::text, language, words::text FROM aibox.{} ORDER BY chunk_id"""

# The query, the chunk whose vector was the query's, the owner asked for, and the first hits, up to where several are
# equally good. Release 0.1 found these too, some of them in another order, since it ranked by ranks.
ANSWERS = [
    ("Who founded Northwind Cells?", ("ann/note.txt", 0), None,
     [("ann/note.txt", 0), ("alice/kite-7-product-sheet.pptx", 1), ("bob/news-feed.jsonl", 0),
      ("alice/investment-memo.json", 0)]),
    ("林美华", None, None,
     [("alice/interview-lin-mei-hua.txt", 0), ("北風電池公司簡介.pdf", 0), ("北風電池公司簡介.pdf", 1)]),
    ("AX-4471", None, None, []),
    ("展会 采访", None, None,
     [("alice/展會採訪筆記.txt", 0), ("alice/interview-lin-mei-hua.txt", 0), ("aurora-power-news.html", 2),
      ("Cell and Grid Expo 2026 programme.docx", 4)]),
    ("battery", ("press-release-kite-7.md", 0), None,
     [("press-release-kite-7.md", 0), ("alice/kite-7-product-sheet.pptx", 0), ("press-release-kite-7.md", 1)]),
    ("Hamburg", ("bob/site-visit-hamburg.md", 2), None,
     [("Cell and Grid Expo 2026 programme.docx", 0), ("bob/shipments-q1-2026.tsv", 2)]),
    ("林美华", None, "bob",
     [("bob/employees.csv", 0), ("bob/news-feed.jsonl", 2), ("bob/research-abstract.txt", 2),
      ("bob/采购合同摘要.txt", 0)]),
    ("展会 采访", None, "bob", []),
    ("cathode delivery March", ("alice/cathode-delivery.eml", 1), "bob",
     [("bob/shipments-q1-2026.tsv", 0), ("bob/shipments-q1-2026.tsv", 2)]),
]  # fmt: skip


class Home:
    """The restored database, with what it held before it was migrated."""

    def __init__(self, url: str) -> None:
        with psycopg.connect(
            sa.make_url(url).set(drivername="postgresql").render_as_string(False)
        ) as connection:
            connection.execute("CREATE EXTENSION vector")
            connection.execute(gzip.decompress(DUMP.read_bytes()))
        self.engine = connect(url)
        self.files = self.ask(
            "SELECT id, path, user_id, status, sha256, error, remedy FROM aibox.files ORDER BY id"
        )
        self.chunks = self.ask(CHUNKS.format("embeddings"))
        self.vectors = self.ask("SELECT chunk_id, embedding::text FROM aibox.embeddings ORDER BY chunk_id")
        self.made = self.ask("SELECT file_id, asset, items FROM aibox.file_assets ORDER BY 1, 2")
        migrate(url)

    def ask(self, query: str) -> Rows:
        """All rows of the answer."""
        with transaction(self.engine) as connection:
            return [tuple(row) for row in connection.execute(sa.text(query))]

    def vector_of(self, path: str, ordinal: int) -> np.ndarray:
        """The stored vector of a chunk."""
        chunk = next(
            chunk_id
            for chunk_id, file_id, at, *_ in self.chunks
            if at == ordinal and (file_id, path) in {row[:2] for row in self.files}
        )
        return np.array(json.loads(dict(self.vectors)[chunk]), np.float32)


@pytest.fixture(scope="module")
def home(postgres_url: str) -> Iterator[Home]:
    admin = sa.create_engine(postgres_url, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(sa.text("DROP DATABASE IF EXISTS home_0_1"))
        connection.execute(sa.text("CREATE DATABASE home_0_1 TEMPLATE template0"))
    home = Home(admin.url.set(database="home_0_1").render_as_string(hide_password=False))
    yield home
    home.engine.dispose()
    with admin.connect() as connection:
        connection.execute(sa.text("DROP DATABASE home_0_1 WITH (FORCE)"))
    admin.dispose()


def test_files_chunks_and_vectors_are_as_before(home: Home) -> None:
    assert len(home.chunks) == len(home.vectors) == 76
    assert home.ask(CHUNKS.format("chunks")) == home.chunks
    assert home.ask("SELECT chunk_id, embedding::text FROM aibox.vectors_1 ORDER BY chunk_id") == home.vectors
    kept = [row[:5] for row in home.files]
    assert home.ask("SELECT id, path, owner_id, status, sha256 FROM aibox.files ORDER BY id") == kept


def test_the_model_is_the_active_space(home: Home) -> None:
    (space,) = SpaceStore(home.engine).all()
    assert (space.state, space.spec.name, space.spec.dimension) == (
        SpaceState.ACTIVE, "builtin:all-MiniLM-L6-v2", 384,
    )  # fmt: skip
    vectors = VectorStore(home.engine)
    assert SpaceStore(home.engine).count_missing(space) == 0
    counted = vectors.verify([row[0] for row in home.files])
    assert sum(check.vectors for check in counted.values()) == 76
    assert ensure_indexes(home.engine) == []
    assert ensure_indexes(home.engine, rows=76) == [space]


@pytest.mark.parametrize(("query", "like", "owner", "expected"), ANSWERS)
def test_searches_answer_as_before(
    home: Home, query: str, like: tuple[str, int] | None, owner: str | None, expected: Rows
) -> None:
    vector = None if like is None else home.vector_of(*like)
    hits = SearchStore(home.engine).search(
        query, vector, OPERATOR, Filters(owner), limit=max(1, len(expected))
    )
    assert [(hit.path, hit.ordinal) for hit in hits] == expected


def test_what_was_finished_is_not_stale(home: Home) -> None:
    finished = "SELECT file_id, asset, items FROM aibox.work WHERE state = 'finished' ORDER BY 1, 2"
    assert home.ask(finished) == home.made
    stale = "SELECT file_id, asset FROM aibox.work WHERE state = 'finished' AND made IS DISTINCT FROM wanted"
    assert home.ask(stale) == []


def test_what_failed_keeps_its_reason(home: Home) -> None:
    failed = [
        (id_, "permanent", error, remedy)
        for id_, _, _, status, _, error, remedy in home.files
        if status == "failed"
    ]
    assert len(failed) == 2
    query = "SELECT file_id, failure, error, remedy FROM aibox.work WHERE state = 'failed' ORDER BY file_id"
    assert home.ask(query) == failed


def test_another_space_gets_a_number_of_its_own(home: Home) -> None:
    space = SpaceStore(home.engine)
    other = space.use_model(EmbeddingModelSpec("other", "r1", 8))
    assert other.id == 2
