"""One service's life under the supervisor: waiting, starting, running, down and up again, given up."""

from __future__ import annotations

import os
import subprocess
import time
from concurrent.futures import Executor, Future
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from aibox_assets.local import process
from aibox_assets.local.services import Service
from aibox_assets.local.state import ServiceState, State

Step = Literal["waiting", "preparing", "starting", "finishing", "running", "failed", "stopped"]
_SHOWN: dict[Step, State] = {"running": "running", "failed": "failed", "stopped": "stopped"}


@dataclass(frozen=True, slots=True)
class RestartPolicy:
    """How often a service that died is started again.

    :ivar first_start: deaths in a row before anything was ever healthy that count as "cannot start".
    :ivar in_a_row: deaths in a row, later, after which the supervisor gives up on it.
    :ivar longest_wait: seconds; waits double from 1 s up to it.
    :ivar settled: seconds of health after which earlier deaths are forgotten.
    """

    first_start: int = 2
    in_a_row: int = 10
    longest_wait: float = 30.0
    settled: float = 60.0


class Runner:
    """Drives one service by :meth:`tick`; slow work (preparing, pinging) happens in *pool*.

    Processes are started in the thread that calls :meth:`tick`, and die with it.
    """

    def __init__(self, service: Service, logs: Path, pool: Executor, policy: RestartPolicy) -> None:
        self.service = service
        self.log = logs / f"{service.name}.log"
        self.step: Step = "waiting"
        self.process: subprocess.Popen[bytes] | None = None
        self.restarts = 0
        self.reason = ""
        self._pool, self._policy = pool, policy
        self._job: Future[None] | None = None
        self._since = self._retry_at = self._ping_at = self._healthy_at = 0.0
        self._deaths = 0

    @property
    def healthy(self) -> bool:
        """Whether those that need it may start."""
        return self.step == "running"

    @property
    def alive(self) -> bool:
        """Whether its process runs."""
        return self.process is not None and self.process.poll() is None

    def state(self) -> ServiceState:
        """What the outside is told."""
        pid = self.process.pid if self.process is not None and self.alive else None
        shown = _SHOWN.get(self.step, "starting")
        return ServiceState(
            self.service.name, shown, pid, self.service.address, self.restarts, self._since, self.reason
        )

    def tick(self, *, needs_met: bool, settled_in: bool) -> None:
        """Go one step further, if there is one to go; never blocks.

        :param settled_in: whether the whole home was healthy once, after which deaths are forgiven longer.
        """
        now = time.monotonic()
        limit = self._policy.in_a_row if settled_in else self._policy.first_start
        if self.step in ("starting", "finishing", "running") and self.process is not None:
            code = self.process.poll()
            if code is not None:
                self._died(f"{self.service.name} {_describe_exit(code)}", limit)
                return
        match self.step:
            case "waiting" if needs_met and now >= self._retry_at:
                self._job = self._pool.submit(self.service.before)
                self.step = "preparing"
            case "preparing" | "finishing" if self._job is not None and self._job.done():
                error = self._job.exception()
                if error is not None:
                    self._died(str(error), limit)
                elif self.step == "preparing" and self.service.command is not None:
                    self._start(self.service.command)
                else:
                    self.step, self._healthy_at = "running", now
            case "starting":
                self._wait_for_answer(now, limit)
            case "running" if self._deaths and now - self._healthy_at > self._policy.settled:
                self._deaths = 0

    def _start(self, command: process.Command) -> None:
        with self.log.open("ab") as output:
            self.process = process.start(command, output)
        self._since = time.time()
        self._ping_at = time.monotonic()
        self._job, self.step = None, "starting"

    def _wait_for_answer(self, now: float, limit: int) -> None:
        if self._job is None:
            if now >= self._ping_at:
                self._job = self._pool.submit(self.service.ping, self._since)
            return
        if not self._job.done():
            return
        error = self._job.exception()
        if error is None:
            self._job = self._pool.submit(self.service.after)
            self.step = "finishing"
        elif time.time() - self._since > self.service.start_seconds:
            self._died(
                f"{self.service.name} did not answer in {self.service.start_seconds:g} s ({error})", limit
            )
        else:
            self._job, self._ping_at = None, now + 0.1

    def _died(self, reason: str, limit: int) -> None:
        self.kill()
        self.reason = reason
        self._deaths += 1
        self._job = None
        if self._deaths >= limit:
            self.step = "failed"
            return
        self.restarts += 1
        self._retry_at = time.monotonic() + min(2.0 ** (self._deaths - 1), self._policy.longest_wait)
        self.step = "waiting"

    def ask_to_stop(self) -> None:
        """Send the signal that the service takes for a clean end."""
        if self.process is not None and self.alive and self.service.command is not None:
            self.process.send_signal(self.service.command.stop_signal)

    def kill(self) -> None:
        """SIGKILL to its process group: what is left of it, too, when the leader is gone already."""
        if self.process is None:
            return
        process.kill_group(self.process.pid)
        self.process.wait(10)
        self.process = None

    def stopped(self) -> None:
        """Note its end, and end what it left behind."""
        self.kill()
        if self.step != "failed":
            self.step = "stopped"

    def rotate_log(self, largest: int) -> None:
        """Copy a log over *largest* bytes to ``NAME.log.1`` and empty it: its writer keeps its handle."""
        try:
            if self.log.stat().st_size <= largest:
                return
            older = self.log.with_suffix(".log.1")
            older.write_bytes(self.log.read_bytes())
            os.truncate(self.log, 0)
        except OSError:
            return  # a full disk must not end the supervisor; the next round tries again


def _describe_exit(code: int) -> str:
    return f"was killed by signal {-code}" if code < 0 else f"ended with exit code {code}"
