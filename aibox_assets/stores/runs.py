"""What runs hold in our tables: claims on files, and the fencing tokens of their steps."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy import Engine

from aibox_assets.stores.database import claims, steps, transaction


class RunHoldings:
    """Claims and tokens by run."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def claimants(self) -> dict[str, float]:
        """The runs that hold claims, with the seconds since each took its last one."""
        age = sa.func.extract("epoch", sa.func.now() - sa.func.max(claims.c.claimed_at))
        with transaction(self._engine) as connection:
            rows = connection.execute(sa.select(claims.c.run_id, age).group_by(claims.c.run_id))
            return {run: float(seconds) for run, seconds in rows}

    def with_tokens(self, older_than: float) -> set[str]:
        """The runs that have tokens, none of them younger than so many seconds."""
        newest = sa.func.max(steps.c.issued_at)
        query = (
            sa.select(steps.c.run_id)
            .group_by(steps.c.run_id)
            .having(newest < sa.func.now() - timedelta(seconds=older_than))
        )
        with transaction(self._engine) as connection:
            return set(connection.scalars(query))

    def free_claims(self, run_ids: Collection[str]) -> None:
        """Give back what the runs claimed; whatever still works for them writes nothing any more."""
        with transaction(self._engine) as connection:
            connection.execute(claims.delete().where(claims.c.run_id.in_(list(run_ids))))

    def forget_tokens(self, run_ids: Collection[str]) -> None:
        """Remove the tokens of the runs' steps; no task of theirs may write any more."""
        with transaction(self._engine) as connection:
            connection.execute(steps.delete().where(steps.c.run_id.in_(list(run_ids))))
