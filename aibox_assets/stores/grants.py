"""Who sees a file beside its owner and the admins. The truth; the graph keeps a copy (``services/sharing.py``)."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import sqlalchemy as sa
from sqlalchemy import Engine
from sqlalchemy.dialects.postgresql import insert

from aibox_assets.stores.database import transaction
from aibox_assets.stores.tables import grants


class GrantStore:
    """Grants of files. Every verb may be repeated."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def readers(self, file_ids: Collection[str]) -> Mapping[str, Sequence[str]]:
        """The grantees of each file, sorted; a file without any is left out."""
        found: dict[str, list[str]] = {}
        chosen = grants.c.file_id == sa.any_(sa.literal(list(file_ids), sa.ARRAY(sa.Text)))
        query = sa.select(grants.c.file_id, grants.c.grantee).where(chosen).order_by(grants.c.grantee)
        with transaction(self._engine) as connection:
            for file_id, grantee in connection.execute(query):
                found.setdefault(file_id, []).append(grantee)
        return found

    def add(self, file_id: str, grantee: str, by: str) -> bool:
        """Whether there was no such grant before."""
        statement = insert(grants).values(file_id=file_id, grantee=grantee, granted_by=by)
        with transaction(self._engine) as connection:
            made = statement.on_conflict_do_nothing().returning(grants.c.file_id)
            return connection.scalar(made) is not None

    def remove(self, file_id: str, grantee: str) -> None:
        """Take a grant back."""
        with transaction(self._engine) as connection:
            connection.execute(
                grants.delete().where(grants.c.file_id == file_id, grants.c.grantee == grantee)
            )
