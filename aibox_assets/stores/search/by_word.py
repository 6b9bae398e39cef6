"""The chunks that hold the question's words: which words tell chunks apart, and which chunks hold most of these."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import sqlalchemy as sa
from sqlalchemy import Connection

from aibox_assets.domain.ranking import word_weight
from aibox_assets.domain.words import segment_words
from aibox_assets.stores.search.scope import Scope

QUERY_CHARS = 1000
"""Characters of a query that are read; the rest is cut off."""
QUERY_WORDS = 100
"""Different words of a query that are looked up."""
COMMON_SHARE = 0.05
"""A word that so large a share of the chunks holds says little and costs much: it counts only where no rarer one
finds anything. In small tables no word is common before ``COMMON_COUNT`` chunks hold it."""
COMMON_COUNT = 1000
MATCHES = 20_000
"""Chunks that are ranked for one word; where more hold it, it tells them hardly apart."""

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

# The same within a scope: counted, since what the whole table holds is not this reader's to know.
_WORDS_IN_SCOPE = """
WITH size AS (
    SELECT count(*) AS total FROM (SELECT FROM aibox.chunks c WHERE true {scope} LIMIT :matches) AS first
)
SELECT w.lexeme, size.total, (SELECT count(*) FROM (
    SELECT FROM aibox.chunks c WHERE c.words @@ quote_literal(w.lexeme)::tsquery {scope}
    LIMIT greatest(:count, :share * size.total) + 1) AS first) AS found
FROM size, unnest(to_tsvector('pg_catalog.english', :words)) AS w"""

# ts_rank with weights of 1 is 0.61 for one occurrence and grows towards 1: the part of the term frequency in BM25.
# Frequencies are counted among the chunks that may be found.
_BY_WORD = """
WITH match AS MATERIALIZED (
    SELECT a.lexeme, m.* FROM unnest(CAST(:lexemes AS text[])) AS a (lexeme) CROSS JOIN LATERAL (
        SELECT c.chunk_id, c.file_id, c.ordinal,
            ts_rank('{{1,1,1,1}}', c.words, quote_literal(a.lexeme)::tsquery) AS rank
        FROM aibox.chunks c WHERE c.words @@ quote_literal(a.lexeme)::tsquery {scope} LIMIT :matches
    ) m
),
word AS (
    SELECT lexeme, count(*) AS found, ln(1 + (greatest(:total, count(*)) - count(*) + 0.5) / (count(*) + 0.5)) AS weight
    FROM match GROUP BY lexeme
)
SELECT chunk_id, (SELECT jsonb_object_agg(lexeme, found) FROM word) AS found
FROM match JOIN word USING (lexeme) GROUP BY chunk_id, file_id, ordinal
ORDER BY round(sum(weight * rank)::numeric, 6) DESC, file_id, ordinal LIMIT :candidates"""


@dataclass(frozen=True, slots=True)
class WordRanking:
    """What the words of a question find.

    :ivar chunk_ids: best first.
    :ivar weights: of each word of the question (:func:`~aibox_assets.domain.ranking.word_weight`), in the
        database's form; also of those that no chunk holds.
    """

    chunk_ids: list[str] = field(default_factory=list)
    weights: Mapping[str, float] = field(default_factory=dict)


def query_words(text: str) -> str:
    """The different words of a query in order, at most 100, separated by spaces."""
    return " ".join(list(dict.fromkeys(segment_words(text[:QUERY_CHARS])))[:QUERY_WORDS])


def pick_words(found: Mapping[str, float], total: float) -> tuple[list[str], list[str]]:
    """The words to rank by, and those to rank by when they find nothing: the rarest of the common ones.

    :param found: how many chunks hold each word, roughly.
    """
    most = max(COMMON_COUNT, COMMON_SHARE * total)
    common = {lexeme: count for lexeme, count in found.items() if count > most}
    rare = [lexeme for lexeme in found if lexeme not in common]
    return rare, [lexeme for lexeme, count in common.items() if count == min(common.values())]


def rank_by_word(connection: Connection, words: str, scope: Scope, candidates: int) -> WordRanking:
    """The chunks that hold most of *words*, each by its weight; of equal ones in the order of file and place."""
    if not words:
        return WordRanking()
    # The planner cannot know how rare a word is that it learns while running: without this it reads all rows.
    connection.execute(sa.text("SET LOCAL enable_seqscan = off"))
    statement = _WORDS_IN_SCOPE.format(scope=scope.sql) if scope.sql else _WORDS
    limits = {"matches": MATCHES, "count": COMMON_COUNT, "share": COMMON_SHARE} if scope.sql else {}
    rows = connection.execute(sa.text(statement), {"words": words, **limits, **scope.parameters}).all()
    if not rows:
        return WordRanking()  # stop words only
    total, found = float(rows[0].total), {row.lexeme: float(row.found) for row in rows}
    ids: list[str] = []
    for lexemes in pick_words(found, total):
        parameters = {"lexemes": lexemes, "total": total, "matches": MATCHES, "candidates": candidates}
        if lexemes and not ids:
            ranked = connection.execute(
                sa.text(_BY_WORD.format(scope=scope.sql)), parameters | scope.parameters
            ).all()
            ids = [row.chunk_id for row in ranked]
            found |= ranked[0].found if ranked else {}
    return WordRanking(ids, {lexeme: word_weight(count, total) for lexeme, count in found.items()})
