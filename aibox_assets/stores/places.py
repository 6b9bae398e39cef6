"""Where in its file a chunk stands: what the graph does not keep."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy import Engine

from aibox_assets.domain.viewer import Viewer
from aibox_assets.stores.database import transaction
from aibox_assets.stores.rights import visible
from aibox_assets.stores.tables import chunks, files


@dataclass(frozen=True, slots=True)
class Place:
    """A chunk's page or sheet, and its characters in the parsed text."""

    chunk_id: str
    page: int | None
    sheet: str | None
    char_start: int
    char_end: int


class PlaceStore:
    """Reads the places of chunks."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def find(self, viewer: Viewer, chunk_ids: Collection[str]) -> dict[str, Place]:
        """Places by chunk id; chunks that are not there, or that the viewer does not see, are left out."""
        if not chunk_ids:
            return {}
        columns = (chunks.c[name] for name in Place.__slots__)
        query = (
            sa.select(*columns)
            .join(files, files.c.id == chunks.c.file_id)
            .where(chunks.c.chunk_id == sa.any_(sa.literal(list(chunk_ids), sa.ARRAY(sa.Text))))
            .where(visible(viewer))
        )
        with transaction(self._engine) as connection:
            return {row.chunk_id: Place(*row) for row in connection.execute(query)}
