"""Hybrid search: by meaning (HNSW, cosine) and by word (full text), fused by reciprocal rank."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
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
from aibox_assets.stores.folders import INBOX
from aibox_assets.stores.space_records import Space, read_active, still_there

QUERY_CHARS = 1000
"""Characters of a query that are read; the rest is cut off."""
QUERY_WORDS = 100
"""Different words of a query that are looked up."""
RANK_CONSTANT = 60
"""k of reciprocal rank fusion. Source: Cormack, Clarke, Büttcher, SIGIR 2009."""
CANDIDATES = 100
"""Fewest chunks that each of the two rankings contributes."""

COMMON_SHARE = 0.05
"""A word that so large a share of the chunks holds says little and costs much: it counts only where no rarer one
finds anything. In small tables no word is common before ``COMMON_COUNT`` chunks hold it."""
COMMON_COUNT = 1000
MATCHES = 20_000
"""Chunks that are ranked for one word; where more hold it, it tells them hardly apart."""

_BY_VECTOR = """
SELECT v.chunk_id, v.embedding <=> CAST(:vector AS {type}) AS distance
FROM {table} v {scope} ORDER BY distance LIMIT :candidates"""

# How many chunks hold each word of the query, as the planner knows it from its last look at the table (autovacuum
# has it look when a tenth of the rows changed); none for what is too rare for its list, which costs nothing to count.
_WORDS = """
WITH size AS (
    SELECT greatest(c.reltuples, (SELECT count(*) FROM (SELECT FROM aibox.chunks LIMIT 1000) AS first)) AS total
    FROM pg_class c WHERE c.oid = 'aibox.chunks'::regclass
),
common AS MATERIALIZED (
    SELECT u.lexeme, u.share FROM pg_stats s, unnest(s.most_common_elems::text::text[], s.most_common_elem_freqs)
        AS u (lexeme, share)
    WHERE s.schemaname = 'aibox' AND s.tablename = 'chunks' AND s.attname = 'words'
)
SELECT w.lexeme, coalesce(c.share, 0) * size.total AS found, size.total
FROM size, unnest(to_tsvector('pg_catalog.english', :words)) AS w LEFT JOIN common c USING (lexeme)"""

# A word weighs its inverse document frequency, as in BM25 (Robertson, Zaragoza 2009). ts_rank with weights
# of 1 is 0.61 for one occurrence and grows towards 1: the part of the term frequency in BM25. Frequencies are counted
# among the chunks that may be found, so that an answer says nothing of files that are not its reader's.
_BY_WORD = """
WITH match AS MATERIALIZED (
    SELECT a.lexeme, m.* FROM unnest(CAST(:lexemes AS text[])) AS a (lexeme) CROSS JOIN LATERAL (
        SELECT c.chunk_id, c.file_id, c.ordinal,
            ts_rank('{{1,1,1,1}}', c.words, quote_literal(a.lexeme)::tsquery) AS rank
        FROM aibox.chunks c WHERE c.words @@ quote_literal(a.lexeme)::tsquery {scope} LIMIT :matches
    ) m
),
word AS (
    SELECT lexeme, ln(1 + (greatest(:total, count(*)) - count(*) + 0.5) / (count(*) + 0.5)) AS weight
    FROM match GROUP BY lexeme
)
SELECT chunk_id FROM match JOIN word USING (lexeme) GROUP BY chunk_id, file_id, ordinal
ORDER BY round(sum(weight * rank)::numeric, 6) DESC, file_id, ordinal LIMIT :candidates"""

# A path is what FileRecord.display_path is; a file whose bytes are gone is about to be deleted.
_HITS = f"""
SELECT c.chunk_id, c.file_id, f.owner_id,
    CASE f.folder WHEN '{INBOX}' THEN f.path ELSE rtrim(f.folder, '/') || '/' || f.path END AS path,
    c.ordinal, c.page, c.sheet, c.heading_path, c.char_start, c.char_end, c.text, c.language, {{similarity}}
FROM aibox.chunks c JOIN aibox.files f ON f.id = c.file_id {{vectors}}
WHERE c.chunk_id = ANY(:ids) AND f.gone_at IS NULL"""  # noqa: S608


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


@dataclass(frozen=True, slots=True)
class _Scope:
    """Whose files, and which, an answer may come from; None for all."""

    user_id: str | None
    file_ids: list[str] | None

    @property
    def sql(self) -> str:
        """Conditions on the chunks ``c``, each with AND before it."""
        owned = " AND c.file_id IN (SELECT id FROM aibox.files WHERE owner_id = :user_id)"
        chosen = " AND c.file_id = ANY(:file_ids)"
        return (owned if self.user_id is not None else "") + (chosen if self.file_ids is not None else "")

    @property
    def parameters(self) -> dict[str, Any]:
        """Their values."""
        return {"user_id": self.user_id, "file_ids": self.file_ids}


class SearchStore:
    """Searches what ``VectorStore`` wrote: each file is there whole, in one version, or not at all."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def search(
        self,
        text: str,
        vector: NDArray[np.float32] | None,
        *,
        limit: int = 10,
        user_id: str | None = None,
        file_ids: Collection[str] | None = None,
        space: Space | None = None,
    ) -> list[Hit]:
        """The chunks that answer best, best first; equal scores in the order of file and place.

        :param text: the query, in English or Chinese of either script; bound, never SQL. Only its first 1,000
            characters count.
        :param vector: of the query by the active model, shape (dimension,); None to search by word alone, as
            for a language that the model does not know.
        :param user_id: only files of this owner; None for all.
        :param file_ids: only these files; None for all.
        :param space: whose model *vector* is of, also when another one became active since; None for the active one.
        :raises ConfigurationError: *vector* is not of the active model's dimension.
        :raises StoreUnavailableError: Postgres did not answer.
        """
        if limit < 1:
            raise ValueError(f"limit must be at least 1, not {limit}.")
        scope = _Scope(user_id, None if file_ids is None else list(file_ids))
        candidates = max(CANDIDATES, 2 * limit)
        with transaction(self._engine) as connection:
            # Ranking and reading are statements of their own: a file that is replaced between them would be lost.
            connection.execute(sa.text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"))
            space = read_active(connection) if space is None else still_there(connection, space)
            bound = None if vector is None or space is None else _bind(space, vector)
            by_vector = (
                _rank_by_vector(connection, space, bound, scope, candidates) if space and bound else []
            )
            words = query_words(text)
            by_word = _rank_by_word(connection, words, scope, candidates) if words else []
            asked = [ranking for ranking, was_asked in ((by_vector, bound), (by_word, words)) if was_asked]
            scores = fuse_rankings(asked)
            rows = _read_hits(connection, space if bound else None, list(scores), bound)
        hits = [_hit(row, scores[row.chunk_id]) for row in rows]
        # Of two that are as good, by word and by meaning, the exact words go first.
        place = {chunk_id: rank for rank, chunk_id in enumerate(by_word)}
        hits.sort(key=lambda hit: (-hit.score, place.get(hit.chunk_id, candidates), hit.file_id, hit.ordinal))
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


def pick_words(found: Mapping[str, float], total: float) -> tuple[list[str], list[str]]:
    """The words to rank by, and those to rank by when they find nothing: the rarest of the common ones.

    :param found: how many chunks hold each word, roughly.
    """
    most = max(COMMON_COUNT, COMMON_SHARE * total)
    common = {lexeme: count for lexeme, count in found.items() if count > most}
    rare = [lexeme for lexeme in found if lexeme not in common]
    return rare, [lexeme for lexeme, count in common.items() if count == min(common.values())]


def _bind(space: Space, vector: NDArray[np.float32]) -> str:
    if vector.shape != (space.spec.dimension,):
        raise ConfigurationError(
            f"The query's vector has shape {vector.shape}; the stored ones are of {space.spec.name} "
            f"and have {space.spec.dimension} dimensions.",
            "Restart, so that the query is embedded by the active model.",
        )
    return Vector(vector).to_text()


def _rank_by_vector(
    connection: Connection, space: Space, vector: str, scope: _Scope, candidates: int
) -> list[str]:
    joined = f"JOIN aibox.chunks c USING (chunk_id) WHERE true {scope.sql}" if scope.sql else ""
    statement = sa.text(_BY_VECTOR.format(table=space.table, type=space.vector_type, scope=joined))
    parameters = {"vector": vector, "candidates": candidates, **scope.parameters}
    # The scan goes on until enough rows pass the filter, in exact order of distance.
    connection.execute(sa.text("SET LOCAL hnsw.iterative_scan = strict_order"))
    connection.execute(sa.text(f"SET LOCAL hnsw.ef_search = {min(candidates, 1000)}"))
    rows = connection.execute(statement, parameters).all()
    if scope.sql and len(rows) < candidates:
        # The scan stops after hnsw.max_scan_tuples: an owner of few files among many gets an exact search.
        connection.execute(sa.text("SET LOCAL enable_indexscan = off"))
        rows = connection.execute(statement, parameters).all()
        connection.execute(sa.text("SET LOCAL enable_indexscan = on"))
    return [row.chunk_id for row in sorted(rows, key=lambda row: (row.distance, row.chunk_id))]


def _rank_by_word(connection: Connection, words: str, scope: _Scope, candidates: int) -> list[str]:
    rows = connection.execute(sa.text(_WORDS), {"words": words}).all()
    if not rows:
        return []  # stop words only
    # The planner cannot know how rare a word is that it learns while running: without this it reads all rows.
    connection.execute(sa.text("SET LOCAL enable_seqscan = off"))
    statement = sa.text(_BY_WORD.format(scope=scope.sql))
    for lexemes in pick_words({row.lexeme: row.found for row in rows}, rows[0].total):
        parameters = {
            "lexemes": lexemes,
            "total": rows[0].total,
            "matches": MATCHES,
            "candidates": candidates,
        }
        if lexemes and (ranked := list(connection.scalars(statement, parameters | scope.parameters))):
            return ranked
    return []


def _read_hits(
    connection: Connection, space: Space | None, ids: list[str], vector: str | None
) -> Sequence[sa.Row[Any]]:
    if space is None:
        statement = _HITS.format(similarity="NULL AS similarity", vectors="")
    else:
        statement = _HITS.format(
            similarity=f"1 - (v.embedding <=> CAST(:vector AS {space.vector_type})) AS similarity",
            vectors=f"LEFT JOIN {space.table} v USING (chunk_id)",
        )
    return connection.execute(sa.text(statement), {"ids": ids, "vector": vector}).all()


def _hit(row: sa.Row[Any], score: float) -> Hit:
    return Hit(
        file_id=row.file_id,
        path=row.path,
        user_id=row.owner_id,
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
