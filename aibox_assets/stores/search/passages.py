"""What stands around a chunk, and what is known of it: for those who may see its file."""

from __future__ import annotations

import json
from collections.abc import Collection

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray
from sqlalchemy import Engine

from aibox_assets.domain.errors import NotFoundError
from aibox_assets.domain.filters import EVERYTHING
from aibox_assets.domain.passages import Passage, join_chunks
from aibox_assets.domain.viewer import Viewer
from aibox_assets.stores.database import transaction
from aibox_assets.stores.files import DISPLAY_PATH
from aibox_assets.stores.search.scope import scope_of
from aibox_assets.stores.space_records import Space, still_there

_AROUND = f"""
WITH asked AS (SELECT c.file_id, c.ordinal FROM aibox.chunks c WHERE c.chunk_id = :chunk_id {{scope}})
SELECT c.*, f.owner_id, f.media_type, {DISPLAY_PATH} AS path
FROM asked a JOIN aibox.files f ON f.id = a.file_id JOIN aibox.chunks c ON c.file_id = a.file_id
    AND c.ordinal BETWEEN a.ordinal - :before AND a.ordinal + :after
WHERE f.gone_at IS NULL ORDER BY c.ordinal"""  # noqa: S608
_VECTOR = """SELECT v.embedding::text FROM aibox.chunks c JOIN {table} v USING (chunk_id)
    WHERE c.chunk_id = :chunk_id {scope}"""
# One word at a time: the dictionary that the index's configuration asks for words.
_FORMS = """SELECT w AS word, coalesce((ts_lexize('pg_catalog.english_stem', w))[1], '') AS form
    FROM unnest(CAST(:words AS text[])) AS w"""


FORMS_KEPT = 20_000
"""Words whose forms are remembered: a form follows from its word alone."""


class PassageStore:
    """Reads single chunks and their neighbours."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._forms: dict[str, str] = {}

    def passage(self, viewer: Viewer, chunk_id: str, before: int = 0, after: int = 0) -> Passage:
        """A chunk with as many of its neighbours.

        :raises NotFoundError: the viewer sees no such chunk.
        """
        scope = scope_of(viewer, EVERYTHING)
        parameters = {"chunk_id": chunk_id, "before": before, "after": after} | scope.parameters
        with transaction(self._engine) as connection:
            rows = connection.execute(sa.text(_AROUND.format(scope=scope.by_chunk)), parameters).all()
        if not rows:
            raise NotFoundError(
                f"There is no passage {chunk_id!r}.", "Search again: a changed file has new passages."
            )
        first = rows[0]
        return Passage(
            first.file_id,
            first.path,
            first.owner_id,
            first.media_type,
            tuple(row.chunk_id for row in rows),
            first.page,
            first.sheet,
            tuple(first.heading_path),
            first.char_start,
            max(row.char_end for row in rows),
            join_chunks((row.char_start, row.text) for row in rows),
            next(row.language for row in rows if row.chunk_id == chunk_id),
        )

    def vector(self, viewer: Viewer, chunk_id: str, space: Space) -> NDArray[np.float32] | None:
        """The chunk's vector in *space*, shape (dimension,); None where it has none."""
        scope = scope_of(viewer, EVERYTHING)
        with transaction(self._engine) as connection:
            there = still_there(connection, space)
            if there is None:
                return None
            statement = sa.text(_VECTOR.format(table=there.table, scope=scope.by_chunk))
            found: str | None = connection.scalar(statement, {"chunk_id": chunk_id} | scope.parameters)
        return None if found is None else np.array(json.loads(found), np.float32)

    def word_forms(self, words: Collection[str]) -> dict[str, str]:
        """The form of each folded word in the index of words; empty for a stop word."""
        known = self._forms
        if unknown := sorted(set(words) - known.keys()):
            with transaction(self._engine) as connection:
                rows = connection.execute(sa.text(_FORMS), {"words": unknown})
                found = {row.word: row.form for row in rows}
            known = known | found
            self._forms = known if len(known) <= FORMS_KEPT else found
        return {word: known[word] for word in words}
