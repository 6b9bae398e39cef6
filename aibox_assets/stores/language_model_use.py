"""What language models were asked for in a day, counted over all processes of the installation."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy import Engine
from sqlalchemy.dialects.postgresql import insert

from aibox_assets.domain.extract.llm.budget import Budget, Used
from aibox_assets.stores.database import transaction
from aibox_assets.stores.tables import language_model_use

_TODAY = sa.func.date(sa.func.timezone("utc", sa.func.now()))


class LanguageModelUse:
    """The use of one model, held within a budget; calls that run at the same time may exceed it by themselves."""

    def __init__(self, engine: Engine, model: str, budget: Budget) -> None:
        self._engine, self._model, self._budget = engine, model, budget

    def before(self) -> None:
        """Count a call. :raises BudgetSpentError: it is one too many, and is not counted."""
        table = language_model_use.c
        with transaction(self._engine) as connection:
            row = connection.execute(
                sa.select(table.calls, table.tokens_read, table.tokens_written)
                .where(table.day == _TODAY, table.model == self._model)
                .with_for_update()
            ).one_or_none()
            self._budget.check(Used(*row) if row else Used(), self._model)
            self._add(connection, 1, 0, 0)

    def after(self, tokens_read: int, tokens_written: int) -> None:
        """Count what a call took."""
        with transaction(self._engine) as connection:
            self._add(connection, 0, tokens_read, tokens_written)

    def _add(self, connection: sa.Connection, calls: int, read: int, written: int) -> None:
        add = insert(language_model_use).values(
            day=_TODAY, model=self._model, calls=calls, tokens_read=read, tokens_written=written
        )
        table, new = language_model_use.c, add.excluded
        more = {name: table[name] + new[name] for name in ("calls", "tokens_read", "tokens_written")}
        connection.execute(add.on_conflict_do_update(index_elements=["day", "model"], set_=more))
