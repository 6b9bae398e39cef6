"""Hybrid search: by meaning (HNSW, cosine) and by word (full text), fused by reciprocal rank."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray
from pgvector import Vector
from sqlalchemy import Connection, Engine

from aibox_assets.domain.errors import ConfigurationError
from aibox_assets.domain.words import segment_words
from aibox_assets.stores.database import transaction
from aibox_assets.stores.embedding_models import StoredModel, indexed_vector, read_active_model
from aibox_assets.stores.folders import INBOX

QUERY_CHARS = 1000
"""Characters of a query that are read; the rest is cut off."""
QUERY_WORDS = 100
"""Different words of a query that are looked up."""
RANK_CONSTANT = 60
"""k of reciprocal rank fusion. Source: Cormack, Clarke, Büttcher, SIGIR 2009."""
CANDIDATES = 100
"""Fewest chunks that each of the two rankings contributes."""

_BY_VECTOR = """
SELECT e.chunk_id, {vector} <=> CAST(:vector AS {type}) AS distance
FROM aibox.embeddings e JOIN aibox.files f ON f.id = e.file_id
WHERE e.model_id = {model_id} {owned}
ORDER BY distance LIMIT :candidates"""

# A word weighs its inverse document frequency, as in BM25 (Robertson, Zaragoza 2009). ts_rank with weights
# of 1 is 0.61 for one occurrence and grows towards 1: the part of the term frequency in BM25. A word that one
# in twenty chunks holds says little and costs much: it counts only where no rarer one is asked. OFFSET 0 has
# the rank computed before the rows are grouped, so that no words are carried into the sort.
_BY_WORD = """
WITH total AS (SELECT count(*) AS n FROM aibox.embeddings),
word AS MATERIALIZED (
    SELECT quote_literal(w.lexeme)::tsquery AS query, f.n AS found, total.n AS total
    FROM total, unnest(to_tsvector('pg_catalog.english', :words)) AS w
    CROSS JOIN LATERAL (
        SELECT count(*) AS n FROM aibox.embeddings x WHERE x.words @@ quote_literal(w.lexeme)::tsquery
    ) f WHERE f.n > 0
),
asked AS MATERIALIZED (
    SELECT query, ln(1 + (total - found + 0.5) / (found + 0.5)) AS weight FROM word
    WHERE found <= greatest(1000, total / 20, (SELECT min(found) FROM word))
),
part AS (
    SELECT e.chunk_id, f.path, e.ordinal, a.weight * ts_rank('{{1,1,1,1}}', e.words, a.query) AS relevance
    FROM asked a JOIN aibox.embeddings e ON e.words @@ a.query JOIN aibox.files f ON f.id = e.file_id
    WHERE true {owned} OFFSET 0
)
SELECT chunk_id FROM part GROUP BY chunk_id, path, ordinal
ORDER BY round(sum(relevance)::numeric, 6) DESC, path, ordinal LIMIT :candidates"""

# A path is what FileRecord.display_path is; a file whose bytes are gone is about to be deleted.
_HITS = f"""
SELECT e.chunk_id, e.file_id, f.user_id,
    CASE f.folder WHEN '{INBOX}' THEN f.path ELSE rtrim(f.folder, '/') || '/' || f.path END AS path,
    e.ordinal, e.page, e.sheet, e.heading_path, e.char_start, e.char_end, e.text, e.language,
    1 - (e.embedding <=> CAST(:vector AS vector)) AS similarity
FROM aibox.embeddings e JOIN aibox.files f ON f.id = e.file_id
WHERE e.chunk_id = ANY(:ids) AND f.gone_at IS NULL"""  # noqa: S608


@dataclass(frozen=True, slots=True)
class Hit:
    """A chunk that answers a query, and where it stands.

    :ivar path: of its file, in the inbox, or whole for another watched folder.
    :ivar char_start: offset of the chunk in the file's parsed text; likewise ``char_end``.
    :ivar score: 0 to 1, by which hits are ordered: the sum of ``1 / (60 + rank)`` over the rankings (by
        meaning, by word) that hold the chunk, divided by the sum of one that is first in each ranking asked.
        It compares hits of one answer, not of two.
    :ivar similarity: cosine of the chunk's and the query's vector, -1 to 1, also where the chunk was found by
        word; None when no vector was asked. It compares hits of all answers of one model.
    """

    file_id: str
    path: str
    user_id: str
    chunk_id: str
    ordinal: int
    page: int | None
    sheet: str | None
    heading_path: tuple[str, ...]
    char_start: int
    char_end: int
    text: str
    language: str
    score: float
    similarity: float | None


class SearchStore:
    """Searches what ``VectorStore`` wrote: each file is there whole, in one version, or not at all."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def search(
        self, text: str, vector: NDArray[np.float32] | None, *, limit: int = 10, user_id: str | None = None
    ) -> list[Hit]:
        """The chunks that answer best, best first; equal scores in the order of path and place.

        :param text: the query, in English or Chinese of either script; bound, never SQL. Only its first 1,000
            characters count.
        :param vector: of the query by the active model, shape (dimension,); None to search by word alone, as
            for a language that the model does not know.
        :param user_id: only files of this owner; None for all.
        :raises ConfigurationError: *vector* is not of the active model's dimension.
        :raises StoreUnavailableError: Postgres did not answer.
        """
        if limit < 1:
            raise ValueError(f"limit must be at least 1, not {limit}.")
        with transaction(self._engine) as connection:
            model = read_active_model(connection)
            if model is None:
                return []
            candidates = max(CANDIDATES, 2 * limit)
            bound = None if vector is None else _bind(model, vector)
            by_vector = _rank_by_vector(connection, model, bound, user_id, candidates) if bound else []
            words = query_words(text)
            by_word = _rank_by_word(connection, words, user_id, candidates) if words else []
            asked = [ranking for ranking, was_asked in ((by_vector, bound), (by_word, words)) if was_asked]
            scores = fuse_rankings(asked)
            rows = connection.execute(sa.text(_HITS), {"ids": list(scores), "vector": bound}).all()
        hits = [_hit(row, scores[row.chunk_id]) for row in rows]
        # Of two that are as good, by word and by meaning, the exact words go first.
        place = {chunk_id: rank for rank, chunk_id in enumerate(by_word)}
        hits.sort(key=lambda hit: (-hit.score, place.get(hit.chunk_id, candidates), hit.path, hit.ordinal))
        return hits[:limit]


def query_words(text: str) -> str:
    """The different words of a query in order, at most 100, separated by spaces."""
    return " ".join(list(dict.fromkeys(segment_words(text[:QUERY_CHARS])))[:QUERY_WORDS])


def fuse_rankings(rankings: Sequence[Sequence[str]]) -> dict[str, float]:
    """Reciprocal rank fusion: id → score, 1 for an id that is first in each of *rankings*."""
    best = len(rankings) / (RANK_CONSTANT + 1)
    scores: dict[str, float] = {}
    for ranking in rankings:
        for rank, chunk_id in enumerate(ranking, start=1):
            scores[chunk_id] = scores.get(chunk_id, 0.0) + 1 / (RANK_CONSTANT + rank) / best
    return scores


def _bind(model: StoredModel, vector: NDArray[np.float32]) -> str:
    if vector.shape != (model.spec.dimension,):
        raise ConfigurationError(
            f"The query's vector has shape {vector.shape}; the stored ones are of {model.spec.name} "
            f"and have {model.spec.dimension} dimensions.",
            "Restart, so that the query is embedded by the active model.",
        )
    return Vector(vector).to_text()


def _rank_by_vector(
    connection: Connection, model: StoredModel, vector: str, user_id: str | None, candidates: int
) -> list[str]:
    indexed = indexed_vector(model.spec.dimension)
    kind = indexed.split("::")[1]
    # The model's id is no parameter: only so the planner sees that the model's partial index fits.
    statement = _owned(_BY_VECTOR, user_id, vector=f"(e.{indexed})", type=kind, model_id=int(model.id))
    parameters = {"vector": vector, "user_id": user_id, "candidates": candidates}
    # The scan goes on until enough rows pass the filter, in exact order of distance.
    connection.execute(sa.text("SET LOCAL hnsw.iterative_scan = strict_order"))
    connection.execute(sa.text(f"SET LOCAL hnsw.ef_search = {min(candidates, 1000)}"))
    rows = connection.execute(statement, parameters).all()
    if user_id is not None and len(rows) < candidates:
        # The scan stops after hnsw.max_scan_tuples: an owner of few files among many gets an exact search.
        connection.execute(sa.text("SET LOCAL enable_indexscan = off"))
        rows = connection.execute(statement, parameters).all()
        connection.execute(sa.text("SET LOCAL enable_indexscan = on"))
    return [row.chunk_id for row in sorted(rows, key=lambda row: (row.distance, row.chunk_id))]


def _rank_by_word(connection: Connection, words: str, user_id: str | None, candidates: int) -> list[str]:
    # The planner cannot know how rare a word is that it learns while running: without this it reads all rows.
    connection.execute(sa.text("SET LOCAL enable_seqscan = off"))
    parameters = {"words": words, "user_id": user_id, "candidates": candidates}
    return list(connection.scalars(_owned(_BY_WORD, user_id), parameters))


def _owned(statement: str, user_id: str | None, **parts: object) -> sa.TextClause:
    """The statement with its filter by owner, when there is one."""
    return sa.text(statement.format(owned="" if user_id is None else "AND f.user_id = :user_id", **parts))


def _hit(row: sa.Row[Any], score: float) -> Hit:
    return Hit(
        file_id=row.file_id,
        path=row.path,
        user_id=row.user_id,
        chunk_id=row.chunk_id,
        ordinal=row.ordinal,
        page=row.page,
        sheet=row.sheet,
        heading_path=tuple(row.heading_path),
        char_start=row.char_start,
        char_end=row.char_end,
        text=row.text,
        language=row.language,
        score=score,
        similarity=None if row.similarity is None else float(row.similarity),
    )
