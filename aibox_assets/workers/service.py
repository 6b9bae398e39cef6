"""Keeps one Celery worker running: starts it, sees it die or fall silent, starts it again, drains it.

    service = WorkerService(["vectorization"], "second", "redis://localhost:6379/0")
    service.monitor()  # until SIGTERM

The life of its process is that of every service of a home (``process/runner.py``); ``aibox up`` keeps the workers
of a home, this keeps further ones.
"""

from __future__ import annotations

import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from aibox_assets.domain.errors import AIBoxError
from aibox_assets.process import Command, tail
from aibox_assets.process.log import ProcessLog
from aibox_assets.process.runner import Runner
from aibox_assets.process.service import RestartPolicy, Service
from aibox_assets.settings import load_settings
from aibox_assets.workers.command import APP, WorkerLimits, worker_command, worker_environment
from aibox_assets.workers.signs import Watch

# Of waits between restarts, where restart_delay itself is not longer.
LONGEST_DELAY: Final = 120.0
# Loading the models may take so long; only then is silence a bad sign.
START_SECONDS: Final = 300.0
_PING_SECONDS: Final = 2.0
_TICK: Final = 0.1
_ROTATE_SECONDS: Final = 5.0


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
        self.log = ProcessLog((log_folder or settings.home / "logs") / f"worker-{worker_name}.log")
        command = Command(
            worker_command(queue_names, self.node, limits, concurrency=concurrency, app=app),
            env={
                **(worker_environment(settings) if environment is None else environment),
                "REDIS_URL": redis_url,
            },
            # Nobody would be there to end a drain; the step's lease brings it to another worker.
            orphan_signal=signal.SIGKILL,
        )
        watch = Watch(redis_url, self.node, queue_names)
        service = Service(
            f"Worker {worker_name}",
            command,
            ping=watch.ping,
            look=watch.judge,
            start_seconds=START_SECONDS,
            ping_seconds=min(_PING_SECONDS, check_interval),
            look_seconds=check_interval,
            stop_seconds=drain_seconds,
            harder=((signal.SIGQUIT, kill_seconds),),
        )
        policy = RestartPolicy(
            first_start=max_restarts + 1,
            in_a_row=max_restarts + 1,
            first_wait=restart_delay,
            longest_wait=LONGEST_DELAY,
            settled=settled_seconds,
        )
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="look")
        self._runner = Runner(service, self.log, self._pool, policy, self._say)
        self._max_restarts, self._drain_seconds, self._on_news = max_restarts, drain_seconds, on_news
        self._stops = 0
        # Held for each step of the worker's life: one that was stopped is not started by another thread.
        self._life = threading.Lock()

    @property
    def pid(self) -> int | None:
        """The worker's process id; None while it does not run."""
        return self._runner.pid

    @property
    def well(self) -> bool:
        """Whether the worker answered since it was last started."""
        return self._runner.healthy

    @property
    def restarts(self) -> int:
        """How often it was started again."""
        return self._runner.restarts

    def start(self) -> int:
        """Start the worker, if it does not run.

        It dies with the thread that calls this (on Linux, by SIGKILL).

        :returns: its process id.
        """
        self._stops = 0
        with self._life:
            if not self._runner.alive:
                self._runner.begin_again()
            while (pid := self.pid) is None:
                self._runner.tick()
                time.sleep(0.01)
        return pid

    def stop(self) -> None:
        """Drain the worker: SIGTERM, at the deadline SIGQUIT, then SIGKILL to its process group."""
        self.request_stop()
        self._end()

    def request_stop(self) -> None:
        """Make :meth:`monitor` drain and return; asked a second time, kill at once. For signal handlers, too."""
        self._stops += 1

    def monitor(self) -> None:
        """Keep the worker running until SIGTERM, SIGINT or :meth:`stop`; then drain it.

        After a stop, :meth:`start` comes first: a stop that was asked for before this is obeyed, not lost.

        :raises WorkerGaveUpError: it died or fell silent more than *max_restarts* times in a row.
        """
        rotate_at = 0.0
        with _on_signals(self.request_stop):
            try:
                while not self._stops:
                    with self._life:
                        if not self._stops:
                            self._runner.tick()
                    if self._runner.step == "failed":
                        raise self._gave_up()
                    if time.monotonic() >= rotate_at:
                        rotate_at = time.monotonic() + _ROTATE_SECONDS
                        self.log.rotate()
                    time.sleep(_TICK)
            finally:
                self._end()

    def _end(self) -> None:
        runner = self._runner
        with self._life:
            if runner.alive:
                self._say(f"asked to end; a running task has {self._drain_seconds:g} s")
            while runner.alive:
                if self._stops > 1:
                    runner.kill()
                else:
                    runner.end()
                time.sleep(0.05)
            runner.stopped()

    def _gave_up(self) -> WorkerGaveUpError:
        return WorkerGaveUpError(
            f"{self._runner.reason}, after {self._max_restarts} restarts in a row. "
            f"Its last lines:\n{tail(self.log.path)}\n",
            f"The whole log is {self.log.path}. Memory is the usual reason of signal 9; when it is "
            "mended, start the worker again.",
        )

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
