"""A limit of time for a block of code, and how it is enforced.

There are two ends. At the limit an alarm raises in the block, wherever the interpreter is; regular expressions and
waits for locks let it through. Code that does not come back to the interpreter, or that swallows the alarm, is
ended together with its process when a grace is over: by faulthandler's thread, which needs no interpreter lock and
writes the stacks of all threads to the error output first. Whoever started the process sees it die.
"""

from __future__ import annotations

import faulthandler
import signal
import threading
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from types import FrameType, TracebackType
from typing import Any, Final

from aibox_assets.domain.errors import LimitExceededError

GRACE_SECONDS: Final = 30.0
_REMEDY: Final = "Give it less to do at once, or raise the limit."
_RETRY_SECONDS: Final = 0.001
_STDERR: Final = 2  # the descriptor: sys.stderr may be an object that has none, as Celery's


class TimeLimitExceededError(LimitExceededError):
    """A block took longer than its limit."""


def time_limit(
    seconds: float, *, what: str = "The work", remedy: str = _REMEDY, grace: float = GRACE_SECONDS
) -> AbstractContextManager[None]:
    """End the block of a ``with`` when it takes longer than *seconds* of wall time.

    Limits may be nested: each ends its own block, and an alarm that somebody else has set (SIGALRM) still rings
    at its time. In another thread than the main one there is no alarm: the error comes when the block is over,
    or the process ends with the grace.

    :param what: subject of the error's reason.
    :param remedy: of the error.
    :param grace: seconds from the limit to the end of the process, with exit code 1.
    :raises TimeLimitExceededError: from the ``with``, when the block took longer.
    """
    return _TimeLimit(seconds, what, remedy, grace)


class _Alarm(BaseException):
    """Raised in the block. No ``Exception``, so that code which handles any of those lets it through."""


class _TimeLimit:
    # No generator with contextlib: an alarm between its steps would leave the timer as it is.
    def __init__(self, seconds: float, what: str, remedy: str, grace: float) -> None:
        self._seconds, self._what, self._remedy, self._grace = seconds, what, remedy, grace
        self._alarm = _Alarm()
        self._rang = False
        self._over = False

    def __enter__(self) -> None:
        self._deadline = time.monotonic() + self._seconds
        self._end = self._deadline + self._grace
        self._in_main = threading.current_thread() is threading.main_thread()
        _change_ends(_ends.append, self._end)
        if self._in_main:
            left, self._interval = signal.getitimer(signal.ITIMER_REAL)
            self._earlier = time.monotonic() + left if left else None
            self._earlier_handler: Any = signal.signal(signal.SIGALRM, self._ring)
            _set_timer(min(self._deadline, self._earlier or self._deadline))

    def __exit__(
        self, kind: type[BaseException] | None, raised: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._in_main:
            self._over = True  # or an alarm in this moment would set one more, for whoever handles it then
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGALRM, self._earlier_handler or signal.SIG_DFL)
            if self._earlier is not None:
                _set_timer(self._earlier, self._interval)
        elif raised is None:
            self._rang = time.monotonic() > self._deadline
        _change_ends(_ends.remove, self._end)
        # An Exception behind the alarm is what the interrupted code made of it.
        if self._rang and (raised is None or raised is self._alarm or isinstance(raised, Exception)):
            reason = f"{self._what} took longer than the limit of {self._seconds:g} s."
            raise TimeLimitExceededError(reason, self._remedy) from raised

    def _ring(self, number: int, frame: FrameType | None) -> None:
        now = time.monotonic()
        if self._over:
            return
        if _is_changing(frame):
            _set_timer(now)  # in a moment
        elif now >= self._deadline:
            self._rang = True
            raise self._alarm
        else:
            _set_timer(self._deadline)
            if self._earlier is not None and now >= self._earlier:
                self._earlier = None
                if callable(self._earlier_handler):
                    self._earlier_handler(number, frame)


def _is_changing(frame: FrameType | None) -> bool:
    """Whether a limit begins or ends right now; left half way, its alarm or the end of the process would stay."""
    while frame is not None and frame.f_code not in (
        _TimeLimit.__enter__.__code__,
        _TimeLimit.__exit__.__code__,
    ):
        frame = frame.f_back
    return frame is not None


def _set_timer(moment: float, interval: float = 0.0) -> None:
    signal.setitimer(signal.ITIMER_REAL, max(moment - time.monotonic(), _RETRY_SECONDS), interval)


# When the process ends, by each limit that holds now; faulthandler has one thread, for the earliest of them.
_ends: list[float] = []
_ends_lock = threading.Lock()


def _change_ends(change: Callable[[float], None], moment: float) -> None:
    with _ends_lock:
        change(moment)
        if _ends:
            left = max(min(_ends) - time.monotonic(), _RETRY_SECONDS)
            faulthandler.dump_traceback_later(left, exit=True, file=_STDERR)
        else:
            faulthandler.cancel_dump_traceback_later()
