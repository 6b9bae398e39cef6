"""The step that this process runs now, as its Celery message named it, and what the step says it is at."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from aibox_assets.execution.leases import HeldLease
from aibox_assets.stores.fencing import StepTicket

_CURRENT: ContextVar[tuple[StepTicket, HeldLease] | None] = ContextVar("current_step", default=None)


@contextmanager
def working_on(ticket: StepTicket, lease: HeldLease) -> Iterator[None]:
    """Let the block be the work on *ticket*, under *lease*."""
    token = _CURRENT.set((ticket, lease))
    try:
        yield
    finally:
        _CURRENT.reset(token)


def current_ticket(run_id: str, step_key: str, batch: str | None = None) -> StepTicket:
    """The ticket of the step; one without a token where it runs in the run's own process."""
    current = _CURRENT.get()
    return current[0] if current else StepTicket(run_id, step_key, batch=batch)


def describe_current() -> dict[str, str]:
    """The run, the step, and the file and the part in hand, as far as they are known; for a log's line."""
    current = _CURRENT.get()
    if current is None:
        return {}
    ticket, lease = current[0], current[1].lease
    known = {"run": ticket.run_id, "step": ticket.step_key, "file": lease.file_id, "part": lease.part}
    return {name: value for name, value in known.items() if value}


def at(file_id: str | None, part: str = "") -> None:
    """Say what the step begins with now: a file, and which part of it; None and "" is nothing in particular.

    Costs no round trip: the lease carries it with its next renewal. Nothing happens outside of a worker.
    """
    if current := _CURRENT.get():
        current[1].at(file_id, part)
