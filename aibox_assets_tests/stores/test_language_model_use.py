"""What language models were asked for: counted over all processes, held within a budget."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from sqlalchemy import Engine

from aibox_assets.domain.chat import BudgetSpentError
from aibox_assets.domain.extract.llm.budget import Budget
from aibox_assets.stores.language_model_use import LanguageModelUse
from aibox_assets.stores.tables import language_model_use

pytestmark = pytest.mark.integration


def test_two_processes_share_a_days_budget_of_a_model(engine: Engine) -> None:
    one, other = (LanguageModelUse(engine, "small", Budget(calls=3, tokens=1000)) for _ in range(2))
    for each in (one, other, one):
        each.before()
        each.after(100, 20)
    with pytest.raises(BudgetSpentError, match="3 calls today"):
        other.before()
    LanguageModelUse(engine, "large", Budget(calls=1)).before()
    with engine.connect() as connection:
        rows = connection.execute(sa.select(language_model_use).order_by("model")).all()
    assert [tuple(row[1:]) for row in rows] == [("large", 1, 0, 0), ("small", 3, 300, 60)]


def test_yesterday_does_not_count(engine: Engine) -> None:
    use = LanguageModelUse(engine, "small", Budget(calls=1))
    use.before()
    with engine.begin() as connection:
        day = language_model_use.c.day
        connection.execute(language_model_use.update().values(day=day - sa.text("1")))
    use.before()
