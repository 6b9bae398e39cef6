"""Hybrid search: candidates by meaning (HNSW, cosine) and by word (full text), scored by both."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray
from sqlalchemy import Connection, Engine

from aibox_assets.domain.filters import EVERYTHING, Filters
from aibox_assets.domain.language import detect_language
from aibox_assets.domain.ranking import Calibration, calibration_of, coverage, frequency, score
from aibox_assets.domain.translation import Translation
from aibox_assets.domain.viewer import Viewer
from aibox_assets.domain.walk import Near
from aibox_assets.domain.words import HAN
from aibox_assets.stores.database import transaction
from aibox_assets.stores.files import DISPLAY_PATH
from aibox_assets.stores.search.by_vector import bind_vector, rank_by_vector
from aibox_assets.stores.search.by_word import QUERY_CHARS, WordRanking, query_words, rank_by_word
from aibox_assets.stores.search.records import Hit
from aibox_assets.stores.search.scope import Scope, ScopeSizes, scope_of
from aibox_assets.stores.space_records import Space, read_active, still_there

CANDIDATES = 100
"""Fewest chunks that each of the two rankings contributes."""

"""What ``FileRecord.display_path`` is, as SQL."""

FEW_WORDS = 3
"""So few English words are no question that a passage in another language answers by meaning alone."""

_HELD_ITSELF = 0.5
"""A passage in the other language that holds so much of the question's own words is of both languages."""

_NOTHING: Mapping[str, Near] = MappingProxyType({})
_WITHIN = "SELECT c.chunk_id FROM aibox.chunks c WHERE c.chunk_id = ANY(:ids) {scope}"

# With IS TRUE the planner hashes the words, where each word of a chunk was compared with each of them.
# A file whose bytes are gone is about to be deleted.
_EVIDENCE = """
SELECT c.chunk_id, c.file_id, c.ordinal, c.language, {similarity},
    :asked_in = 'zh' AND c.language = 'en' AND c.text ~ :han AS mixed,
    ARRAY(SELECT w.lexeme || ' ' || cardinality(w.positions) FROM unnest(c.words) AS w
        WHERE (w.lexeme IN (SELECT unnest(CAST(:lexemes AS text[])))) IS TRUE) AS held
FROM aibox.chunks c JOIN aibox.files f ON f.id = c.file_id {vectors}
WHERE c.chunk_id = ANY(:ids) AND f.gone_at IS NULL"""
_HITS = f"""
SELECT c.chunk_id, f.owner_id, f.media_type, {DISPLAY_PATH} AS path, c.page, c.sheet, c.heading_path,
    c.char_start, c.char_end, c.text
FROM aibox.chunks c JOIN aibox.files f ON f.id = c.file_id WHERE c.chunk_id = ANY(:ids)"""  # noqa: S608


@dataclass(frozen=True, slots=True)
class _Evidence:
    """A candidate with what it is worth."""

    row: sa.Row[Any]
    score: float
    frequency: float
    words: tuple[str, ...]
    through: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Scale:
    """How near a passage is, beside the other candidates of its language.

    :ivar language: of the question; empty to read each passage by its own. :ivar excess: by the passages' language.
    """

    calibration: Calibration
    language: str
    excess: Mapping[str, float]

    @classmethod
    def of(cls, rows: Sequence[sa.Row[Any]], calibration: Calibration, language: str) -> _Scale:
        """The scale of all candidates."""
        similarities: dict[str, list[float]] = defaultdict(list)
        for row in rows:
            if row.similarity is not None:
                similarities[row.language].append(_cosine(row, calibration))
        excess = {
            each: calibration.excess(nearest, (language or each, each))
            for each, nearest in similarities.items()
        }
        return cls(calibration, language, excess)

    def strength(self, row: sa.Row[Any]) -> float | None:
        """See :meth:`Calibration.strength`; None without a similarity."""
        if row.similarity is None:
            return None
        similarity = _cosine(row, self.calibration) - self.excess[row.language]
        return self.calibration.strength(similarity, (self.language or row.language, row.language))


def _cosine(row: sa.Row[Any], calibration: Calibration) -> float:
    """The cosine of a passage, without what it owes to holding words of the question's language."""
    return float(row.similarity) - (calibration.mixed if row.mixed else 0.0)


class SearchStore:
    """Searches what ``VectorStore`` wrote: each file is there whole, in one version, or not at all."""

    def __init__(self, engine: Engine) -> None:
        # Ranking and reading are statements of their own: a file that is replaced between them would be lost.
        self._engine = engine.execution_options(isolation_level="REPEATABLE READ")
        self._sizes = ScopeSizes()

    def search(
        self,
        text: str,
        vector: NDArray[np.float32] | None,
        viewer: Viewer,
        filters: Filters = EVERYTHING,
        *,
        limit: int = 10,
        space: Space | None = None,
        translation: Translation | None = None,
        near: Mapping[str, Near] = _NOTHING,
    ) -> list[Hit]:
        """The chunks that answer best, best first; equal scores in the order of file and place.

        What does not answer at all comes last, with a low score; where to stop is the caller's decision.

        :param text: the query, in English or Chinese of either script; bound, never SQL. Only its first 1,000
            characters count.
        :param vector: of the query by the active model, shape (dimension,); None to search by word alone, as
            for a language that the model does not know.
        :param viewer: whose files, and those that are shared with it, are searched; also all frequencies are of these.
        :param space: whose model *vector* is of, also when another one became active since; None for the active one.
        :param translation: the words of *text* in another language, for the chunks that are in it.
        :param near: chunks that are near to the things that *text* names, by id; those of other scopes are left out.
        :raises ConfigurationError: *vector* is not of the active model's dimension.
        :raises StoreUnavailableError: Postgres did not answer.
        """
        if limit < 1:
            raise ValueError(f"limit must be at least 1, not {limit}.")
        scope = scope_of(viewer, filters)
        candidates = max(CANDIDATES, 2 * limit)
        with transaction(self._engine) as connection:
            # First: its lock comes before what the transaction sees is settled.
            space = read_active(connection) if space is None else still_there(connection, space)
            scope = self._sizes.measured(connection, scope)
            bound = None if vector is None or space is None else bind_vector(space, vector)
            nearest = rank_by_vector(connection, space, bound, scope, candidates) if space and bound else []
            by_word = rank_by_word(connection, query_words(text), scope, candidates, translation)
            walked = _within(connection, scope, near)
            ids = list(dict.fromkeys([*nearest, *by_word.chunk_ids, *walked]))
            lexemes = list({*by_word.weights, *by_word.translated.shares})
            calibration = calibration_of(space.spec.name if space else "")
            language = detect_language(text[:QUERY_CHARS])
            rows = _read_evidence(connection, space if bound else None, ids, bound, lexemes, language)
            if len(text.split()) <= FEW_WORDS and language != "zh":
                language = ""  # a few words, perhaps of no language, are near to everything in another one
            other = translation.language if translation and by_word.translated.weights else None
            scale = _Scale.of(rows, calibration, language)
            evidence = [_weigh(row, by_word, scale, other, near.get(row.chunk_id)) for row in rows]
            best = sorted(evidence, key=_order)[:limit]
            texts = _read_texts(connection, [each.row.chunk_id for each in best])
        return [_hit(each, texts[each.row.chunk_id]) for each in best]


def _within(connection: Connection, scope: Scope, near: Collection[str]) -> list[str]:
    """Those of the chunks that may be found."""
    if not near:
        return []
    statement = sa.text(_WITHIN.format(scope=scope.by_chunk))
    return list(connection.scalars(statement, {"ids": list(near), **scope.parameters}))


def _read_evidence(
    connection: Connection,
    space: Space | None,
    ids: list[str],
    vector: str | None,
    lexemes: list[str],
    language: str,
) -> Sequence[sa.Row[Any]]:
    """What is known of each candidate, as far as its score depends on it."""
    if space is None:
        statement = _EVIDENCE.format(similarity="NULL AS similarity", vectors="")
    else:
        statement = _EVIDENCE.format(
            similarity=f"1 - (v.embedding <=> CAST(:vector AS {space.vector_type})) AS similarity",
            vectors=f"LEFT JOIN {space.table} v USING (chunk_id)",
        )
    parameters = {"ids": ids, "vector": vector, "lexemes": lexemes, "asked_in": language, "han": f"[{HAN}]"}
    return connection.execute(sa.text(statement), parameters).all()


def _read_texts(connection: Connection, ids: list[str]) -> dict[str, sa.Row[Any]]:
    return {row.chunk_id: row for row in connection.execute(sa.text(_HITS), {"ids": ids})}


def _weigh(
    row: sa.Row[Any],
    by_word: WordRanking,
    scale: _Scale,
    other: str | None,
    near: Near | None,
) -> _Evidence:
    """:param other: the language that the question's words were translated to, if any."""
    nearness, through = (near.nearness, near.through) if near else (0.0, ())
    strength = scale.strength(row)
    held = {word: int(count) for word, count in (held.split(" ") for held in row.held)}
    counts = {word: count for word, count in held.items() if word in by_word.weights}
    covered = coverage(by_word.weights, counts)
    if row.language == other:
        worth = score(strength, by_word.translated.coverage(held), translated=True, nearness=nearness)
        if covered >= _HELD_ITSELF:
            worth = max(worth, score(None, covered, nearness=nearness))
        return _Evidence(row, worth, 0.0, tuple(held), through)
    worth = score(strength, covered, nearness=nearness)
    return _Evidence(row, worth, frequency(by_word.weights, counts), tuple(counts), through)


def _order(each: _Evidence) -> tuple[float, float, float, str, int]:
    """Best first. Of two of the same score the more similar one, then the one that holds the words more often."""
    similarity = 0.0 if each.row.similarity is None else float(each.row.similarity)
    return (-each.score, -similarity, -each.frequency, each.row.file_id, each.row.ordinal)


def _hit(each: _Evidence, row: sa.Row[Any]) -> Hit:
    evidence = each.row
    return Hit(
        file_id=evidence.file_id,
        path=row.path,
        user_id=row.owner_id,
        media_type=row.media_type,
        chunk_id=evidence.chunk_id,
        ordinal=evidence.ordinal,
        page=row.page,
        sheet=row.sheet,
        heading_path=tuple(row.heading_path),
        char_start=row.char_start,
        char_end=row.char_end,
        text=row.text,
        language=evidence.language,
        score=each.score,
        similarity=None if evidence.similarity is None else float(evidence.similarity),
        words=each.words,
        through=each.through,
    )
