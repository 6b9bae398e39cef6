"""Hybrid search: candidates by meaning (HNSW, cosine) and by word (full text), scored by both."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray
from sqlalchemy import Connection, Engine

from aibox_assets.domain.filters import EVERYTHING, Filters
from aibox_assets.domain.language import detect_language
from aibox_assets.domain.ranking import Calibration, calibration_of, coverage, score
from aibox_assets.domain.viewer import Viewer
from aibox_assets.stores.database import transaction
from aibox_assets.stores.folders import INBOX
from aibox_assets.stores.search.by_vector import bind_vector, rank_by_vector
from aibox_assets.stores.search.by_word import QUERY_CHARS, WordRanking, query_words, rank_by_word
from aibox_assets.stores.search.records import Hit
from aibox_assets.stores.search.scope import scope_of
from aibox_assets.stores.space_records import Space, read_active, still_there

CANDIDATES = 100
"""Fewest chunks that each of the two rankings contributes."""

FILE_PATH = f"CASE f.folder WHEN '{INBOX}' THEN f.path ELSE rtrim(f.folder, '/') || '/' || f.path END"
"""What ``FileRecord.display_path`` is, as SQL."""

# A file whose bytes are gone is about to be deleted.
_HITS = f"""
SELECT c.chunk_id, c.file_id, f.owner_id, f.media_type,
    {FILE_PATH} AS path,
    c.ordinal, c.page, c.sheet, c.heading_path, c.char_start, c.char_end, c.text, c.language, {{similarity}},
    ARRAY(SELECT w.lexeme FROM unnest(c.words) AS w WHERE w.lexeme = ANY(CAST(:lexemes AS text[]))) AS held
FROM aibox.chunks c JOIN aibox.files f ON f.id = c.file_id {{vectors}}
WHERE c.chunk_id = ANY(:ids) AND f.gone_at IS NULL"""  # noqa: S608


class SearchStore:
    """Searches what ``VectorStore`` wrote: each file is there whole, in one version, or not at all."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def search(
        self,
        text: str,
        vector: NDArray[np.float32] | None,
        viewer: Viewer,
        filters: Filters = EVERYTHING,
        *,
        limit: int = 10,
        space: Space | None = None,
    ) -> list[Hit]:
        """The chunks that answer best, best first; equal scores in the order of file and place.

        What does not answer at all comes last, with a low score; where to stop is the caller's decision.

        :param text: the query, in English or Chinese of either script; bound, never SQL. Only its first 1,000
            characters count.
        :param vector: of the query by the active model, shape (dimension,); None to search by word alone, as
            for a language that the model does not know.
        :param viewer: whose files, and those that are shared with it, are searched; also all frequencies are of these.
        :param space: whose model *vector* is of, also when another one became active since; None for the active one.
        :raises ConfigurationError: *vector* is not of the active model's dimension.
        :raises StoreUnavailableError: Postgres did not answer.
        """
        if limit < 1:
            raise ValueError(f"limit must be at least 1, not {limit}.")
        scope = scope_of(viewer, filters)
        candidates = max(CANDIDATES, 2 * limit)
        with transaction(self._engine) as connection:
            # Ranking and reading are statements of their own: a file that is replaced between them would be lost.
            connection.execute(sa.text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"))
            space = read_active(connection) if space is None else still_there(connection, space)
            bound = None if vector is None or space is None else bind_vector(space, vector)
            nearest = rank_by_vector(connection, space, bound, scope, candidates) if space and bound else []
            by_word = rank_by_word(connection, query_words(text), scope, candidates)
            ids = list(dict.fromkeys([*nearest, *by_word.chunk_ids]))
            rows = _read_hits(connection, space if bound else None, ids, bound, list(by_word.weights))
        calibration = calibration_of(space.spec.name if space else "")
        language = detect_language(text[:QUERY_CHARS])
        hits = [_hit(row, by_word, calibration, language) for row in rows]
        # Of two that are as good, by word and by meaning, the exact words go first.
        place = {chunk_id: rank for rank, chunk_id in enumerate(by_word.chunk_ids)}
        hits.sort(key=lambda hit: (-hit.score, place.get(hit.chunk_id, candidates), hit.file_id, hit.ordinal))
        return hits[:limit]


def _read_hits(
    connection: Connection, space: Space | None, ids: list[str], vector: str | None, lexemes: list[str]
) -> Sequence[sa.Row[Any]]:
    if space is None:
        statement = _HITS.format(similarity="NULL AS similarity", vectors="")
    else:
        statement = _HITS.format(
            similarity=f"1 - (v.embedding <=> CAST(:vector AS {space.vector_type})) AS similarity",
            vectors=f"LEFT JOIN {space.table} v USING (chunk_id)",
        )
    parameters = {"ids": ids, "vector": vector, "lexemes": lexemes}
    return connection.execute(sa.text(statement), parameters).all()


def _hit(row: sa.Row[Any], by_word: WordRanking, calibration: Calibration, language: str) -> Hit:
    similarity = None if row.similarity is None else float(row.similarity)
    strength = None if similarity is None else calibration.strength(similarity, (language, row.language))
    return Hit(
        file_id=row.file_id,
        path=row.path,
        user_id=row.owner_id,
        media_type=row.media_type,
        chunk_id=row.chunk_id,
        ordinal=row.ordinal,
        page=row.page,
        sheet=row.sheet,
        heading_path=tuple(row.heading_path),
        char_start=row.char_start,
        char_end=row.char_end,
        text=row.text,
        language=row.language,
        score=score(strength, coverage(by_word.weights, row.held)),
        similarity=similarity,
        words=tuple(row.held),
    )
