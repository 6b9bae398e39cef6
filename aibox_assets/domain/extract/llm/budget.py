"""What may be spent on a language model in a day: calls, tokens, money."""

from __future__ import annotations

import threading
from dataclasses import dataclass

from aibox_assets.domain.chat import BudgetSpentError


@dataclass(frozen=True, slots=True)
class Used:
    """What was spent."""

    calls: int = 0
    tokens_read: int = 0
    tokens_written: int = 0


@dataclass(frozen=True, slots=True)
class Budget:
    """What may be spent in a day; None where nothing limits it.

    :ivar cost: in the currency of the prices. :ivar prices: of a million tokens read, and written.
    """

    calls: int | None = None
    tokens: int | None = None
    cost: float | None = None
    prices: tuple[float, float] = (0.0, 0.0)

    def check(self, used: Used, model: str) -> None:
        """:raises BudgetSpentError: no further call may be made today."""
        tokens, cost = used.tokens_read + used.tokens_written, self.cost_of(used)
        for spent, most, what, setting in (
            (used.calls, self.calls, "calls", "AIBOX_LLM_CALLS_A_DAY"),
            (tokens, self.tokens, "tokens", "AIBOX_LLM_TOKENS_A_DAY"),
            (cost, self.cost, "in cost", "AIBOX_LLM_COST_A_DAY"),
        ):
            if most is not None and spent >= most:
                raise BudgetSpentError(
                    f"The language model {model} took {spent:g} {what} today, and {most:g} are allowed.",
                    f"It goes on tomorrow (UTC) by itself; raise {setting} to go on now.",
                )

    def cost_of(self, used: Used) -> float:
        """In the currency of the prices."""
        read, written = self.prices
        return (used.tokens_read * read + used.tokens_written * written) / 1e6


class ProcessLedger:
    """Counts in this process alone, where there is no database."""

    def __init__(self, budget: Budget, model: str) -> None:
        self._budget, self._model = budget, model
        self.used = Used()
        self._lock = threading.Lock()

    def before(self) -> None:
        """Count a call. :raises BudgetSpentError: it is one too many, and is not counted."""
        with self._lock:
            self._budget.check(self.used, self._model)
            self._add(1, 0, 0)

    def after(self, tokens_read: int, tokens_written: int) -> None:
        """Count what a call took."""
        with self._lock:
            self._add(0, tokens_read, tokens_written)

    def _add(self, calls: int, read: int, written: int) -> None:
        used = self.used
        self.used = Used(used.calls + calls, used.tokens_read + read, used.tokens_written + written)
