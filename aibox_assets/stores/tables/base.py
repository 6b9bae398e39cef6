"""What all tables share: the schema, how constraints are named, and a type that SQLAlchemy does not have."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.types import UserDefinedType

SCHEMA = "aibox"
STATUSES = ("queued", "started", "finished", "failed")
"""Of a file, of its work, and of what people asked for."""
ROLES = ("admin", "editor", "reader")

metadata = sa.MetaData(
    schema=SCHEMA,
    naming_convention={
        "ix": "%(table_name)s_%(column_0_N_name)s_idx",
        "uq": "%(table_name)s_%(column_0_N_name)s_key",
        "fk": "%(table_name)s_%(column_0_name)s_fkey",
        "pk": "%(table_name)s_pkey",
    },
)

now = sa.func.now()
moment = sa.DateTime(timezone=True)


class Xid8(UserDefinedType[str]):
    """The number of a transaction."""

    cache_ok = True

    def get_col_spec(self, **_: object) -> str:
        """As Postgres calls it."""
        return "XID8"
