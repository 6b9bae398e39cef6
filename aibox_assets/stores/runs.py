"""Which runs hold something in our tables: claims on files, or tokens of steps."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy import Engine

from aibox_assets.stores.database import claims, steps, transaction


def find_holders(engine: Engine) -> dict[str, float]:
    """The runs that hold a claim or a token, with the seconds since each took its last one."""
    held = sa.union_all(
        sa.select(claims.c.run_id, claims.c.claimed_at.label("at")),
        sa.select(steps.c.run_id, steps.c.issued_at),
    ).subquery()
    age = sa.func.extract("epoch", sa.func.now() - sa.func.max(held.c.at))
    with transaction(engine) as connection:
        rows = connection.execute(sa.select(held.c.run_id, age).group_by(held.c.run_id))
        return {run_id: float(seconds) for run_id, seconds in rows}
