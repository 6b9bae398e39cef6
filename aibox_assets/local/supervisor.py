"""Keeps a home's services running: ``python -m aibox_assets.local.supervisor HOME``."""

from __future__ import annotations

import contextlib
import fcntl
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

import psutil

from aibox_assets.domain.errors import AIBoxError, StoreUnavailableError
from aibox_assets.local.home import Home
from aibox_assets.local.leftovers import end_processes, find_processes
from aibox_assets.local.postgres import PostgresServer
from aibox_assets.local.process import tail
from aibox_assets.local.services import Plan, plan_services
from aibox_assets.local.state import Phase, ServiceState, State, SupervisorState, write_state
from aibox_assets.process.log import ProcessLog
from aibox_assets.process.runner import Runner, Step
from aibox_assets.process.service import RestartPolicy

Progress = Callable[[str, str], None]
STATE_FILE: Final = "supervisor.json"
_TICK: Final = 0.1
_ROTATE_EVERY: Final = 5.0
_SHOWN: Final[dict[Step, State]] = {
    "running": "running",
    "replacing": "running",
    "failed": "failed",
    "stopped": "stopped",
}


class AlreadyRunningError(AIBoxError):
    """Another supervisor has this home."""


class Supervisor:
    """Starts *plan* in order, restarts what dies, stops in reverse order.

    :param on_progress: called with a service's name and its new state.
    """

    def __init__(
        self, home: Home, plan: Plan, on_progress: Progress, policy: RestartPolicy | None = None
    ) -> None:
        self._home, self._plan, self._on_progress = home, plan, on_progress
        self._pool = ThreadPoolExecutor(max_workers=len(plan.services) + 1, thread_name_prefix="ping")
        self._runners = {
            service.name: Runner(
                service, ProcessLog(home.logs / f"{service.name}.log"), self._pool, policy or RestartPolicy()
            )
            for service in plan.services
        }
        self._phase: Phase = "starting"
        self._stop_signals = 0
        self._told: dict[str, str] = {}
        self._written = False
        self._error: AIBoxError | None = None

    def request_stop(self) -> None:
        """Stop soon; asked twice, kill at once. Safe in a signal handler."""
        self._stop_signals += 1

    def run(self) -> None:
        """Run until a stop is asked for.

        :raises StoreUnavailableError: a service could not be started at first; all others were stopped again.
        """
        rotate_at = 0.0
        try:
            while not self._stop_signals and self._error is None:
                self._tick()
                if time.monotonic() >= rotate_at:
                    rotate_at = time.monotonic() + _ROTATE_EVERY
                    for runner in self._runners.values():
                        runner.log.rotate()
                time.sleep(_TICK)
        finally:
            self._stop()
        if self._error is not None:
            raise self._error

    def _tick(self) -> None:
        for runner in self._runners.values():
            needs_met = all(self._runners[name].healthy for name in runner.service.needs)
            runner.tick(needs_met=needs_met, settled_in=self._phase == "running")
        if self._phase == "starting":
            for runner in self._runners.values():
                if runner.step == "failed":
                    self._error = _cannot_start(runner)
            if all(runner.healthy for runner in self._runners.values()):
                self._phase = "running"
        self._publish()

    def _stop(self) -> None:
        """Stop stage by stage, the highest first. SIGKILL at each service's deadline."""
        self._phase = "stopping"
        asked: set[str] = set()
        signals = self._stop_signals
        while alive := {name: runner for name, runner in self._runners.items() if runner.alive}:
            stage = max(runner.service.stage for runner in alive.values())
            for name, runner in alive.items():
                if name in asked and self._stop_signals > signals:
                    runner.kill()
                elif name in asked or runner.service.stage == stage:
                    asked.add(name)
                    runner.end()
            self._publish()
            time.sleep(0.05)
            for name, runner in self._runners.items():
                if name in asked and not runner.alive:
                    runner.stopped()
        for runner in self._runners.values():
            runner.stopped()
        self._pool.shutdown(wait=False, cancel_futures=True)
        self._phase = "stopped" if self._error is None else "failed"
        self._publish()

    def _publish(self) -> None:
        states = tuple(_state(r) for r in self._runners.values() if r.service.command is not None)
        news = {each.name: f"{each.state} {each.pid} {each.restarts}" for each in states}
        news[""] = self._phase
        if news == self._told and self._written:
            return
        for each in states:
            if news[each.name] != self._told.get(each.name):
                with contextlib.suppress(OSError):  # what is told goes into a log, on the same disk
                    self._on_progress(each.name, each.state)
        self._told = news
        state = SupervisorState(
            os.getpid(),
            psutil.Process().create_time(),
            self._phase,
            self._plan.ui,
            states,
            self._error.reason if self._error else "",
            self._error.remedy if self._error else "",
        )
        # On a full disk the services go on; it is written as soon as there is space.
        self._written = False
        with contextlib.suppress(OSError):
            write_state(self._home.run / STATE_FILE, state)
            self._written = True


def _state(runner: Runner) -> ServiceState:
    service, shown = runner.service, _SHOWN.get(runner.step, "starting")
    return ServiceState(
        service.name, shown, runner.pid, service.address, runner.restarts, runner.since, runner.reason
    )


def _cannot_start(runner: Runner) -> StoreUnavailableError:
    last = tail(runner.log.path)
    return StoreUnavailableError(
        f"{runner.service.name} could not be started: {runner.reason.rstrip('.')}."
        + (f" Its last lines:\n{last}\n" if last else ""),
        f"The whole log is {runner.log.path}; 'aibox doctor' looks for the usual causes.",
    )


@contextlib.contextmanager
def sole_supervisor(home: Home) -> Iterator[None]:
    """Hold the home's lock; the kernel lets go of it when the process ends, however it ends.

    :raises AlreadyRunningError: another process holds it.
    """
    home.create()
    with (home.run / "supervisor.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise AlreadyRunningError(
                f"{home.path} is running already.", "Stop it with 'aibox down'."
            ) from error
        yield


def find_home_processes(home: Home) -> list[psutil.Process]:
    """Every process of *home* but the caller's own line."""
    return find_processes(home.path, PostgresServer(home.postgres, 0, "").data)


def supervise(home: Home, on_progress: Progress) -> None:
    """Run the home in this thread, the main one, until SIGTERM or SIGINT.

    :raises AIBoxError: it runs already, is misconfigured, or a service cannot be started.
    """
    with sole_supervisor(home):
        # Of a supervisor that was killed: they would hold the ports and the data.
        if end_processes(lambda: find_home_processes(home), 5):
            on_progress("supervisor", "ended what an earlier supervisor left behind")
        plan = plan_services(home)
        for note in plan.notes:
            on_progress("supervisor", note)
        supervisor = Supervisor(home, plan, on_progress)
        handlers = {
            number: signal.signal(number, lambda *_: supervisor.request_stop())
            for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
        }
        try:
            supervisor.run()
        finally:
            end_processes(lambda: find_home_processes(home), 1)
            for number, handler in handlers.items():
                signal.signal(number, handler)


def main() -> int:
    """Supervise the home named by the first argument; the progress goes to standard output."""
    home = Home(Path(sys.argv[1]))
    try:
        supervise(home, lambda name, state: print(f"{time.strftime('%F %T')} {name}: {state}", flush=True))
    except AIBoxError as error:
        print(error, flush=True)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
