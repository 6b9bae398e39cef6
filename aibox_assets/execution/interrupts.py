"""A cancelled step ends, whatever it does in the moment of the signal.

Dagster answers SIGTERM with an exception in the step. Python drops one that is raised within the callback of a weak
reference or within a finalizer, and a library in C lets no handler run before it returns. A second signal never comes:
Celery (5.7, ``Request._announce_revoked``) forgets a task with its first one.
"""

from __future__ import annotations

import logging
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Final

from dagster import DagsterExecutionInterruptedError

TERM_SECONDS: Final = 5.0
"""What a step has from the signal to its end; then its process ends."""
ENDED_EXIT: Final = 76
_AGAIN_SECONDS: Final = 0.05


class _InHand:
    def __init__(self, give_up: Callable[[], None]) -> None:
        self.give_up = give_up
        self.over = threading.Event()


_in_hand: Final[list[_InHand]] = []
"""The step that this process runs, if any."""


@contextmanager
def ending_when_cancelled(give_up: Callable[[], None]) -> Iterator[None]:
    """Let the block be the step that a signal ends; only where :func:`end_cancelled_steps` was called.

    :param give_up: called before the process ends, from another thread.
    """
    step = _InHand(give_up)
    _in_hand[:] = [step]
    try:
        yield
    finally:
        step.over.set()
        _in_hand.clear()


def end_cancelled_steps() -> None:
    """Have this process raise a step's interrupt again where Python drops it, and end where a step does not.

    Call it once, in the main thread.
    """
    dropped = sys.unraisablehook

    def raise_again(unraisable: sys.UnraisableHookArgs) -> None:
        step = next(iter(_in_hand), None)
        if step is None or not issubclass(unraisable.exc_type, DagsterExecutionInterruptedError):
            dropped(unraisable)
        else:
            # Not here: this, too, runs within the callback that the exception could not leave.
            threading.Timer(_AGAIN_SECONDS, _signal, (step,)).start()

    sys.unraisablehook = raise_again
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    # The number of each signal is written at once, whatever the interpreter does.
    signal.set_wakeup_fd(writer, warn_on_full_buffer=False)
    # What is forked from here shares the pipe, and its signals are no step's.
    os.register_at_fork(after_in_child=partial(signal.set_wakeup_fd, -1))
    threading.Thread(target=_watch, args=(reader,), daemon=True, name="interrupts").start()


def _signal(step: _InHand) -> None:
    if not step.over.is_set():
        os.kill(os.getpid(), signal.SIGTERM)


def _watch(reader: int) -> None:
    while True:
        told = os.read(reader, 1)[0]
        step = next(iter(_in_hand), None)
        if told != signal.SIGTERM or step is None or step.over.wait(TERM_SECONDS):
            continue
        logging.getLogger(__name__).warning(
            "The step was cancelled %g s ago and does not end: its process ends.", TERM_SECONDS
        )
        step.give_up()
        os._exit(ENDED_EXIT)
