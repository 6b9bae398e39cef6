"""All that a viewer sees, read in parts: for files that people take elsewhere."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy import Engine

from aibox_assets.domain.viewer import Viewer
from aibox_assets.stores.database import transaction
from aibox_assets.stores.files import DISPLAY_PATH
from aibox_assets.stores.rights import VISIBLE_IDS, visible, visible_parameters
from aibox_assets.stores.tables import files

PART: Final = 1000
"""Rows that are in memory at once."""

_CHUNKS: Final = f"""
SELECT c.chunk_id, c.file_id, f.owner_id AS owner,
    {DISPLAY_PATH} AS path,
    c.ordinal, c.text, c.token_count, c.char_start, c.char_end, c.page, c.sheet, c.heading_path, c.language
FROM aibox.files f JOIN aibox.chunks c ON c.file_id = f.id
WHERE f.gone_at IS NULL {{scope}} ORDER BY f.seq, c.ordinal"""  # noqa: S608


def read_chunks(
    engine: Engine, viewer: Viewer, file_ids: Collection[str] | None = None
) -> Iterator[list[dict[str, Any]]]:
    """The chunks of the files that a viewer sees, in the order of arrival, all of one moment.

    :param file_ids: of these files only; None for all.
    :raises StoreUnavailableError: Postgres did not answer.
    """
    scope = "" if viewer.sees_all else f" AND f.id IN ({VISIBLE_IDS})"
    if file_ids is not None:
        scope += " AND f.id = ANY(:file_ids)"
    parameters = {**visible_parameters(viewer), "file_ids": None if file_ids is None else list(file_ids)}
    with transaction(engine) as connection:
        streamed = connection.execution_options(stream_results=True, max_row_buffer=PART)
        rows = streamed.execute(sa.text(_CHUNKS.format(scope=scope)), parameters).mappings()
        for part in rows.partitions(PART):
            yield [dict(row) for row in part]


def read_file_ids(engine: Engine, viewer: Viewer, file_ids: Collection[str] | None = None) -> list[str]:
    """The files that a viewer sees, in the order of arrival.

    :param file_ids: of these only; None for all.
    """
    query = sa.select(files.c.id).where(files.c.gone_at.is_(None), visible(viewer)).order_by(files.c.seq)
    if file_ids is not None:
        query = query.where(files.c.id == sa.any_(sa.literal(list(file_ids), sa.ARRAY(sa.Text))))
    with transaction(engine) as connection:
        return list(connection.scalars(query))
