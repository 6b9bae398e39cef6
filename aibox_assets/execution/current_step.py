"""The step that this process runs now, as its Celery message named it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from aibox_assets.stores.fencing import StepTicket

_CURRENT: ContextVar[StepTicket | None] = ContextVar("current_step", default=None)


@contextmanager
def working_on(ticket: StepTicket) -> Iterator[None]:
    """Let the block be the work on *ticket*."""
    token = _CURRENT.set(ticket)
    try:
        yield
    finally:
        _CURRENT.reset(token)


def current_ticket(run_id: str, step_key: str, batch: str | None = None) -> StepTicket:
    """The ticket of the step; one without a token where it runs in the run's own process."""
    return _CURRENT.get() or StepTicket(run_id, step_key, batch=batch)
