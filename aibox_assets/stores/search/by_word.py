"""The chunks that hold the question's words: which words tell chunks apart, and which chunks hold most of these."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest

import sqlalchemy as sa
from sqlalchemy import Connection

from aibox_assets.domain.ranking import TranslatedWords, weigh_translated, word_weight
from aibox_assets.domain.translation import Translation
from aibox_assets.domain.words import segment_words
from aibox_assets.stores.search.scope import Scope

QUERY_CHARS = 1000
"""Characters of a query that are read; the rest is cut off."""
QUERY_WORDS = 100
"""Different words of a query that are looked up."""
COMMON_SHARE = 0.05
"""A word that so large a share of the chunks holds says little and costs much: it counts only where no rarer one
finds anything, and for so many chunks as do not tell them apart: ``COMMON_COUNT``, of which it holds more in any
table."""
COMMON_COUNT = 1000
BUDGET = 3_000
"""Chunks that the rarest words of a question may find together; the words beyond say too little for what they cost."""
TRANSLATED_BUDGET = 1_500
"""The same for its words in the other language."""
TRANSLATED_WORDS = 12
"""So many of these are looked for, the rarest."""
TRANSLATED_MATCHES = 100
"""Chunks that are looked at for one of them."""
UNKNOWN_SHARE = 0.001
"""Of the chunks, that are taken to hold a translated word which is not looked for and not common."""
MATCHES = 20_000
"""Chunks that are looked at for one word; where more hold it, it tells them hardly apart."""
WIDE_MATCHES = 5_000
"""The same in a scope of many files, where each is asked for its file."""
SAMPLE = 400
"""Chunks of a scope in which words are counted. A scope of no more is read whole."""
SAMPLE_OF_FILE = 10
"""So many of them of one file, where there are many files."""

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
SELECT w.lexeme, w.positions, coalesce(c.share, 0) * size.total AS found, size.total
FROM size, unnest(to_tsvector('pg_catalog.english', :words)) AS w LEFT JOIN common c USING (lexeme)"""

# The same within a scope: from some of its chunks, since what the whole table holds is not this reader's to know.
_WORDS_IN_SCOPE = """
WITH size AS (
    SELECT count(*) AS total FROM (SELECT FROM aibox.chunks c WHERE true {scope} LIMIT :matches) AS first
),
sample AS MATERIALIZED (SELECT c.words FROM aibox.chunks c WHERE true {scope} LIMIT :sample),
word AS (SELECT lexeme, positions FROM unnest(to_tsvector('pg_catalog.english', :words))),
counted AS (
    SELECT l AS lexeme, count(*) AS found FROM sample s CROSS JOIN LATERAL unnest(tsvector_to_array(s.words)) AS l
    WHERE (l IN (SELECT lexeme FROM word)) IS TRUE GROUP BY l
)
SELECT lexeme, positions, size.total, coalesce(found, 0) * size.total / greatest(least(size.total, :sample), 1) AS found
FROM size, word LEFT JOIN counted USING (lexeme)"""

# The same in a scope of many files: of the first of them, since to count all their chunks costs more than the search.
_WORDS_IN_WIDE_SCOPE = """
WITH sample AS MATERIALIZED (
    SELECT f.id, c.words FROM ({files} LIMIT :sample) AS f LEFT JOIN LATERAL (
        SELECT c.words FROM aibox.chunks c WHERE c.file_id = f.id {of_chunk} LIMIT :each
    ) AS c ON true LIMIT :sample
),
size AS (
    SELECT count(words) AS counted, :found * count(words)::float8 / greatest(count(DISTINCT id), 1) AS total FROM sample
),
word AS (SELECT lexeme, positions FROM unnest(to_tsvector('pg_catalog.english', :words))),
counted AS (
    SELECT l AS lexeme, count(*) AS found FROM sample s CROSS JOIN LATERAL unnest(tsvector_to_array(s.words)) AS l
    WHERE (l IN (SELECT lexeme FROM word)) IS TRUE GROUP BY l
)
SELECT lexeme, positions, size.total, coalesce(found, 0) * size.total / greatest(size.counted, 1) AS found
FROM size, word LEFT JOIN counted USING (lexeme)"""

# Frequencies are counted among the chunks that may be found. How often a chunk holds a word would mean to read all of
# its words; whether it does is in the index, and ranks as well (docs/quality.md).
_MATCH = """
    SELECT a.lexeme, m.* FROM unnest(CAST(:lexemes AS text[]), CAST(:limits AS int[])) AS a (lexeme, most)
    CROSS JOIN LATERAL (
        SELECT c.chunk_id, c.file_id, c.ordinal FROM aibox.chunks c
        WHERE c.words @@ quote_literal(a.lexeme)::tsquery {filter} LIMIT a.most
    ) m"""
_MATCH_IN_SMALL_SCOPE = """
    SELECT l AS lexeme, c.chunk_id, c.file_id, c.ordinal
    FROM aibox.chunks c CROSS JOIN LATERAL unnest(tsvector_to_array(c.words)) AS l
    WHERE (l IN (SELECT unnest(CAST(:lexemes AS text[])))) IS TRUE {scope}"""
_BY_WORD = """
WITH match AS MATERIALIZED ({match}
),
word AS (
    SELECT lexeme, count(*) AS found, ln(1 + (greatest(:total, count(*)) - count(*) + 0.5) / (count(*) + 0.5)) AS weight
    FROM match GROUP BY lexeme
)
{rankings}"""
_RANKING = """(SELECT chunk_id, (SELECT jsonb_object_agg(lexeme, found) FROM word) AS found
FROM match JOIN word USING (lexeme) WHERE lexeme = ANY(CAST(:{words} AS text[]))
GROUP BY chunk_id, file_id, ordinal
ORDER BY round(sum(weight)::numeric, 6) DESC, file_id, ordinal LIMIT :{most})"""
_OWN = _RANKING.format(words="own", most="candidates")
_OWN_AND_TRANSLATED = f"{_OWN} UNION ALL {_RANKING.format(words='translated', most='few')}"


@dataclass(frozen=True, slots=True)
class WordRanking:
    """What the words of a question find.

    :ivar chunk_ids: best first; those that only its words in the other language find come last.
    :ivar weights: of each word of the question (:func:`~aibox_assets.domain.ranking.word_weight`), in the
        database's form; also of those that no chunk holds.
    :ivar translated: what the chunks in the other language may hold.
    """

    chunk_ids: list[str] = field(default_factory=list)
    weights: Mapping[str, float] = field(default_factory=dict)
    translated: TranslatedWords = field(default_factory=TranslatedWords)


def query_words(text: str) -> str:
    """The different words of a query in order, at most 100, separated by spaces."""
    return " ".join(list(dict.fromkeys(segment_words(text[:QUERY_CHARS])))[:QUERY_WORDS])


def pick_words(
    found: Mapping[str, float], total: float, budget: float = BUDGET
) -> tuple[list[str], list[str]]:
    """The words to rank by, and the one to rank by when they find nothing: the rarest of the common ones.

    :param found: how many chunks hold each word, roughly. :param budget: chunks that all of them may find.
    """
    most = max(COMMON_COUNT, COMMON_SHARE * total)
    common = {lexeme: count for lexeme, count in found.items() if count > most}
    rare: list[str] = []
    sum_of_found = 0.0
    for lexeme, count in sorted(found.items(), key=lambda item: item[1]):
        sum_of_found += count
        if lexeme not in common and (sum_of_found <= budget or not rare):
            rare.append(lexeme)
    return rare, sorted(common, key=lambda lexeme: (common[lexeme], lexeme))[:1]


def rank_by_word(
    connection: Connection,
    words: str,
    scope: Scope,
    candidates: int,
    translation: Translation | None = None,
) -> WordRanking:
    """The chunks that hold most of *words*, each by its weight; of equal ones in the order of file and place.

    :param translation: the question's words in another language: half as many chunks that hold most of these come, too.
    """
    if not words:
        return WordRanking()
    counted = _count_words(connection, words.split(), translation, scope)
    total, found = counted.total, counted.found
    own = {lexeme: found[lexeme] for lexeme in counted.lexemes(words.split())}
    other = {lexeme: found[lexeme] for lexeme in counted.lexemes(counted.translated)}
    if not own:
        return WordRanking()  # stop words only
    if scope.sql and not scope.found and total <= SAMPLE:
        match = _MATCH_IN_SMALL_SCOPE.format(scope=scope.sql)
        choices: tuple[list[str], list[str]] = (list(own), [])
        others = list(other)
    else:
        match = _MATCH.format(filter=scope.as_filter)
        choices = pick_words(own, total)
        # A single Chinese character is in many chunks of any subject.
        longer = {lexeme: count for lexeme, count in other.items() if len(lexeme) > 1}
        others = pick_words(longer, total, TRANSLATED_BUDGET)[0][:TRANSLATED_WORDS]
        # The planner cannot know how rare a word is that it learns while running: without this it reads all rows.
        connection.execute(sa.text("SET LOCAL enable_seqscan = off"))
    statement = sa.text(_BY_WORD.format(match=match, rankings=_OWN_AND_TRANSLATED if others else _OWN))
    ids: list[str] = []
    for lexemes, matches in zip(
        choices, (WIDE_MATCHES if scope.found else MATCHES, COMMON_COUNT), strict=True
    ):
        most = dict.fromkeys(others, TRANSLATED_MATCHES) | dict.fromkeys(lexemes, matches)
        parameters = {
            "own": lexemes,
            "translated": others,
            "lexemes": list(most),
            "limits": list(most.values()),
        }
        parameters |= {"total": total, "candidates": candidates, "few": candidates // 2}
        if lexemes and not ids:
            ranked = connection.execute(statement, parameters | scope.parameters).all()
            ids = list(dict.fromkeys(row.chunk_id for row in ranked))
            exact = ranked[0].found if ranked else {}
            # What was cut off stays as it was estimated.
            found |= {word: n if n < most[word] else max(n, found[word]) for word, n in exact.items()}
    weights = {lexeme: word_weight(found[lexeme], total) for lexeme in own}
    for lexeme in other.keys() - own.keys() - set(others):
        found[lexeme] = max(found[lexeme], UNKNOWN_SHARE * total)
    if not other or translation is None:
        return WordRanking(ids, weights)
    return WordRanking(ids, weights, weigh_translated(translation.words, counted.forms, found, total))


@dataclass(frozen=True, slots=True)
class _Counts:
    """Roughly how many of *total* chunks hold each word, in the database's form, and these *forms*.

    :ivar translated: words of the translation.
    """

    total: float
    found: dict[str, float]
    forms: Mapping[str, str]
    translated: Collection[str]

    def lexemes(self, words: Iterable[str]) -> dict[str, None]:
        """The forms of *words*, without stop words."""
        return {self.forms[word]: None for word in words if word in self.forms}


def _count_words(
    connection: Connection, asked: Sequence[str], translation: Translation | None, scope: Scope
) -> _Counts:
    limits: dict[str, int] = {}
    statement = _WORDS
    if scope.found:
        statement = _WORDS_IN_WIDE_SCOPE.format(files=scope.files, of_chunk=scope.of_chunk)
        limits = {"sample": SAMPLE, "each": SAMPLE_OF_FILE, "found": scope.found}
    elif scope.sql:
        statement = _WORDS_IN_SCOPE.format(scope=scope.sql)
        limits = {"matches": MATCHES, "sample": SAMPLE}
    # The first translation of each word, then the second ones: where not all are looked for, it is these.
    ranks = zip_longest(*(each.phrases for each in translation.words), fillvalue=()) if translation else ()
    others = dict.fromkeys(word for phrases in ranks for phrase in phrases for word in phrase)
    words = list(dict.fromkeys([*asked, *others]))
    parameters = {"words": " ".join(words), **limits, **scope.parameters}
    rows = connection.execute(sa.text(statement), parameters).all()
    # Each word is one token for the database, too, so that a position is a word's number.
    forms = {words[position - 1]: row.lexeme for row in rows for position in row.positions}
    return _Counts(
        float(rows[0].total) if rows else 0.0,
        {row.lexeme: float(row.found) for row in rows},
        forms,
        others,
    )
