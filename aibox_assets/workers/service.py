"""Keeps one Celery worker running: starts it, sees it die or fall silent, starts it again, drains it.

    service = WorkerService(["vectorization"], "second", "redis://localhost:6379/0")
    service.monitor()  # until SIGTERM

``aibox up`` has its own supervisor for the workers of a home; this is for further ones.
"""

from __future__ import annotations

import signal
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Final

from aibox_assets import process
from aibox_assets.domain.errors import AIBoxError
from aibox_assets.settings import load_settings
from aibox_assets.workers.command import APP, WorkerLimits, worker_command, worker_environment
from aibox_assets.workers.log import WorkerLog
from aibox_assets.workers.signs import Sign, Watch

# Of waits between restarts, where restart_delay itself is not longer.
LONGEST_DELAY: Final = 120.0
# Looks in a row that find a worker silent or starved before it is replaced.
BAD_SIGNS: Final = 3
# Loading the models may take so long; only then is silence a bad sign.
START_SECONDS: Final = 300.0
_FIRST_LOOKS: Final = 2.0


class WorkerGaveUpError(AIBoxError):
    """The worker died too many times in a row."""


class WorkerService:
    """One worker and its life. :meth:`monitor` is the whole of it; the others are its parts.

    :param queue_names: the queues that it serves.
    :param worker_name: its name; no two live workers of a host may share one.
    :param redis_url: of the broker.
    :param concurrency: its children, each with models of its own.
    :param check_interval: seconds between two looks at whether it answers; a death is noticed at once.
    :param max_restarts: restarts in a row, after which :meth:`monitor` gives up.
    :param restart_delay: seconds before the first restart in a row; each further wait is twice as long.
    :param settled_seconds: seconds of health after which earlier deaths are forgotten.
    :param drain_seconds: what a running task gets to end, once a stop was asked for.
    :param kill_seconds: what SIGQUIT gets after that, before SIGKILL to the process group.
    :param max_memory_mb: see :class:`WorkerLimits`, like the next two; None takes the settings'.
    :param log_folder: where ``worker-NAME.log`` goes; None is ``AIBOX_HOME/logs``.
    :param environment: added to ours; None is what a worker of this installation needs.
    :param app: the Celery app.
    :param on_news: called with one line per event; the log has them, too.
    """

    def __init__(
        self,
        queue_names: Sequence[str],
        worker_name: str,
        redis_url: str,
        *,
        concurrency: int = 1,
        check_interval: float = 30.0,
        max_restarts: int = 10,
        restart_delay: float = 5.0,
        settled_seconds: float = 180.0,
        drain_seconds: float = 60.0,
        kill_seconds: float = 10.0,
        max_memory_mb: int | None = None,
        max_tasks_per_child: int | None = None,
        task_seconds: int | None = None,
        log_folder: Path | None = None,
        environment: Mapping[str, str | None] | None = None,
        app: str = APP,
        on_news: Callable[[str], None] = lambda _: None,
    ) -> None:
        settings = load_settings()
        limits = WorkerLimits(
            max_memory_mb or settings.worker_max_memory_mb,
            max_tasks_per_child or settings.worker_max_tasks,
            task_seconds or settings.task_seconds,
        )
        self.name = worker_name
        self.node = f"{worker_name}@{socket.gethostname()}"
        self.log = WorkerLog((log_folder or settings.home / "logs") / f"worker-{worker_name}.log")
        self.restarts = 0
        self._command = process.Command(
            worker_command(queue_names, self.node, limits, concurrency=concurrency, app=app),
            env={
                **(worker_environment(settings) if environment is None else environment),
                "REDIS_URL": redis_url,
            },
            # Nobody would be there to end a drain; the step's lease brings it to another worker.
            orphan_signal=signal.SIGKILL,
        )
        self._watch = Watch(redis_url, self.node, queue_names)
        self._check_interval, self._max_restarts, self._restart_delay = (
            check_interval,
            max_restarts,
            restart_delay,
        )
        self._settled_seconds, self._drain_seconds, self._kill_seconds = (
            settled_seconds,
            drain_seconds,
            kill_seconds,
        )
        self._on_news = on_news
        self._process: subprocess.Popen[bytes] | None = None
        self._in_a_row = self._bad_signs = 0
        self._started_at = 0.0
        self._well_since: float | None = None
        self._stops = 0
        self._ending = threading.Lock()
        # A SimpleQueue, since a signal handler may put into it while the same thread waits on it.
        self._wakes: SimpleQueue[None] = SimpleQueue()

    @property
    def pid(self) -> int | None:
        """The worker's process id; None while it does not run."""
        running = self._process is not None and self._process.poll() is None
        return self._process.pid if self._process is not None and running else None

    @property
    def well(self) -> bool:
        """Whether the worker answered since it was last started."""
        return self._well_since is not None

    def start(self) -> int:
        """Start the worker, if it does not run.

        It dies with the thread that calls this (on Linux, by SIGKILL).

        :returns: its process id.
        """
        self._stops = 0
        return self.pid or self._start()

    def stop(self) -> None:
        """Drain the worker: SIGTERM, at the deadline SIGQUIT, then SIGKILL to its process group."""
        self.request_stop()
        with self._ending:
            self._end()

    def request_stop(self) -> None:
        """Make :meth:`monitor` drain and return; asked a second time, kill at once. For signal handlers, too."""
        self._stops += 1
        self._wakes.put(None)

    def monitor(self) -> None:
        """Keep the worker running until SIGTERM, SIGINT or :meth:`stop`; then drain it.

        After a stop, :meth:`start` comes first: a stop that was asked for before this is obeyed, not lost.

        :raises WorkerGaveUpError: it died or fell silent more than *max_restarts* times in a row.
        """
        with _on_signals(self.request_stop):
            try:
                if self.pid is None and not self._stops:
                    self._start()
                look_at = time.monotonic()
                while not self._stops:
                    if self._process is None:
                        return  # stopped from another thread
                    if (code := self._process.poll()) is not None:
                        self._replace(_describe_exit(code))
                        look_at = time.monotonic()
                    elif time.monotonic() >= look_at:
                        if (reason := self._look()) is not None:
                            self._replace(reason)
                        interval = (
                            self._check_interval if self.well else min(_FIRST_LOOKS, self._check_interval)
                        )
                        look_at = time.monotonic() + interval
                    else:
                        self._wait(look_at - time.monotonic())
            finally:
                with self._ending:
                    self._end()

    def _start(self) -> int:
        self._process = started = process.start(self._command, subprocess.PIPE)
        assert started.stdout is not None
        self.log.follow(started.stdout)
        threading.Thread(target=self._wake_at_end, args=(started,), daemon=True, name="worker-end").start()
        self._started_at, self._well_since, self._bad_signs = time.monotonic(), None, 0
        self._say(f"started as process {started.pid}")
        return started.pid

    def _wake_at_end(self, started: subprocess.Popen[bytes]) -> None:
        started.wait()
        self._wakes.put(None)

    def _wait(self, seconds: float) -> None:
        try:
            self._wakes.get(timeout=max(0.0, seconds))
        except Empty:
            return

    def _look(self) -> str | None:
        """Ask whether the worker is well; why it must be replaced, if so."""
        sign, now = self._watch.look(), time.monotonic()
        if sign is Sign.WELL:
            if self._well_since is None:
                self._well_since = now
                self._say(f"answers, {now - self._started_at:.1f} s after its start")
            if now - self._well_since >= self._settled_seconds:
                self._in_a_row = 0
            self._bad_signs = 0
        elif sign is not Sign.UNKNOWN and (self.well or now - self._started_at > START_SECONDS):
            self._bad_signs += 1
            if self._bad_signs >= BAD_SIGNS:
                return f"is stuck: {sign.value}"
        return None

    def _replace(self, reason: str) -> None:
        """Start the worker again after a wait, or give up."""
        if self._well_since is not None and time.monotonic() - self._well_since >= self._settled_seconds:
            self._in_a_row = 0
        with self._ending:
            self._end()
        if self._in_a_row >= self._max_restarts:
            raise WorkerGaveUpError(
                f"Worker {self.name} {reason}, after {self._in_a_row} restarts in a row. "
                f"Its last lines:\n{process.tail(self.log.path)}\n",
                f"The whole log is {self.log.path}. Memory is the usual reason of signal 9; when it is "
                "mended, start the worker again.",
            )
        delay = min(self._restart_delay * 2**self._in_a_row, max(self._restart_delay, LONGEST_DELAY))
        self._in_a_row += 1
        self._say(f"{reason}; starting it again in {delay:g} s ({self._in_a_row} of {self._max_restarts})")
        until = time.monotonic() + delay
        while not self._stops and time.monotonic() < until:
            self._wait(until - time.monotonic())
        if not self._stops:
            self._start()
            self.restarts += 1

    def _end(self) -> None:
        running = self._process
        if running is None:
            return
        if running.poll() is None:
            self._say(f"asked to end; a running task has {self._drain_seconds:g} s")
            for number, seconds in (
                (signal.SIGTERM, self._drain_seconds),
                (signal.SIGQUIT, self._kill_seconds),
            ):
                running.send_signal(number)
                if self._ended_within(running, seconds):
                    break
                self._say(f"did not end after {number.name}")
            process.kill_group(running.pid)
            self._say(_describe_exit(running.wait(10)))
        process.kill_group(running.pid)  # what a dead worker left behind
        self._process = None
        self.log.finish()

    def _ended_within(self, running: subprocess.Popen[bytes], seconds: float) -> bool:
        deadline = time.monotonic() + seconds
        while running.poll() is None:
            if time.monotonic() >= deadline or self._stops > 1:
                return False
            time.sleep(0.05)
        return True

    def _say(self, news: str) -> None:
        line = f"{time.strftime('%F %T')} worker {self.name} {news}"
        self.log.write(line)
        self._on_news(line)


@contextmanager
def _on_signals(ask: Callable[[], None]) -> Iterator[None]:
    """Call *ask* on SIGTERM, SIGINT and SIGHUP while the block lasts; only the main thread gets signals."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    numbers = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
    before = {number: signal.signal(number, lambda *_: ask()) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _describe_exit(code: int) -> str:
    return f"was killed by signal {-code}" if code < 0 else f"ended with exit code {code}"
